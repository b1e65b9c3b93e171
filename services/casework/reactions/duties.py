"""What a case asks of the linked departments: by its causes, by its plan, by a return – and no longer, once it ends."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from services.casework.domain.answering import CompleteDuty
from services.casework.domain.assigning import AssignDuty, WithdrawDuty
from services.casework.domain.causes import Asked, duties_raised, measure_kind
from services.casework.domain.duty_kinds import VISITED
from services.casework.domain.duty_state import OPEN
from services.casework.projections import CASE_ROWS, DUTY_ROWS
from services.casework.storage.rows import CaseRow, DutyRow, Standing
from services.chassis.decider import Command, derived_id
from services.chassis.envelope import Envelope
from services.chassis.reactions import Rows
from services.contracts import casework, notifications, registry
from services.contracts.codes import Cause, Department, DutyKind
from services.contracts.identity_rows import APPOINTMENT_ROWS
from services.contracts.ids import CaseId, DutyId

PROTECTION = Asked(Department.PUBLIC_SECURITY, DutyKind.PROTECT_RETURNED)
"""The police protect a returned child: a standing duty (domain.md §4)."""

TRACING = Asked(Department.PUBLIC_SECURITY, DutyKind.VERIFY_WHEREABOUTS)
"""The police look for a child with whom contact is lost."""


NEW_CONTACT = Asked(Department.EDUCATION, DutyKind.FIND_CONTACT, at_school=True)
"""The school finds out how to reach a guardian whose number is dead or wrong (domain.md §8)."""


def _case(rows: Rows, of: CaseId) -> CaseRow | None:
    row: CaseRow | None = rows.row(CASE_ROWS, of)
    return row


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
    """The returned child is protected from now on."""
    row = _case(rows, event.case_id)
    if row is not None and row.standing is Standing.OPEN:
        yield _assign(row, PROTECTION, row.primary_cause or Cause.OTHER, envelope.county, event.spell)


def protect_again(event: casework.RelapseWithdrawn, envelope: Envelope, rows: Rows) -> Iterator[Command]:
    """The return was not broken: the police go on protecting the child."""
    row = _case(rows, event.case_id)
    if row is not None and row.standing is Standing.OPEN:
        cause, purpose = row.primary_cause or Cause.OTHER, f"restored-{event.day}"
        yield _assign(row, PROTECTION, cause, envelope.county, event.spell, purpose=purpose)


def trace_again(event: casework.RecheckFellDue, envelope: Envelope, rows: Rows) -> Iterator[Command]:
    """Each quarter the police are asked again for a child with whom contact is lost."""
    row = _case(rows, event.case_id)
    if row is not None and event.reason == "lost_contact":
        yield _assign(row, TRACING, Cause.LOST_CONTACT, envelope.county, row.spell, purpose=f"recheck-{event.nth}")


def _duties(rows: Rows, of: CaseId) -> list[DutyRow]:
    return [duty for duty in rows.rows(DUTY_ROWS, case_id=of) if duty.status in OPEN]


def search_for_contact(event: notifications.ContactUnreachable, envelope: Envelope, rows: Rows) -> Iterator[Command]:
    """The school finds the new number, once as long as it searches; without a case the alarm of oversight stands alone."""
    for row in rows.rows(CASE_ROWS, pupil_id=event.pupil_id, standing=Standing.OPEN):
        if not any(duty.guardian_id == event.guardian_id for duty in _duties(rows, row.case_id)):
            cause, purpose = row.primary_cause or Cause.OTHER, event.notification_id
            asked = _assign(row, NEW_CONTACT, cause, envelope.county, row.spell, purpose=purpose)
            yield replace(asked, guardian_id=event.guardian_id)


def end_search_for_contact(event: registry.PupilRecordWritten, _envelope: Envelope, rows: Rows) -> Iterator[Command]:
    """The number is another now, or the person is the child's guardian no longer."""
    still = {ref.guardian_id for ref in event.guardians}.difference(event.renumbered)
    for row in rows.rows(CASE_ROWS, pupil_id=event.pupil_id):
        for duty in _duties(rows, row.case_id):
            if duty.guardian_id is not None and duty.guardian_id not in still:
                yield WithdrawDuty(duty_id=duty.duty_id)


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
