"""The streams of a turn: as the log has them, or as the process holds them until the commit has proved that they still are so."""

from __future__ import annotations

from typing import Any

from services.chassis.decider import Decider
from services.chassis.envelope import Envelope
from services.chassis.held_states import HeldStates, Stream
from services.chassis.model import Model
from services.chassis.storage.port import Transaction


class Streams:
    """Each is loaded once. `unread` are those whose held state was taken for the log's without a look at it: a turn that trusts
    may do so, and what it was refused, or found, before its commit may then be of a state that is past.
    """

    def __init__(self, model: Model, transaction: Transaction, held: HeldStates, *, trusting: bool) -> None:
        self._model = model
        self._tx = transaction
        self._held = held
        self._trusting = trusting
        self._loaded: dict[str, Stream] = {}
        self.unread: set[str] = set()

    def of(self, decider: Decider[Any, Any, Any], stream_id: str) -> Stream:
        """The stream as of this turn."""
        if stream_id not in self._loaded:
            self._loaded[stream_id] = self._load(decider, stream_id)
        return self._loaded[stream_id]

    def _load(self, decider: Decider[Any, Any, Any], stream_id: str) -> Stream:
        stream = self._held.of(stream_id)
        if stream is not None and self._trusting:
            self.unread.add(stream_id)
        else:
            stream = stream or Stream(decider.initial())
            for envelope in self._tx.stream(stream_id, after=stream.version):
                stream.state = decider.evolve(stream.state, self._model.catalogue.decode(envelope))
                stream.version, stream.hash = envelope.version, envelope.hash
                stream.correlation_id = envelope.correlation_id
        stream.loaded_version = stream.version
        return stream

    def loaded_version(self, stream_id: str) -> int:
        """The version of a stream before the turn did anything."""
        return self._loaded[stream_id].loaded_version

    def last_event(self, stream_id: str) -> Envelope:
        """The last event of a stream that was loaded; raises IndexError for one without events."""
        return self._tx.stream(stream_id, after=self.loaded_version(stream_id) - 1)[-1]

    def hold(self) -> None:
        """Keep the states for the turns to come: this one has become true."""
        self._held.hold(self._loaded)

    def forget(self) -> None:
        """Let the process forget what it held of them: the log has moved on."""
        self._held.forget(self._loaded)
