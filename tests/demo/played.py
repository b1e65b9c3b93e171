"""A small invented county, played in a directory of its own; and what of its end can be compared with another run's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from argon2 import PasswordHasher

from services.chassis.logs import configure_logs
from services.demo.checking import Asking, observe
from services.demo.embedded_stage import EmbeddedStage
from services.demo.founding import CountyDirectory
from services.demo.performance import on_stage, perform, prepare
from services.demo.player.roll import Roll
from services.demo.stage import Fact
from services.embedded import House
from services.identity.adapters import passwords

SEED = 3
NOT_COMPARED = ("CheckpointSigned", "PasswordSet")
"""Checkpoints follow the wall clock; whoever is killed between code and password is given a second code."""


@dataclass
class Played:
    """A county, the house that it lives in, and the stage."""

    county: CountyDirectory
    house: House
    stage: EmbeddedStage

    @property
    def truth(self) -> Fact:
        return self.county.truth()


def quickly() -> None:
    """Passwords hashed at the least cost, which is not what is tested here, and no log of thousands of requests."""
    configure_logs("error")
    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@contextmanager
def house_of(data: Path, *, pupils: int) -> Iterator[Played]:
    """The county's house, opened and closed again."""
    county = prepare(data, seed=SEED, pupils=pupils)
    house = House(data)
    try:
        with on_stage(house, county) as stage:
            yield Played(county, house, stage)
    finally:
        house.stop()


def play(data: Path, *, pupils: int, until: date | None = None) -> None:
    """Play the county, or go on where it was, and close the house."""
    with house_of(data, pupils=pupils) as played:
        perform(played.stage, played.county, until=until)


def event_counts(house: House) -> dict[str, int]:
    """How many events of each type the services have told, but for those that hang on the wall clock."""
    counted: Counter[str] = Counter()
    for name, service in house.services.items():
        counted.update(f"{name}.{envelope.type}" for envelope in service.store.walk())
    return {kind: count for kind, count in sorted(counted.items()) if not kind.endswith(NOT_COMPARED)}


def end_state(played: Played) -> dict[str, object]:
    """Every child of a story as the services have it, and how often what happened."""
    asking = Asking(played.stage, Roll(played.stage, played.truth, by="bureau_clerk"))
    return {"children": observe(asking, played.truth), "events": event_counts(played.house)}
