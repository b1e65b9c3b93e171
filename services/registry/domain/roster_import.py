"""The import of one file: staged, then rejected, or accepted and applied chunk by chunk until it is completed.

Either every row is accepted or none. The same bytes again (keyed digest of kind, school and file) answer the earlier import,
a dry run too unless it is asked for again; the same rows in another file come out unchanged.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal, assert_never

import msgspec
from msgspec.structs import replace

from services.chassis.decider import Command, Decider
from services.contracts.ids import ImportId, SchoolId
from services.contracts.registry import (
    ImportAccepted,
    ImportChunkApplied,
    ImportCompleted,
    ImportInterrupted,
    ImportRehearsed,
    ImportRejected,
    ImportResumed,
    ImportStaged,
)
from services.registry.domain.errors import ChunkOutOfOrder, ImportAlreadyDecided, ImportNotInterrupted, NoSuchImport

ImportKind = Literal["schools", "roster"]


class Phase(StrEnum):
    """How far an import has come."""

    STAGED = "staged"
    REHEARSED = "rehearsed"
    REJECTED = "rejected"
    ACCEPTED = "accepted"
    INTERRUPTED = "interrupted"
    COMPLETED = "completed"
    COMPLETED_WITH_REFUSALS = "completed_with_refusals"


ENDED = (Phase.COMPLETED, Phase.COMPLETED_WITH_REFUSALS)
"""Nothing of the file waits any more; with refusals where rows were overtaken after their check and left out."""


def ended(event: ImportCompleted) -> Phase:
    """How an import stands once its last chunk is applied."""
    return Phase.COMPLETED_WITH_REFUSALS if event.refused else Phase.COMPLETED


class Counts(msgspec.Struct, frozen=True):
    """What became of rows."""

    enrolled: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.enrolled + other.enrolled,
            self.changed + other.changed,
            self.unchanged + other.unchanged,
            self.refused + other.refused,
        )


class StageImport(Command, frozen=True):
    """A file has been read, and its rows are sealed aside."""

    import_id: ImportId
    kind: ImportKind
    digest: str
    rows: int
    school_id: SchoolId | None = None


class RehearseImport(Command, frozen=True):
    """A file has been checked, and nothing is to come of it."""

    import_id: ImportId
    kind: ImportKind
    digest: str
    rows: int
    errors: int
    warnings: int
    counts: Counts
    school_id: SchoolId | None = None


class RejectImport(Command, frozen=True):
    """The file has rows that are not in the accepted form."""

    import_id: ImportId
    errors: int
    warnings: int


class AcceptImport(Command, frozen=True):
    """Every row is in the accepted form."""

    import_id: ImportId
    chunks: int
    warnings: int


class RecordChunk(Command, frozen=True):
    """A chunk's rows have been applied, in the same turn."""

    import_id: ImportId
    chunk: int
    counts: Counts


class InterruptImport(Command, frozen=True):
    """A chunk could not be applied, however often it was tried."""

    import_id: ImportId


class ResumeImport(Command, frozen=True):
    """Somebody has put right what stood in the way."""

    import_id: ImportId


ImportCommand = StageImport | RehearseImport | RejectImport | AcceptImport | RecordChunk | InterruptImport | ResumeImport
ImportEvent = (
    ImportStaged
    | ImportRehearsed
    | ImportRejected
    | ImportAccepted
    | ImportChunkApplied
    | ImportInterrupted
    | ImportResumed
    | ImportCompleted
)


class ImportState(msgspec.Struct, frozen=True):
    """An import: where it stands, and which chunk comes next."""

    import_id: ImportId = ImportId("")
    kind: str = ""
    school_id: SchoolId | None = None
    phase: Phase | None = None
    chunks: int = 0
    next_chunk: int = 0
    counts: Counts = Counts()


def decide(state: ImportState, command: ImportCommand) -> list[ImportEvent]:
    match command:
        case StageImport():
            return _staged(state, command)
        case RehearseImport():
            return _rehearsed(state, command)
        case RejectImport():
            return _rejected(state, command)
        case AcceptImport():
            return _accepted(state, command)
        case RecordChunk():
            return _applied(state, command)
        case InterruptImport():
            if state.phase is not Phase.ACCEPTED:
                return []
            return [ImportInterrupted(import_id=state.import_id, chunk=state.next_chunk)]
        case ResumeImport():
            return _resumed(state)
        case _:
            assert_never(command)


