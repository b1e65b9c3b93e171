"""Following chains: whether an event is what was written, and continues the one before it."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from services.chassis.catalogue import Catalogue
from services.chassis.checkpoints import KIND, CheckpointSigned
from services.chassis.envelope import HASH_SUITES, Envelope, chain_hash
from services.chassis.errors import Fault
from services.chassis.findings import Finding, Wrong
from services.chassis.verification.questions import Named


class Findings:
    """Of each stream the first thing that is wrong."""

    def __init__(self) -> None:
        self.by_stream: dict[str, Finding] = {}

    def find(self, stream_id: str, version: int, wrong: Wrong, detail: str) -> None:
        """Keep what is wrong, unless something before it in the stream is."""
        version = version if type(version) is int else 0  # a changed one may be anything
        if stream_id not in self.by_stream or version < self.by_stream[stream_id].version:
            self.by_stream[stream_id] = Finding(shown(stream_id), version, wrong, shown(detail))

    def all(self) -> tuple[Finding, ...]:
        """What was found, by stream."""
        return tuple(self.by_stream.values())


class Chain:
    """How far a stream was followed: its last version and hash, and whether something before is wrong."""

    def __init__(self, last: Envelope | None = None) -> None:
        self.stream_id = last.stream_id if last else ""
        self.version = _counted(last.version, 0) if last else 0
        self._hash = last.hash if last else ""
        self._broken = False

    def begin(self, stream_id: str) -> None:
        """Another stream follows."""
        self.stream_id, self.version, self._hash, self._broken = stream_id, 0, "", False

    def follow(self, event: Envelope, named: Mapping[int, Named], findings: Findings) -> None:
        """Follow the next event of the stream, and compare it with what is named of it."""
        if not self._broken:
            trouble = event_trouble(event, self.version, self._hash, named)
            if trouble is not None:
                findings.find(self.stream_id, *trouble)
                self._broken = True
        self.version, self._hash = _counted(event.version, self.version), event.hash


def _counted(version: int, before: int) -> int:
    return version if type(version) is int else before + 1  # a changed one may be anything


def shown(text: str) -> str:
    """A text that somebody may have changed to bytes that are none, as it can be told."""
    return text.encode(errors="backslashreplace").decode()


def event_trouble(event: Envelope, version: int, last_hash: str, named: Mapping[int, Named]) -> tuple[int, Wrong, str] | None:
    """What is wrong with an event that follows `version` of its stream: the version to name, what, and details."""
    if event.version != version + 1:
        return version + 1, Wrong.REMOVED, f"after version {version} comes {event.version}"
    trouble = hash_trouble(event)
    if trouble is not None:
        return event.version, trouble, f"event {event.event_id}"
    if event.prev_hash != last_hash:
        return event.version, Wrong.CHAIN_BROKEN, f"event {event.event_id} does not continue the one before it"
    if event.version in named and named[event.version].hash != event.hash:
        return event.version, Wrong.REWRITTEN, f"checkpoint {named[event.version].number} signed another hash"
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
