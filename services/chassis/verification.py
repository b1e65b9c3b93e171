"""Verify: that the log is what was written – nothing changed, and up to the last checkpoint nothing removed or slipped in.

Every hash is computed again with the suite that its event names; versions and chain are followed; each stream is compared
with the heads that signed checkpoints name: those in the log itself, and those that oversight's journal holds as anchors.
What others outside were told is compared with what they name of it (`chassis.told_outside`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from services.chassis.catalogue import Catalogue
from services.chassis.checkpoints import KIND, CheckpointSigned
from services.chassis.envelope import HASH_SUITES, Envelope, chain_hash
from services.chassis.errors import Fault
from services.chassis.findings import Finding, Report, Wrong
from services.chassis.publication import PublicationRow
from services.chassis.signing import signature_holds
from services.chassis.storage.port import EventStore, JournalUnreadable
from services.chassis.told_outside import ToldOutside

FINDINGS_SHOWN = 100
"""Of a log that is damaged in more places the first so many are named, and all are counted."""


class Verification:
    """One run over a store; of each stream it keeps what is wrong first."""

    def __init__(self, public_keys: Mapping[str, Ed25519PublicKey]) -> None:
        self._keys = public_keys
        self._named: dict[str, dict[int, tuple[str, int]]] = {}
        self._position: int | None = None
        self.told = ToldOutside(self._named)
        self.found: dict[str, Finding] = {}
        self.lasts: dict[str, int] = {}
        self.events = 0
        self.checkpoints = 0
        self.foreign_events = 0
        self.removals_excluded_until: str | None = None
        self.anchored_until: str | None = None
        self.publications_proved_until: str | None = None
        self.publications_anchored_until: str | None = None

    def find(self, stream_id: str, version: int, wrong: Wrong, detail: str) -> None:
        """Keep what is wrong, unless something before it in the stream is."""
        version = version if type(version) is int else 0  # a changed one may be anything
        if stream_id not in self.found or version < self.found[stream_id].version:
            self.found[stream_id] = Finding(_shown(stream_id), version, wrong, _shown(detail))

    # --- checkpoints ------------------------------------------------------------------------------------------------

    def take_anchors(self, stream_id: str, anchors: Iterable[CheckpointSigned]) -> dict[int, CheckpointSigned]:
        """Take the word of the anchors that are signed; answers those, by number."""
        return {a.number: a for a in anchors if self._take_word(a, stream_id, a.number, Wrong.ANCHOR_NOT_SIGNED)}

    def take_checkpoints(
        self, stream_id: str, catalogue: Catalogue, envelopes: Iterable[Envelope], anchors: Mapping[int, CheckpointSigned]
    ) -> None:
        """Follow the log's own chain of checkpoints, beside the anchors."""
        before: CheckpointSigned | None = None
        last = 0
        for envelope in envelopes:
            last = envelope.version
            checkpoint = read_checkpoint(catalogue, envelope)
            if checkpoint is None:
                self.find(envelope.stream_id, envelope.version, Wrong.CHANGED, f"event {envelope.event_id} is no checkpoint")
                continue
            self._follow(envelope, checkpoint, before)
            signed = self._take_word(checkpoint, envelope.stream_id, envelope.version, Wrong.NOT_SIGNED)
            before = checkpoint
            self.checkpoints += 1
            anchor = anchors.get(envelope.version)
            if anchor is not None and anchor != checkpoint:
                detail = f"oversight holds another checkpoint {anchor.number}"
                self.find(envelope.stream_id, envelope.version, Wrong.OTHER_THAN_ANCHOR, detail)
            if signed and hash_trouble(envelope) is None and envelope.stream_id not in self.found:
                self._position = checkpoint.position
                self._prove(checkpoint, anchored=anchor is not None)
        missing = min((number for number in anchors if number > last), default=None)
        if missing is not None:
            self.find(stream_id, last + 1, Wrong.REMOVED, f"oversight holds checkpoint {missing}, the log ends at {last}")

    def _prove(self, checkpoint: CheckpointSigned, *, anchored: bool) -> None:
        """Move the instants up to which everything is proved on to those of a sound checkpoint."""
        until = checkpoint.covered_until
        if not until:
            return
        self.removals_excluded_until = until
        self.anchored_until = until if anchored else self.anchored_until
        if checkpoint.publications is not None:
            self.publications_proved_until = until
            self.publications_anchored_until = until if anchored else self.publications_anchored_until

    def _follow(self, envelope: Envelope, checkpoint: CheckpointSigned, before: CheckpointSigned | None) -> None:
        follows = (before.number + 1, before.signature) if before else (1, "")
        if checkpoint.number != envelope.version or (checkpoint.number, checkpoint.previous) != follows:
            detail = f"checkpoint {checkpoint.number} does not follow checkpoint {follows[0] - 1}"
            self.find(envelope.stream_id, envelope.version, Wrong.CHECKPOINTS_BROKEN, detail)

    def _take_word(self, checkpoint: CheckpointSigned, stream_id: str, version: int, wrong: Wrong) -> bool:
        """Remember what a signed checkpoint names; answers whether it is signed."""
        public = self._keys.get(checkpoint.key_id)
        if public is None or not signature_holds(checkpoint, public):
            why = "signed with a key that is not ours" if public is None else "not what was signed"
            self.find(stream_id, version, wrong, f"checkpoint {checkpoint.number} is {why} ({checkpoint.key_id})")
            return False
        for head in checkpoint.heads:
            self._named.setdefault(head.stream_id, {}).setdefault(head.version, (head.hash, checkpoint.number))
        self.told.take(checkpoint)
        return True

    # --- streams ----------------------------------------------------------------------------------------------------

    def follow_streams(self, envelopes: Iterable[Envelope]) -> None:
        """Follow every stream from its first event, and compare it with the heads that checkpoints name."""
        stream_id, version, last_hash, broken = "", 0, "", False
        named: Mapping[int, tuple[str, int]] = {}
        for event in envelopes:
            self.events += 1
            if event.stream_id != stream_id:
                self.lasts[stream_id] = version
                stream_id, version, last_hash, broken = event.stream_id, 0, "", False
                named = self._named.get(stream_id, {})
            if not broken:
                trouble = event_trouble(event, version, last_hash, named)
                if trouble is not None:
                    self.find(stream_id, *trouble)
                    broken = True
            version = event.version if type(event.version) is int else version + 1  # a changed one may be anything
            last_hash = event.hash
        self.lasts[stream_id] = version
        del self.lasts[""]

    def compare_ends(self) -> None:
        """Compare how far streams reach with how far they reached at the checkpoints."""
        for stream_id, named in self._named.items():
            last, version = self.lasts.get(stream_id, 0), max(named)
            if last < version:
                detail = f"checkpoint {named[version][1]} signed version {version}, the log ends at {last}"
                self.find(stream_id, last + 1, Wrong.REMOVED, detail)

    def compare_beginnings(self, store: EventStore) -> None:
        """Find what stands before the last checkpoint without being under any: it slipped in later."""
        if self._position is None or not self._has_all_checkpoints():
            return
        _, grown = store.heads_after(self._position)
        for stream_id, last in self.lasts.items():
            known = max(self._named.get(stream_id, {}), default=0)
            if last > known and stream_id not in grown and not is_checkpoint(stream_id):
                self.find(stream_id, known + 1, Wrong.SLIPPED_IN, "it stands before the last checkpoint, which does not know it")

    def compare_told(self, rows: Iterable[PublicationRow]) -> None:
        """Compare what others outside were told with what checkpoints name of it."""
        for trouble in self.told.troubles(rows, complete=self._has_all_checkpoints()):
            self.find(*trouble)

    def _has_all_checkpoints(self) -> bool:
        return not any(is_checkpoint(stream_id) for stream_id in self.found)

    def follow_journal(self, envelopes: Iterable[Envelope]) -> None:
        """Follow every foreign stream in the journal from its first event; stops at one that cannot be read at all."""
        stream_id, version, last_hash = "", 0, ""
        try:
            for event in envelopes:
                self.foreign_events += 1
                if event.stream_id != stream_id:
                    stream_id, version, last_hash = event.stream_id, 0, ""
                trouble = event_trouble(event, version, last_hash, {})
                if trouble is not None:
                    self.find(stream_id, trouble[0], Wrong.JOURNAL_CHANGED, f"{trouble[1]} in the journal: {trouble[2]}")
                version, last_hash = event.version, event.hash
        except JournalUnreadable as broken:
            self.find(broken.stream_id, broken.version, Wrong.JOURNAL_CHANGED, "its bytes in the journal cannot be read")


