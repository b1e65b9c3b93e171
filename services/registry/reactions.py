"""When this is told, these commands follow in the registry.

Roll calls are facts of a class; here they fan out to the children named. What casework says of returns and closings moves
the ledgers. Terms of classes follow one another.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from msgspec.structs import replace

from services.chassis.decider import Command
from services.chassis.envelope import Envelope
from services.chassis.errors import Refusal
from services.chassis.reactions import RECORD, OnRefusal, Rows, When
from services.contracts.casework import CaseClosed, CaseReopened, ReturnConfirmed, VisitRecorded
from services.contracts.codes import Ledger, Session
from services.contracts.identity_rows import APPOINTMENT_ROWS
from services.contracts.ids import EpisodeId, PupilId, grade_in, term_code, year_of_term
from services.contracts.registry import (
    ClassOpened,
    ClassTermEnded,
    RollCallCorrected,
    RollCallTaken,
    SchoolSessionsSet,
    TermRegistrationOpened,
)
from services.registry.domain.attendance import ExcuseAbsence, NoteAttendance, NoticeAbsence, WithdrawAbsence
from services.registry.domain.contacts import RecordContact
from services.registry.domain.dues import NoteCaseVisit
from services.registry.domain.errors import AlreadyInDropoutLedger, NotInDropoutLedger, OtherEpisode, PupilNotOnRoll
from services.registry.domain.leavers import GraduatePupil, NoteLeaver
from services.registry.domain.ledgers import ReturnPupil, StrikeOffPupil, WithdrawStrikeOff
from services.registry.domain.policies import LAST_GRADE, YEARS_OF_SCHOOLING
from services.registry.domain.registration import ExpectRegistration, RegisterPupil
from services.registry.domain.school_visits import RecordSchoolVisit
from services.registry.domain.teams import visitor
from services.registry.domain.terms import ChangeSessions, OpenClassTerm
from services.registry.projections.children import HOLD_ROWS
from services.registry.projections.pupils import PUPIL_ROWS
from services.registry.projections.schools import CLASS_ROWS, SCHOOL_ROWS
from services.registry.storage.rows import ClassRow, PupilRow, SchoolRow

PupilCommands = Iterable[NoticeAbsence | ExcuseAbsence | NoteAttendance | WithdrawAbsence | RegisterPupil]


def pupils_after_roll_call(event: RollCallTaken, _envelope: Envelope, _rows: Rows) -> PupilCommands:
    """Each child that the list is news about: missing, excused, back, registered – and seen later, where this one came late."""
    yield from _missing(event, event.absent)
    yield from _excuses(event)
    for pupil in event.back:
        yield NoteAttendance(pupil_id=pupil, day=event.day, session=event.session)
    yield from _seen_later(event)
    for pupil in event.registered:
        yield RegisterPupil(
            pupil_id=pupil, term=term_code(event.day), school_id=event.school_id, registered_on=event.day, by_list=True
        )  # fmt: skip


def pupils_after_correction(event: RollCallCorrected, _envelope: Envelope, _rows: Rows) -> PupilCommands:
    """Each child about whom the list was wrong."""
    for pupil in event.withdrawn:
        yield WithdrawAbsence(pupil_id=pupil, day=event.day, session=event.session)
    yield from _missing(event, event.added)
    yield from _excuses(event)
    yield from _seen_later(event)


ListEvent = RollCallTaken | RollCallCorrected


def _missing(event: ListEvent, pupils: Iterable[PupilId]) -> Iterable[NoticeAbsence]:
    for pupil in pupils:
        yield NoticeAbsence(
            pupil_id=pupil,
            school_id=event.school_id,
            class_id=event.class_id,
            day=event.day,
            session=event.session,
            stale=event.stale,
            before=event.before,
        )


def _seen_later(event: ListEvent) -> Iterable[NoteAttendance]:
    for seen in event.seen:
        yield NoteAttendance(pupil_id=seen.pupil_id, day=seen.day, session=seen.session)


def _excuses(event: ListEvent) -> Iterable[ExcuseAbsence]:
    for excuse in event.excused:
        yield ExcuseAbsence(
            pupil_id=excuse.pupil_id, day=event.day, session=event.session, kind=excuse.kind, note=excuse.note
        )  # fmt: skip


def open_first_term(event: ClassOpened, envelope: Envelope, rows: Rows) -> Iterable[OpenClassTerm]:
    """A new class is expected to call the roll from the next school day on, at the sessions of its school."""
    school: SchoolRow | None = rows.row(SCHOOL_ROWS, event.school_id)
    sessions = school.sessions if school is not None else (Session.MORNING,)
    yield OpenClassTerm(
        class_id=event.class_id,
        school_id=event.school_id,
        term=term_code(envelope.occurred_on),
        from_on=envelope.occurred_on,
        sessions=sessions,
    )


def change_sessions(event: SchoolSessionsSet, envelope: Envelope, rows: Rows) -> Iterable[ChangeSessions]:
    """Each class of the school is expected at the new sessions from the next day on."""
    classes: list[ClassRow] = rows.rows(CLASS_ROWS, school_id=event.school_id)
    for of_school in classes:
        yield ChangeSessions(
            class_id=of_school.class_id,
            term=term_code(envelope.occurred_on),
            from_on=envelope.occurred_on,
            sessions=event.sessions,
        )


def open_next_term(event: ClassTermEnded, envelope: Envelope, rows: Rows) -> Iterable[OpenClassTerm | NoteLeaver | GraduatePupil]:
    """One term follows the other, until the class leaves the school: after nine years for good, else for another school."""
    of_class: ClassRow | None = rows.row(CLASS_ROWS, event.class_id)
    school: SchoolRow | None = rows.row(SCHOOL_ROWS, event.school_id)
    if of_class is not None and school is not None:
        grade = grade_in(of_class.cohort, year_of_term(event.next_term))
        if grade > LAST_GRADE[school.kind]:
            yield from _leavers(event, grade, envelope.occurred_on, rows)
            return
    yield OpenClassTerm(
        class_id=event.class_id,
        school_id=event.school_id,
        term=event.next_term,
        from_on=event.until_on,
        sessions=school.sessions if school is not None else event.sessions,
    )


def _leavers(event: ClassTermEnded, next_grade: int, today: date, rows: Rows) -> Iterable[NoteLeaver | GraduatePupil]:
    members: list[PupilRow] = rows.rows(PUPIL_ROWS, class_id=event.class_id)
    for pupil in members:
        if pupil.enrolment == "left" or pupil.ledger in (Ledger.SUSPECTED, Ledger.DROPOUT):
            continue
        if next_grade > YEARS_OF_SCHOOLING:
            yield GraduatePupil(pupil_id=pupil.pupil_id, graduated_on=event.until_on)
        else:
            yield NoteLeaver(pupil_id=pupil.pupil_id, term=event.next_term, since_on=today)


TOLD_TOO_LATE = timedelta(days=30)
"""A first school day that is told later than this was told by no timer then: the release that lived it knew none."""


def expect_members(event: TermRegistrationOpened, envelope: Envelope, rows: Rows) -> Iterable[ExpectRegistration]:
    """Whoever of the class has not come on its first school day; who is between two schools has a deadline of its own.

    Of a term that a former release has lived through nobody is expected: who came then was not registered, yet is at school.
    """
    if envelope.recorded_on - event.opened_on > TOLD_TOO_LATE:
        return
    members: list[PupilRow] = rows.rows(PUPIL_ROWS, class_id=event.class_id)
    for pupil in members:
        on_roll = pupil.ledger in (Ledger.SCHOOL_AGE, Ledger.SUSPECTED) and pupil.enrolment == "enrolled"
        if on_roll and pupil.registered_term != event.term:
            yield ExpectRegistration(
                pupil_id=pupil.pupil_id,
                term=event.term,
                school_id=event.school_id,
                class_id=event.class_id,
                grade=pupil.grade,
                residence_division=pupil.residence_division,
                opened_on=event.opened_on,
            )


def return_pupil(event: ReturnConfirmed, _envelope: Envelope, _rows: Rows) -> Iterable[Command]:
    """The school has confirmed the return: the child is under observation."""
    yield ReturnPupil(
        pupil_id=event.pupil_id,
        episode_id=event.episode_id,
        returned_on=event.returned_on,
        placement=event.placement,
    )


def strike_off(event: CaseClosed, _envelope: Envelope, _rows: Rows) -> Iterable[Command]:
    """Three people have closed the case."""
    yield StrikeOffPupil(
        pupil_id=event.pupil_id, episode_id=event.episode_id, outcome=event.outcome, closed_on=event.closed_on
    )  # fmt: skip


def withdraw_strike_off(event: CaseReopened, envelope: Envelope, _rows: Rows) -> Iterable[Command]:
    """The case goes on: a child that it had struck off is in the ledger again. The case's correlation is its episode."""
    yield WithdrawStrikeOff(
        pupil_id=event.pupil_id, episode_id=EpisodeId(envelope.correlation_id), reopened_on=event.reopened_on
    )  # fmt: skip


