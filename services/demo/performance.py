"""A whole demo in one process: the county's files, the house that owns the data directory, the founding, the played days."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from services.demo.county import generate
from services.demo.county.places import COUNTY_CODE
from services.demo.embedded_stage import EmbeddedStage
from services.demo.founding import CountyDirectory, Progress, demo_start, found_county, is_founded, useful_logins
from services.demo.player import OnDay, play
from services.embedded import Deployment, House, found

COUNTY_DIRECTORY = "county"
FIRST_DAY = date(2026, 9, 1)
"""The demo's autumn term begins on the first working day from here."""


def prepare(data: Path, *, seed: int, pupils: int, first_day: date = FIRST_DAY) -> CountyDirectory:
    """The county's files and the deployment's, made where they are not there yet; a county that is there stays what it is."""
    county = CountyDirectory(data / COUNTY_DIRECTORY)
    if not county.is_whole():
        county.path.mkdir(parents=True, exist_ok=True)
        generate(county.path, seed=seed, pupils=pupils, first_day=first_day)
    found(data, Deployment(COUNTY_CODE, demo_from=demo_start(date.fromisoformat(county.truth()["first_day"]))))
    return county


@contextmanager
def on_stage(house: House, county: CountyDirectory) -> Iterator[EmbeddedStage]:
    """The stage of a house, for as long as somebody plays on it."""
    stage = EmbeddedStage(house, useful_logins(county.truth()))
    try:
        yield stage
    finally:
        stage.close()


def perform(
    house: House,
    county: CountyDirectory,
    *,
    until: date | None = None,
    progress: Progress | None = None,
    on_day: OnDay | None = None,
) -> None:
    """Found the county if it is not founded, and play the days that are not played yet; raises Refused."""
    gc.freeze()  # all that is loaded by now stays to the end: the collector need not look at it again and again
    truth = county.truth()
    with on_stage(house, county) as stage:
        if not is_founded(stage, truth):
            found_county(stage, county, progress)
        play(stage, truth, until=until, on_day=on_day)
