"""Oversight's read models: what stands for each child, case, duty, text, application; anchors; the index of every event."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec
from msgspec.structs import replace

from services.chassis.checkpoints import CheckpointSigned, Head
from services.chassis.decider import Event
from services.chassis.envelope import Envelope
from services.chassis.projections import Index, Projection
from services.contracts import assistance, casework, identity, notifications, registry
from services.contracts.catalogue import CATALOGUE
from services.contracts.codes import BodyKind, Department, SchoolKind
from services.contracts.ids import BodyId, OfficerId, SchoolId
from services.oversight.domain.cases import CaseRow, DutyRow, case_row, duty_row
from services.oversight.domain.chain import Told
from services.oversight.domain.children import (
    EpisodeRow,
    PupilRow,
    SilentClassRow,
    episode_row,
    pupil_row,
    silent_class_row,
)
from services.oversight.domain.subjects import facts, subjects
from services.oversight.domain.texts_and_aid import AID_STATES, AidRow, TextRow, aid_row, text_row
from services.oversight.storage.tables import (
    AID,
    ANCHORS,
    BODIES,
    CASES,
    DUTIES,
    EPISODES,
    OFFICERS,
    PUPILS,
    SCHOOLS,
    SILENT_CLASSES,
    TEXTS,
    TRACE_EVENTS,
    TRACE_SUBJECTS,
)


class BodyRow(msgspec.Struct, frozen=True):
    """A body of the county."""

    body_id: BodyId
    code: str
    kind: BodyKind
    name: str
    name_en: str
    division: str
    department: Department | None


def body_row(_row: BodyRow | None, event: identity.BodyRegistered, _envelope: Envelope) -> BodyRow:
    """The body as last registered."""
    return BodyRow(event.body_id, event.code, event.kind, event.name, event.name_en, event.division, event.department)


class OfficerRow(msgspec.Struct, frozen=True):
    """An officer."""

    officer_id: OfficerId
    name: str
    body_id: BodyId


def officer_row(_row: OfficerRow | None, event: identity.OfficerRegistered, _envelope: Envelope) -> OfficerRow:
    """The officer as last registered."""
    return OfficerRow(event.officer_id, event.name, event.body_id)


class SchoolRow(msgspec.Struct, frozen=True):
    """A school."""

    school_id: SchoolId
    code: str
    name: str
    name_en: str
    kind: SchoolKind
    division: str


def school_row(row: SchoolRow | None, event: Event, _envelope: Envelope) -> SchoolRow | None:
    """The school as last told."""
    match event:
        case registry.SchoolRegistered():
            return SchoolRow(event.school_id, event.code, event.name, event.name_en, event.kind, event.division)
        case registry.SchoolChanged() if row is not None:
            return replace(row, name=event.name, name_en=event.name_en, kind=event.kind, division=event.division)
        case _:
            return row


class AnchorRow(msgspec.Struct, frozen=True, kw_only=True):
    """A checkpoint of another service, held beyond the reach of whoever can write that service's database."""

    anchor_id: str
    service: str
    number: int
    position: int
    heads: tuple[Head, ...]
    previous: str
    key_id: str
    suite: str
    signature: str
    covered_until: str


def anchor_row(row: AnchorRow | None, event: CheckpointSigned, _envelope: Envelope) -> AnchorRow:
    """The checkpoint as it came first; another of the same number does not replace it."""
    return row or AnchorRow(anchor_id=anchor_id(event), **msgspec.structs.asdict(event))


def anchor_id(event: CheckpointSigned) -> str:
    """Service and number name a checkpoint."""
    return f"{event.service}/{event.number}"


Fold = Callable[[Any, Any, Envelope], Any]


def as_recorded(fold: Callable[[Any, Any, str], Any]) -> Fold:
    """A fold that asks of the envelope only when the event was recorded."""
    return lambda row, event, envelope: fold(row, event, envelope.recorded_at)


