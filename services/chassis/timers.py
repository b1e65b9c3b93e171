"""Timers: commands that fall due by the business clock and the county's calendars.

They are rows written and withdrawn with the events that ask for them (`Turn`), so they survive restarts; a published
calendar or a changed number moves them.
"""

from __future__ import annotations

import structlog

from services.chassis.envelope import Context, stamp
from services.chassis.errors import Refusal
from services.chassis.storage.port import Timer
from services.chassis.turn import Turn, Turns, timer_moved

log = structlog.get_logger()

TIMERS_A_STEP = 100


class Timers:
    """Fires one service's due timers."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns

    def step(self) -> int:
        """Fire what is due now, earliest first; answers how many."""
        due = self._turns.store.due_timers(stamp(self._turns.clock.now()), TIMERS_A_STEP)
        if due:
            self._turns.run(lambda turn: self._fire(turn, due))
        return len(due)

    def recompute(self) -> int:
        """Move every timer to where it falls by the county's calendars and numbers now; answers how many moved."""
        county = self._turns.county

        def move(turn: Turn) -> int:
            moved = 0
            for timer in self._turns.store.timers():
                again = timer_moved(timer, county)
                if again != timer:
                    turn.batch.timers[timer.timer_id] = again
                    moved += 1
            return moved

        return self._turns.run(move)

    def _fire(self, turn: Turn, due: list[Timer]) -> None:
        for timer in due:
            if timer.timer_id in turn.batch.timers:  # withdrawn or moved by a timer fired just before
                continue
            command = self._turns.model.command_decoders[timer.command].decode(timer.body)
            context = Context(
                actor=f"service:{self._turns.model.service}",
                correlation_id=timer.correlation_id or None,
                causation_id=timer.causation_id,
                occurred_at=turn.now,
            )
            turn.batch.timers[timer.timer_id] = None
            try:
                turn.execute(command, context)
            except Refusal as refusal:
                log.info("timer_refused", timer=timer.timer_id, code=refusal.code())
