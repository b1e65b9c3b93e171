"""The county: its calendars, dated and in editions, and the numbers it sets."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import assert_never

import msgspec
from msgspec.structs import replace

from services.chassis.county import GOVERNMENT, DayKind
from services.chassis.decider import Command, Decider, Term
from services.contracts.identity import CalendarPublished, PolicySet
from services.contracts.policy_codes import POLICY_FORMS
from services.identity.domain.errors import CalendarEmpty, DayKindNotOfCalendar, PolicyNotInForm, UnknownPolicy

GOVERNMENT_KINDS = frozenset({DayKind.WORK, DayKind.REST})
SCHOOL_KINDS = frozenset({DayKind.SCHOOL, DayKind.OFF, DayKind.RETURN, DayKind.VACATION})


class PublishCalendar(Command, frozen=True):
    """Publish days of a calendar: the government's, all schools' or one school's; an edition is named by its document."""

    county: str
    calendar_id: str
    edition: str
    days: dict[date, DayKind]


class SetPolicy(Command, frozen=True):
    """Set one of the county's numbers; `source` is the document that says so."""

    county: str
    code: str
    value: int | Term
    source: str


CountyCommand = PublishCalendar | SetPolicy
CountyEvent = CalendarPublished | PolicySet


class CountyState(msgspec.Struct, frozen=True):
    """What has been published and set so far."""

    editions: Mapping[tuple[str, str], CalendarPublished] = msgspec.field(default_factory=dict)
    policies: Mapping[str, PolicySet] = msgspec.field(default_factory=dict)


def decide(state: CountyState, command: CountyCommand) -> list[CountyEvent]:
    match command:
        case PublishCalendar():
            if not command.days:
                raise CalendarEmpty
            allowed = GOVERNMENT_KINDS if command.calendar_id == GOVERNMENT else SCHOOL_KINDS
            for kind in command.days.values():
                if kind not in allowed:
                    raise DayKindNotOfCalendar(calendar=command.calendar_id, kind=kind)
            published = CalendarPublished(calendar_id=command.calendar_id, edition=command.edition, days=command.days)
            known = state.editions.get((command.calendar_id, command.edition))
            return [] if known == published else [published]
        case SetPolicy():
            _check_form(command.code, command.value)
            policy = PolicySet(code=command.code, value=command.value, source=command.source)
            return [] if state.policies.get(command.code) == policy else [policy]
        case _:
            assert_never(command)


def _check_form(code: str, value: int | Term) -> None:
    form = POLICY_FORMS.get(code)
    if form is None:
        raise UnknownPolicy(code=code)
    if not form.accepts(value):
        raise PolicyNotInForm(code=code, form_zh=form.zh, form_en=form.en)


def evolve(state: CountyState, event: CountyEvent) -> CountyState:
    match event:
        case CalendarPublished():
            key = (event.calendar_id, event.edition)
            return replace(state, editions={**state.editions, key: event})
        case PolicySet():
            return replace(state, policies={**state.policies, event.code: event})
        case _:
            assert_never(event)


COUNTY: Decider[CountyState, CountyCommand, CountyEvent] = Decider(
    kind="county",
    commands=(PublishCalendar, SetPolicy),
    initial=CountyState,
    decide=decide,
    evolve=evolve,
    stream_of=lambda command: command.county,
    partition_of=lambda _state: "county",
)
