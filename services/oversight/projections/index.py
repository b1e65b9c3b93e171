"""The index of every event: as the trace shows it, and under every subject that it names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from services.chassis.checkpoints import CheckpointSigned
from services.chassis.decider import Event
from services.chassis.envelope import Envelope
from services.chassis.projections import Index
from services.contracts.catalogue import CATALOGUE
from services.oversight.domain.chain import TracedEvent
from services.oversight.domain.subjects import facts, subjects
from services.oversight.storage.rows import SubjectRow
from services.oversight.storage.tables import TRACE_EVENTS, TRACE_SUBJECTS

TRACED = tuple(event for event in CATALOGUE.types().values() if event is not CheckpointSigned)
"""Everything that happens; checkpoints are about the log, not about anybody."""


def told(event: Event, envelope: Envelope) -> Iterable[TracedEvent]:
    """The event as the trace shows it: its envelope and its plain facts."""
    return (
        TracedEvent(
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


TOLD = Index(TRACE_EVENTS, TracedEvent, TRACED, told)
NAMED = Index(TRACE_SUBJECTS, SubjectRow, TRACED, named)
