"""Reads .xlsx workbooks that nobody vouches for, in child processes whose memory, time and files are capped.

A file that kills or stalls its child costs that child; the service answers a refusal and starts another.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import msgspec

from services.chassis.errors import PlacesTaken
from services.chassis.spreadsheets import child as child_page
from services.chassis.spreadsheets.child import Cell, End, Reply, Request, Rows, Unreadable, write_frame
from services.chassis.spreadsheets.refusals import (
    FileNotReadable,
    FileTakesTooLong,
    FileTooLarge,
    SheetMissing,
    WorkbookCorrupt,
    WorkbookLocked,
    WorkbookOfOldFormat,
)

ROWS_AT_MOST = 200_000
"""Rows a sheet or CSV file may have below its header at the very most; a list that is of one school says less."""

COLUMNS_AT_MOST = 100
"""Columns; the longest list of the field has 25."""

UNPACKED_BYTES_AT_MOST = 400 * 2**20
"""What a workbook may unpack to; 200,000 rows of 25 cells come to 210 MB."""

PACKING_RATIO_AT_MOST = 150
"""Unpacked to packed bytes; rosters come to 5–20."""

CHILD_MEMORY_BYTES = 768 * 2**20
"""Address space of a child: 200,000 rows of 25 cells were measured to need 690 MB, a school's roster 60 MB.

One child reads at a time; a container where files are read has room for it (`docker-compose.yml`).
"""

CHILD_CPU_SECONDS = 30
"""Processor time for one file; 200,000 rows were measured to need 9 s."""

SILENCE_SECONDS = 60.0
"""How long the parent waits for a child's next frame, whatever the child does."""

PLACE_SECONDS = 20.0
"""How long a file waits for another that is being read and checked, before whoever brings it is asked to come again.

Less than the silence that is taken for a fault of the file: this file has none.
"""

KEPT_SECONDS = 20.0
"""How long an idle child is good for another file; it ends by itself somewhat later."""

CHILD_PAGE = Path(child_page.__file__)
Child = subprocess.Popen[bytes]

_ZIP = b"PK\x03\x04"
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_OLE_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")

_decode = msgspec.msgpack.Decoder(Reply).decode


class SheetRow(NamedTuple):
    """One row: the sheet's name (empty in a CSV file), the number that the spreadsheet shows, the cells."""

    sheet: str
    number: int
    cells: Sequence[Cell]


def is_workbook(data: bytes) -> bool:
    """Whether these bytes are a workbook of some kind rather than text."""
    return data.startswith((_ZIP, _OLE))