def _staged(state: ImportState, command: StageImport) -> list[ImportEvent]:
    if state.phase is Phase.REHEARSED:
        raise ImportAlreadyDecided
    if state.phase is not None:
        return []
    return [
        ImportStaged(
            import_id=command.import_id,
            kind=command.kind,
            digest=command.digest,
            rows=command.rows,
            school_id=command.school_id,
        )
    ]


def _rehearsed(state: ImportState, command: RehearseImport) -> list[ImportEvent]:
    if state.phase is Phase.REHEARSED:
        return []
    if state.phase is not None:
        raise ImportAlreadyDecided
    return [
        ImportRehearsed(
            import_id=command.import_id,
            kind=command.kind,
            digest=command.digest,
            rows=command.rows,
            errors=command.errors,
            warnings=command.warnings,
            enrolled=command.counts.enrolled,
            changed=command.counts.changed,
            unchanged=command.counts.unchanged,
            school_id=command.school_id,
        )
    ]


def _rejected(state: ImportState, command: RejectImport) -> list[ImportEvent]:
    match state.phase:
        case Phase.STAGED:
            return [ImportRejected(import_id=state.import_id, errors=command.errors, warnings=command.warnings)]
        case Phase.REJECTED:
            return []
        case None:
            raise NoSuchImport
        case _:
            raise ImportAlreadyDecided


def _accepted(state: ImportState, command: AcceptImport) -> list[ImportEvent]:
    match state.phase:
        case Phase.STAGED:
            return [ImportAccepted(import_id=state.import_id, chunks=command.chunks, warnings=command.warnings)]
        case Phase.ACCEPTED | Phase.INTERRUPTED | Phase.COMPLETED | Phase.COMPLETED_WITH_REFUSALS:
            return []
        case None:
            raise NoSuchImport
        case _:
            raise ImportAlreadyDecided


def _applied(state: ImportState, command: RecordChunk) -> list[ImportEvent]:
    if command.chunk < state.next_chunk:
        return []
    if state.phase is not Phase.ACCEPTED or command.chunk > state.next_chunk:
        raise ChunkOutOfOrder(chunk=command.chunk, expected=state.next_chunk)
    counts = command.counts
    applied = ImportChunkApplied(
        import_id=state.import_id,
        chunk=command.chunk,
        enrolled=counts.enrolled,
        changed=counts.changed,
        unchanged=counts.unchanged,
        refused=counts.refused,
    )
    if command.chunk + 1 < state.chunks:
        return [applied]
    total = state.counts + counts
    completed = ImportCompleted(
        import_id=state.import_id,
        enrolled=total.enrolled,
        changed=total.changed,
        unchanged=total.unchanged,
        refused=total.refused,
    )
    return [applied, completed]


def _resumed(state: ImportState) -> list[ImportEvent]:
    match state.phase:
        case Phase.INTERRUPTED:
            return [ImportResumed(import_id=state.import_id, chunk=state.next_chunk)]
        case None:
            raise NoSuchImport
        case _:
            raise ImportNotInterrupted


def evolve(state: ImportState, event: ImportEvent) -> ImportState:
    match event:
        case ImportStaged():
            return ImportState(event.import_id, event.kind, event.school_id, Phase.STAGED)
        case ImportRehearsed():
            return ImportState(event.import_id, event.kind, event.school_id, Phase.REHEARSED)
        case ImportRejected():
            return replace(state, phase=Phase.REJECTED)
        case ImportAccepted():
            return replace(state, phase=Phase.ACCEPTED, chunks=event.chunks)
        case ImportChunkApplied():
            applied = Counts(event.enrolled, event.changed, event.unchanged, event.refused)
            return replace(state, next_chunk=event.chunk + 1, counts=state.counts + applied)
        case ImportInterrupted():
            return replace(state, phase=Phase.INTERRUPTED)
        case ImportResumed():
            return replace(state, phase=Phase.ACCEPTED)
        case ImportCompleted():
            return replace(state, phase=ended(event))
        case _:
            assert_never(event)


IMPORT: Decider[ImportState, ImportCommand, ImportEvent] = Decider(
    kind="import",
    commands=(StageImport, RehearseImport, RejectImport, AcceptImport, RecordChunk, InterruptImport, ResumeImport),
    initial=ImportState,
    decide=decide,
    evolve=evolve,
    stream_of=lambda command: command.import_id,
    partition_of=lambda state: state.import_id,
)
