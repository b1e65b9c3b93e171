"""The gateway of a machine without one: it takes every text, and keeps that it did – neither words nor number."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

import sqlalchemy as sa

from services.chassis.envelope import stamp
from services.chassis.turn import Turn
from services.chassis.turns import Turns
from services.notifications.adapters.gateway import NumberDead, TextMessage, Unanswered
from services.notifications.storage.tables import OUTBOX_MESSAGES

NAME = "local_outbox"


@dataclass(frozen=True)
class GatewayFaults:
    """Guardians whose texts go wrong, for demonstrations and tests.

    `unreachable`: the number is dead. `uncertain`: the first text of a notification is taken without an answer.
    """

    unreachable: Container[str] = ()
    uncertain: Container[str] = ()


class LocalOutbox:
    """`gateway.Gateway` on the service's own database.

    It deduplicates: the message id is the key of its table, so a call that is repeated after a crash takes nothing twice.
    """

    name = NAME
    deduplicates = True

    def __init__(self, turns: Turns, faults: GatewayFaults) -> None:
        self._turns = turns
        self._faults = faults

    def send(self, message: TextMessage) -> str:
        if message.guardian_id in self._faults.unreachable:
            raise NumberDead
        taken = self._taken(message)
        if message.message_id not in taken:
            self._turns.run(lambda turn: self._take(turn, message))
        is_first = not taken - {message.message_id}
        if is_first and message.guardian_id in self._faults.uncertain:
            raise Unanswered
        return message.message_id

    def _taken(self, message: TextMessage) -> set[str]:
        """The messages of the notification that were taken before, this one among them if the call is a repeated one."""
        of_notification = OUTBOX_MESSAGES.c.notification_id == message.notification_id
        with self._turns.store.engine.connect() as connection:
            return set(connection.execute(sa.select(OUTBOX_MESSAGES.c.message_id).where(of_notification)).scalars())

    @staticmethod
    def _take(turn: Turn, message: TextMessage) -> None:
        turn.sources.record(
            OUTBOX_MESSAGES,
            {
                "message_id": message.message_id,
                "notification_id": message.notification_id,
                "guardian_id": message.guardian_id,
                "language": message.language,
                "named": message.named,
                "segments": message.segments,
                "digest": message.digest,
                "taken_at": stamp(turn.now),
            },
        )