def _shown(text: str) -> str:
    return text.encode(errors="backslashreplace").decode()


def event_trouble(
    event: Envelope, version: int, last_hash: str, named: Mapping[int, tuple[str, int]]
) -> tuple[int, Wrong, str] | None:
    """What is wrong with an event that follows `version` of its stream: the version to name, what, and details."""
    if event.version != version + 1:
        return version + 1, Wrong.REMOVED, f"after version {version} comes {event.version}"
    trouble = hash_trouble(event)
    if trouble is not None:
        return event.version, trouble, f"event {event.event_id}"
    if event.prev_hash != last_hash:
        return event.version, Wrong.CHAIN_BROKEN, f"event {event.event_id} does not continue the one before it"
    if event.version in named and named[event.version][0] != event.hash:
        return event.version, Wrong.REWRITTEN, f"checkpoint {named[event.version][1]} signed another hash"
    return None


def hash_trouble(event: Envelope) -> Wrong | None:
    """Whether the event's bytes give the hash that is stored with it, by the suite that it names."""
    if event.hash_suite not in HASH_SUITES:
        return Wrong.UNKNOWN_SUITE
    try:
        return None if chain_hash(event) == event.hash else Wrong.CHANGED
    except (TypeError, UnicodeEncodeError):
        return Wrong.CHANGED


