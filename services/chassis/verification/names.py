"""What signed checkpoints name and what was found wrong, for as long as a verification lasts: kept on the disk, for it grows.

A checkpoint names streams by the minute, a log is read by streams; in between stands this file, which nobody else sees. SQLite
makes it in the directory for temporary files, holds little of it in memory, and takes it away with the connection.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from types import TracebackType

from services.chassis.findings import Finding, Wrong
from services.chassis.verification.questions import Named, NamedTold, Part, Range, Signed

_TABLES = """
PRAGMA journal_mode = OFF;
CREATE TABLE heads (stream TEXT, version INTEGER, hash TEXT, number INTEGER, anchored INTEGER, PRIMARY KEY (stream, version))
    WITHOUT ROWID;
CREATE TABLE told (stream TEXT, version INTEGER, hash TEXT, number INTEGER, anchored INTEGER, PRIMARY KEY (stream, version, hash))
    WITHOUT ROWID;
CREATE TABLE closing (number INTEGER, anchored INTEGER, PRIMARY KEY (number, anchored)) WITHOUT ROWID;
CREATE TABLE seen (stream TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE findings (stream TEXT PRIMARY KEY, version INTEGER, wrong TEXT, detail TEXT) WITHOUT ROWID;
"""

_HEAD = """
INSERT INTO heads VALUES (?, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET hash = excluded.hash, number = excluded.number, anchored = 1 WHERE excluded.anchored > anchored
"""
_MESSAGE = """
INSERT INTO told VALUES (?, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET number = excluded.number, anchored = 1 WHERE excluded.anchored > anchored
"""
"""Of two that name the same the first counts, but an anchor before what the log itself says."""

_HEADS = """
SELECT stream, max(version), hash, number, (SELECT min(c.number) FROM closing c WHERE c.number >= max(:first, heads.number))
FROM heads WHERE stream = :stream AND version <= :after
UNION ALL
SELECT stream, version, hash, number, (SELECT min(c.number) FROM closing c WHERE c.number >= max(:first, heads.number))
FROM heads WHERE stream = :stream AND version > :after AND version <= :through
UNION ALL
SELECT stream, max(version), hash, number, (
    SELECT min(c.number) FROM closing c
    WHERE c.number >= max(:first, (SELECT min(number) FROM heads WHERE stream = :stream AND version > :through))
) FROM heads WHERE stream = :stream AND version > :through
"""
"""What is named within a part of a stream, the last before, and the last behind: that is due when any behind the part is, for
each of them covers the part. SQLite takes the columns beside `max()` from the row that has it."""

_REMOVED = """
SELECT stream, 1, 'checkpoint ' || number || ' signed version ' || max(version) || ', the log ends at 0' FROM heads
WHERE stream NOT IN (SELECT stream FROM seen) GROUP BY stream
"""
_TOLD_REMOVED = """
SELECT stream, min(version), 'checkpoint ' || number || ' signed what is not there' FROM told
WHERE stream NOT IN (SELECT stream FROM seen) GROUP BY stream
"""


class SignedNames:
    """What was signed of each stream; and of each stream what is wrong first."""

    def __init__(self) -> None:
        self._kept = sqlite3.connect("", isolation_level=None)
        self._kept.executescript(_TABLES)
        self._first: int | None = None

    def __enter__(self) -> SignedNames:
        return self

    def __exit__(self, _kind: type[BaseException] | None, _raised: BaseException | None, _where: TracebackType | None) -> None:
        self._kept.close()

    def take(self, signed: Iterable[Signed]) -> None:
        """Take the word of checkpoints, which come by number."""
        self._kept.execute("BEGIN")
        for each in signed:
            heads = [(head.stream_id, head.version, head.hash, each.number, each.anchored) for head in each.heads]
            self._kept.executemany(_HEAD, heads)
            told = [(one.stream_id, one.version, one.hash, each.number, each.anchored) for one in each.told]
            self._kept.executemany(_MESSAGE, told)
            if each.closes:
                self._kept.execute("INSERT OR IGNORE INTO closing VALUES (?, ?)", (each.number, each.anchored))
        self._kept.execute("COMMIT")

    def end(self) -> None:
        """All checkpoints were taken: from the first that closes a signing of what was told, messages are named."""
        query = "SELECT number FROM closing ORDER BY anchored DESC, number LIMIT 1"
        row = self._kept.execute(query).fetchone()
        self._first = row[0] if row else None

    def of_range(self, asked: Range) -> tuple[tuple[Named, ...], tuple[NamedTold, ...]]:
        """What is named within a range, and of each of its streams the last that is named outside of it."""
        heads: list[Named] = []
        told: list[NamedTold] = []
        for part in asked.parts:
            self._kept.execute("INSERT OR IGNORE INTO seen VALUES (?)", (part.stream_id,))
            heads.extend(self._heads(part))
            told.extend(self._told(part))
        return tuple(heads), tuple(told)

    def _heads(self, part: Part) -> Iterator[Named]:
        values = {"stream": part.stream_id, "after": part.after, "through": part.through, "first": self._first}
        return (Named(*row) for row in self._kept.execute(_HEADS, values) if row[0] is not None)

    def _told(self, part: Part) -> Iterator[NamedTold]:
        query = "SELECT stream, version, hash, number FROM told WHERE stream = ? AND version > ? AND version <= ?"
        for row in self._kept.execute(query, (part.stream_id, part.after, part.through)):
            yield NamedTold(*row)

    def find_unseen(self) -> None:
        """What is named of streams that the log does not have at all was removed."""
        for query, wrong in ((_REMOVED, Wrong.REMOVED), (_TOLD_REMOVED, Wrong.PUBLICATION_REMOVED)):
            rows = self._kept.execute(query).fetchall()
            self.find(Finding(stream_id, version, wrong, detail) for stream_id, version, detail in rows)

    # --- findings ---------------------------------------------------------------------------------------------------

    def find(self, findings: Iterable[Finding]) -> None:
        """Keep what is wrong, of each stream what comes first."""
        self._kept.executemany(
            "INSERT INTO findings VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
            " version = excluded.version, wrong = excluded.wrong, detail = excluded.detail WHERE excluded.version < version",
            [(each.stream_id, each.version, each.wrong.value, each.detail) for each in findings],
        )

    def found(self, stream_id: str) -> bool:
        """Whether something is wrong in a stream."""
        return self._kept.execute("SELECT 1 FROM findings WHERE stream = ?", (stream_id,)).fetchone() is not None

    def wrong(self) -> int:
        """In how many streams something is wrong."""
        count: int = self._kept.execute("SELECT count(*) FROM findings").fetchone()[0]
        return count

    def findings(self, limit: int) -> tuple[Finding, ...]:
        """The first so many, by stream."""
        rows = self._kept.execute("SELECT * FROM findings ORDER BY stream LIMIT ?", (limit,))
        return tuple(Finding(stream_id, version, Wrong(wrong), detail) for stream_id, version, wrong, detail in rows)
