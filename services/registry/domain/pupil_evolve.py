"""How each event changes what is remembered of a child."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, assert_never

from msgspec.structs import replace

from services.contracts.codes import Ledger
from services.contracts.ids import EpisodeId
from services.contracts.registry import (
    BACK_TO_SCHOOL_AGE,
    AbsenceConfirmed,
    AbsenceEnded,
    AbsenceExcused,
    AbsenceNoticed,
    AbsenceReportFellDue,
    AbsenceReportSettled,
    AbsenceReportWritten,
    AbsenceWithdrawn,
    AbsentDayCounted,
    AbsentDaysRecounted,
    AgeAnswered,
    AttendanceNoted,
    ContactFellDue,
    ContactRecorded,
    DropoutConfirmed,
    LeaverWithoutSchool,
    PupilEnrolled,
    PupilGraduated,
    PupilRecordWritten,
    PupilRegistered,
    PupilReturned,
    PupilStruckOff,
    PupilSuspected,
    PupilTransferred,
    RegistrationExpected,
    ReturnLost,
    ReturnRestored,
    SchoolAgeEnded,
    SchoolVisitFellDue,
    SchoolVisitRecorded,
    SchoolVisitSettled,
    StrikeOffWithdrawn,
    SuspicionLifted,
    TransferCancelled,
    TransferCompleted,
    TransferStarted,
    UpperAgeReached,
)
from services.registry.domain.absence import Fact, Standing, when
from services.registry.domain.pupil_events import AbsenceEvent, LedgerEvent, PupilEvent, RollEvent
from services.registry.domain.pupil_state import PupilState


def evolve(state: PupilState, event: PupilEvent) -> PupilState:
    state = _correlated(state, event)
    if isinstance(event, RollEvent):
        return _on_the_roll(state, event)
    if isinstance(event, AbsenceEvent):
        return _at_sessions(state, event)
    return _in_the_ledgers(state, event)


def after(state: PupilState, events: Iterable[PupilEvent]) -> PupilState:
    """The state with events that are being decided."""
    for event in events:
        state = evolve(state, event)
    return state


def _correlated(state: PupilState, event: PupilEvent) -> PupilState:
    """The episode that the event tells of, if any: it correlates the event, and nothing outside the episode."""
    named: EpisodeId | None = getattr(event, "episode_id", None)
    return state if named == state.correlation_id else replace(state, correlation_id=named)


def _on_the_roll(state: PupilState, event: RollEvent) -> PupilState:
    match event:
        case PupilEnrolled():
            return _enrolled(state, event)
        case PupilRecordWritten():
            return replace(
                state, record=replace(event, renumbered=()), residence_division=event.residence_division, groups=event.groups
            )
        case AgeAnswered():
            return state
        case PupilTransferred():
            moved = replace(state, school_id=event.school_id, class_id=event.class_id, grade=event.grade)
            return replace(moved, transfer=None, leaver=None)
        case RegistrationExpected():
            return _expected(state, event)
        case PupilRegistered():
            terms = state.registered_terms | {event.term}
            return replace(state, registered_terms=terms, expected=None, leaver=None, missed_term="")
        case LeaverWithoutSchool():
            return replace(state, leaver=event)
        case PupilGraduated():
            return _left(state)
        case SchoolAgeEnded():
            return replace(state, ledger=Ledger.STRUCK_OFF)
        case UpperAgeReached():
            return replace(state, upper_age_told=event.episode_id)
        case TransferStarted():
            return replace(state, transfer=event, leaver=None)
        case TransferCancelled():
            return replace(state, transfer=None)
        case TransferCompleted():
            return _left(replace(state, transfer=None))
        case _:
            assert_never(event)


def _enrolled(state: PupilState, event: PupilEnrolled) -> PupilState:
    fresh = PupilState() if state.ledger is Ledger.STRUCK_OFF else state
    return replace(
        fresh,
        pupil_id=event.pupil_id,
        school_id=event.school_id,
        class_id=event.class_id,
        grade=event.grade,
        residence_division=event.residence_division,
        groups=event.groups,
        enrolled=True,
        record=PupilRecordWritten(
            pupil_id=event.pupil_id,
            record_version=event.record_version,
            guardians=event.guardians,
            residence_division=event.residence_division,
            groups=event.groups,
            boarding=event.boarding,
        ),
    )


def _expected(state: PupilState, event: RegistrationExpected) -> PupilState:
    if state.enrolled:
        return replace(state, expected=event, leaver=None)
    return replace(
        state,
        pupil_id=event.pupil_id,
        school_id=event.school_id,
        class_id=event.class_id,
        grade=event.grade,
        residence_division=event.residence_division,
        expected=event,
    )


def _at_sessions(state: PupilState, event: AbsenceEvent) -> PupilState:
    match event:
        case AttendanceNoted():
            return _fact(state, event, Fact(Standing.PRESENT))
        case AbsenceNoticed():
            fact = Fact(Standing.ABSENT, event.episode_id, event.last_attended_on)
            return replace(_fact(state, event, fact), episode_id=event.episode_id, told_run=True)
        case AbsenceExcused():
            return _fact(state, event, Fact(Standing.EXCUSED, event.episode_id))
        case AbsenceWithdrawn():
            return _fact(state, event, Fact(Standing.PRESENT))
        case AbsenceConfirmed():
            return replace(state, confirmed=state.confirmed | {event.day})
        case ContactRecorded():
            return _contacted(state, event.day) if event.reached else state
        case AbsentDayCounted():
            return replace(state, closed=state.closed | {event.day}, told_count=event.count)
        case AbsentDaysRecounted():
            run = replace(state, told_run=True, told_count=event.count, episode_id=event.episode_id)
            return replace(run, told_contact=event.contact_due)
        case ContactFellDue():
            return replace(state, told_contact=True)
        case SchoolVisitFellDue():
            return replace(state, visit_due_on=event.day)
        case SchoolVisitRecorded():
            visited = replace(state, visited_on=max(event.visited_on, state.visited_on or event.visited_on))
            return _contacted(visited, event.visited_on) if event.reached else visited
        case SchoolVisitSettled():
            made_on = event.settled_on if event.reason in ("done", "case") else state.visit_made_on
            return replace(state, visit_due_on=None, visit_made_on=made_on)
        case AbsenceReportFellDue():
            return replace(state, report_due_on=event.day)
        case AbsenceReportWritten():
            return replace(state, reported_on=event.written_on)
        case AbsenceReportSettled():
            made_on = event.settled_on if event.reason == "done" else state.report_made_on
            return replace(state, report_due_on=None, report_made_on=made_on)
        case AbsenceEnded():
            return _run_over(state)
        case _:
            assert_never(event)


def _in_the_ledgers(state: PupilState, event: LedgerEvent) -> PupilState:
    match event:
        case PupilSuspected():
            return _suspected(state, event)
        case SuspicionLifted():
            return replace(state, ledger=Ledger.SCHOOL_AGE, suspected_on=None, suspected_for=None)
        case DropoutConfirmed():
            return replace(state, ledger=Ledger.DROPOUT, returned_on=None, lost_on=None)
        case PupilReturned():
            back = replace(_run_over(state), facts={}, closed=frozenset(), facts_from=event.returned_on)
            return replace(back, returned_on=event.returned_on, lost_on=None)
        case ReturnLost():
            return replace(state, lost_on=event.day)
        case ReturnRestored():
            return replace(state, lost_on=None)
        case PupilStruckOff():
            over = replace(state, suspected_on=None, suspected_for=None, returned_on=None, lost_on=None)
            return replace(over, ledger=Ledger.SCHOOL_AGE) if event.outcome in BACK_TO_SCHOOL_AGE else _left(over)
        case StrikeOffWithdrawn():
            return replace(state, ledger=Ledger.DROPOUT, returned_on=None, lost_on=None)
        case _:
            assert_never(event)


def _suspected(state: PupilState, event: PupilSuspected) -> PupilState:
    awaited = state.expected or state.leaver
    missed_term = awaited.term if awaited else state.missed_term
    suspected = replace(state, ledger=Ledger.SUSPECTED, suspected_on=event.suspected_on, suspected_for=event.reason)
    placed = replace(suspected, school_id=event.school_id, class_id=event.class_id, grade=event.grade)
    return replace(placed, episode_id=event.episode_id, transfer=None, expected=None, leaver=None, missed_term=missed_term)


def _fact(state: PupilState, event: Any, fact: Fact) -> PupilState:
    facts: Mapping[Any, Fact] = {**state.facts, when(event.day, event.session): fact}
    return replace(state, facts=facts)


def _contacted(state: PupilState, day: date) -> PupilState:
    return replace(state, contacted_on=max(day, state.contacted_on or day))


def _run_over(state: PupilState) -> PupilState:
    return replace(state, told_run=False, told_count=0, told_contact=False)


def _left(state: PupilState) -> PupilState:
    gone = replace(_run_over(state), facts={}, closed=frozenset(), confirmed=frozenset())
    return replace(gone, ledger=Ledger.STRUCK_OFF, enrolled=False)
