"""A log in a store, which answers when it is verified: it reads a range, and knows nothing of the ranges before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from services.chassis.catalogue import Catalogue
from services.chassis.envelope import Envelope
from services.chassis.errors import RuleBroken
from services.chassis.findings import Wrong
from services.chassis.storage.port import EventStore, JournalUnreadable
from services.chassis.storage.tables import EVENTS
from services.chassis.verification.checkpoints import follow_checkpoints
from services.chassis.verification.following import Chain, Findings, event_trouble, shown
from services.chassis.verification.questions import (
    AskCheckpoints,
    AskEvents,
    AskJournal,
    AskRange,
    Begun,
    CheckpointsSeen,
    EventsSeen,
    JournalPlace,
    JournalSeen,
    Named,
    NextRange,
    Part,
    Range,
    RowsSeen,
)
from services.chassis.verification.told_outside import ToldOutside

EVENTS_A_RANGE = 5_000
ROWS_A_JOURNAL_RANGE = 5_000


class LogMoved(RuleBroken):
    """A range of the log is not there any more as it was a moment ago."""

    zh = "核验期间，已核验的日志被人改动，请重新核验。"
    en = "While it was verified the log was changed where it was written already; verify again."


class StoredLog:
    """The log of one service, and the keys that its checkpoints were ever signed with, by id."""

    def __init__(self, store: EventStore, catalogue: Catalogue, public_keys: Mapping[str, Ed25519PublicKey]) -> None:
        self._store = store
        self._catalogue = catalogue
        self._keys = public_keys

    def begin(self) -> Begun:
        """How far it reaches just now; nothing can still appear behind that."""
        until, received = self._store.positions()
        return Begun(until, received)

    def checkpoints(self, question: AskCheckpoints) -> CheckpointsSeen:
        """Follow the chain of checkpoints from where it was left."""
        return follow_checkpoints(self._store, self._catalogue, self._keys, question, self._left_at(question.after))

    def next_range(self, question: AskRange) -> NextRange:
        """The next events, as far as one range goes."""
        left = self._left_at(question.after)
        parts: dict[str, Part] = {}
        if left is not None:
            parts[left.stream_id] = Part(left.stream_id, left.version, left.version)
        listed, through, goes_on, stream_id = 0, 0, False, ""
        for position, event in self._store.log_behind(question.after, until=question.until, limit=EVENTS_A_RANGE + 1):
            if listed == EVENTS_A_RANGE:
                goes_on = event.stream_id == stream_id
                break
            listed, through, stream_id = listed + 1, position, event.stream_id
            before = parts.get(stream_id, Part(stream_id, 0, 0))
            reached = event.version if type(event.version) is int else before.through  # a changed one may be anything
            parts[stream_id] = Part(stream_id, before.after, reached)
        if not listed:
            return NextRange(None)
        nameable = tuple(part for part in parts.values() if shown(part.stream_id) == part.stream_id)
        return NextRange(Range(question.after, through, listed, nameable, goes_on))

    def events(self, question: AskEvents) -> EventsSeen:
        """Follow every stream of a range, and compare it with what checkpoints name; the same with what was told of it."""
        findings = Findings()
        heads = _by_stream(question.heads)
        ended = list(self._follow(question, heads, findings))
        for stream_id, last in ended:
            last_named = max(heads.get(stream_id, {}).values(), key=lambda head: head.version, default=None)
            if last_named is not None and last < last_named.version:
                detail = f"checkpoint {last_named.number} signed version {last_named.version}, the log ends at {last}"
                findings.find(stream_id, last + 1, Wrong.REMOVED, detail)
        if question.position is not None:
            unnamed = [each for each in ended if each[0] not in question.checkpoints]
            self._find_slipped_in(unnamed, heads, question.position, findings)
        told = ToldOutside(heads, question.told)
        rows = self._store.told_in(question.range.after, question.range.through, until=question.until)
        for trouble in told.troubles(rows, complete=question.position is not None):
            findings.find(*trouble)
        return EventsSeen(findings.all(), len(ended), told.rows)

    def _follow(self, question: AskEvents, heads: _Heads, findings: Findings) -> Iterator[tuple[str, int]]:
        """Follow a range's streams from their first event in it; answers those that end in it, with their last version."""
        asked = question.range
        chain = Chain(self._left_at(asked.after))
        walked, place = 0, 0
        for place, event in self._store.log_behind(asked.after, until=question.until, limit=asked.events):  # noqa: B007  the last
            if event.stream_id != chain.stream_id:
                if walked:
                    yield chain.stream_id, chain.version
                chain.begin(event.stream_id)
            walked += 1
            chain.follow(event, heads.get(event.stream_id, {}), findings)
        if (walked, place) != (asked.events, asked.through):
            raise LogMoved
        if not asked.goes_on:
            yield chain.stream_id, chain.version

    def _find_slipped_in(self, ended: Iterable[tuple[str, int]], heads: _Heads, position: int, findings: Findings) -> None:
        """Find what stands before the last checkpoint without being under any: it slipped in later."""
        unknown = {stream_id: known for stream_id, last in ended if last > (known := max(heads.get(stream_id, {}), default=0))}
        names = [stream_id for stream_id in unknown if shown(stream_id) == stream_id]
        query = sa.select(EVENTS.c.stream_id).distinct().where(EVENTS.c.stream_id.in_(names), EVENTS.c.position > position)
        with self._store.engine.connect() as connection:
            grown = set(connection.execute(query).scalars())
        for stream_id, known in unknown.items():
            if stream_id not in grown:
                findings.find(
                    stream_id, known + 1, Wrong.SLIPPED_IN, "it stands before the last checkpoint, which does not know it"
                )

    def journal(self, question: AskJournal) -> JournalSeen:
        """Follow every foreign stream in the journal; stops at one that cannot be read at all."""
        findings, followed, rows, lost = Findings(), _Followed(question.after), 0, []
        after = question.after.position if question.after else None
        position = 0
        try:
            for row in self._store.journal_behind(after, until=question.received, limit=ROWS_A_JOURNAL_RANGE):
                rows, position = rows + 1, row.position
                if row.envelope is not None:
                    followed.follow(row.envelope, findings)
                elif row.lost:
                    lost.append((row.stream_id, row.version))
        except JournalUnreadable as broken:
            findings.find(broken.stream_id, broken.version, Wrong.JOURNAL_CHANGED, "its bytes in the journal cannot be read")
            rows = 0
        for stream_id, version in lost:
            findings.find(stream_id, version, Wrong.NAMES_NO_EVENT, _names_no_event("received"))
        place = JournalPlace(position, followed.stream_id, followed.version, followed.hash) if rows else None
        return JournalSeen(findings.all(), followed.events, place)

    def rows(self) -> RowsSeen:
        """Find rows that name an event which is not there."""
        findings = Findings()
        for table, stream_id, version in self._store.names_no_event():
            findings.find(stream_id, version, Wrong.NAMES_NO_EVENT, _names_no_event(table))
        return RowsSeen(findings.all())

    def _left_at(self, position: int | None) -> Envelope | None:
        """The last event of the range before; raises LogMoved where somebody has taken it away meanwhile."""
        if position is None:
            return None
        event = self._store.event_at(position)
        if event is None:
            raise LogMoved
        return event


_Heads = Mapping[str, Mapping[int, Named]]


def _by_stream(heads: Iterable[Named]) -> _Heads:
    """Of each stream the named versions."""
    found: dict[str, dict[int, Named]] = {}
    for head in heads:
        found.setdefault(head.stream_id, {})[head.version] = head
    return found


def _names_no_event(table: str) -> str:
    return f"a row of {table} names it, the log does not have it"


class _Followed:
    """How far the journal was followed."""

    def __init__(self, place: JournalPlace | None) -> None:
        self.stream_id, self.version, self.hash = (place.stream_id, place.version, place.hash) if place else ("", 0, "")
        self.events = 0

    def follow(self, event: Envelope, findings: Findings) -> None:
        """Follow the next foreign event; what comes after a gap is followed anew."""
        self.events += 1
        if event.stream_id != self.stream_id:
            self.stream_id, self.version, self.hash = event.stream_id, 0, ""
        trouble = event_trouble(event, self.version, self.hash, {})
        if trouble is not None:
            findings.find(self.stream_id, trouble[0], Wrong.JOURNAL_CHANGED, f"{trouble[1]} in the journal: {trouble[2]}")
        self.version, self.hash = event.version, event.hash