PUPIL_ROWS = Projection(
    PUPILS,
    PupilRow,
    dict.fromkeys(
        (
            registry.PupilEnrolled,
            registry.PupilRecordWritten,
            registry.PupilTransferred,
            registry.RegistrationExpected,
            registry.PupilRegistered,
            registry.PupilSuspected,
            registry.SuspicionLifted,
            registry.DropoutConfirmed,
            registry.PupilReturned,
            registry.ReturnLost,
            registry.ReturnRestored,
            registry.PupilStruckOff,
            registry.TransferCompleted,
            registry.ContactFellDue,
            registry.SchoolVisitFellDue,
            registry.ContactRecorded,
            registry.AbsentDaysRecounted,
            registry.AbsenceEnded,
        ),
        lambda e: e.pupil_id,
    ),
    as_recorded(pupil_row),
)
EPISODE_ROWS = Projection(
    EPISODES,
    EpisodeRow,
    dict.fromkeys(
        (
            registry.PupilSuspected,
            registry.SuspicionLifted,
            registry.DropoutConfirmed,
            registry.PupilReturned,
            registry.ReturnLost,
            registry.ReturnRestored,
            registry.PupilStruckOff,
        ),
        lambda e: e.episode_id,
    ),
    as_recorded(episode_row),
)
SILENT_CLASS_ROWS = Projection(
    SILENT_CLASSES,
    SilentClassRow,
    dict.fromkeys((registry.RollCallMissing, registry.RollCallTaken), lambda e: (e.class_id, e.day.isoformat(), e.session.value)),
    as_recorded(silent_class_row),
)
CASE_ROWS = Projection(CASES, CaseRow, dict.fromkeys(casework.CASE_EVENTS, lambda e: e.case_id), as_recorded(case_row))
DUTY_ROWS = Projection(DUTIES, DutyRow, dict.fromkeys(casework.DUTY_EVENTS, lambda e: e.duty_id), as_recorded(duty_row))
ANCHOR_ROWS = Projection(ANCHORS, AnchorRow, {CheckpointSigned: anchor_id}, anchor_row)

SMALL: tuple[Projection[Any], ...] = (
    Projection(BODIES, BodyRow, {identity.BodyRegistered: lambda e: e.body_id}, body_row),
    Projection(OFFICERS, OfficerRow, {identity.OfficerRegistered: lambda e: e.officer_id}, officer_row),
    Projection(
        SCHOOLS,
        SchoolRow,
        dict.fromkeys((registry.SchoolRegistered, registry.SchoolChanged), lambda e: e.school_id),
        school_row,
    ),
    Projection(
        TEXTS,
        TextRow,
        dict.fromkeys(
            (
                notifications.NotificationScheduled,
                notifications.NotificationPostponed,
                notifications.NotificationReleased,
                notifications.NotificationCancelled,
                notifications.NotificationSent,
                notifications.NotificationFailed,
                notifications.NotificationUncertain,
                notifications.UncertaintyResolved,
                notifications.ContactUnreachable,
                notifications.CallTaskRaised,
                notifications.CallTaskDone,
            ),
            lambda e: e.notification_id,
        ),
        as_recorded(text_row),
    ),
    Projection(
        AID,
        AidRow,
        dict.fromkeys((assistance.ApplicationDrafted, assistance.ReviewFellOverdue, *AID_STATES), lambda e: e.application_id),
        as_recorded(aid_row),
    ),
    ANCHOR_ROWS,
)

PROJECTIONS: tuple[Projection[Any], ...] = (
    PUPIL_ROWS,
    EPISODE_ROWS,
    SILENT_CLASS_ROWS,
    CASE_ROWS,
    DUTY_ROWS,
    *SMALL,
)


# --- the index of every event ---------------------------------------------------------------------------------------

TRACED = tuple(event for event in CATALOGUE.types().values() if event is not CheckpointSigned)
"""Everything that happens; checkpoints are about the log, not about anybody."""


class SubjectRow(msgspec.Struct, frozen=True):
    """An event names a subject."""

    subject_id: str
    event_id: str


def told(event: Event, envelope: Envelope) -> Iterable[Told]:
    """The event as the trace shows it: its envelope and its plain facts."""
    return (
        Told(
            event_id=envelope.event_id,
            stream_id=envelope.stream_id,
            version=envelope.version,
            service=envelope.type.partition(".")[0],
            type=envelope.type,
            partition_key=envelope.partition_key,
            actor=envelope.actor,
            on_behalf_of=envelope.on_behalf_of,
            occurred_at=envelope.occurred_at,
            recorded_at=envelope.recorded_at,
            correlation_id=envelope.correlation_id,
            causation_id=envelope.causation_id,
            facts=facts(event),
        ),
    )


def named(event: Event, envelope: Envelope) -> Iterator[SubjectRow]:
    """Every subject that the event names."""
    return (SubjectRow(subject_id, envelope.event_id) for subject_id in sorted(subjects(event)))


TOLD = Index(TRACE_EVENTS, Told, TRACED, told)
NAMED = Index(TRACE_SUBJECTS, SubjectRow, TRACED, named)

INDEXES = (TOLD, NAMED)
