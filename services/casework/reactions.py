"""When this event arrives, these commands follow: the table of casework."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

from services.casework.domain.answering import CompleteDuty
from services.casework.domain.assigning import AssignDuty, WithdrawDuty
from services.casework.domain.causes import Asked, duties_raised, measure_kind
from services.casework.domain.duty_kinds import VISITED
from services.casework.domain.duty_state import OPEN
from services.casework.domain.errors import (
    CaseAlreadyClosed,
    CaseWasWithdrawn,
    DutyAlreadyAnswered,
    DutyWasWithdrawn,
)
from services.casework.domain.lines import ReleaseOfficer, lines_of
from services.casework.domain.naming import LINE_OF, Place, holder, named, roles_held
from services.casework.domain.opening import MoveCase, NumberCase, OpenCase, WithdrawCase
from services.casework.domain.returning import RaiseRelapse, WithdrawRelapse
from services.casework.projections import CASE_ROWS, DUTY_ROWS, SCHOOL_ROWS
from services.casework.storage.rows import CaseRow, DutyRow, SchoolRow, Standing
from services.chassis.decider import Command, derived_id
from services.chassis.envelope import Envelope
from services.chassis.errors import Refusal
from services.chassis.reactions import IGNORE, RECORD, OnRefusal, Rows, When
from services.contracts import casework, identity, registry
from services.contracts.casework import Line
from services.contracts.codes import Cause, Department, DutyKind
from services.contracts.identity_rows import APPOINTMENT_ROWS
from services.contracts.ids import CaseId, ClassId, DutyId, PupilId, SchoolId, case_id


def _case(rows: Rows, of: CaseId) -> CaseRow | None:
    row: CaseRow | None = rows.row(CASE_ROWS, of)
    return row


def place(rows: Rows, school_id: SchoolId, class_id: ClassId, division: str) -> Place:
    """A place, with the central school of a teaching point."""
    school: SchoolRow | None = rows.row(SCHOOL_ROWS, school_id)
    return Place(school_id, class_id, division, None if school is None else school.central_school_id)


def place_of(rows: Rows, row: CaseRow) -> Place:
    """The place of a known case."""
    return place(rows, row.school_id, row.class_id, row.division)


def _name(rows: Rows, of: CaseId, lines: Iterable[Line], where: Place, day: date) -> Iterator[Command]:
    """Name whoever holds the posts that day."""
    for line in lines:
        found = holder(lambda role: rows.rows(APPOINTMENT_ROWS, role=role), line, where, day)
        if found is not None:
            yield named(of, line, found, day)


def _name_again(rows: Rows, row: CaseRow, lines: Iterable[Line], where: Place, day: date) -> Iterator[Command]:
    """The case moved: on these lines others answer for it, or nobody yet."""
    for line in lines:
        namings = list(_name(rows, row.case_id, (line,), where, day))
        answers = row.answers(line, day)
        if not namings and answers is not None:
            namings = [ReleaseOfficer(case_id=row.case_id, line=line, officer_id=answers, until_on=day)]
        yield from namings


# --- the ledgers open, number and withdraw cases ---------------------------------------------------------------------


def open_case(event: registry.PupilSuspected, envelope: Envelope, rows: Rows) -> Iterator[Command]:
    """Suspicion opens the case and names officers on both lines; a household outside the county is the school's township's."""
    division = event.residence_division
    if not division.startswith(envelope.county):
        school = rows.row(SCHOOL_ROWS, event.school_id)
        division = division if school is None else school.division
    opened = case_id(event.pupil_id, event.episode_id)
    yield OpenCase(
        case_id=opened,
        pupil_id=event.pupil_id,
        episode_id=event.episode_id,
        school_id=event.school_id,
        class_id=event.class_id,
        grade=event.grade,
        division=division,
        opened_on=event.suspected_on,
        groups=event.groups,
    )
    where = place(rows, event.school_id, event.class_id, division)
    yield from _name(rows, opened, lines_of(division), where, envelope.recorded_on)


def withdraw_case(event: registry.SuspicionLifted, _envelope: Envelope, _rows: Rows) -> Iterable[Command]:
    """A lifted suspicion withdraws the case, even one that is not open yet."""
    of = case_id(event.pupil_id, event.episode_id)
    yield WithdrawCase(case_id=of, pupil_id=event.pupil_id, withdrawn_on=event.lifted_on, reason=event.reason)


def number_case(event: registry.DropoutConfirmed, _envelope: Envelope, _rows: Rows) -> Iterable[Command]:
    """A confirmed dropout gives the case its number."""
    yield NumberCase(case_id=case_id(event.pupil_id, event.episode_id), dropout_on=event.confirmed_on)


def raise_relapse(event: registry.ReturnLost, _envelope: Envelope, _rows: Rows) -> Iterable[Command]:
    """The returned child is missing again."""
    yield RaiseRelapse(case_id=case_id(event.pupil_id, event.episode_id), day=event.day)


def withdraw_relapse(event: registry.ReturnRestored, _envelope: Envelope, _rows: Rows) -> Iterable[Command]:
    """It was not missing after all."""
    yield WithdrawRelapse(case_id=case_id(event.pupil_id, event.episode_id), day=event.day)


# --- the child moves -------------------------------------------------------------------------------------------------


def _open_cases(rows: Rows, pupil_id: PupilId) -> list[CaseRow]:
    return rows.rows(CASE_ROWS, pupil_id=pupil_id, standing=Standing.OPEN)


def move_school(event: registry.PupilTransferred, envelope: Envelope, rows: Rows) -> Iterator[Command]:
    """The case follows the child into another class or school, whose officers are named."""
    for row in _open_cases(rows, event.pupil_id):
        yield MoveCase(case_id=row.case_id, school_id=event.school_id, class_id=event.class_id, grade=event.grade)
        if (row.school_id, row.class_id) != (event.school_id, event.class_id):
            lines: tuple[Line, ...] = ("class",) if row.school_id == event.school_id else ("school", "class")
            where = place(rows, event.school_id, event.class_id, row.division)
            yield from _name_again(rows, row, lines, where, envelope.recorded_on)


def move_home(event: registry.PupilRecordWritten, envelope: Envelope, rows: Rows) -> Iterator[Command]:
    """The household moved within the county: another township and village are concerned."""
    division = event.residence_division
    if not division.startswith(envelope.county):
        return
    for row in _open_cases(rows, event.pupil_id):
        if row.division != division:
            yield MoveCase(case_id=row.case_id, division=division)
            where = place(rows, row.school_id, row.class_id, division)
            yield from _name_again(rows, row, ("township", "village"), where, envelope.recorded_on)


# --- officers come and go --------------------------------------------------------------------------------------------


def fill_lines(event: identity.OfficerAppointed, envelope: Envelope, rows: Rows) -> Iterator[Command]:
    """Open cases whose line waits for somebody get the officer, if the post is of their place."""
    line = LINE_OF.get(event.role)
    if line is None:
        return
    for row in rows.rows(CASE_ROWS, standing=Standing.OPEN):
        waits_from = row.waits_from(line)
        if waits_from is not None:
            yield from _name(rows, row.case_id, (line,), place_of(rows, row), max(waits_from, envelope.recorded_on))


def release(event: identity.AppointmentEnded, _envelope: Envelope, rows: Rows) -> Iterator[Command]:
    """An officer who holds no post of the line any more is released from it."""
    day_after = event.until_on + timedelta(days=1)
    posts = rows.rows(APPOINTMENT_ROWS, officer_id=event.officer_id)
    for row in rows.rows(CASE_ROWS, standing=Standing.OPEN):
        for line, spells in row.officers.items():
            still_named = spells[-1].officer_id == event.officer_id and spells[-1].until_on is None
            if still_named and not roles_held(posts, line, place_of(rows, row), day_after):
                yield ReleaseOfficer(case_id=row.case_id, line=line, officer_id=event.officer_id, until_on=event.until_on)


def hand_over(event: casework.OfficerReleased, _envelope: Envelope, rows: Rows) -> Iterator[Command]:
    """Whoever holds the post on the day after takes the case over; nobody is an alarm."""
    row = _case(rows, event.case_id)
    if row is not None:
        yield from _name(rows, row.case_id, (event.line,), place_of(rows, row), event.until_on + timedelta(days=1))


# --- duties ----------------------------------------------------------------------------------------------------------


def _assign(row: CaseRow, asked: Asked, cause: Cause, county: str, spell: int, *, purpose: str = "") -> AssignDuty:
    """One duty a department, kind and spell of absence, however many causes and measures ask for it."""
    parts = (row.case_id, asked.department, asked.kind, str(spell), purpose)
    return AssignDuty(
        duty_id=DutyId(derived_id("duty", *parts)),
        case_id=row.case_id,
        pupil_id=row.pupil_id,
        episode_id=row.episode_id,
        department=asked.department,
        division=row.division if asked.department is Department.TOWNSHIP else county,
        kind=asked.kind,
        cause=cause,
        case_number=row.number,
        school_id=row.school_id if asked.at_school else None,
    )


def ask_departments(event: casework.CauseRecorded, envelope: Envelope, rows: Rows) -> Iterator[Command]:
    """The causes raise the duties of their table."""
    row = _case(rows, event.case_id)
    if row is None or row.standing is Standing.ENDED:
        return
    causes = (event.primary, *event.others)
    for cause, asked in duties_raised(causes, child_labour=event.under_16_at_work is True):
        yield _assign(row, asked, cause, envelope.county, event.spell)


def ask_again(event: casework.CaseReopened, envelope: Envelope, rows: Rows) -> Iterator[Command]:
    """A case that goes on asks the departments again for what its causes say."""
    row = _case(rows, event.case_id)
    if row is None or row.primary_cause is None or row.standing is Standing.ENDED:
        return
    for cause, asked in duties_raised((row.primary_cause, *row.other_causes), child_labour=row.child_labour):
        yield _assign(row, asked, cause, envelope.county, event.spell)


def ask_for_measures(event: casework.PlanMade, envelope: Envelope, rows: Rows) -> Iterator[Command]:
    """Measures of the plan that a department carries out raise its duty."""
    row = _case(rows, event.case_id)
    if row is None or row.standing is Standing.ENDED:
        return
    for measure in event.measures:
        kind = measure_kind(measure.cause, measure.kind)
        if kind is not None and kind.asks is not None:
            yield _assign(row, kind.asks, measure.cause, envelope.county, event.spell)


def protect(event: casework.ReturnConfirmed, envelope: Envelope, rows: Rows) -> Iterator[Command]:
    """The police protect the returned child: a standing duty."""
    row = _case(rows, event.case_id)
    if row is not None and row.standing is Standing.OPEN:
        asked = Asked(Department.PUBLIC_SECURITY, DutyKind.PROTECT_RETURNED)
        yield _assign(row, asked, row.primary_cause or Cause.OTHER, envelope.county, event.spell)


def protect_again(event: casework.RelapseWithdrawn, envelope: Envelope, rows: Rows) -> Iterator[Command]:
    """The return was not broken: the police go on protecting the child."""
    row = _case(rows, event.case_id)
    if row is not None and row.standing is Standing.OPEN:
        asked = Asked(Department.PUBLIC_SECURITY, DutyKind.PROTECT_RETURNED)
        cause, purpose = row.primary_cause or Cause.OTHER, f"restored-{event.day}"
        yield _assign(row, asked, cause, envelope.county, event.spell, purpose=purpose)


def trace_again(event: casework.RecheckFellDue, envelope: Envelope, rows: Rows) -> Iterator[Command]:
    """Each quarter the police are asked again for a child with whom contact is lost."""
    row = _case(rows, event.case_id)
    if row is not None and event.reason == "lost_contact":
        asked = Asked(Department.PUBLIC_SECURITY, DutyKind.VERIFY_WHEREABOUTS)
        yield _assign(row, asked, Cause.LOST_CONTACT, envelope.county, row.spell, purpose=f"recheck-{event.nth}")


def _duties(rows: Rows, of: CaseId) -> list[DutyRow]:
    return [duty for duty in rows.rows(DUTY_ROWS, case_id=of) if duty.status in OPEN]


def answer_school_visit(event: casework.VisitRecorded, _envelope: Envelope, rows: Rows) -> Iterator[Command]:
    """A visit by somebody of the school is the school's answer: nobody writes it twice."""
    row = _case(rows, event.case_id)
    if row is None:
        return
    posts = rows.rows(APPOINTMENT_ROWS, officer_id=event.by_officer_id)
    if any(post.body_id == row.school_id for post in posts):
        for duty in _duties(rows, event.case_id):
            if duty.kind is DutyKind.SCHOOL_VISIT:
                yield CompleteDuty(duty_id=duty.duty_id, finding=VISITED.code, by_officer_id=event.by_officer_id)


