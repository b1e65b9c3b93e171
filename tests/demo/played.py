"""A small invented county, played in a directory of its own; and what of its end can be compared with another run's."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from shutil import copytree

from python_calamine import CalamineWorkbook

from services.chassis.logs import configure_logs
from services.demo.checking import Asking, Difference, check, observe
from services.demo.embedded_stage import EmbeddedStage
from services.demo.founding import CountyDirectory
from services.demo.performance import on_stage, perform, prepare
from services.demo.player.roll import Roll
from services.demo.stage import Fact
from services.embedded import House
from services.identity.adapters import passwords
from tests.quick_passwords import QUICK

SEED = 3
NOT_COMPARED = ("CheckpointSigned", "PasswordSet", "SessionsEnded")
"""Checkpoints and ends of sessions follow the wall clock; whoever is killed between code and password is given a second code."""


PUPILS = 60
"""The least that a demo has."""

TWELFTH_DAY = date(2026, 9, 16)
"""The twelfth school day."""


@dataclass(frozen=True)
class LivedCounty:
    """Where a county lies that has lived its days; what was found on the evening of each."""

    data: Path
    evenings: Mapping[int, list[Difference]]

    def copied_to(self, data: Path) -> None:
        """The same county once more, for whoever changes something."""
        copytree(self.data, data, dirs_exist_ok=True)


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
    passwords._hasher = QUICK


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


def play_and_check(data: Path, *, pupils: int, until: date | None = None) -> dict[int, list[Difference]]:
    """Play the county and close the house; what a demo that stopped on this evening would have found, by school day."""
    found: dict[int, list[Difference]] = {}
    with house_of(data, pupils=pupils) as played:
        truth = played.truth
        perform(
            played.stage, played.county, until=until, on_day=lambda day, _: found.update({day.number: check(played.stage, truth)})
        )
    return found


def play(data: Path, *, pupils: int, until: date | None = None) -> None:
    """Play the county, or go on where it was, and close the house."""
    with house_of(data, pupils=pupils) as played:
        perform(played.stage, played.county, until=until)


Happening = tuple[str, str, str]
"""Whom or what an event is about (the child, else its stream), its type, the county's day on which it occurred."""


def happenings(house: House, names: Mapping[str, str] | None = None) -> Counter[Happening]:
    """How often what happened to whom on which day, but for what hangs on the wall clock.

    Ids of children and imports are another house's own: for comparing two houses they are given `names`.
    """
    named = names or {}
    return Counter(
        (named.get(envelope.partition_key, envelope.partition_key), envelope.type, envelope.occurred_on.isoformat())
        for service in house.services.values()
        for envelope in service.store.walk()
        if not envelope.type.endswith(NOT_COMPARED)
    )


def names_of(played: Played, roll: Roll) -> Mapping[str, str]:
    """Children by their place in the county's lists, those without a number in one; imports without a name of their own."""
    streams = played.house.services["registry"].store.streams()
    kinds = {kind: [key for each, _, key in (stream.partition("-") for stream in streams) if each == kind] for kind in _NAMELESS}
    nameless = {key: kind for kind, keys in kinds.items() for key in keys}
    return nameless | {roll.pupil_id(number): f"child {place}" for place, number in enumerate(roll_numbers(played.county))}


_NAMELESS = ("pupil", "import")


def roll_numbers(county: CountyDirectory) -> list[str]:
    """All roll numbers of the lists, in their order."""
    found: list[str] = []
    for path in sorted(county.rosters):
        if path.suffix == ".csv":
            header, *rows = csv.reader(path.read_text(encoding="gb18030").splitlines())
        else:
            header, *rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
        found += [str(row[header.index("学籍号")]) for row in rows if row[header.index("学籍号")]]
    return found


def end_state(played: Played) -> dict[str, object]:
    """Every child of a story as the services have it, and what happened to everybody in the county."""
    roll = Roll(played.stage, played.truth, by="bureau_clerk")
    events = happenings(played.house, names_of(played, roll))
    return {"children": observe(Asking(played.stage, roll), played.truth), "events": events}