class WorkbookReader:
    """Reads workbooks, and keeps one idle child for the next file (starting one takes about 0.15 s).

    One is read at a time by all who have the same `place`, a file that is there; without another that is the installation's.
    """

    def __init__(
        self,
        *,
        memory_bytes: int = CHILD_MEMORY_BYTES,
        cpu_seconds: int = CHILD_CPU_SECONDS,
        place: Path = CHILD_PAGE,
        place_seconds: float = PLACE_SECONDS,
    ) -> None:
        self._memory_bytes = memory_bytes
        self._cpu_seconds = cpu_seconds
        self._place = place
        self._place_seconds = place_seconds
        self._kept: list[tuple[Child, float]] = []
        self._lock = threading.Lock()
        self._reading = threading.Lock()
        self._finalizer = weakref.finalize(self, _end_kept, self._kept)

    def rows(self, data: bytes, sheets: Sequence[str], rows_at_most: int) -> Iterator[SheetRow]:
        """All rows of the named sheets (without names: of the first one), blank rows too.

        Raises FileNotReadable, and PlacesTaken where another file is read for too long, in this process or in another.
        """
        if data.startswith(_OLE):
            raise WorkbookLocked() if _OLE_ENCRYPTED in data else WorkbookOfOldFormat()
        request = Request(
            sheets=tuple(sheets),
            rows_at_most=rows_at_most,
            columns_at_most=COLUMNS_AT_MOST,
            unpacked_bytes_at_most=UNPACKED_BYTES_AT_MOST,
            packing_ratio_at_most=PACKING_RATIO_AT_MOST,
            cpu_seconds=self._cpu_seconds,
            place=str(self._place),
            place_seconds=self._place_seconds,
        )
        with self._child() as child:
            for batch in _batches(child, request, data):
                for place, cells in enumerate(batch.rows):
                    yield SheetRow(batch.sheet, batch.first + place, cells)

    def close(self) -> None:
        """End the kept child; so does the end of the process."""
        with self._lock:
            _end_kept(self._kept)

    @contextmanager
    def _child(self) -> Iterator[Child]:
        """A child of one's own; it is kept for the next file only if this one went through."""
        if not self._reading.acquire(timeout=self._place_seconds):
            raise PlacesTaken
        try:
            child = self._take()
            try:
                yield child
            except (SheetMissing, WorkbookCorrupt, PlacesTaken):
                self._keep(child)
                raise
            except BaseException:
                _end(child)
                raise
            self._keep(child)
        finally:
            self._reading.release()

    def _take(self) -> Child:
        with self._lock:
            kept, since = self._kept.pop() if self._kept else (None, 0.0)
        if kept is not None:
            if time.monotonic() - since < KEPT_SECONDS and kept.poll() is None:
                return kept
            _end(kept)
        return subprocess.Popen(  # noqa: S603  our own interpreter and page
            [sys.executable, "-I", str(CHILD_PAGE), str(self._memory_bytes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            start_new_session=True,
        )

    def _keep(self, child: Child) -> None:
        with self._lock:
            _end_kept(self._kept)
            self._kept.append((child, time.monotonic()))


def _batches(child: Child, request: Request, data: bytes) -> Iterator[Rows]:
    assert child.stdin is not None  # noqa: S101  a pipe was asked for
    try:
        write_frame(child.stdin, msgspec.msgpack.encode(request))
        write_frame(child.stdin, data)
    except BrokenPipeError as gone:
        raise _what_became_of(child, request) from gone
    while True:
        length = int.from_bytes(_read(child, 8, request), "big")
        match _decode(_read(child, length, request)):
            case Rows() as rows:
                yield rows
            case Unreadable(reason, sheet):
                raise _refusal(reason, sheet, request)
            case End():
                return


def _read(child: Child, length: int, request: Request) -> bytes:
    """That many bytes, straight from the pipe: a buffer of our own would hide from `select` what has already come."""
    assert child.stdout is not None  # noqa: S101  a pipe was asked for
    pipe = child.stdout.fileno()
    parts = bytearray()
    while len(parts) < length:
        if not select.select([pipe], [], [], SILENCE_SECONDS)[0]:
            raise FileTakesTooLong
        part = os.read(pipe, length - len(parts))
        if not part:
            raise _what_became_of(child, request)
        parts += part
    return bytes(parts)


def _refusal(reason: str, sheet: str, request: Request) -> FileNotReadable | PlacesTaken:
    match reason:
        case "place_taken":
            return PlacesTaken()
        case "locked":
            return WorkbookLocked()
        case "too_large":
            return too_large(request.rows_at_most)
        case "sheet_missing":
            return SheetMissing(sheet=sheet)
        case _:
            return WorkbookCorrupt()


def too_large(rows_at_most: int) -> FileTooLarge:
    """The refusal of a file beyond the caps, with the caps."""
    return FileTooLarge(rows=rows_at_most, columns=COLUMNS_AT_MOST, megabytes=UNPACKED_BYTES_AT_MOST // 2**20)


def _what_became_of(child: Child, request: Request) -> FileNotReadable:
    """A child that ended by itself ran out of processor time or of memory."""
    return FileTakesTooLong() if child.wait() == -signal.SIGXCPU else too_large(request.rows_at_most)


def _end_kept(kept: list[tuple[Child, float]]) -> None:
    while kept:
        _end(kept.pop()[0])


def _end(child: Child) -> None:
    child.kill()
    child.communicate()
