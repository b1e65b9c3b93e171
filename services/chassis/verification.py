"""Verification: recompute every hash, follow every chain, hold the heads against signed checkpoints and anchors elsewhere.

What can be found: a changed byte of any column, a removed event, tail or stream, a rewritten stream, a replaced or removed
checkpoint. A tail younger than the last checkpoint can be removed unseen; the report says up to when that is excluded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from services.chassis.catalogue import Catalogue
from services.chassis.checkpoints import KIND, CheckpointSigned, signature_holds
from services.chassis.envelope import HASH_SUITES, Envelope, chain_hash
from services.chassis.storage.port import EventStore

Cited = dict[str, dict[int, str]]
"""Stream → version → hash, as checkpoints cite them."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One place where the log is not what it was: stream, version, and what is wrong there."""

    stream_id: str
    version: int
    problem: str
    detail: str
    recorded_at: str = ""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What a verification saw; `removals_excluded_until` is when the last checkpoint that holds was recorded."""

    events: int
    streams: int
    checkpoints: int
    anchors: int
    removals_excluded_until: str | None
    findings: tuple[Finding, ...]

    @property
    def healthy(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    @property
    def first(self) -> Finding | None:
        """The earliest finding."""
        return self.findings[0] if self.findings else None


def verify(
    store: EventStore,
    catalogue: Catalogue,
    public_keys: Mapping[str, Ed25519PublicKey],
    anchors: Iterable[CheckpointSigned] = (),
) -> Report:
    """Verify one service's log; `anchors` are its checkpoints as another service's journal holds them."""
    findings: list[Finding] = []
    held = {anchor.number: anchor for anchor in anchors}
    own, until = _own_checkpoints(store, catalogue, public_keys, findings)
    _compare_with_anchors(own, held, public_keys, findings)
    cited: Cited = {}
    for checkpoint in [*own.values(), *(held[number] for number in sorted(held.keys() - own.keys()))]:
        for head in checkpoint.heads:
            cited.setdefault(head.stream_id, {})[head.version] = head.hash
    chains = _Chains(cited)
    for envelope in store.walk():
        chains.take(envelope)
    findings += chains.finished()
    findings.sort(key=lambda finding: (finding.recorded_at or "~", finding.stream_id, finding.version))
    return Report(
        events=chains.events,
        streams=len(chains.heads),
        checkpoints=len(own),
        anchors=len(held),
        removals_excluded_until=until,
        findings=tuple(findings),
    )


class _Chains:
    """Follows every stream by version, each event's hash recomputed."""

    def __init__(self, cited: Cited) -> None:
        self._cited = cited
        self._findings: list[Finding] = []
        self.heads: dict[str, int] = {}
        self.events = 0
        self._last_hash = ""

    def take(self, event: Envelope) -> None:
        """The next event; streams come one after another, each by version."""
        self.events += 1
        before = self.heads.get(event.stream_id, 0)
        if before == 0:
            self._last_hash = ""
        if event.version != before + 1:
            self._find(event, "removed", f"versions {before + 1} to {event.version - 1} are missing")
        elif event.prev_hash != self._last_hash:
            self._find(event, "unchained", "the hash before is not that of the event before")
        if event.hash_suite not in HASH_SUITES:
            self._find(event, "changed", f"the hash suite {event.hash_suite} is not one of ours")
        elif chain_hash(event) != event.hash:
            self._find(event, "changed", "the stored bytes do not have the stored hash")
        cited = self._cited.get(event.stream_id, {}).get(event.version)
        if cited is not None and cited != event.hash:
            self._find(event, "rewritten", "a signed checkpoint names another hash for this version")
        self.heads[event.stream_id] = event.version
        self._last_hash = event.hash

    def finished(self) -> list[Finding]:
        """All findings, with those that only the whole log shows."""
        for stream_id, versions in self._cited.items():
            head, signed = self.heads.get(stream_id, 0), max(versions)
            if head == 0:
                self._missing(stream_id, 1, "stream-removed", f"a signed checkpoint names version {signed} of it")
            elif head < signed:
                self._missing(stream_id, head + 1, "tail-removed", f"a signed checkpoint names version {signed}")
        return self._findings

    def _find(self, event: Envelope, problem: str, detail: str) -> None:
        self._findings.append(
            Finding(
                stream_id=event.stream_id,
                version=event.version,
                problem=problem,
                detail=detail,
                recorded_at=event.recorded_at,
            )
        )

    def _missing(self, stream_id: str, version: int, problem: str, detail: str) -> None:
        self._findings.append(Finding(stream_id=stream_id, version=version, problem=problem, detail=detail))


def _own_checkpoints(
    store: EventStore, catalogue: Catalogue, public_keys: Mapping[str, Ed25519PublicKey], findings: list[Finding]
) -> tuple[dict[int, CheckpointSigned], str | None]:
    """The service's own checkpoints by number, and when the last one that holds was recorded."""
    found: dict[int, CheckpointSigned] = {}
    until: str | None = None
    streams = [stream for stream in store.streams() if stream.startswith(f"{KIND}-")]
    previous = ""
    for envelope in store.walk(streams):
        try:
            checkpoint = catalogue.decode(envelope)
        except msgspec.MsgspecError:
            continue  # its bytes were changed: the walk over the whole log says so
        if not isinstance(checkpoint, CheckpointSigned):
            continue
        problem = _trouble(checkpoint, public_keys, previous, len(found) + 1)
        if problem is not None:
            findings.append(
                Finding(
                    stream_id=envelope.stream_id,
                    version=envelope.version,
                    problem="checkpoint",
                    detail=problem,
                    recorded_at=envelope.recorded_at,
                )
            )
        else:
            until = envelope.recorded_at
        previous = checkpoint.signature
        found[checkpoint.number] = checkpoint
    return found, until


def _trouble(
    checkpoint: CheckpointSigned, public_keys: Mapping[str, Ed25519PublicKey], previous: str, number: int
) -> str | None:
    public = public_keys.get(checkpoint.key_id)
    if public is None:
        return f"signed with the key {checkpoint.key_id}, which is not among the known ones"
    if not signature_holds(checkpoint, public):
        return "the signature does not hold"
    if checkpoint.number != number or checkpoint.previous != previous:
        return "it does not follow the checkpoint before"
    return None


def _compare_with_anchors(
    own: Mapping[int, CheckpointSigned],
    held: Mapping[int, CheckpointSigned],
    public_keys: Mapping[str, Ed25519PublicKey],
    findings: list[Finding],
) -> None:
    """An anchor that was truly signed outweighs what stands in the log."""
    for number, anchor in sorted(held.items()):
        public = public_keys.get(anchor.key_id)
        stream_id = f"{KIND}-{anchor.service}"
        if public is None or not signature_holds(anchor, public):
            findings.append(
                Finding(stream_id=stream_id, version=number, problem="anchor", detail="the anchor's signature does not hold")
            )
        elif number not in own:
            findings.append(
                Finding(
                    stream_id=stream_id,
                    version=number,
                    problem="checkpoint-removed",
                    detail="an anchor names a checkpoint that the log no longer has",
                )
            )
        elif own[number].signature != anchor.signature:
            findings.append(
                Finding(
                    stream_id=stream_id,
                    version=number,
                    problem="checkpoint-replaced",
                    detail="the anchor holds another checkpoint of this number",
                )
            )
