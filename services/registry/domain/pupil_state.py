"""What the registry must remember of a child to decide: place, session facts, what was told, ledger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Literal, assert_never

import msgspec
from msgspec.structs import replace

from services.contracts.codes import Group, Ledger
from services.contracts.ids import ClassId, EpisodeId, PupilId, SchoolId
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
    SuspicionLifted,
    TransferCancelled,
    TransferCompleted,
    TransferStarted,
)
from services.registry.domain.absence import Fact, Facts, Standing, when

RollEvent = (
    PupilEnrolled
    | PupilRecordWritten
    | AgeAnswered
    | PupilTransferred
    | RegistrationExpected
    | PupilRegistered
    | LeaverWithoutSchool
    | PupilGraduated
    | SchoolAgeEnded
    | TransferStarted
    | TransferCompleted
    | TransferCancelled
)
AbsenceEvent = (
    AttendanceNoted
    | AbsenceNoticed
    | AbsenceConfirmed
    | ContactRecorded
    | AbsenceExcused
    | AbsenceWithdrawn
    | AbsentDayCounted
    | AbsentDaysRecounted
    | ContactFellDue
    | SchoolVisitFellDue
    | SchoolVisitRecorded
    | SchoolVisitSettled
    | AbsenceReportFellDue
    | AbsenceReportWritten
    | AbsenceReportSettled
    | AbsenceEnded
)
LedgerEvent = PupilSuspected | SuspicionLifted | DropoutConfirmed | PupilReturned | ReturnLost | ReturnRestored | PupilStruckOff
PupilEvent = RollEvent | AbsenceEvent | LedgerEvent

SuspicionReason = Literal["absent", "not_registered", "moved_away", "transfer_overdue"]


class PupilState(msgspec.Struct, frozen=True):
    """A child on the roll, or expected there.

    `facts` are the sessions told, from `facts_from` on; `closed` the days that closed with the child missing. `told_…` is what
    has been said of the run that is open, so that only changes are said again; `…_due_on` is what the school owes, until told
    that it is settled; `…_made_on` when it last made good, or a former release left it to the case.
    """

    pupil_id: PupilId = PupilId("")
    school_id: SchoolId = SchoolId("")
    class_id: ClassId = ClassId("")
    grade: int = 0
    residence_division: str = ""
    groups: tuple[Group, ...] = ()
    record: PupilRecordWritten | None = None
    enrolled: bool = False
    expected: RegistrationExpected | None = None
    leaver: LeaverWithoutSchool | None = None
    missed_term: str = ""
    registered_terms: frozenset[str] = frozenset()
    transfer: TransferStarted | None = None

    facts: Facts = msgspec.field(default_factory=dict)
    facts_from: date | None = None
    closed: frozenset[date] = frozenset()
    confirmed: frozenset[date] = frozenset()
    contacted_on: date | None = None
    visited_on: date | None = None
    visit_due_on: date | None = None
    visit_made_on: date | None = None
    reported_on: date | None = None
    report_due_on: date | None = None
    report_made_on: date | None = None

    episode_id: EpisodeId | None = None
    correlation_id: EpisodeId | None = None
    told_run: bool = False
    told_count: int = 0
    told_contact: bool = False

    ledger: Ledger = Ledger.SCHOOL_AGE
    suspected_on: date | None = None
    suspected_for: SuspicionReason | None = None
    returned_on: date | None = None
    lost_on: date | None = None

    @property
    def observed(self) -> bool:
        """Back at school, under observation in the dropout ledger."""
        return self.ledger is Ledger.DROPOUT and self.returned_on is not None and self.lost_on is None

    @property
    def away(self) -> bool:
        """In the dropout ledger and not back: roll calls tell nothing new."""
        return self.ledger is Ledger.DROPOUT and not self.observed

    @property
    def known(self) -> bool:
        """On the roll, or expected there."""
        return self.pupil_id != "" and (self.ledger is not Ledger.STRUCK_OFF or self.enrolled)

    @property
    def over_age(self) -> bool:
        """Still on the roll, and of school age no longer: missing is noticed, and promotes to no ledger."""
        return self.ledger is Ledger.STRUCK_OFF and self.enrolled

    @property
    def in_case(self) -> bool:
        """Suspected, dropped out, or back under observation."""
        return self.ledger in (Ledger.SUSPECTED, Ledger.DROPOUT)

    @property
    def episode(self) -> EpisodeId:
        """The episode that goes on: a run, a suspicion and a return always belong to one."""
        if self.episode_id is None:
            raise AssertionError("a run, a suspicion and a return always belong to an episode")
        return self.episode_id

    def is_suspected_for(self, *reasons: SuspicionReason) -> bool:
        """Whether the child stands in the ledger of suspected dropouts for one of the reasons."""
        return self.ledger is Ledger.SUSPECTED and self.suspected_for in reasons

    def is_history(self, day: date) -> bool:
        """Whether the day lies before what still counts (a return, a new enrolment)."""
        return self.facts_from is not None and day < self.facts_from


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
