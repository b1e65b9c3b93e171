"""Handling: what a delivered event does here, in the turn that journals it."""

from __future__ import annotations

from functools import partial

import structlog

from services.chassis.envelope import Context, Envelope
from services.chassis.errors import Refusal
from services.chassis.model import Model
from services.chassis.reactions import OnRefusal
from services.chassis.republication import LogRepublished
from services.chassis.turn import Turn
from services.chassis.waiting import Poison

log = structlog.get_logger()


class Handling:
    """The journal, the projections and the reactions of one service."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._types = model.catalogue.types()

    def take(self, turn: Turn, envelope: Envelope, topic: str) -> None:
        """Journal, project, react; raises Poison for a refusal that parks, and whatever a bug raises."""
        turn.journal.receive(envelope, topic)
        known = self._types.get(envelope.type)
        if known is LogRepublished:
            turn.journal.said_again(topic, envelope.recorded_at)
        if known is not None and known not in self._model.heard:
            return
        event = self._model.catalogue.decode(envelope)
        if topic != self._model.topic:
            turn.project(event, envelope)
        context = Context(
            actor=f"service:{self._model.service}",
            correlation_id=envelope.correlation_id,
            causation_id=envelope.event_id,
            traceparent=envelope.traceparent,
            occurred_at=envelope.occurred,
        )
        for when in self._model.reactions_on.get(type(event), ()):
            for command in when.then(event, envelope, turn):
                try:
                    turn.execute(command, context)
                except Refusal as refusal:
                    self._refused(turn, when.on_refusal(refusal), refusal, envelope, type(command).__name__)

    def _refused(self, turn: Turn, what: OnRefusal, refusal: Refusal, envelope: Envelope, command: str) -> None:
        if what is OnRefusal.PARK:
            raise Poison(refusal.code(), f"{command} after {envelope.type} {envelope.event_id}") from refusal
        if what is OnRefusal.RECORD:
            told = {"command": command, "code": refusal.code(), "event_id": envelope.event_id}
            turn.say(partial(log.info, "command_refused", **told))
