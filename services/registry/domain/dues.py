"""What a school owes to a missing child beside the contact – a visit, a report –, and when it is settled.

This is the one rule, which all others only show. Both fall due with the days that close (`promotion`), are done by what is
done from that day on, and are settled by whatever takes their reason away, in the same breath.

The visit is made by a team (`teams`) from the due day on, or withdrawn when the child is back, was not missing or is between
two schools. Suspicion and dropout do not make it: once there is a case, casework records visits, and one by a team settles it
here.

The report stays due when the child is suspected or drops out. It goes when it is written, or with its reason: corrected, in
transfer, off the ledgers; a child that is back before it was written leaves it unreported.

What was visited or written before the third day is kept, and the third day asks for another.
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
from services.registry.domain.absence import Run, last_seen, open_run
from services.registry.domain.policies import REPORT_DUE_AFTER, VISIT_DUE_AFTER
from services.registry.domain.pupil_events import PupilEvent
from services.registry.domain.pupil_state import PupilState
from services.registry.domain.teams import Visitor, is_team


class NoteCaseVisit(Command, frozen=True):
    """The case tells of a visit, and who of the school went: a team also settles what the school owed before there was a case."""

    pupil_id: PupilId
    visited_on: date
    visitors: tuple[Visitor, ...]


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
    if due_on is not None and _no_visit_because(state, open_run(state.facts), due_on) is not None:
        yield Deadline("dues", due_on, minutes(0), SettleDues(pupil_id=state.pupil_id))


def _too_few(state: PupilState, run: Run | None, number: Policy[int], given: Given) -> Literal["withdrawn"] | None:
    """Whether fewer days are missed, by corrections or for good, than ask for it."""
    counted = 0 if run is None else sum(day in state.closed for day in run.missed_days)
    return "withdrawn" if counted < given.value(number) else None


def _due_day(missed: Sequence[date], number: Policy[int], given: Given) -> date | None:
    """The day with which so many are missed: what was done before it was not done about so long an absence."""
    asked = given.value(number)
    return missed[asked - 1] if len(missed) >= asked else None


def _made(made_on: date | None, run: Run) -> bool:
    """Whether it was made good in this run: a corrected list, by which the third day is a later one, does not ask again."""
    return made_on is not None and made_on >= run.first_on


# --- the visit: until it is made or its reason goes; a case does not make it --------------------------------------------


def decide(state: PupilState, command: NoteCaseVisit) -> list[PupilEvent]:
    """Only a team's visit is one, whoever recorded it, and only from the day on which it was due."""
    due_on = state.visit_due_on
    if due_on is None or command.visited_on < due_on or not is_team(command.visitors):
        return []
    return [_visit_is(state, "done", command.given.today)]


def _visit_is(state: PupilState, reason: Literal["done", "withdrawn"], on: date) -> SchoolVisitSettled:
    return SchoolVisitSettled(pupil_id=state.pupil_id, episode_id=state.episode, settled_on=on, reason=reason)


def _visit_fallen_due(state: PupilState, run: Run, missed: Sequence[date], given: Given) -> Iterator[PupilEvent]:
    due_day = _due_day(missed, VISIT_DUE_AFTER, given)
    if due_day is None or state.visit_due_on is not None or _made(state.visit_made_on, run):
        return
    if _no_visit_because(state, run, due_day) is None:
        day = missed[-1]
        yield SchoolVisitFellDue(pupil_id=state.pupil_id, episode_id=state.episode, school_id=state.school_id, day=day)


def _visit_settled(state: PupilState, run: Run | None, given: Given) -> Iterator[PupilEvent]:
    if state.visit_due_on is not None:
        reason = _no_visit_because(state, run, state.visit_due_on)
        if reason is None and not state.away:
            reason = _too_few(state, run, VISIT_DUE_AFTER, given)
        if reason is not None:
            yield _visit_is(state, reason, given.today)


def _no_visit_because(state: PupilState, run: Run | None, due_on: date) -> Literal["done", "withdrawn"] | None:
    """Why no visit is asked for, however many days are missed; of a dropout who is not back roll calls tell nothing."""
    if state.visited_on is not None and state.visited_on >= due_on:
        return "done"
    if state.transfer is not None or state.ledger is Ledger.STRUCK_OFF:
        return "withdrawn"
    return "withdrawn" if run is None and not state.away else None


# --- the report: until it is written or its reason goes; no case writes it ----------------------------------------------


def _report_fallen_due(state: PupilState, run: Run, missed: Sequence[date], given: Given) -> Iterator[PupilEvent]:
    due_day = _due_day(missed, REPORT_DUE_AFTER, given)
    if due_day is None or state.report_due_on is not None or _made(state.report_made_on, run):
        return
    reported = state.reported_on is not None and state.reported_on >= due_day
    if not reported and state.transfer is None and state.ledger in (Ledger.SCHOOL_AGE, Ledger.SUSPECTED):
        day = missed[-1]
        yield AbsenceReportFellDue(pupil_id=state.pupil_id, episode_id=state.episode, school_id=state.school_id, day=day)


def _report_settled(state: PupilState, run: Run | None, given: Given) -> Iterator[PupilEvent]:
    if state.report_due_on is not None:
        reason = _no_report_because(state, state.report_due_on, run, given)
        if reason is not None:
            on = given.today
            yield AbsenceReportSettled(pupil_id=state.pupil_id, episode_id=state.episode, settled_on=on, reason=reason)


def _no_report_because(
    state: PupilState, due_on: date, run: Run | None, given: Given
) -> Literal["done", "withdrawn", "unreported"] | None:
    """A dropout that is not back still is to be reported; who is back before it was written was not reported in time.

    A late list may show the child in between: as long as so many days are missed since, nobody is back.
    """
    if state.reported_on is not None and state.reported_on >= due_on:
        return "done"
    if state.transfer is not None or state.ledger is Ledger.STRUCK_OFF:
        return "withdrawn"
    if state.away:
        return None
    if _too_few(state, run, REPORT_DUE_AFTER, given) is None:
        return None
    seen = last_seen(state.facts)
    return "unreported" if state.observed or (seen is not None and seen[0] > due_on) else "withdrawn"
