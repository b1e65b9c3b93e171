"""Folded states that a process holds between turns, so that a stream is not read from its beginning each time."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

STATES_HELD = 8_000
"""How many folded states a process holds between turns.

They are checked against the log before use, or by the commit that rests on them.
"""


@dataclass
class Stream:
    """A stream as a turn sees it: state and head after all that was decided so far."""

    state: Any
    version: int = 0
    hash: str = ""
    correlation_id: str = ""
    loaded_version: int = 0


class HeldStates:
    """State, version, hash and correlation by stream; the ones that were used last."""

    def __init__(self) -> None:
        self._states: OrderedDict[str, tuple[Any, int, str, str]] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, stream_id: str) -> Stream | None:
        """The stream as an earlier turn left it."""
        with self._lock:
            held = self._states.get(stream_id)
        return None if held is None else Stream(*held)

    def hold(self, streams: Mapping[str, Stream]) -> None:
        """Keep the states of a turn that has become true."""
        with self._lock:
            for stream_id, stream in streams.items():
                if stream.version:
                    self._states[stream_id] = (stream.state, stream.version, stream.hash, stream.correlation_id)
                    self._states.move_to_end(stream_id)
            while len(self._states) > STATES_HELD:
                self._states.popitem(last=False)

    def forget(self, stream_ids: Iterable[str]) -> None:
        """Let go of states that the log has left behind."""
        with self._lock:
            for stream_id in stream_ids:
                self._states.pop(stream_id, None)