def note_case_visit(event: VisitRecorded, _envelope: Envelope, rows: Rows) -> Iterable[NoteCaseVisit]:
    """A team of the school went, in the case: it need not go again for what it owed before."""
    child: PupilRow | None = rows.row(PUPIL_ROWS, event.pupil_id)
    if child is None or child.visit_due_on is None:
        return
    school: SchoolRow | None = rows.row(SCHOOL_ROWS, child.school_id)
    central = None if school is None else school.central_school_id
    schools = [each for each in (child.school_id, central) if each is not None]
    went = dict.fromkeys((event.by_officer_id, *event.accompanied_by))
    yield NoteCaseVisit(
        pupil_id=event.pupil_id,
        visited_on=event.visited_on,
        visitors=tuple(visitor(each, rows.rows(APPOINTMENT_ROWS, officer_id=each), schools, event.visited_on) for each in went),
    )


def contact_held(command: RecordContact, rows: Rows) -> RecordContact:
    """The command with whether the household is left alone for now."""
    return replace(command, held=_held(rows, command.pupil_id))


def visit_held(command: RecordSchoolVisit, rows: Rows) -> RecordSchoolVisit:
    """The same for a visit by the principal's team."""
    return replace(command, held=_held(rows, command.pupil_id))


def _held(rows: Rows, pupil_id: PupilId) -> bool:
    """Whether a mandatory report about the child is with the police."""
    return bool(rows.rows(HOLD_ROWS, pupil_id=pupil_id))


