"""When this happens elsewhere, these commands follow in assistance.

A plan's aid measure drafts applications for what fits the child; a child that is not known here yet gets its drafts when
it is enrolled. A lifted suspicion arrives as the case's withdrawal, so nothing here listens to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from services.assistance.domain.application_state import HELD, OPEN, Status
from services.assistance.domain.applying import BY_OFFICER, DraftApplication, WithdrawalReason, WithdrawApplication
from services.assistance.domain.errors import (
    ApplicationClosed,
    NotEligible,
    ProgrammeNotInForce,
    ProgrammesExclude,
    RefusedThisYear,
)
from services.assistance.domain.pausing import PauseAid, ResumeAid
from services.assistance.domain.policies import STILL_ENROLLED, latest, matching
from services.assistance.projections import APPLICATION_ROWS, CASE_MEASURES_ROWS, PROGRAMME_ROWS, PUPIL_ROWS, aid_measures
from services.assistance.storage.rows import ApplicationRow, CaseMeasuresRow, PupilRow
from services.chassis.decider import Command
from services.chassis.envelope import Envelope
from services.chassis.errors import Refusal
from services.chassis.reactions import IGNORE, RECORD, OnRefusal, Rows, When
from services.contracts.assistance import ProgrammeSet, application_id
from services.contracts.casework import AidMeasurePlanned, CaseReopened, CaseWithdrawn, PlanMade
from services.contracts.ids import PupilId, school_year
from services.contracts.registry import (
    DropoutConfirmed,
    PupilEnrolled,
    PupilGraduated,
    PupilReturned,
    PupilStruckOff,
    ReturnLost,
    ReturnRestored,
    TransferCompleted,
)


def held_programmes(rows: Rows, pupil_id: PupilId, year: int) -> tuple[ProgrammeSet, ...]:
    """The programmes that a child has, or has applied for, in a school year."""
    applications: list[ApplicationRow] = rows.rows(APPLICATION_ROWS, pupil_id=pupil_id)
    codes = {each.programme_code for each in applications if each.status in HELD and each.school_year == year}
    return tuple(setting for setting in latest(rows.rows(PROGRAMME_ROWS)) if setting.code in codes)


def draft_from_plan(event: AidMeasurePlanned, envelope: Envelope, rows: Rows) -> Iterable[DraftApplication]:
    """The plan asks for aid."""
    pupil: PupilRow | None = rows.row(PUPIL_ROWS, event.pupil_id)
    measures: CaseMeasuresRow | None = rows.row(CASE_MEASURES_ROWS, event.case_id)
    return [] if pupil is None or measures is None else _drafts(pupil, measures, envelope, rows)


def draft_on_enrolment(event: PupilEnrolled, envelope: Envelope, rows: Rows) -> Iterable[DraftApplication]:
    """The plan was here before the child."""
    pupil: PupilRow | None = rows.row(PUPIL_ROWS, event.pupil_id)
    if pupil is None:
        return []
    waiting: list[CaseMeasuresRow] = rows.rows(CASE_MEASURES_ROWS, pupil_id=event.pupil_id)
    return [draft for measures in waiting for draft in _drafts(pupil, measures, envelope, rows)]


def _drafts(pupil: PupilRow, measures: CaseMeasuresRow, envelope: Envelope, rows: Rows) -> Iterable[DraftApplication]:
    if not measures.measure_ids or not measures.standing:
        return
    day = envelope.occurred_on
    year = school_year(day)
    held = held_programmes(rows, pupil.pupil_id, year)
    for programme in matching(rows.rows(PROGRAMME_ROWS), pupil.facts(), day):
        yield DraftApplication(
            application_id=application_id(pupil.pupil_id, programme.programme_id, year),
            pupil=pupil.facts(),
            programme=programme,
            year=year,
            on=day,
            held=held,
            case_id=measures.case_id,
            measure_id=measures.measure_ids[-1],
            episode_id=measures.episode_id,
        )


def follow_plan(event: PlanMade, envelope: Envelope, rows: Rows) -> Iterable[Command]:
    """A new plan: without an aid measure it withdraws what the plan before drew; with one it revives what went that way."""
    applications: list[ApplicationRow] = rows.rows(APPLICATION_ROWS, case_id=event.case_id)
    if not aid_measures(event):
        return _withdraw(applications, WithdrawalReason.MEASURE_GONE)
    gone = any(each.withdrawn_for == WithdrawalReason.MEASURE_GONE for each in applications)
    pupil: PupilRow | None = rows.row(PUPIL_ROWS, event.pupil_id)
    measures: CaseMeasuresRow | None = rows.row(CASE_MEASURES_ROWS, event.case_id)
    if not gone or pupil is None or measures is None:
        return []
    return _wanted(_drafts(pupil, measures, envelope, rows), applications)


def revive_with_case(event: CaseReopened, envelope: Envelope, rows: Rows) -> Iterable[DraftApplication]:
    """The case goes on after all: its plan still asks for aid."""
    pupil: PupilRow | None = rows.row(PUPIL_ROWS, event.pupil_id)
    measures: CaseMeasuresRow | None = rows.row(CASE_MEASURES_ROWS, event.case_id)
    if pupil is None or measures is None:
        return []
    return _wanted(_drafts(pupil, measures, envelope, rows), rows.rows(APPLICATION_ROWS, case_id=event.case_id))


def _wanted(drafts: Iterable[DraftApplication], applications: Iterable[ApplicationRow]) -> list[DraftApplication]:
    """Without those that a person has withdrawn: no event brings them back."""
    unwanted = {each.application_id for each in applications if each.withdrawn_for in BY_OFFICER}
    return [draft for draft in drafts if draft.application_id not in unwanted]


def withdraw_after_case(event: CaseWithdrawn, _envelope: Envelope, rows: Rows) -> Iterable[WithdrawApplication]:
    """The case was none: what its plan drew and nobody has decided goes with it."""
    return _withdraw(rows.rows(APPLICATION_ROWS, case_id=event.case_id), WithdrawalReason.CASE_WITHDRAWN)


def end_on_strike_off(event: PupilStruckOff, _envelope: Envelope, rows: Rows) -> Iterable[Command]:
    """The case was closed with an outcome; unless the child is taught by its school, there is nothing to pay."""
    return [] if event.outcome in STILL_ENROLLED else _left(rows, event.pupil_id, event.struck_off_on)


def end_on_transfer(event: TransferCompleted, _envelope: Envelope, rows: Rows) -> Iterable[Command]:
    """The child is enrolled outside the county."""
    return _left(rows, event.pupil_id, event.completed_on)


def end_on_graduation(event: PupilGraduated, _envelope: Envelope, rows: Rows) -> Iterable[Command]:
    """The child has completed nine years."""
    return _left(rows, event.pupil_id, event.graduated_on)


def _left(rows: Rows, pupil_id: PupilId, day: date) -> list[Command]:
    """What is undecided is withdrawn, what is granted rests."""
    applications: list[ApplicationRow] = rows.rows(APPLICATION_ROWS, pupil_id=pupil_id)
    resting = [
        PauseAid(application_id=each.application_id, day=day, reason="left")
        for each in applications
        if each.status is Status.GRANTED
    ]
    return [*_withdraw(applications, WithdrawalReason.LEFT_SCHOOL), *resting]


def _withdraw(applications: Iterable[ApplicationRow], reason: WithdrawalReason) -> list[WithdrawApplication]:
    return [WithdrawApplication(application_id=each.application_id, reason=reason) for each in applications if each.status in OPEN]


def pause_for_dropout(event: DropoutConfirmed, _envelope: Envelope, rows: Rows) -> Iterable[PauseAid]:
    """The child has dropped out."""
    return [
        PauseAid(application_id=each.application_id, day=event.confirmed_on, reason="dropout")
        for each in _with_status(rows, event.pupil_id, Status.GRANTED)
    ]


def pause_for_relapse(event: ReturnLost, _envelope: Envelope, rows: Rows) -> Iterable[PauseAid]:
    """The child is missing again after its return."""
    return [
        PauseAid(application_id=each.application_id, day=event.day, reason="relapse")
        for each in _with_status(rows, event.pupil_id, Status.GRANTED)
    ]


def resume_on_return(event: PupilReturned, _envelope: Envelope, rows: Rows) -> Iterable[ResumeAid]:
    """The child is back."""
    return _resume(rows, event.pupil_id, event.returned_on)


def resume_when_restored(event: ReturnRestored, _envelope: Envelope, rows: Rows) -> Iterable[ResumeAid]:
    """The absence that broke the return was none."""
    return _resume(rows, event.pupil_id, event.day)


def resume_on_enrolment(event: PupilEnrolled, envelope: Envelope, rows: Rows) -> Iterable[ResumeAid]:
    """A child that had left is enrolled again."""
    pupil: PupilRow | None = rows.row(PUPIL_ROWS, event.pupil_id)
    return _resume(rows, event.pupil_id, envelope.occurred_on) if pupil is not None and pupil.away is None else []


def _resume(rows: Rows, pupil_id: PupilId, day: date) -> list[ResumeAid]:
    return [ResumeAid(application_id=each.application_id, day=day) for each in _with_status(rows, pupil_id, Status.PAUSED)]


def _with_status(rows: Rows, pupil_id: PupilId, status: Status) -> list[ApplicationRow]:
    applications: list[ApplicationRow] = rows.rows(APPLICATION_ROWS, pupil_id=pupil_id)
    return [each for each in applications if each.status is status]


_DRAFT_REFUSED: Mapping[type[Refusal], OnRefusal] = {
    NotEligible: RECORD,
    ProgrammeNotInForce: RECORD,
    ProgrammesExclude: RECORD,
    RefusedThisYear: IGNORE,
}

REACTIONS = (
    When(AidMeasurePlanned, then=draft_from_plan, refused=_DRAFT_REFUSED),
    When(PupilEnrolled, then=draft_on_enrolment, refused=_DRAFT_REFUSED),
    When(PlanMade, then=follow_plan, refused={**_DRAFT_REFUSED, ApplicationClosed: IGNORE}),
    When(CaseWithdrawn, then=withdraw_after_case, refused={ApplicationClosed: IGNORE}),
    When(CaseReopened, then=revive_with_case, refused=_DRAFT_REFUSED),
    When(PupilStruckOff, then=end_on_strike_off, refused={ApplicationClosed: IGNORE}),
    When(TransferCompleted, then=end_on_transfer, refused={ApplicationClosed: IGNORE}),
    When(PupilGraduated, then=end_on_graduation, refused={ApplicationClosed: IGNORE}),
    When(DropoutConfirmed, then=pause_for_dropout),
    When(ReturnLost, then=pause_for_relapse),
    When(PupilReturned, then=resume_on_return),
    When(ReturnRestored, then=resume_when_restored),
    When(PupilEnrolled, then=resume_on_enrolment),
)
