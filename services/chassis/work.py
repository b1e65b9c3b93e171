"""Work: calls to the outside world, never inside a transaction and never inside a consumer.

claim → commit "started" → call → commit the result. A worker that dies between leaves "started": the call is repeated only
where the gateway deduplicates, else the question is left to a person – neither lost nor stuck.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import msgspec
import structlog

from services.chassis.decider import Command
from services.chassis.envelope import Context, Envelope, stamp
from services.chassis.errors import Fault, Refusal, VersionConflict
from services.chassis.reactions import NotReached, NotYet, OutsideCall
from services.chassis.storage.port import Work
from services.chassis.transient import TRANSIENT
from services.chassis.turn import Turn
from services.chassis.turns import Turns
from services.chassis.wrapping import WrappingKeyMissing

log = structlog.get_logger()

PIECES_A_STEP = 20
LONGEST_WAIT_SECONDS = 3600


class WorkLost(Fault):
    """A piece of work names an event that is not in the log."""


class Worker:
    """Does one service's outside calls, one after another, where this process leads."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns
        self._at_work = threading.Lock()

    def step(self, enough: Callable[[], bool] = lambda: False) -> int:
        """Do what may be done now, until it is `enough`; answers how many pieces were tried, none while another thread is at it."""
        if not self._turns.store.leads() or not self._at_work.acquire(blocking=False):
            return 0
        try:
            return self._step(enough)
        finally:
            self._at_work.release()

    def _step(self, enough: Callable[[], bool]) -> int:
        tried = 0
        for piece in self._turns.store.pending_work(stamp(self._turns.clock.now()), PIECES_A_STEP):
            if enough():
                break
            tried += 1
            try:
                self._do(piece)
            except TRANSIENT:
                raise
            except Exception:
                log.exception("work_failed", kind=piece.kind, work_id=piece.work_id)
                self._put_off(piece)
        return tried

    def _do(self, piece: Work) -> None:
        call = self._turns.model.outside_call_of[piece.kind]
        envelope = self._event(piece)
        event = self._turns.model.catalogue.decode(envelope)
        if piece.state == "started" and not call.deduplicates:
            self._finish(piece, envelope, [call.uncertain(event)])
            return
        started = msgspec.structs.replace(piece, state="started", attempts=piece.attempts + 1)
        if not self._taken_up(started):
            return
        try:
            results = list(call.call(event, envelope))
        except NotYet as wait:
            later = msgspec.structs.replace(piece, state="pending", not_before=stamp(wait.at))
            self._turns.run(lambda turn: turn.batch.work_updates.append(later))
        except NotReached as trouble:
            self._again_or_give_up(started, call, envelope, [call.gave_up(event)], str(trouble))
        except Exception as trouble:  # it may have reached the gateway, whatever an adapter raises
            if call.deduplicates and isinstance(trouble, WrappingKeyMissing):  # a restart brings it: as it was, and no try of it
                self._turns.run(lambda turn: turn.batch.work_updates.append(piece))
                raise
            log.warning("outside_call_uncertain", kind=piece.kind, work_id=piece.work_id, trouble=type(trouble).__name__)
            if call.deduplicates:
                self._again_or_give_up(started, call, envelope, [call.uncertain(event)], type(trouble).__name__)
            else:
                self._finish(started, envelope, [call.uncertain(event)])
        else:
            self._finish(started, envelope, results)

    def _taken_up(self, started: Work) -> bool:
        """Commit that the call begins; not so where a worker that led a moment ago, or leads since, was first."""
        try:
            with self._turns.open() as turn:
                turn.batch.work_claims.append(started)
                turn.commit()
        except VersionConflict:
            log.info("work_taken_up_elsewhere", kind=started.kind, work_id=started.work_id)
            return False
        return True

    def _again_or_give_up(self, piece: Work, call: OutsideCall, envelope: Envelope, giving_up: list[Command], why: str) -> None:
        log.info("outside_call_not_done", kind=piece.kind, work_id=piece.work_id, attempts=piece.attempts, why=why)
        if piece.attempts >= call.tries:
            self._finish(piece, envelope, giving_up)
            return
        wait = min(call.first_wait_seconds * 2 ** (piece.attempts - 1), LONGEST_WAIT_SECONDS)
        not_before = stamp(self._turns.clock.now() + timedelta(seconds=wait))
        waiting = msgspec.structs.replace(piece, state="pending", not_before=not_before)
        self._turns.run(lambda turn: turn.batch.work_updates.append(waiting))

    def _finish(self, piece: Work, envelope: Envelope, commands: list[Command]) -> None:
        context = Context(
            actor=f"service:{self._turns.model.service}",
            correlation_id=envelope.correlation_id,
            causation_id=envelope.event_id,
            traceparent=envelope.traceparent,
        )

        def record(turn: Turn) -> None:
            for command in commands:
                try:
                    turn.execute(command, context)
                except Refusal as refusal:
                    told = {"kind": piece.kind, "work_id": piece.work_id, "code": refusal.code()}
                    turn.say(partial(log.warning, "outside_call_result_refused", **told))
            turn.batch.work_updates.append(msgspec.structs.replace(piece, state="done"))

        self._turns.run(record)

    def _put_off(self, piece: Work) -> None:
        """Leave a piece that a bug stopped for later, in the state it is in, so that it holds up no other."""

        def later(turn: Turn) -> None:
            not_before = stamp(turn.now + timedelta(seconds=LONGEST_WAIT_SECONDS))
            turn.batch.work_delays.append((piece.work_id, not_before))

        self._turns.run(later)

    def _event(self, piece: Work) -> Envelope:
        for envelope in self._turns.store.walk([piece.stream_id]):
            if envelope.version == piece.version:
                return envelope
        raise WorkLost(f"{piece.stream_id} version {piece.version}")
