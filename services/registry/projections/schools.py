"""Schools and classes as they were last described, and the roll calls of each class."""

from __future__ import annotations

from msgspec.structs import replace

from services.chassis.decider import Event
from services.chassis.envelope import Envelope
from services.chassis.projections import Projection
from services.contracts.registry import (
    ClassOpened,
    RollCallCorrected,
    RollCallMissing,
    RollCallTaken,
    SchoolChanged,
    SchoolRegistered,
    SchoolSessionsSet,
)
from services.registry.storage.rows import ClassRow, RollCallRow, SchoolRow
from services.registry.storage.tables import CLASSES, ROLL_CALLS, SCHOOLS


def school_row(
    row: SchoolRow | None, event: SchoolRegistered | SchoolChanged | SchoolSessionsSet, _envelope: Envelope
) -> SchoolRow | None:
    """The school as last described, with the sessions last set; the code stays."""
    if isinstance(event, SchoolSessionsSet):
        return replace(row, sessions=event.sessions) if row else None
    if isinstance(event, SchoolChanged) and row is None:
        return None
    code = event.code if isinstance(event, SchoolRegistered) else row.code if row else ""
    sessions = event.sessions if isinstance(event, SchoolRegistered) else row.sessions if row else ()
    return SchoolRow(
        event.school_id,
        code,
        event.name,
        event.name_en,
        event.kind,
        event.division,
        event.boarding,
        event.central_school_id,
        sessions,
    )


def class_row(_row: ClassRow | None, event: ClassOpened, envelope: Envelope) -> ClassRow:
    """The class as opened."""
    return ClassRow(event.class_id, event.school_id, event.cohort, event.number, envelope.occurred_on)


def roll_call_row(row: RollCallRow | None, event: Event, envelope: Envelope) -> RollCallRow | None:
    """The list as it stands."""
    match event:
        case RollCallTaken():
            return RollCallRow(
                class_id=event.class_id,
                day=event.day,
                session=event.session,
                school_id=event.school_id,
                status="taken",
                absent=event.absent,
                excused={excuse.pupil_id: excuse.kind for excuse in event.excused},
                stale=event.stale,
                missing_since=row.missing_since if row else None,
                taken_at=envelope.recorded_at,
                taken_by=envelope.actor,
            )
        case RollCallMissing():
            return RollCallRow(
                class_id=event.class_id,
                day=event.day,
                session=event.session,
                school_id=event.school_id,
                status="missing",
                missing_since=envelope.recorded_at,
            )
        case RollCallCorrected() if row is not None:
            changed = {*event.withdrawn, *event.added, *(excuse.pupil_id for excuse in event.excused)}
            absent = sorted({pupil for pupil in row.absent if pupil not in changed} | set(event.added))
            excused = {pupil: kind for pupil, kind in row.excused.items() if pupil not in changed}
            excused |= {excuse.pupil_id: excuse.kind for excuse in event.excused}
            return replace(row, absent=tuple(absent), excused=excused, corrected_at=envelope.recorded_at)
        case _:
            return row


SCHOOL_ROWS: Projection[SchoolRow] = Projection(
    SCHOOLS,
    SchoolRow,
    dict.fromkeys((SchoolRegistered, SchoolChanged, SchoolSessionsSet), lambda e: e.school_id),
    school_row,
    afresh=(SchoolRegistered,),
)
CLASS_ROWS: Projection[ClassRow] = Projection(
    CLASSES, ClassRow, {ClassOpened: lambda e: e.class_id}, class_row, afresh=(ClassOpened,)
)
ROLL_CALL_ROWS: Projection[RollCallRow] = Projection(
    ROLL_CALLS,
    RollCallRow,
    dict.fromkeys((RollCallTaken, RollCallMissing, RollCallCorrected), lambda e: (e.class_id, e.day.isoformat(), e.session.value)),
    roll_call_row,
)
