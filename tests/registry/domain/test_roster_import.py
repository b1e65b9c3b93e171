"""The import of a file: staged, decided, applied in order, interrupted and resumed; every refusal once."""

from __future__ import annotations

import pytest

from services.chassis.decider import Command, Event
from services.chassis.errors import Refusal
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
from services.registry.domain.roster_import import (
    IMPORT,
    AcceptImport,
    Counts,
    InterruptImport,
    RecordChunk,
    RehearseImport,
    RejectImport,
    ResumeImport,
    StageImport,
)
from tests.scenario import scenario

ID = ImportId("import-1")
SCHOOL = SchoolId("school-1")
stage = StageImport(import_id=ID, kind="roster", digest="d", rows=3, school_id=SCHOOL)
staged = ImportStaged(import_id=ID, kind="roster", digest="d", rows=3, school_id=SCHOOL)
rehearse = RehearseImport(
    import_id=ID, kind="roster", digest="d", rows=3, errors=1, warnings=2, counts=Counts(enrolled=2), school_id=SCHOOL
)
rehearsed = ImportRehearsed(
    import_id=ID, kind="roster", digest="d", rows=3, errors=1, warnings=2, enrolled=2, changed=0, unchanged=0, school_id=SCHOOL
)
reject = RejectImport(import_id=ID, errors=1, warnings=0)
rejected = ImportRejected(import_id=ID, errors=1)
accept = AcceptImport(import_id=ID, chunks=2, warnings=0)
accepted = ImportAccepted(import_id=ID, chunks=2)
first = ImportChunkApplied(import_id=ID, chunk=0, enrolled=1, changed=1, unchanged=0)
last = ImportChunkApplied(import_id=ID, chunk=1, enrolled=0, changed=0, unchanged=1, refused=1)
completed = ImportCompleted(import_id=ID, enrolled=1, changed=1, unchanged=1, refused=1)
interrupted = ImportInterrupted(import_id=ID, chunk=1)
resumed = ImportResumed(import_id=ID, chunk=1)


def chunk(number: int, counts: Counts = Counts()) -> RecordChunk:  # noqa: B008  it is frozen
    return RecordChunk(import_id=ID, chunk=number, counts=counts)


def test_a_file_is_staged_accepted_applied_chunk_by_chunk_and_completed() -> None:
    scenario(
        IMPORT,
        when=[stage, accept, chunk(0, Counts(enrolled=1, changed=1)), chunk(1, Counts(unchanged=1, refused=1))],
        then=[staged, accepted, first, last, completed],
    )


@pytest.mark.parametrize(
    ("given", "when", "then"),
    [
        pytest.param([staged], reject, [rejected], id="a file with bad rows is rejected"),
        pytest.param([], rehearse, [rehearsed], id="a rehearsal leaves its log"),
        pytest.param([staged], stage, [], id="staged twice is staged once"),
        pytest.param([rehearsed], rehearse, [], id="rehearsed twice is rehearsed once"),
        pytest.param([staged, rejected], reject, [], id="rejected twice is rejected once"),
        pytest.param([staged, accepted], accept, [], id="accepted twice is accepted once"),
        pytest.param([staged, accepted, first], chunk(0), [], id="a chunk applied twice is applied once"),
        pytest.param([staged, accepted, first, last, completed], chunk(1), [], id="the last chunk, too"),
        pytest.param([staged, accepted, first], InterruptImport(import_id=ID), [interrupted], id="an interruption names the chunk"),
        pytest.param([staged, accepted, first, interrupted], InterruptImport(import_id=ID), [], id="interrupted once"),
        pytest.param([staged, accepted, first, interrupted], ResumeImport(import_id=ID), [resumed], id="resumed at the same chunk"),
        pytest.param(
            [staged, accepted, first, interrupted, resumed],
            chunk(1, Counts(unchanged=1, refused=1)),
            [last, completed],
            id="a resumed import is completed",
        ),
    ],
)
def test_each_step_of_an_import_is_told_once(given: list[Event], when: Command, then: list[Event]) -> None:
    scenario(IMPORT, given=given, when=when, then=then)


@pytest.mark.parametrize(
    ("given", "when", "refusal"),
    [
        pytest.param([], accept, NoSuchImport, id="nothing to accept"),
        pytest.param([], reject, NoSuchImport, id="nothing to reject"),
        pytest.param([], ResumeImport(import_id=ID), NoSuchImport, id="nothing to resume"),
        pytest.param([rehearsed], stage, ImportAlreadyDecided, id="a rehearsal is never staged"),
        pytest.param([staged], rehearse, ImportAlreadyDecided, id="a staged file is no rehearsal"),
        pytest.param([staged, rejected], accept, ImportAlreadyDecided, id="rejected is rejected"),
        pytest.param([staged, accepted], reject, ImportAlreadyDecided, id="accepted is accepted"),
        pytest.param([staged, accepted], chunk(1), ChunkOutOfOrder, id="no chunk is skipped"),
        pytest.param([staged], chunk(0), ChunkOutOfOrder, id="nothing is applied before acceptance"),
        pytest.param([staged, accepted, interrupted], chunk(0), ChunkOutOfOrder, id="nothing is applied while interrupted"),
        pytest.param([staged, accepted], ResumeImport(import_id=ID), ImportNotInterrupted, id="what runs is not resumed"),
    ],
)
def test_no_step_of_an_import_is_skipped_or_taken_back(given: list[Event], when: Command, refusal: type[Refusal]) -> None:
    scenario(IMPORT, given=given, when=when, then=refusal)
