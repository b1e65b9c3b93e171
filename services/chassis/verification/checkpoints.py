"""The log's own chain of checkpoints, followed beside the anchors that oversight holds of it, page by page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from services.chassis.catalogue import Catalogue
from services.chassis.checkpoints import CheckpointSigned
from services.chassis.envelope import Envelope
from services.chassis.findings import Wrong
from services.chassis.signing import signature_holds
from services.chassis.storage.port import EventStore
from services.chassis.verification.following import Chain, Findings, hash_trouble, read_checkpoint
from services.chassis.verification.questions import AskCheckpoints, CheckpointsSeen, Proved, Signed

CHECKPOINTS_A_PAGE = 500
ENTRIES_A_PAGE = 4_000
"""Heads and messages told outside: a page of checkpoints ends with the one that comes to so many."""


class CheckpointPage:
    """The checkpoints behind one of them, beside the anchors that are not behind them."""

    def __init__(
        self, catalogue: Catalogue, keys: Mapping[str, Ed25519PublicKey], question: AskCheckpoints, left: Envelope | None
    ) -> None:
        self._catalogue = catalogue
        self._keys = keys
        self._stream_id = question.stream_id
        self._waiting = list(question.anchors)
        self._believed: dict[int, CheckpointSigned] = {}
        self._chain = Chain(left)
        if left is None:
            self._chain.begin(question.stream_id)
        self._before = read_checkpoint(catalogue, left) if left else None
        self.findings = Findings()
        self.signed: list[Signed] = []
        self.proved = Proved()
        self.checkpoints = 0

    @property
    def last(self) -> int:
        """The number of the last checkpoint that was followed."""
        return self._chain.version

    @property
    def entries(self) -> int:
        """How much was named so far."""
        return sum(len(each.heads) + len(each.told) for each in self.signed)

    def follow(self, envelope: Envelope) -> None:
        """Follow the next event of the chain."""
        self.take_anchors(envelope.version if type(envelope.version) is int else self.last)  # a changed one may be anything
        checkpoint = read_checkpoint(self._catalogue, envelope)
        if checkpoint is None:
            self.findings.find(self._stream_id, envelope.version, Wrong.CHANGED, f"event {envelope.event_id} is no checkpoint")
        else:
            self._take(envelope, checkpoint)
        self._chain.follow(envelope, {}, self.findings)

    def take_anchors(self, through: int | None = None) -> None:
        """Take the word of the anchors that are signed, up to a number or to the last of them."""
        while self._waiting and (through is None or self._waiting[0].number <= through):
            anchor = self._waiting.pop(0)
            if self._is_signed(anchor, anchor.number, Wrong.ANCHOR_NOT_SIGNED):
                self._believed[anchor.number] = anchor
                self.signed.append(_names(anchor, anchored=True))

    def miss_anchors(self, anchors: Iterable[CheckpointSigned]) -> None:
        """The log ends here: whatever anchors stand for a later checkpoint, it was removed."""
        missing = min(
            (anchor.number for anchor in anchors if anchor.number in self._believed and anchor.number > self.last), default=None
        )
        if missing is not None:
            detail = f"oversight holds checkpoint {missing}, the log ends at {self.last}"
            self.findings.find(self._stream_id, self.last + 1, Wrong.REMOVED, detail)

    def _take(self, envelope: Envelope, checkpoint: CheckpointSigned) -> None:
        version = envelope.version
        follows = (self._before.number + 1, self._before.signature) if self._before else (1, "")
        if checkpoint.number != version or (checkpoint.number, checkpoint.previous) != follows:
            detail = f"checkpoint {checkpoint.number} does not follow checkpoint {follows[0] - 1}"
            self.findings.find(self._stream_id, version, Wrong.CHECKPOINTS_BROKEN, detail)
        signed = self._is_signed(checkpoint, version, Wrong.NOT_SIGNED)
        anchor = self._believed.get(version)
        if signed and anchor != checkpoint:
            self.signed.append(_names(checkpoint, anchored=False))
        self._before = checkpoint
        self.checkpoints += 1
        if anchor is not None and anchor != checkpoint:
            detail = f"oversight holds another checkpoint {anchor.number}"
            self.findings.find(self._stream_id, version, Wrong.OTHER_THAN_ANCHOR, detail)
        if signed and hash_trouble(envelope) is None and self._stream_id not in self.findings.by_stream:
            self.proved = _proved_by(checkpoint, self.proved, anchored=anchor is not None)

    def _is_signed(self, checkpoint: CheckpointSigned, version: int, wrong: Wrong) -> bool:
        public = self._keys.get(checkpoint.key_id)
        if public is not None and signature_holds(checkpoint, public):
            return True
        why = "signed with a key that is not ours" if public is None else "not what was signed"
        self.findings.find(self._stream_id, version, wrong, f"checkpoint {checkpoint.number} is {why} ({checkpoint.key_id})")
        return False


def follow_checkpoints(
    store: EventStore,
    catalogue: Catalogue,
    keys: Mapping[str, Ed25519PublicKey],
    question: AskCheckpoints,
    left: Envelope | None,
) -> CheckpointsSeen:
    """Follow the chain behind the checkpoint `left`, no further than the anchors go if more are to come, at most a page of it."""
    page = CheckpointPage(catalogue, keys, question, left)
    through = question.anchors[-1].number if question.anchors and question.more else None
    place, ended = question.after, True
    walk = store.log_of(question.stream_id, question.after, until=question.until, limit=CHECKPOINTS_A_PAGE + 1)
    for position, envelope in walk:
        full = page.checkpoints >= CHECKPOINTS_A_PAGE or page.entries >= ENTRIES_A_PAGE
        if full or (through is not None and page.last >= through):
            ended = False
            break
        page.follow(envelope)
        place = position
    if ended:
        page.take_anchors()
        page.miss_anchors(question.anchors)
    return CheckpointsSeen(page.findings.all(), page.checkpoints, page.last, place, ended, tuple(page.signed), page.proved)


def _names(checkpoint: CheckpointSigned, *, anchored: bool) -> Signed:
    closes = bool(checkpoint.covered_until) and checkpoint.publications is not None
    return Signed(checkpoint.number, anchored, checkpoint.heads, checkpoint.publications or (), closes)


def _proved_by(checkpoint: CheckpointSigned, before: Proved, *, anchored: bool) -> Proved:
    """The instants up to which everything is proved, moved on to those of a sound checkpoint."""
    until = checkpoint.covered_until
    told = {}
    if until and checkpoint.publications is not None:
        told = {"publications_proved_until": until} | ({"publications_anchored_until": until} if anchored else {})
    events = {"removals_excluded_until": until} | ({"anchored_until": until} if anchored else {}) if until else {}
    return msgspec.structs.replace(before, position=checkpoint.position, **events, **told)
