"""How far a service is on the bus, kept in its own database with the effects of what it has read."""

from __future__ import annotations

from collections.abc import Mapping

import structlog

from services.chassis.bus.places import LostPlace, Position
from services.chassis.bus.port import TopicPartition
from services.chassis.turn import Turn
from services.chassis.turns import Turns

log = structlog.get_logger()


class KeptPlaces:
    """See `bus.places.Places`."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns

    def position(self, topic: str, partition: int) -> Position:
        return self._turns.store.bus_position(topic, partition)

    def keep(self, positions: Mapping[TopicPartition, Position]) -> None:
        def reached(turn: Turn) -> None:
            for (topic, partition), position in positions.items():
                turn.journal.reach(topic, partition, position)

        self._turns.run(reached)

    def lost(self, place: LostPlace) -> None:
        log.error("place_lost", loss=place.loss.value, topic=place.topic, partition=place.partition, what=place.sentence())
        self._turns.run(lambda turn: turn.journal.lose(place))
