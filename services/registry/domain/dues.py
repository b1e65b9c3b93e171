"""What a school owes to a missing child beside the contact – a visit, a report –, and when it is settled.

This is the one rule, which all others only show. Both fall due with the days that close (`promotion`), and are settled by
whatever takes their reason away, in the same breath.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Literal

from services.chassis.decider import Command, Deadline, Given, Policy, minutes
from services.contracts.codes import Ledger
from services.contracts.ids import PupilId
from services.contracts.registry import (
    AbsenceReportFellDue,
    AbsenceReportSettled,
    SchoolVisitFellDue,
    SchoolVisitSettled,
)
from services.registry.domain.absence import Run, open_run
from services.registry.domain.policies import REPORT_DUE_AFTER, VISIT_DUE_AFTER
from services.registry.domain.pupil_state import PupilEvent, PupilState


class SettleDues(Command, frozen=True):
    """A due whose reason has gone is still told as due (by the clock): so a former release has left it."""

    pupil_id: PupilId


def fallen_due(state: PupilState, missed: Sequence[date], given: Given) -> list[PupilEvent]:
    """What so many missed days ask for and is neither told nor done."""
    run = open_run(state.facts)
    if run is None or not missed:
        return []
    return [*_visit_fallen_due(state, run, missed, given), *_report_fallen_due(state, run, missed, given)]


def settled_dues(state: PupilState, given: Given) -> list[PupilEvent]:
    """What is told as due and is so no longer."""
    if state.visit_due_on is None and state.report_due_on is None:
        return []
    run = open_run(state.facts)
    return [*_visit_settled(state, run, given), *_report_settled(state, run, given)]


def deadlines(state: PupilState) -> Iterator[Deadline]:
    """At once, where a former release has told that a visit is due and not that it is settled."""
    due_on = state.visit_due_on
    if due_on is not None and _no_visit_because(state, open_run(state.facts)) is not None:
        yield Deadline("dues", due_on, minutes(0), SettleDues(pupil_id=state.pupil_id))


def _too_few(state: PupilState, run: Run | None, number: Policy[int], given: Given) -> Literal["withdrawn"] | None:
    """Whether fewer days are missed, by corrections or for good, than ask for it."""
    counted = 0 if run is None else sum(day in state.closed for day in run.missed_days)
    return "withdrawn" if counted < given.value(number) else None


# --- the visit: until it is made, its reason goes, or there is a case ---------------------------------------------------


def _visit_fallen_due(state: PupilState, run: Run, missed: Sequence[date], given: Given) -> Iterator[PupilEvent]:
    asked = len(missed) >= given.value(VISIT_DUE_AFTER) and _no_visit_because(state, run) is None
    if asked and state.visit_due_on is None:
        day = missed[-1]
        yield SchoolVisitFellDue(pupil_id=state.pupil_id, episode_id=state.episode, school_id=state.school_id, day=day)


def _visit_settled(state: PupilState, run: Run | None, given: Given) -> Iterator[PupilEvent]:
    if state.visit_due_on is not None:
        reason = _no_visit_because(state, run) or _too_few(state, run, VISIT_DUE_AFTER, given)
        if reason is not None:
            on = given.today
            yield SchoolVisitSettled(pupil_id=state.pupil_id, episode_id=state.episode, settled_on=on, reason=reason)


def _no_visit_because(state: PupilState, run: Run | None) -> Literal["done", "withdrawn", "case"] | None:
    """Why no visit is asked for, however many days are missed."""
    if run is not None and state.visited_on is not None and state.visited_on >= run.first_on:
        return "done"
    if state.in_case:
        return "case"
    return "withdrawn" if run is None or state.transfer is not None or state.ledger is Ledger.STRUCK_OFF else None


# --- the report: until it is written or its reason goes; no case writes it ----------------------------------------------


def _report_fallen_due(state: PupilState, run: Run, missed: Sequence[date], given: Given) -> Iterator[PupilEvent]:
    reported = state.reported_on is not None and state.reported_on >= run.first_on
    owed = not reported and state.transfer is None and state.ledger in (Ledger.SCHOOL_AGE, Ledger.SUSPECTED)
    if owed and state.report_due_on is None and len(missed) >= given.value(REPORT_DUE_AFTER):
        day = missed[-1]
        yield AbsenceReportFellDue(pupil_id=state.pupil_id, episode_id=state.episode, school_id=state.school_id, day=day)


def _report_settled(state: PupilState, run: Run | None, given: Given) -> Iterator[PupilEvent]:
    if state.report_due_on is not None:
        reason = _no_report_because(state, state.report_due_on, run, given)
        if reason is not None:
            on = given.today
            yield AbsenceReportSettled(pupil_id=state.pupil_id, episode_id=state.episode, settled_on=on, reason=reason)


def _no_report_because(state: PupilState, due_on: date, run: Run | None, given: Given) -> Literal["done", "withdrawn"] | None:
    """A dropout that is not back still is to be reported, whatever roll calls say by then."""
    if state.reported_on is not None and state.reported_on >= due_on:
        return "done"
    if state.transfer is not None or state.ledger is Ledger.STRUCK_OFF:
        return "withdrawn"
    return None if state.away else _too_few(state, run, REPORT_DUE_AFTER, given)
