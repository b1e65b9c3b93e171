"""Timers: commands that fall due by the business clock and the county's calendars.

They are rows written and withdrawn with the events that ask for them (`Turn`), so they survive restarts; a published
calendar or a changed number moves them, before any of them fires.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
import structlog

from services.chassis.envelope import Context, stamp
from services.chassis.errors import Refusal
from services.chassis.storage.port import Timer
from services.chassis.transient import TRANSIENT
from services.chassis.turn import Turn, Turns, timer_moved

log = structlog.get_logger()

TIMERS_A_STEP = 100

PUT_OFF = timedelta(hours=1)
"""How long a timer waits whose command failed by a bug or was refused, before it is tried again."""


class Timers:
    """Fires one service's due timers."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns

    def step(self) -> int:
        """Fire what is due now, earliest first; answers how many. One that fails is put off, and holds up no other."""
        if self._turns.timers_stale:
            self.recompute()
        due = self._due()
        if not due:
            return 0
        try:
            return self._turns.run(lambda turn: self._fire(turn, self._due()))
        except TRANSIENT:
            raise
        except Exception:  # noqa: BLE001  a bug in one command must not stop the timers of all other children
            return sum(self._fire_or_put_off(timer) for timer in due)

    def recompute(self) -> int:
        """Move every timer to where it falls by the county's calendars and numbers now; answers how many moved."""

        def move(turn: Turn) -> int:
            moved = 0
            for timer in self._turns.store.timers():
                try:
                    again = timer_moved(timer, self._turns.county)
                except (OverflowError, TypeError) as endless:  # its calendar or number is broken: it stays, the others move
                    log.warning("timer_not_moved", timer=timer.timer_id, why=str(endless))
                    continue
                if again != timer:
                    turn.batch.timers[timer.timer_id] = again
                    moved += 1
            return moved

        self._turns.timers_stale = False
        try:
            return self._turns.run(move)
        except BaseException:
            self._turns.timers_stale = True
            raise

    def _due(self) -> list[Timer]:
        return self._turns.store.due_timers(stamp(self._turns.clock.now()), TIMERS_A_STEP)

    def _fire_or_put_off(self, timer: Timer) -> int:
        try:
            return self._turns.run(lambda turn: self._fire(turn, self._still_due(timer)))
        except TRANSIENT:
            raise
        except Exception:
            log.exception("timer_failed", timer=timer.timer_id, command=timer.command)

        def put_off(turn: Turn) -> int:
            still = self._still_due(timer)
            for due in still:
                self._put_off(turn, due)
            return len(still)

        return self._turns.run(put_off)

    def _put_off(self, turn: Turn, timer: Timer) -> None:
        """Leave it for later; when it was due stays as it is."""
        turn.batch.timers[timer.timer_id] = msgspec.structs.replace(timer, not_before=stamp(turn.now + PUT_OFF))

    def _still_due(self, timer: Timer) -> list[Timer]:
        """The timer as it stands inside the turn; none if it was withdrawn or moved since it was read."""
        return [due for due in self._due() if due.timer_id == timer.timer_id]

    def _fire(self, turn: Turn, due: list[Timer]) -> int:
        for timer in due:
            if timer.timer_id in turn.batch.timers:  # withdrawn or moved by a timer fired just before
                continue
            command = self._turns.model.command_decoders[timer.command].decode(timer.body)
            context = Context(
                actor=f"service:{self._turns.model.service}",
                correlation_id=timer.correlation_id or None,
                causation_id=timer.causation_id,
                traceparent=timer.traceparent,
                occurred_at=turn.now,
            )
            turn.batch.timers[timer.timer_id] = None
            given = msgspec.structs.replace(turn.given(context), due_at=datetime.fromisoformat(timer.due_at))
            command = msgspec.structs.replace(command, given=given)
            try:
                turn.execute(command, context)
            except Refusal as refusal:
                if self._still_asked_for(turn, timer):
                    self._put_off(turn, timer)
                    log.warning("timer_refused", timer=timer.timer_id, code=refusal.code())
                else:
                    log.info("timer_let_go", timer=timer.timer_id, code=refusal.code())
        return len(due)

    def _still_asked_for(self, turn: Turn, timer: Timer) -> bool:
        """Whether the state of the timer's stream names its deadline now."""
        decider = self._turns.model.decider_of_stream(timer.stream_id)
        state, _ = turn.state(decider, timer.stream_id.removeprefix(decider.stream_id("")))
        return any(f"{timer.stream_id}/{asked.purpose}" == timer.timer_id for asked in decider.deadlines(state))
