"""The child process that reads one untrusted workbook after another, under caps on memory, processor time and files.

It stands alone on purpose (standard library, calamine, msgspec): it is started by its path in an isolated interpreter, in
about 0.1 s, and ends by itself when its parent is gone or gives it nothing to do. Frames in both directions are an
8-byte length and msgpack.
"""

from __future__ import annotations

import fcntl
import io
import resource
import select
import sys
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from time import monotonic, sleep
from typing import IO, Any

import msgspec
from python_calamine import CalamineError, CalamineWorkbook, PasswordError

Cell = str | float

IDLE_SECONDS = 30
ROWS_A_FRAME = 500
LOOK_AGAIN_SECONDS = 0.05
OOM_SCORE = Path("/proc/self/oom_score_adj")
FIRST_TO_GO = "1000"
"""To the kernel of Linux, where memory runs out: this child before anything else of its container."""

PROLOGUE_BYTES = 2048
"""Where in an XML part a document type would stand."""


class Request(msgspec.Struct, frozen=True):
    """Read these sheets, all of which must be there, or without names the first one; the workbook's bytes follow in a frame."""

    sheets: tuple[str, ...]
    rows_at_most: int
    columns_at_most: int
    unpacked_bytes_at_most: int
    packing_ratio_at_most: int
    cpu_seconds: int
    place: str
    """A file, whose lock is the one place for children that read."""

    place_seconds: float
    """How long it may take until no other child has it."""


class Rows(msgspec.Struct, frozen=True, tag=True):
    """Some rows of a sheet; `first` is the first one's number as the spreadsheet shows it."""

    sheet: str
    first: int
    rows: list[list[Cell]]


class Unreadable(msgspec.Struct, frozen=True, tag=True):
    """The workbook is not read: `locked`, `corrupt`, `too_large` or `sheet_missing`; `sheet` is the name that was asked for.

    `place_taken` says nothing of the workbook: another one was being read for too long.
    """

    reason: str
    sheet: str = ""


class End(msgspec.Struct, frozen=True, tag=True):
    """All rows have been sent."""


Reply = Rows | Unreadable | End


class NotRead(Exception):
    """The workbook is refused."""

    def __init__(self, reason: str, sheet: str = "") -> None:
        self.refused = Unreadable(reason, sheet)
        super().__init__(reason)


def serve(source: IO[bytes], target: IO[bytes]) -> None:
    """Read workbooks until the parent closes the pipe or is idle for a while.

    The parent sends the next request only after the last frame, so nothing lies in the buffer when the pipe is watched.
    """
    encode = msgspec.msgpack.encode
    while select.select([source], [], [], IDLE_SECONDS)[0]:
        asked = read_frame(source)
        if asked is None:
            return
        request = msgspec.msgpack.decode(asked, type=Request)
        _allow_cpu_seconds(request.cpu_seconds)
        workbook = read_frame(source) or b""
        try:
            with _one_at_a_time(request):
                for rows in read(request, workbook):
                    write_frame(target, encode(rows))
            write_frame(target, encode(End()))
        except NotRead as refused:
            write_frame(target, encode(refused.refused))


@contextmanager
def _one_at_a_time(request: Request) -> Iterator[None]:
    """While no other child with the same place reads, whatever process has started it: memory is for one. Raises NotRead.

    The other one has the place for as long as its parent takes to check the rows; to this one's parent a wait without an
    end would be a file that takes too long.
    """
    until = monotonic() + request.place_seconds
    with Path(request.place).open("rb") as place:
        while not _taken(place):
            if monotonic() >= until:
                raise NotRead("place_taken")
            sleep(LOOK_AGAIN_SECONDS)
        yield


def _taken(place: IO[bytes]) -> bool:
    try:
        fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def read(request: Request, workbook: bytes) -> Iterator[Rows]:
    """The rows of the sheets that were asked for, some at a time; raises NotRead."""
    _inspect(request, workbook)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(workbook))
        for missing in (name for name in request.sheets if name not in book.sheet_names):
            raise NotRead("sheet_missing", missing)
        for name in request.sheets or book.sheet_names[:1]:
            shown = name if request.sheets else ""
            sheet = book.get_sheet_by_name(name)
            last_row, last_column = sheet.end or (0, 0)
            if last_row > request.rows_at_most or last_column >= request.columns_at_most:
                raise NotRead("too_large")
            left = [""] * sheet.start[1] if sheet.start else []
            some: list[list[Cell]] = []
            first = 1
            for row in sheet.iter_rows():
                some.append([*left, *map(_cell, row)])
                if len(some) == ROWS_A_FRAME:
                    yield Rows(shown, first, some)
                    first, some = first + len(some), []
            yield Rows(shown, first, some)
    except PasswordError as locked:
        raise NotRead("locked") from locked
    except MemoryError as full:
        raise NotRead("too_large") from full
    except (CalamineError, ValueError, OSError) as broken:
        raise NotRead("corrupt") from broken


def _inspect(request: Request, workbook: bytes) -> None:
    """Refuse what no office program writes, before anything is unpacked: bombs, document types, other kinds of zip."""
    try:
        with zipfile.ZipFile(io.BytesIO(workbook)) as parts:
            listed = parts.infolist()
            if "xl/workbook.xml" not in {part.filename for part in listed}:
                raise NotRead("corrupt")
            unpacked = sum(part.file_size for part in listed)
            if unpacked > request.unpacked_bytes_at_most:
                raise NotRead("too_large")
            if unpacked > len(workbook) * request.packing_ratio_at_most:
                raise NotRead("too_large")
            for part in listed:
                if part.flag_bits & 1:
                    raise NotRead("locked")
                if part.filename.endswith((".xml", ".rels")):
                    with parts.open(part) as content:
                        if b"<!DOCTYPE" in content.read(PROLOGUE_BYTES):
                            raise NotRead("corrupt")
    except (zipfile.BadZipFile, NotImplementedError, EOFError, zlib.error) as broken:
        raise NotRead("corrupt") from broken


def _cell(value: Any) -> Cell:
    """Text as it stands, a figure as a figure, a date in its ISO form."""
    match value:
        case str():
            return value
        case bool():
            return str(value).upper()
        case int() | float():
            return float(value)
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime() | date() | time():
            return value.isoformat()
        case timedelta():
            return value.total_seconds()
        case _:
            return ""


def read_frame(source: IO[bytes]) -> bytes | None:
    """The next frame, nothing at the end of the pipe."""
    head = source.read(8)
    if len(head) < 8:
        return None
    length = int.from_bytes(head, "big")
    frame = source.read(length)
    return frame if len(frame) == length else None


def write_frame(target: IO[bytes], frame: bytes) -> None:
    target.write(len(frame).to_bytes(8, "big") + frame)
    target.flush()


def _allow_cpu_seconds(seconds: int) -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + seconds, resource.RLIM_INFINITY))


def confine(memory_bytes: int) -> None:
    """Cap memory, and be the first to go where there is not even that much; no file may be written and no core dumped."""
    if OOM_SCORE.exists():
        OOM_SCORE.write_text(FIRST_TO_GO)
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    confine(int(sys.argv[1]))
    serve(sys.stdin.buffer, sys.stdout.buffer)
