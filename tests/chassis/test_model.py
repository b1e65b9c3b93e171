"""A service's tables are refused where two things have one name, or where an event is meant that no contract lists."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from services.chassis.decider import Command, Event
from services.chassis.errors import Misconfigured
from services.chassis.model import Model
from services.chassis.reactions import When
from tests.chassis.toy import care_model
from tests.chassis.toy_care import CASE, DIARY, HEARD_INDEX, WATCHED_ROWS


class NeverListed(Event, frozen=True):
    """An event that no contract lists."""


class Elsewhere:
    """A place for a command of a name that is taken."""

    class OpenCase(Command, frozen=True):
        """Not the toy's."""


def _two_commands(model: Model) -> Model:
    return replace(model, aggregates=(CASE, replace(DIARY, commands=(*DIARY.commands, Elsewhere.OpenCase))))


def _two_aggregates(model: Model) -> Model:
    return replace(model, aggregates=(CASE, replace(DIARY, kind=CASE.kind)))


def _two_calls(model: Model) -> Model:
    return replace(model, outside_calls=(*model.outside_calls, *model.outside_calls))


def _unknown_reaction(model: Model) -> Model:
    return replace(model, reactions=(When(NeverListed, then=lambda _event, _envelope, _rows: ()),))


def _unknown_projection(model: Model) -> Model:
    return replace(model, projections=(replace(WATCHED_ROWS, on={NeverListed: lambda _event: "1"}),))


def _unknown_index(model: Model) -> Model:
    return replace(model, indexes=(replace(HEARD_INDEX, on=(NeverListed,)),))


def _unknown_call(model: Model) -> Model:
    return replace(model, outside_calls=(replace(model.outside_calls[0], event=NeverListed),))


@pytest.mark.parametrize(
    ("spoil", "named"),
    [
        (_two_commands, "OpenCase"),
        (_two_aggregates, "case"),
        (_two_calls, "letter"),
        (_unknown_reaction, "NeverListed"),
        (_unknown_projection, "NeverListed"),
        (_unknown_index, "NeverListed"),
        (_unknown_call, "NeverListed"),
    ],
)
def test_a_model_that_would_lose_something_silently_is_refused(spoil: Callable[[Model], Model], named: str) -> None:
    with pytest.raises(Misconfigured, match=named):
        spoil(care_model())


def test_a_stream_finds_its_decider_by_its_kind() -> None:
    model = care_model()
    assert model.decider_of_stream("case-1-2") is CASE
    assert model.decider_of_stream("pupil-1") is None
