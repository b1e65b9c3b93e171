"""Walks through the logs of an SQLite file, each in one view of the file and by a connection of its own."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Generator, Iterator, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from services.chassis.envelope import Envelope
from services.chassis.errors import StoreBusy
from services.chassis.publication import PublicationRow
from services.chassis.storage.kept_rows import NO_END, bounds, told_between
from services.chassis.storage.port import JournalUnreadable
from services.chassis.storage.sqlite_file import busy_by_name, passes
from services.chassis.storage.sqlite_statement import COLUMNS

_TOLD = told_between("?", "?")
_unpacker = msgspec.msgpack.Decoder(Envelope)


def _any_text(stored: bytes) -> str:
    return stored.decode(errors="surrogateescape")


def walk(path: Path, stream_ids: Sequence[str] | None = None, *, until: int | None = None) -> Iterator[Envelope]:
    """Own events by stream and version; of some streams or all, up to a position."""
    conditions = ["position <= ?"]
    values: list[Any] = [NO_END if until is None else until]
    if stream_ids is not None:
        conditions.append(f"stream_id IN ({', '.join('?' * len(stream_ids))})")
        values.extend(stream_ids)
    where = " AND ".join(conditions)
    yield from _stream_rows(path, f"SELECT {COLUMNS} FROM events WHERE {where} ORDER BY stream_id, version", values)


def walk_from(path: Path, position: int, *, until: int | None = None, types: Collection[str] | None = None) -> Iterator[Envelope]:
    """Own events behind a position, as they were written; of some types or all."""
    where = "position > ? AND position <= ?"
    values: list[Any] = [position, NO_END if until is None else until]
    if types is not None:
        where += f" AND type IN ({', '.join('?' * len(types))})"
        values.extend(types)
    yield from _stream_rows(path, f"SELECT {COLUMNS} FROM events WHERE {where} ORDER BY position", values)


def _stream_rows(path: Path, statement: str, values: Sequence[Any]) -> Generator[Envelope, None, None]:
    for row in walked(path, statement, values):
        yield Envelope(*row)


def walked(path: Path, statement: str, values: Sequence[Any]) -> Generator[tuple[Any, ...], None, None]:
    """Rows one by one, in one view of the file; texts that somebody changed to bytes that are none come escaped."""
    with busy_by_name():
        reader = sqlite3.connect(path)
    taken = 0
    try:
        for row in reader.execute(statement, values):
            taken += 1
            yield row
    except sqlite3.OperationalError as trouble:
        if passes(trouble):
            raise StoreBusy(str(trouble)) from trouble
        if "UTF-8" not in str(trouble):
            raise
        reader.text_factory = _any_text
        yield from reader.execute(f"{statement} LIMIT -1 OFFSET {taken}", values)
    finally:
        reader.close()


def walk_received(path: Path, *, after: int = 0, until: int | None = None, discarded: bool = False) -> Iterator[Envelope]:
    """Foreign events by stream and version; raises JournalUnreadable."""
    rows = walked(
        path,
        "SELECT stream_id, version, envelope FROM received WHERE position > ? AND position <= ? AND envelope <> x''"
        " AND discarded <= ? ORDER BY stream_id, version",
        (after, until if until is not None else NO_END, discarded),
    )
    for stream_id, version, packed in rows:
        try:
            envelope = _unpacker.decode(packed)
        except (msgspec.MsgspecError, TypeError) as broken:
            raise JournalUnreadable(stream_id, version) from broken
        yield envelope


def walk_told(path: Path, *, after: int | None = None, until: int | None = None) -> Iterator[PublicationRow]:
    """What others were told of own events by stream and version; of those between two positions, or all."""
    for row in walked(path, _TOLD, bounds(after, until)):
        yield PublicationRow(*row)


def answer(path: Path, statement: str, values: Sequence[Any], limit: int | None) -> Iterator[tuple[Any, ...]]:
    """The answer to a question about a range, read no further than it is wanted."""
    with closing(walked(path, statement.replace("$", "?"), values)) as found:
        yield from islice(found, limit)