def is_checkpoint(stream_id: str) -> bool:
    """Whether a stream is that of checkpoints."""
    return stream_id.startswith(f"{KIND}-")


def read_checkpoint(catalogue: Catalogue, envelope: Envelope) -> CheckpointSigned | None:
    """The checkpoint in an event, or nothing where there is none any more."""
    try:
        checkpoint = catalogue.decode(envelope)
    except (Fault, msgspec.MsgspecError, UnicodeError, TypeError):
        return None
    return checkpoint if isinstance(checkpoint, CheckpointSigned) else None


def verify(
    store: EventStore,
    catalogue: Catalogue,
    public_keys: Mapping[str, Ed25519PublicKey],
    anchors: Iterable[CheckpointSigned] = (),
) -> Report:
    """Verify one service's store, while it is written to or not; `anchors` are its checkpoints as oversight received them.

    `public_keys` are all keys, by id, that its checkpoints were ever signed with.
    """
    held = sorted(anchors, key=lambda anchor: anchor.number)
    until, received = store.positions()
    run = Verification(public_keys)
    own = sorted({*filter(is_checkpoint, store.streams()), *(f"{KIND}-{anchor.service}" for anchor in held)})
    for stream_id in own:
        anchored = run.take_anchors(stream_id, [anchor for anchor in held if f"{KIND}-{anchor.service}" == stream_id])
        run.take_checkpoints(stream_id, catalogue, store.walk([stream_id], until=until), anchored)
    run.follow_streams(store.walk(until=until))
    run.compare_ends()
    run.compare_beginnings(store)
    run.compare_told(store.walk_told(until=until))
    run.follow_journal(store.walk_received(until=received, discarded=True))
    for table, stream_id, version in store.names_no_event():
        run.find(stream_id, version, Wrong.NAMES_NO_EVENT, f"a row of {table} names it, the log does not have it")
    findings = sorted(run.found.values(), key=lambda finding: (finding.stream_id, finding.version))
    return Report(
        sound=not findings,
        findings=tuple(findings[:FINDINGS_SHOWN]),
        wrong=len(findings),
        events=run.events,
        streams=len(run.lasts),
        publications=run.told.rows,
        foreign_events=run.foreign_events,
        checkpoints=run.checkpoints,
        anchors=len(held),
        removals_excluded_until=run.removals_excluded_until,
        anchored_until=run.anchored_until,
        publications_proved_until=run.publications_proved_until,
        publications_anchored_until=run.publications_anchored_until,
    )
