"""What signed checkpoints name of what others outside were told, and whether it stands beside its events as it was signed.

Positions in the log are not hashed, so nothing here rests on them: what was told of an event is named by the same signing that
is the first to cover the event – or, of events before it, by the first signing of all that names anything told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby

from services.chassis.envelope import HASH_SUITES
from services.chassis.findings import Wrong
from services.chassis.publication import PublicationRow, publication_hash, signed_hash
from services.chassis.verification.questions import Named, NamedTold

Heads = Mapping[str, Mapping[int, Named]]
"""Of each stream the signed versions, each as the first checkpoint that names it does."""

Trouble = tuple[str, int, Wrong, str]
"""Stream and version of the event that was told of, what is wrong, and details."""


class ToldOutside:
    """What the checkpoints name of a range of events, message by message; a signing is one checkpoint or several, of which the
    last closes it."""

    def __init__(self, heads: Heads, told: Iterable[NamedTold]) -> None:
        self._heads = heads
        self._named: dict[tuple[str, int], dict[str, int]] = {}
        for each in told:
            self._named.setdefault((each.stream_id, each.version), {})[each.hash] = each.number
        self.rows = 0

    def troubles(self, rows: Iterable[PublicationRow], *, complete: bool) -> Iterator[Trouble]:
        """What is wrong with the rows, which come event by event; what slipped in is told if all checkpoints are there."""
        unseen = dict(self._named)
        for (stream_id, version), of_event in groupby(rows, key=lambda row: (row.stream_id, row.version)):
            held = list(of_event)
            self.rows += len(held)
            yield from ((stream_id, version, Wrong.PUBLICATION_CHANGED, why) for row in held if (why := _changed(row)))
            due = self._due(stream_id, version) if complete else None
            trouble = _compared(held, unseen.pop((stream_id, version), {}), due)
            if trouble is not None:
                yield stream_id, version, *trouble
        for (stream_id, version), named in unseen.items():
            yield stream_id, version, Wrong.PUBLICATION_REMOVED, f"checkpoint {min(named.values())} signed what is not there"

    def _due(self, stream_id: str, version: int) -> int | None:
        """The checkpoint by which everything told of an event is named; nothing where none has closed over it yet."""
        covering = (head.due for head in self._heads.get(stream_id, {}).values() if head.version >= version)
        return min((due for due in covering if due is not None), default=None)


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