def end_protection(event: casework.RelapseRaised, _envelope: Envelope, rows: Rows) -> Iterator[Command]:
    """A child that is missing again is not protected at school."""
    for duty in _duties(rows, event.case_id):
        if duty.kind is DutyKind.PROTECT_RETURNED:
            yield WithdrawDuty(duty_id=duty.duty_id)


def withdraw_duties(event: casework.CaseWithdrawn | casework.CaseClosed, _envelope: Envelope, rows: Rows) -> Iterator[Command]:
    """With the case its open duties end."""
    for duty in _duties(rows, event.case_id):
        yield WithdrawDuty(duty_id=duty.duty_id)


_ENDED: Mapping[type[Refusal], OnRefusal] = {CaseWasWithdrawn: IGNORE, CaseAlreadyClosed: IGNORE}
"""The case ended before the naming reached it."""

REACTIONS = (
    When(registry.PupilSuspected, then=open_case, refused=_ENDED),
    When(registry.SuspicionLifted, then=withdraw_case, refused={CaseAlreadyClosed: RECORD}),
    When(registry.DropoutConfirmed, then=number_case, refused={CaseAlreadyClosed: RECORD}),
    When(registry.ReturnLost, then=raise_relapse, refused={CaseAlreadyClosed: RECORD}),
    When(registry.ReturnRestored, then=withdraw_relapse, refused={CaseAlreadyClosed: RECORD}),
    When(registry.PupilTransferred, then=move_school, refused=_ENDED),
    When(registry.PupilRecordWritten, then=move_home, refused=_ENDED),
    When(identity.OfficerAppointed, then=fill_lines, refused=_ENDED),
    When(identity.AppointmentEnded, then=release),
    When(casework.OfficerReleased, then=hand_over, refused=_ENDED),
    When(casework.CauseRecorded, then=ask_departments),
    When(casework.CaseReopened, then=ask_again),
    When(casework.PlanMade, then=ask_for_measures),
    When(casework.ReturnConfirmed, then=protect),
    When(casework.RecheckFellDue, then=trace_again),
    When(casework.VisitRecorded, then=answer_school_visit, refused={DutyAlreadyAnswered: IGNORE, DutyWasWithdrawn: IGNORE}),
    When(casework.RelapseRaised, then=end_protection),
    When(casework.RelapseWithdrawn, then=protect_again),
    When(casework.CaseWithdrawn, then=withdraw_duties),
    When(casework.CaseClosed, then=withdraw_duties),
)