_GONE: Mapping[type[Refusal], OnRefusal] = {PupilNotOnRoll: RECORD}
"""A child can leave between the list and its effect; the list stands."""

_DROPPED_OUT: Mapping[type[Refusal], OnRefusal] = {AlreadyInDropoutLedger: RECORD}
"""Of a child that is known to have dropped out, that it has not registered is nothing new."""

_ELSEWHERE: Mapping[type[Refusal], OnRefusal] = {PupilNotOnRoll: RECORD, NotInDropoutLedger: RECORD, OtherEpisode: RECORD}
"""The case of an earlier episode, or of a child that the ledger no longer holds, moves nothing here."""

REACTIONS = (
    When(RollCallTaken, then=pupils_after_roll_call, refused=_GONE),
    When(RollCallCorrected, then=pupils_after_correction, refused=_GONE),
    When(ClassOpened, then=open_first_term),
    When(ClassTermEnded, then=open_next_term, refused=_GONE),
    When(SchoolSessionsSet, then=change_sessions),
    When(TermRegistrationOpened, then=expect_members, refused=_DROPPED_OUT),
    When(ReturnConfirmed, then=return_pupil, refused=_ELSEWHERE),
    When(CaseClosed, then=strike_off, refused=_ELSEWHERE),
    When(CaseReopened, then=withdraw_strike_off),
    When(VisitRecorded, then=note_case_visit, refused=_GONE),
)
