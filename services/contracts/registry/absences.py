"""A child's absences: noticed, confirmed, excused, withdrawn, counted and ended."""

from __future__ import annotations

from datetime import date
from typing import Literal

from services.chassis.decider import Event
from services.chassis.envelope import Sealed
from services.contracts.codes import ExcuseKind, Session
from services.contracts.ids import ClassId, EpisodeId, PupilId, SchoolId


class AttendanceNoted(Event, frozen=True):
    """The child was present at a session after having been away; in the dropout ledger that is a sign, not yet a return."""

    pupil_id: PupilId
    episode_id: EpisodeId | None
    day: date
    session: Session


class AbsenceNoticed(Event, frozen=True):
    """The child was missed at a session without leave; the first of a run mints the episode.

    `silent` is true where no text may follow (list entered late, or the child is in the dropout ledger anyway).
    """

    pupil_id: PupilId
    episode_id: EpisodeId
    school_id: SchoolId
    class_id: ClassId
    day: date
    session: Session
    first: bool
    silent: bool = False
    last_attended_on: date | None = None


class AbsenceConfirmed(Event, frozen=True):
    """The homeroom teacher confirmed that the child is really missing: the guardian's text may go."""

    pupil_id: PupilId
    episode_id: EpisodeId
    day: date


class AbsenceExcused(Event, frozen=True):
    """The absence of a day has leave or proof: it never promotes."""

    pupil_id: PupilId
    episode_id: EpisodeId | None
    day: date
    session: Session
    kind: ExcuseKind
    note: Sealed[str] | None = None


class AbsenceWithdrawn(Event, frozen=True):
    """The roll call was wrong about this child: what it caused is cancelled."""

    pupil_id: PupilId
    episode_id: EpisodeId
    day: date
    session: Session


class AbsentDayCounted(Event, frozen=True):
    """A school day closed with the child missing: `count` such days in the run."""

    pupil_id: PupilId
    episode_id: EpisodeId
    day: date
    count: int


class AbsentDaysRecounted(Event, frozen=True):
    """A correction, an excuse or a late list changed the run: it now holds `count` closed days, the latest `last_on`.

    A run that had ended is open again by it (a wrong "present" was leave). A contact that had fallen due and is not asked for
    by the new count has gone with it; of the school's visit and report their own events tell.
    """

    pupil_id: PupilId
    episode_id: EpisodeId
    count: int
    last_on: date | None
    contact_due: bool


class AbsenceEnded(Event, frozen=True):
    """The child was at school again (`back_on`), or the whole run was withdrawn or excused."""

    pupil_id: PupilId
    episode_id: EpisodeId
    back_on: date
    reason: Literal["attended", "withdrawn", "excused"]
