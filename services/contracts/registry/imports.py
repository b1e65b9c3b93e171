"""The import of a file: staged, checked, applied in chunks, interrupted, resumed, completed."""

from __future__ import annotations

from typing import Literal

from services.chassis.decider import Event
from services.contracts.ids import ImportId, SchoolId


class ImportStaged(Event, frozen=True):
    """A file was read and its rows sealed aside; `digest` is a keyed one of its bytes, `rows` those that are not blank."""

    import_id: ImportId
    kind: Literal["schools", "roster", "rollcall"]
    digest: str
    rows: int
    school_id: SchoolId | None = None


class ImportRehearsed(Event, frozen=True):
    """A file was checked and nothing else: what is wrong with it, and what it would change."""

    import_id: ImportId
    kind: Literal["schools", "roster", "rollcall"]
    digest: str
    rows: int
    errors: int
    warnings: int
    enrolled: int
    changed: int
    unchanged: int
    school_id: SchoolId | None = None


class ImportRejected(Event, frozen=True):
    """The file has rows that are not in the accepted form: nothing of it is applied."""

    import_id: ImportId
    errors: int
    warnings: int = 0


class ImportAccepted(Event, frozen=True):
    """Every row is in the accepted form; chunks are applied from now on, under deterministic ids."""

    import_id: ImportId
    chunks: int
    warnings: int = 0


class ImportChunkApplied(Event, frozen=True):
    """One chunk of rows is on the roll; `refused` are those that another import or transfer has overtaken."""

    import_id: ImportId
    chunk: int
    enrolled: int
    changed: int
    unchanged: int
    refused: int = 0


class ImportInterrupted(Event, frozen=True):
    """A chunk could not be applied after several tries: the import waits for a person to resume it."""

    import_id: ImportId
    chunk: int


class ImportResumed(Event, frozen=True):
    """Somebody resumed the import at a chunk."""

    import_id: ImportId
    chunk: int


class ImportCompleted(Event, frozen=True):
    """All chunks are applied and the staged rows are gone."""

    import_id: ImportId
    enrolled: int
    changed: int
    unchanged: int
    refused: int = 0
