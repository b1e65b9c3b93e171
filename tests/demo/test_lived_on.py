"""A served demo lives on at real speed: what visitors do has its consequences, and a story that was missed is not faked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from services.chassis.clock import DemoClock
from services.chassis.decider import COUNTY_TIME
from services.demo.performance import LivedOn, is_over, leave_to_visitors, on_stage, perform, prepare
from services.demo.player.roll import ClassKey, Roll
from services.demo.stage import Fact, answered
from services.embedded import House
from tests.demo.played import SEED, Played, event_counts, quickly

PUPILS = 40
SECOND_DAY = date(2026, 9, 2)
MORNING_AFTER = datetime(2026, 10, 20, 7, 45, tzinfo=COUNTY_TIME)


class Stopwatch:
    """Real time, as the test lets it pass."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds

    def wait(self, time: timedelta) -> None:
        self.seconds += time.total_seconds()


@pytest.fixture
def stopwatch() -> Stopwatch:
    return Stopwatch()


@pytest.fixture
def county(tmp_path: Path, stopwatch: Stopwatch) -> Iterator[Played]:
    quickly()
    files = prepare(tmp_path, seed=SEED, pupils=PUPILS)
    house = House(tmp_path, seconds=stopwatch)
    try:
        with on_stage(house, files) as stage:
            yield Played(files, house, stage)
    finally:
        house.stop()


def let_live(county: Played, stopwatch: Stopwatch, time: timedelta) -> None:
    """As much as a served house would do in that time."""
    clock = county.house.clock
    assert isinstance(clock, DemoClock)
    clock.run()
    stopwatch.wait(time)
    county.house.settle()
    clock.stand()


def miss(county: Played, taught: Fact) -> str:
    """A visitor calls the roll of a class as its teacher, and one child is away; answers its id."""
    client = county.stage.client(taught["by"])
    of_class = Roll(county.stage, county.truth).class_id(ClassKey.of(taught))
    listed = answered(client.get("/registry/ledger", params={"class_id": of_class, "ledger": "school_age"}), "ledger")
    pupil_id: str = listed["items"][0]["pupil_id"]
    body = {"class_id": of_class, "day": "2026-10-20", "session": "morning", "absent": [pupil_id]}
    answered(client.post("/registry/roll-calls", json=body, headers={"Idempotency-Key": "visitors-list"}), "roll call")
    county.house.settle()
    return pupil_id


def texts_of(county: Played, pupil_id: str) -> set[str]:
    """How the texts of that morning stand."""
    found = county.stage.client("bureau_clerk").get("/notifications/", params={"pupil_id": pupil_id})
    return {item["status"] for item in answered(found, "texts")["items"] if item["day"] == "2026-10-20"}


def test_a_visitors_roll_call_leads_to_a_text_after_thirty_minutes(county: Played, stopwatch: Stopwatch) -> None:
    perform(county.stage, county.county)
    assert is_over(county.stage, county.truth)
    leave_to_visitors(county.stage, county.truth)
    assert county.stage.now() == MORNING_AFTER
    pupil_id = miss(county, county.truth["classes"][0])
    let_live(county, stopwatch, timedelta(minutes=29))
    assert texts_of(county, pupil_id) == {"waiting"}
    let_live(county, stopwatch, timedelta(minutes=2))
    assert texts_of(county, pupil_id) == {"sent"}


def test_a_county_that_is_left_to_its_visitors_is_not_moved_again(county: Played, stopwatch: Stopwatch) -> None:
    perform(county.stage, county.county)
    leave_to_visitors(county.stage, county.truth)
    let_live(county, stopwatch, timedelta(hours=1))
    before = event_counts(county.house)
    leave_to_visitors(county.stage, county.truth)
    perform(county.stage, county.county)
    assert event_counts(county.house) == before
    assert county.stage.now() == MORNING_AFTER + timedelta(hours=1)


def test_a_story_is_played_on_after_an_hour_in_which_nothing_was_planned(county: Played, stopwatch: Stopwatch) -> None:
    perform(county.stage, county.county, until=SECOND_DAY)
    let_live(county, stopwatch, timedelta(hours=1))
    perform(county.stage, county.county, until=SECOND_DAY + timedelta(days=1))
    assert county.stage.now().date() == SECOND_DAY + timedelta(days=1)


def test_a_story_that_the_county_has_outlived_is_not_played_on(county: Played, stopwatch: Stopwatch) -> None:
    perform(county.stage, county.county, until=SECOND_DAY)
    let_live(county, stopwatch, timedelta(hours=12))
    before = event_counts(county.house)
    with pytest.raises(LivedOn):
        perform(county.stage, county.county)
    assert event_counts(county.house) == before


def test_a_county_that_lived_on_before_it_was_founded_is_not_founded(county: Played, stopwatch: Stopwatch) -> None:
    let_live(county, stopwatch, timedelta(days=2))
    with pytest.raises(LivedOn):
        perform(county.stage, county.county)
