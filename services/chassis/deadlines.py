"""Deadlines and timers: a timer only says when to look at a stream; what falls due then follows from the stream's state.

So no command is stored that a later release could not read, and no term that a later release has given up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import msgspec
import structlog

from services.chassis.county import LONGEST_TERM_DAYS
from services.chassis.county_in_force import County
from services.chassis.decider import Deadline, Decider, Policy, Term, days, last_day
from services.chassis.envelope import Envelope, stamp
from services.chassis.storage.port import Timer

log = structlog.get_logger()

ENDLESS = (OverflowError, TypeError)
"""What `due_at` raises where a calendar lets a term never end, or a number is no term."""


def timer_id(stream_id: str, purpose: str) -> str:
    """The name of a deadline's timer."""
    return f"{stream_id}/{purpose}"


def ends_of_terms(timers: Mapping[str, Timer | None], stream_id: str) -> dict[str, date]:
    """With which day each term of a stream ends, by its purpose, of those that these timers count."""
    prefix = timer_id(stream_id, "")
    return {
        name.removeprefix(prefix): last_day(datetime.fromisoformat(timer.due_at))
        for name, timer in timers.items()
        if timer is not None and name.startswith(prefix)
    }


def asked_for(decider: Decider[Any, Any, Any], stream_id: str, state: Any) -> dict[str, Deadline]:
    """The deadlines that a stream's state asks for now, by the names of their timers."""
    return {timer_id(stream_id, deadline.purpose): deadline for deadline in decider.deadlines(state)}


def due_at(deadline: Deadline, county: County) -> str:
    """When a deadline falls due by the county's calendars and numbers; raises OverflowError and TypeError (`ENDLESS`)."""
    return stamp(_due(deadline, _terms(deadline, county)[0], county))


def new_timer(name: str, stream_id: str, deadline: Deadline, county: County, cause: Envelope) -> Timer:
    """The timer of a deadline that an event asks for.

    The event must not fail by a number or a calendar: where the county's term never ends the default counts, where that one
    does not end either, the longest time there is; once it is mended, the timer moves.
    """
    due = stamp(_falls_due(name, deadline, county))
    return Timer(
        timer_id=name,
        stream_id=stream_id,
        due_at=due,
        not_before=due,
        correlation_id=cause.correlation_id,
        causation_id=cause.event_id,
        traceparent=cause.traceparent,
    )


def running_terms(decider: Decider[Any, Any, Any], state: Any, county: County) -> dict[str, date]:
    """With which day each term that a stream's state counts now ends, by its purpose."""
    return {each.purpose: last_day(_falls_due(each.purpose, each, county)) for each in decider.deadlines(state)}


def moved(timer: Timer, deadline: Deadline, county: County) -> Timer:
    """The timer where its deadline falls due now; one that a broken calendar or number lets never end stays where it is."""
    try:
        due = due_at(deadline, county)
    except ENDLESS as endless:
        log.warning("timer_not_moved", timer=timer.timer_id, why=str(endless))
        return timer
    return timer if due == timer.due_at else msgspec.structs.replace(timer, due_at=due, not_before=due)


def renewed(
    stream_id: str, asked: Mapping[str, Deadline], standing: Sequence[Timer], county: County, last: Callable[[], Envelope]
) -> dict[str, Timer | None]:
    """What is to be written so that a stream's standing timers become those that it asks for; nothing where they are.

    A timer that stands keeps the event that asked for it; a new one follows from the stream's last event.
    """
    changes: dict[str, Timer | None] = {timer.timer_id: None for timer in standing if timer.timer_id not in asked}
    by_name = {timer.timer_id: timer for timer in standing}
    for name, deadline in asked.items():
        was = by_name.get(name)
        now = new_timer(name, stream_id, deadline, county, last()) if was is None else moved(was, deadline, county)
        if now != was:
            changes[name] = now
    return changes


def _falls_due(name: str, deadline: Deadline, county: County) -> datetime:
    """When a deadline falls due, by its default or at the latest where the county's own term never ends."""
    for term in _terms(deadline, county):
        try:
            return _due(deadline, term, county)
        except ENDLESS as endless:
            log.warning("term_not_usable", timer=name, why=str(endless))
    return county.calendars.due(deadline.since, days(LONGEST_TERM_DAYS - 1))


def _terms(deadline: Deadline, county: County) -> tuple[int | Term, ...]:
    """The term in force, and the default behind it."""
    if isinstance(deadline.term, Policy):
        return county.policies.get(deadline.term.code, deadline.term.default), deadline.term.default
    return (deadline.term,)


def _due(deadline: Deadline, term: int | Term, county: County) -> datetime:
    if not isinstance(term, Term):
        raise TypeError("the policy is a number, not a term")
    return county.calendars.due(deadline.since, term, deadline.school_id)
