"""A whole demo in one process: the county's files, the house that owns the data directory, the founding, the played days."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path

from services.chassis.decider import COUNTY_TIME
from services.chassis.errors import Misconfigured
from services.demo.county import generate
from services.demo.county.calendars import first_school_day
from services.demo.county.places import COUNTY_CODE
from services.demo.county.truth import FORMAT
from services.demo.embedded_stage import EmbeddedStage
from services.demo.founding import CountyDirectory, Progress, demo_start, found_county, is_founded, opening, useful_logins
from services.demo.player import OnDay, OnTick, play
from services.demo.player.timetable import timetable
from services.demo.stage import Fact, Stage
from services.deployment import Deployment, found
from services.embedded import House

COUNTY_DIRECTORY = "county"
FIRST_DAY = date(2026, 9, 1)
"""The demo's autumn term begins on the first working day from here."""

MORNING_AFTER = time(7, 45)
"""When on the school day after the last played one a visitor comes: before the roll is called, when parents may be texted."""


class NotADemo(Misconfigured):
    """The data directory belongs to a real county: no invented child comes near it."""


class OtherRelease(Exception):
    """Another release has planted the story, with acts that this one may not know: it is not played on."""


class LivedOn(Exception):
    """The county was served past an hour at which its people had something to do: the story cannot be played any more."""


def prepare(data: Path, *, seed: int, pupils: int, first_day: date = FIRST_DAY) -> CountyDirectory:
    """The county's files and the deployment's, made where they are not there yet; a county that is there stays what it is.

    That the directory is a demo's is written first, so that a demo that was killed can be cleared.

    Raises NotADemo, NotANewDirectory.
    """
    if found(data, Deployment(COUNTY_CODE, demo_from=demo_start(first_school_day(first_day)))).demo_from is None:
        raise NotADemo(
            f"{data} 是真实县的数据，不能用来演示；请用 --data（或 FUXUE_DATA）指定别的目录。\n"
            f"{data} holds a real county's data and is not for demonstrations; name another directory with --data (or FUXUE_DATA)."
        )
    county = CountyDirectory(data / COUNTY_DIRECTORY)
    generate_where_missing(county, seed=seed, pupils=pupils, first_day=first_day)
    return county


def generate_where_missing(county: CountyDirectory, *, seed: int, pupils: int, first_day: date) -> None:
    """The county's files, unless they are there as a whole."""
    if not county.is_whole():
        county.path.mkdir(parents=True, exist_ok=True)
        generate(county.path, seed=seed, pupils=pupils, first_day=first_day)


@contextmanager
def on_stage(house: House, county: CountyDirectory) -> Iterator[EmbeddedStage]:
    """The stage of a house, for as long as somebody plays on it; one at a time, for it keeps the officers' passwords."""
    stage = EmbeddedStage(house, useful_logins(county.truth()))
    try:
        yield stage
    finally:
        stage.close()


def perform(
    stage: Stage,
    county: CountyDirectory,
    *,
    until: date | None = None,
    progress: Progress | None = None,
    on_day: OnDay | None = None,
    on_tick: OnTick | None = None,
) -> None:
    """Found the county if it is not founded, and play the days that are not played yet.

    Raises Refused, OtherRelease, LivedOn.
    """
    gc.freeze()  # all that is loaded by now stays to the end: the collector need not look at it again and again
    truth = county.truth()
    if truth["format"] != FORMAT:
        raise OtherRelease
    if _has_lived_on(stage, truth):
        raise LivedOn
    if not is_founded(stage, truth):
        found_county(stage, county, progress)
    play(stage, truth, until=until, on_day=on_day, on_tick=on_tick)


def goes_on(stage: Stage, truth: Fact) -> bool:
    """Whether days are left that a next run of this release would play."""
    return truth["format"] == FORMAT and not is_over(stage, truth) and not _has_lived_on(stage, truth)


def is_over(stage: Stage, truth: Fact) -> bool:
    """Whether the last day was played to its evening."""
    *_, last = timetable(truth)
    return stage.moved_to() >= last.evening


def leave_to_visitors(stage: Stage, truth: Fact) -> None:
    """Let the school morning after the last played day begin, unless it has."""
    last = truth["days"][-1]["on"]
    next_day = next(day for day in truth["school_days"] if day > last)
    morning = datetime.combine(date.fromisoformat(next_day), MORNING_AFTER, COUNTY_TIME)
    if stage.now() < morning:
        stage.advance(morning)


def _has_lived_on(stage: Stage, truth: Fact) -> bool:
    """Whether the clock ran by itself past the opening or past a tick."""
    moved_to, now = stage.moved_to(), stage.now()
    missed = any(moved_to <= tick.at < now for day in timetable(truth) for tick in day.ticks)
    return missed or moved_to < opening(truth) < now
