"""What may be asked of an application."""

from __future__ import annotations

from datetime import date

from services.assistance.domain.policies import Away, Pupil, RefusalReason, WithdrawalReason
from services.chassis.decider import Command
from services.contracts.assistance import ObjectionId, ProgrammeSet, SealedText
from services.contracts.codes import Role
from services.contracts.ids import ApplicationId, CaseId, EpisodeId, GuardianId, MeasureId


class DraftApplication(Command, frozen=True):
    """Draft an application; `held` are the programmes that the child has, or has applied for, this school year."""

    application_id: ApplicationId
    pupil: Pupil
    programme: ProgrammeSet
    year: int
    on: date
    held: tuple[ProgrammeSet, ...] = ()
    case_id: CaseId | None = None
    measure_id: MeasureId | None = None
    episode_id: EpisodeId | None = None


class SignApplication(Command, frozen=True):
    """Record the guardian's signature and when the hardship was recognised; `guardians` are those on record."""

    application_id: ApplicationId
    guardian_id: GuardianId
    signed_on: date
    hardship_recognised_on: date
    guardians: tuple[GuardianId, ...]


class DecideInPanel(Command, frozen=True):
    """Record what the school's panel decided; `role` is that of the officer who signs for it."""

    application_id: ApplicationId
    recommended: bool
    role: Role
    reason: RefusalReason | None = None


class RaiseObjection(Command, frozen=True):
    """Record an objection received while the notice hangs."""

    application_id: ApplicationId
    objection_id: ObjectionId
    text: SealedText


class AnswerObjection(Command, frozen=True):
    """Record what the examination of an objection came to."""

    application_id: ApplicationId
    objection_id: ObjectionId
    upheld: bool
    answer: SealedText | None = None


class EndPublicNotice(Command, frozen=True):
    """The notice has hung its working days."""

    application_id: ApplicationId


class NoteReviewOverdue(Command, frozen=True):
    """The bureau has not decided within its term."""

    application_id: ApplicationId


class ReviewApplication(Command, frozen=True):
    """Grant or refuse at the bureau; child and programmes as they are now."""

    application_id: ApplicationId
    granted: bool
    role: Role
    pupil: Pupil
    programme: ProgrammeSet
    held: tuple[ProgrammeSet, ...] = ()
    reason: RefusalReason | None = None


class WithdrawApplication(Command, frozen=True):
    """End an application before it is decided."""

    application_id: ApplicationId
    reason: WithdrawalReason


class PauseAid(Command, frozen=True):
    """The child is not at school from `day` on."""

    application_id: ApplicationId
    day: date
    reason: Away


class ResumeAid(Command, frozen=True):
    """The child is back at school from `day` on."""

    application_id: ApplicationId
    day: date


ApplicationCommand = (
    DraftApplication
    | SignApplication
    | DecideInPanel
    | RaiseObjection
    | AnswerObjection
    | EndPublicNotice
    | NoteReviewOverdue
    | ReviewApplication
    | WithdrawApplication
    | PauseAid
    | ResumeAid
)
