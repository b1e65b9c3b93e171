"""Renewal: timers that stand already become what their streams ask for now, a slice of streams a turn.

Two things ask for it. The county's calendars or numbers have changed, or the process has just begun: then every stream with a
timer is looked at. Or the pages that a decider's deadlines rest on have changed, so the streams of a former release may ask
for what nobody has written: then all streams of the decider are looked at, and how far that has come is kept in the database.
"""

from __future__ import annotations

import hashlib
import inspect
import time
from collections.abc import Callable, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any

import structlog

from services.chassis.deadlines import asked_for, renewed
from services.chassis.decider import Decider
from services.chassis.model import Model
from services.chassis.storage.port import Timer
from services.chassis.storage.tables import DEADLINE_EDITIONS
from services.chassis.transient import TRANSIENT
from services.chassis.turn import Turn
from services.chassis.turns import TURN_SECONDS, Turns

log = structlog.get_logger()

STREAMS_A_SLICE = 200
"""How many streams one turn looks at, if `TURN_SECONDS` are not over before."""

Names = Callable[[str, int], Sequence[str]]
"""The streams beyond one, in a fixed order, at most so many."""


def edition_of(decider: Decider[Any, Any, Any], model: Model) -> str:
    """A name for what a decider's deadlines rest on: the pages of its room and those of all events, as they are now.

    A page that changed something else costs a walk in the background; a change that nobody counted would cost a deadline.
    """
    rooms = {Path(inspect.getfile(event)).parent for event in model.catalogue.types().values()}
    rooms.add(Path(inspect.getfile(decider.deadlines)).parent)
    pages = "".join(_digest_of(room) for room in sorted(rooms))
    return hashlib.sha256(f"{decider.deadlines.__qualname__}{pages}".encode()).hexdigest()


@cache
def _digest_of(room: Path) -> str:
    digest = hashlib.sha256()
    for page in sorted(room.glob("*.py")):
        content = page.read_bytes()
        digest.update(f"{page.name} {len(content)}\n".encode() + content)
    return digest.hexdigest()


class Renewal:
    """Keeps one service's standing timers true."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns
        self._kinds = [decider for decider in turns.model.aggregates if decider.has_deadlines]
        self._true_for = -1
        self._walking_for = -1
        self._reached = ""

    @property
    def settled(self) -> bool:
        """Whether every timer stands as its stream asks for it now."""
        return not self._kinds and self._true_for == self._turns.county_edition

    def step(self) -> int:
        """Look at one slice of streams; answers how many, 0 where all timers are true. Commands pass between two steps."""
        if self._kinds:
            return self._of_a_new_edition(self._kinds[0])
        if self._true_for != self._turns.county_edition:
            return self._of_the_county()
        return 0

    def _of_a_new_edition(self, decider: Decider[Any, Any, Any]) -> int:
        edition = edition_of(decider, self._turns.model)

        def act(turn: Turn) -> tuple[int, bool]:
            kept = turn.sources.kept(DEADLINE_EDITIONS, decider.kind)
            began = kept is not None and kept["edition"] == edition
            if kept is not None and began and kept["reached"] is None:
                return 0, True
            prefix = decider.stream_id("")
            after = kept["reached"] if kept is not None and began else ""
            looked, reached = self._slice(turn, lambda name, limit: self._turns.store.streams_named(prefix, name, limit), after)
            turn.sources.put(DEADLINE_EDITIONS, decider.kind, {"kind": decider.kind, "edition": edition, "reached": reached})
            return looked, reached is None

        looked, done = self._turns.run(act)
        if done:
            self._kinds.remove(decider)
        return max(looked, 1)

    def _of_the_county(self) -> int:
        edition = self._turns.county_edition
        if self._walking_for != edition:
            self._walking_for, self._reached = edition, ""
        streams = self._turns.store.streams_with_timers
        looked, reached = self._turns.run(lambda turn: self._slice(turn, streams, self._reached))
        if reached is None:
            self._true_for = edition
        else:
            self._reached = reached
        return max(looked, 1)

    def _slice(self, turn: Turn, names: Names, after: str) -> tuple[int, str | None]:
        """Renew the timers of the next streams; answers how many, and the last of them if there may be more."""
        until = time.monotonic() + TURN_SECONDS
        streams = names(after, STREAMS_A_SLICE)
        standing: dict[str, list[Timer]] = {}
        for timer in self._turns.store.timers(streams):
            standing.setdefault(timer.stream_id, []).append(timer)
        for looked, stream_id in enumerate(streams, 1):
            self._renew_or_leave(turn, stream_id, standing.get(stream_id, []))
            if time.monotonic() > until and looked < len(streams):
                return looked, stream_id
        return len(streams), streams[-1] if len(streams) == STREAMS_A_SLICE else None

    def _renew_or_leave(self, turn: Turn, stream_id: str, standing: Sequence[Timer]) -> None:
        try:
            self._renew(turn, stream_id, standing)
        except TRANSIENT:
            raise
        except Exception:  # a bug in one stream's deadlines leaves its timers as they are, and holds up no other
            log.exception("timers_not_renewed", stream_id=stream_id)

    def _renew(self, turn: Turn, stream_id: str, standing: Sequence[Timer]) -> None:
        decider = self._turns.model.decider_of_stream(stream_id)
        if decider is None:  # this release has no such aggregate
            turn.batch.timers.update({timer.timer_id: None for timer in standing})
            return
        state, _ = turn.state(decider, stream_id.removeprefix(decider.stream_id("")))
        asked = asked_for(decider, stream_id, state)
        changes = renewed(stream_id, asked, standing, self._turns.county, partial(turn.last_event, stream_id))
        if changes:
            turn.batch.timers.update(changes)
            turn.rest_on(stream_id)
