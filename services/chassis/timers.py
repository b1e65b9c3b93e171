"""Timers: commands that fall due by the business clock and the county's calendars.

They are rows written and withdrawn with the events that ask for them (`Turn`), so they survive restarts. When one fires, the
stream's state says what is due now (`chassis.deadlines`); what has become due later by then is moved, not fired.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

import msgspec
import structlog

from services.chassis.deadlines import asked_for, moved
from services.chassis.decider import Deadline
from services.chassis.envelope import Context, stamp
from services.chassis.errors import Refusal
from services.chassis.renewal import Renewal
from services.chassis.storage.port import Timer
from services.chassis.transient import TRANSIENT
from services.chassis.turn import Turn
from services.chassis.turns import Turns

log = structlog.get_logger()

TIMERS_A_STEP = 100

PUT_OFF = timedelta(hours=1)
"""How long a timer waits whose command failed by a bug or was refused, before it is tried again."""


class Timers:
    """Fires one service's due timers, and lets those that stand follow calendars, numbers and releases; all that where it leads."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns
        self._renewal = Renewal(turns)

    @property
    def settled(self) -> bool:
        """Whether no timer is left that might have to move."""
        return self._renewal.settled

    def step(self) -> int:
        """Look over a slice of timers where that is due, then fire what is due, earliest first; answers how much was done.

        One that fails is put off, and holds up no other.
        """
        if not self._turns.store.leads():
            return 0
        return self._renewal.step() + self._fire_due()

    def _fire_due(self) -> int:
        due = self._due()
        if not due:
            return 0
        try:
            return self._turns.run(lambda turn: self._fire(turn, self._due()))
        except TRANSIENT:
            raise
        except Exception:  # noqa: BLE001  a bug in one command must not stop the timers of all other children
            return sum(self._fire_or_put_off(timer) for timer in due)

    def _due(self) -> list[Timer]:
        return self._turns.store.due_timers(stamp(self._turns.clock.now()), TIMERS_A_STEP)

    def _fire_or_put_off(self, timer: Timer) -> int:
        try:
            return self._turns.run(lambda turn: self._fire(turn, self._still_due(timer)))
        except TRANSIENT:
            raise
        except Exception:
            log.exception("timer_failed", timer=timer.timer_id)

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
            deadline = self._asked_for(turn, timer)
            now = None if deadline is None else moved(timer, deadline, self._turns.county)
            if deadline is None or now is None:
                turn.batch.timers[timer.timer_id] = None
                turn.say(partial(log.info, "timer_let_go", timer=timer.timer_id))
            elif now.due_at > stamp(turn.now):
                turn.batch.timers[timer.timer_id] = now
            else:
                self._execute(turn, now, deadline)
        return len(due)

    def _asked_for(self, turn: Turn, timer: Timer) -> Deadline | None:
        """The deadline of a timer, if the state of its stream asks for it now; what follows rests on that state."""
        decider = self._turns.model.decider_of_stream(timer.stream_id)
        if decider is None:  # this release has no such aggregate
            return None
        state, _ = turn.state(decider, timer.stream_id.removeprefix(decider.stream_id("")))
        turn.rest_on(timer.stream_id)
        return asked_for(decider, timer.stream_id, state).get(timer.timer_id)

    def _execute(self, turn: Turn, timer: Timer, deadline: Deadline) -> None:
        context = Context(
            actor=f"service:{self._turns.model.service}",
            correlation_id=timer.correlation_id or None,
            causation_id=timer.causation_id,
            traceparent=timer.traceparent,
            occurred_at=turn.now,
        )
        given = msgspec.structs.replace(turn.given(context), due_at=datetime.fromisoformat(timer.due_at))
        turn.batch.timers[timer.timer_id] = None
        try:
            turn.execute(msgspec.structs.replace(deadline.command, given=given), context)
        except Refusal as refusal:
            self._put_off(turn, timer)
            turn.say(partial(log.warning, "timer_refused", timer=timer.timer_id, code=refusal.code()))
