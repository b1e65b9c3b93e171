"""One verification, from its first range to its report: it asks a log range by range, and holds what signed checkpoints name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from services.chassis.catalogue import Catalogue
from services.chassis.checkpoints import KIND, CheckpointSigned
from services.chassis.findings import Report, Wrong
from services.chassis.storage.port import EventStore
from services.chassis.verification.following import is_checkpoint
from services.chassis.verification.log import StoredLog
from services.chassis.verification.names import SignedNames
from services.chassis.verification.questions import (
    AskCheckpoints,
    AskedLog,
    AskEvents,
    AskJournal,
    AskRange,
    Begun,
    CheckpointsSeen,
    Proved,
)

FINDINGS_SHOWN = 100
"""Of a log that is damaged in more places the first so many are named, and all are counted."""

ANCHORS_A_PAGE = 500

AnchorPages = Iterable[Sequence[CheckpointSigned]]
"""A service's anchors by number, page by page; which is the last was known when the first page came."""


class Verification:
    """What a run has counted so far, beside the names."""

    def __init__(self, log: AskedLog, names: SignedNames, seen: Callable[[int], None]) -> None:
        self._log = log
        self._names = names
        self._seen = seen
        self._proved = Proved()
        self._events = self._foreign_events = self._streams = self._publications = self._checkpoints = self._anchors = 0

    def take_checkpoints(self, stream_id: str, begun: Begun, pages: _Pages) -> None:
        """Follow a chain of checkpoints to its end, beside the anchors of its service."""
        held, more = next(pages)
        self._anchors += len(held)
        place: int | None = None
        while True:
            seen = self._log.checkpoints(AskCheckpoints(stream_id, begun.until, place, tuple(held), more))
            self._take(stream_id, seen)
            held = [] if seen.ended else [anchor for anchor in held if anchor.number > seen.last]
            place = seen.place
            if not held and more:
                held, more = next(pages)
                self._anchors += len(held)
            elif seen.ended:
                return

    def _take(self, stream_id: str, seen: CheckpointsSeen) -> None:
        proved = {name: value for name, value in msgspec.structs.asdict(seen.proved).items() if value is not None}
        if not self._names.found(stream_id):
            self._proved = msgspec.structs.replace(self._proved, **proved)
        if any(finding.wrong is Wrong.ANCHOR_NOT_SIGNED for finding in seen.findings):
            self._proved = Proved()  # then nothing that stands among the anchors proves anything
        self._names.find(seen.findings)
        self._names.take(seen.signed)
        self._checkpoints += seen.checkpoints

    def follow_events(self, begun: Begun, checkpoints: Sequence[str]) -> None:
        """Follow every stream, and compare it with what checkpoints name of it; the same with what was told outside."""
        complete = not any(self._names.found(stream_id) for stream_id in checkpoints)
        position = self._proved.position if complete else None
        after: int | None = None
        while (asked := self._log.next_range(AskRange(begun.until, after)).range) is not None:
            heads, told = self._names.of_range(asked)
            seen = self._log.events(AskEvents(begun.until, asked, heads, told, position, tuple(checkpoints)))
            self._names.find(seen.findings)
            after = asked.through
            self._events += asked.events
            self._streams += seen.streams
            self._publications += seen.publications
            self._seen(self._events)
        self._names.find_unseen()

    def follow_journal(self, begun: Begun) -> None:
        """Follow every foreign stream in the journal."""
        question = AskJournal(begun.received, None)
        while True:
            seen = self._log.journal(question)
            self._names.find(seen.findings)
            self._foreign_events += seen.events
            self._seen(self._events + self._foreign_events)
            if seen.place is None:
                return
            question = AskJournal(begun.received, seen.place)

    def look_at_rows(self) -> None:
        """Find rows that name an event which is not there."""
        self._names.find(self._log.rows().findings)

    def report(self) -> Report:
        """What it comes to."""
        wrong = self._names.wrong()
        return Report(
            sound=not wrong,
            findings=self._names.findings(FINDINGS_SHOWN),
            wrong=wrong,
            events=self._events,
            streams=self._streams,
            publications=self._publications,
            foreign_events=self._foreign_events,
            checkpoints=self._checkpoints,
            anchors=self._anchors,
            removals_excluded_until=self._proved.removals_excluded_until,
            anchored_until=self._proved.anchored_until,
            publications_proved_until=self._proved.publications_proved_until,
            publications_anchored_until=self._proved.publications_anchored_until,
        )


def verify_log(log: AskedLog, anchors: Mapping[str, AnchorPages], seen: Callable[[int], None] = lambda _events: None) -> Report:
    """Verify one service's log, while it is written to or not; `anchors` are its checkpoints as oversight received them, by the
    stream that they are of.

    `seen` is told how many events were followed, range after range. Raises LogMoved where what was written is changed meanwhile.
    """
    pages = {stream_id: _with_last(held) for stream_id, held in anchors.items()}
    begun_pages = {stream_id: chain([next(each)], each) for stream_id, each in pages.items()}
    begun = log.begin()  # after the last anchor is known: what it says is in the log by now
    with SignedNames() as names:
        run = Verification(log, names, seen)
        for stream_id, each in begun_pages.items():
            run.take_checkpoints(stream_id, begun, each)
        names.end()
        run.follow_events(begun, tuple(anchors))
        run.follow_journal(begun)
        run.look_at_rows()
        return run.report()


def verify(
    store: EventStore,
    catalogue: Catalogue,
    public_keys: Mapping[str, Ed25519PublicKey],
    anchors: Iterable[CheckpointSigned] = (),
) -> Report:
    """Verify a store within reach; `public_keys` are all keys, by id, that its checkpoints were ever signed with."""
    held: dict[str, list[CheckpointSigned]] = {stream_id: [] for stream_id in store.streams() if is_checkpoint(stream_id)}
    for anchor in sorted(anchors, key=lambda anchor: anchor.number):
        held.setdefault(f"{KIND}-{anchor.service}", []).append(anchor)
    pages = {stream_id: _in_pages(held[stream_id]) for stream_id in sorted(held)}
    return verify_log(StoredLog(store, catalogue, public_keys), pages)


_Pages = Iterator[tuple[Sequence[CheckpointSigned], bool]]
"""Pages, each with whether another follows."""


def _in_pages(anchors: Sequence[CheckpointSigned]) -> Iterator[Sequence[CheckpointSigned]]:
    iterator = iter(anchors)
    while page := list(islice(iterator, ANCHORS_A_PAGE)):
        yield page


def _with_last(pages: AnchorPages) -> _Pages:
    iterator = filter(None, iter(pages))
    page: Sequence[CheckpointSigned] = next(iterator, [])
    for following in iterator:
        yield page, True
        page = following
    yield page, False
