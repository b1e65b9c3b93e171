"""Given these events, when this command comes, then these events – or this refusal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from services.chassis.decider import NOT_GIVEN, Command, Deadline, Decider, Event, Given, Term
from services.chassis.errors import Refusal

NOW = datetime(2026, 9, 8, 2, 0, tzinfo=UTC)
"""10:00 on Tuesday, 8 September 2026 in the county."""


def given_now(now: datetime = NOW, actor: str = "officer-1", policies: dict[str, int | Term] | None = None) -> Given:
    """What the edge would have filled in."""
    return Given(now=now, actor=actor, policies=policies or {})


def scenario(
    decider: Decider[Any, Any, Any],
    *,
    given: Iterable[Event] = (),
    when: Command | Sequence[Command],
    then: Sequence[Event] | type[Refusal],
    now: datetime = NOW,
    actor: str = "officer-1",
    policies: dict[str, int | Term] | None = None,
) -> Any:
    """Fold `given`, decide `when`, compare with `then`; answers the state after it. Every event survives being stored."""
    state = decider.initial()
    for event in given:
        state = decider.evolve(state, event)
    commands = [when] if isinstance(when, Command) else list(when)
    happened: list[Event] = []
    for command in commands:
        if command.given is NOT_GIVEN:
            command = msgspec.structs.replace(command, given=given_now(now, actor, policies))  # noqa: PLW2901  filled as the edge does
        if not isinstance(then, Sequence):
            with pytest.raises(then) as refusal:
                decider.decide(state, command)
            assert refusal.value.sentence("zh")
            assert refusal.value.sentence("en")
            return state
        for event in decider.decide(state, command):
            stored = msgspec.json.decode(msgspec.json.encode(event), type=type(event))
            assert stored == event
            state = decider.evolve(state, event)
            happened.append(event)
    assert happened == list(then)
    return state


def due(decider: Decider[Any, Any, Any], *given: Event) -> dict[str, Deadline]:
    """The deadlines that follow from these events, by purpose."""
    state = decider.initial()
    for event in given:
        state = decider.evolve(state, event)
    return {deadline.purpose: deadline for deadline in decider.deadlines(state)}
