"""What signed checkpoints name of what others outside were told, and whether it stands beside its events as it was signed.

Positions in the log are not hashed, so nothing here rests on them: what was told of an event is named by the same signing that
is the first to cover the event – or, of events before it, by the first signing of all that names anything told.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby

from services.chassis.checkpoints import CheckpointSigned
from services.chassis.envelope import HASH_SUITES
from services.chassis.findings import Wrong
from services.chassis.publication import PublicationRow, publication_hash, signed_hash

Heads = Mapping[str, Mapping[int, tuple[str, int]]]
"""Of each stream the signed versions, each with its hash and the first checkpoint that names it."""

Trouble = tuple[str, int, Wrong, str]
"""Stream and version of the event that was told of, what is wrong, and details."""


class ToldOutside:
    """What the checkpoints name, message by message; a signing is one checkpoint or several, of which the last closes it."""

    def __init__(self, heads: Heads) -> None:
        self._heads = heads
        self._named: dict[tuple[str, int], dict[str, int]] = {}
        self._closing: set[int] = set()
        self._first: int | None = None
        self.rows = 0

    def take(self, checkpoint: CheckpointSigned) -> None:
        """Take the word of a signed checkpoint; of two with one word the first counts, so they are taken by number."""
        for told in checkpoint.publications or ():
            self._named.setdefault((told.stream_id, told.version), {}).setdefault(told.hash, checkpoint.number)
        if checkpoint.covered_until and checkpoint.publications is not None:
            self._closing.add(checkpoint.number)
            if self._first is None:
                self._first = checkpoint.number

    def troubles(self, rows: Iterable[PublicationRow], *, complete: bool) -> Iterator[Trouble]:
        """What is wrong with the rows, which come event by event; what slipped in is told if all checkpoints are there."""
        unseen = dict(self._named)
        closing = sorted(self._closing)
        for (stream_id, version), of_event in groupby(rows, key=lambda row: (row.stream_id, row.version)):
            held = list(of_event)
            self.rows += len(held)
            yield from ((stream_id, version, Wrong.PUBLICATION_CHANGED, why) for row in held if (why := _changed(row)))
            due = self._due(stream_id, version, closing) if complete else None
            trouble = _compared(held, unseen.pop((stream_id, version), {}), due)
            if trouble is not None:
                yield stream_id, version, *trouble
        for (stream_id, version), named in unseen.items():
            yield stream_id, version, Wrong.PUBLICATION_REMOVED, f"checkpoint {min(named.values())} signed what is not there"

    def _due(self, stream_id: str, version: int, closing: list[int]) -> int | None:
        """The checkpoint by which everything told of an event is named; nothing where none has closed over it yet."""
        covering = [number for signed, (_, number) in self._heads.get(stream_id, {}).items() if signed >= version]
        if self._first is None or not covering:
            return None
        place = bisect_left(closing, max(self._first, min(covering)))
        return closing[place] if place < len(closing) else None


def _compared(held: Iterable[PublicationRow], named: Mapping[str, int], due: int | None) -> tuple[Wrong, str] | None:
    """What stands beside an event against what checkpoints name of it, by which of them all of it should be named."""
    standing = {_hash_by(signed_hash, row): row.topic for row in held}
    missing = named.keys() - standing.keys()
    unnamed = sorted(topic for hash_, topic in standing.items() if hash_ not in named)
    if missing:
        signed = f"checkpoint {min(named[hash_] for hash_ in missing)} signed"
        if unnamed:
            return Wrong.PUBLICATION_REWRITTEN, f"{signed} another message than stands there for {unnamed[0]}"
        return Wrong.PUBLICATION_REMOVED, f"{signed} what is not there"
    if due is not None and unnamed:
        return Wrong.PUBLICATION_SLIPPED_IN, f"checkpoint {due} covers the event and does not know the message for {unnamed[0]}"
    late = [number for number in named.values() if due is not None and number > due]
    if late:
        return Wrong.PUBLICATION_SLIPPED_IN, f"checkpoint {due} covers the event, a message of it was signed by {min(late)}"
    return None


def _changed(row: PublicationRow) -> str | None:
    """Why a row is not what was kept, as far as the row itself tells."""
    if row.hash is None:
        return None
    if row.hash_suite not in HASH_SUITES:
        return f"the message for {row.topic} names an unknown suite"
    return None if _hash_by(publication_hash, row) == row.hash else f"the message for {row.topic}"


def _hash_by(what: Callable[[PublicationRow], str], row: PublicationRow) -> str:
    """A hash of a row; none where somebody has made of it what cannot be hashed."""
    try:
        return what(row)
    except (TypeError, UnicodeEncodeError):
        return ""
