"""How the events of an import change its row in the list of imports."""

from __future__ import annotations

from typing import assert_never

from msgspec.structs import replace

from services.chassis.envelope import Envelope
from services.chassis.errors import Fault
from services.chassis.projections import Projection
from services.contracts.registry import (
    IMPORT_EVENTS,
    ImportAccepted,
    ImportChunkApplied,
    ImportCompleted,
    ImportInterrupted,
    ImportRehearsed,
    ImportRejected,
    ImportResumed,
    ImportStaged,
)
from services.registry.domain.roster_import import ImportEvent, Phase, ended
from services.registry.storage.rows import ImportRow
from services.registry.storage.vault_tables import IMPORTS


class ImportNotStaged(Fault):
    """An event of an import comes before its first one."""


def import_row(row: ImportRow | None, event: ImportEvent, envelope: Envelope) -> ImportRow:
    """The import after the event."""
    match event:
        case ImportStaged() | ImportRehearsed():
            return _first(event, envelope)
        case _ if row is None:
            raise ImportNotStaged(envelope.stream_id)
        case ImportRejected():
            return replace(row, state=Phase.REJECTED, errors=event.errors, warnings=event.warnings)
        case ImportAccepted():
            return replace(row, state=Phase.ACCEPTED, chunks=event.chunks, warnings=event.warnings)
        case ImportChunkApplied():
            return replace(
                row,
                chunks_applied=event.chunk + 1,
                enrolled=row.enrolled + event.enrolled,
                changed=row.changed + event.changed,
                unchanged=row.unchanged + event.unchanged,
                refused=row.refused + event.refused,
            )
        case ImportInterrupted():
            return replace(row, state=Phase.INTERRUPTED)
        case ImportResumed():
            return replace(row, state=Phase.ACCEPTED)
        case ImportCompleted():
            return replace(row, state=ended(event), completed_at=envelope.recorded_at)
        case _:
            assert_never(event)


def _first(event: ImportStaged | ImportRehearsed, envelope: Envelope) -> ImportRow:
    row = ImportRow(
        import_id=event.import_id,
        kind=event.kind,
        school_id=event.school_id,
        state=Phase.STAGED,
        rows=event.rows,
        uploaded_by=envelope.actor,
        uploaded_at=envelope.recorded_at,
    )
    if isinstance(event, ImportStaged):
        return row
    return replace(
        row,
        state=Phase.REHEARSED,
        errors=event.errors,
        warnings=event.warnings,
        enrolled=event.enrolled,
        changed=event.changed,
        unchanged=event.unchanged,
    )


IMPORT_ROWS: Projection[ImportRow] = Projection(
    IMPORTS,
    ImportRow,
    dict.fromkeys(IMPORT_EVENTS, lambda e: e.import_id),
    import_row,
    afresh=(ImportStaged, ImportRehearsed),
)
