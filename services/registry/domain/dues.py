"""What a school owes to a missing child beside the contact, and when it is settled: the one rule, which all others only show.

It falls due with the days that close (`promotion`), and is settled by whatever takes its reason away, in the same breath.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Literal

from services.chassis.decider import Command, Deadline, Given, minutes
from services.contracts.codes import Ledger
from services.contracts.ids import PupilId
from services.contracts.registry import SchoolVisitFellDue, SchoolVisitSettled
from services.registry.domain.absence import Run, open_run
from services.registry.domain.policies import VISIT_DUE_AFTER
from services.registry.domain.pupil_state import PupilEvent, PupilState

Settling = Literal["done", "withdrawn", "case"]
"""Done by the school; its reason has gone (the child is back, the absence was none, it is the matter of another school); or
the case answers for it."""


class SettleDues(Command, frozen=True):
    """A due whose reason has gone is still told as due (by the clock): so a former release has left it."""

    pupil_id: PupilId


def fallen_due(state: PupilState, missed: Sequence[date], given: Given) -> list[PupilEvent]:
    """What so many missed days ask for and is neither told nor done."""
    run = open_run(state.facts)
    if run is None or not missed or state.visit_due_on is not None or len(missed) < given.value(VISIT_DUE_AFTER):
        return []
    if _visit_settled_by(state, run) is not None:
        return []
    day = missed[-1]
    return [SchoolVisitFellDue(pupil_id=state.pupil_id, episode_id=state.episode, school_id=state.school_id, day=day)]


def settled_dues(state: PupilState, given: Given) -> list[PupilEvent]:
    """What is told as due and is so no longer."""
    if state.visit_due_on is None:
        return []
    run = open_run(state.facts)
    reason = _visit_settled_by(state, run)
    if reason is None and run is not None:
        counted = sum(day in state.closed for day in run.missed_days)
        reason = "withdrawn" if counted < given.value(VISIT_DUE_AFTER) else None
    if reason is None:
        return []
    return [SchoolVisitSettled(pupil_id=state.pupil_id, episode_id=state.episode, settled_on=given.today, reason=reason)]


def _visit_settled_by(state: PupilState, run: Run | None) -> Settling | None:
    """Why no visit is asked for, however many days are missed."""
    if run is not None and state.visited_on is not None and state.visited_on >= run.first_on:
        return "done"
    if state.ledger in (Ledger.SUSPECTED, Ledger.DROPOUT):
        return "case"
    return "withdrawn" if run is None or state.transfer is not None or state.ledger is Ledger.STRUCK_OFF else None


def deadlines(state: PupilState) -> Iterator[Deadline]:
    """At once, where a former release has told that something is due and not that it is settled."""
    due_on = state.visit_due_on
    if due_on is not None and _visit_settled_by(state, open_run(state.facts)) is not None:
        yield Deadline("dues", due_on, minutes(0), SettleDues(pupil_id=state.pupil_id))
