"""A served demo lives on at real speed: what visitors do has its consequences, and a story that was missed is not faked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from services.chassis.clock import DemoClock
from services.chassis.decider import COUNTY_TIME
from services.demo.county.truth import FORMAT
from services.demo.performance import LivedOn, NotADemo, OtherRelease, is_over, leave_to_visitors, on_stage, perform, prepare
from services.demo.player.roll import ClassKey, Roll
from services.demo.stage import Fact, answered
from services.deployment import DEPLOYMENT_FILE, Deployment, found
from services.embedded import House
from tests.demo.played import PUPILS, SEED, LivedCounty, Played, happenings, quickly

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


@contextmanager
def living(data: Path, stopwatch: Stopwatch) -> Iterator[Played]:
    """The county in a directory, new or one that has lived, whose real time is the stopwatch's."""
    quickly()
    files = prepare(data, seed=SEED, pupils=PUPILS)
    house = House(data, seconds=stopwatch)
    try:
        with on_stage(house, files) as stage:
            yield Played(files, house, stage)
    finally:
        house.stop()


@pytest.fixture
def county(tmp_path: Path, stopwatch: Stopwatch) -> Iterator[Played]:
    with living(tmp_path, stopwatch) as county:
        yield county


@pytest.fixture
def county_at_its_end(tmp_path: Path, stopwatch: Stopwatch, thirty_days: LivedCounty) -> Iterator[Played]:
    """After its thirty days."""
    thirty_days.copied_to(tmp_path)
    with living(tmp_path, stopwatch) as county:
        yield county


def let_live(county: Played, stopwatch: Stopwatch, time: timedelta) -> None:
    """As much as a served house would do in that time."""
    clock = county.house.clock
    assert isinstance(clock, DemoClock)
    clock.run()
    stopwatch.wait(time)
    county.house.settle()
    clock.stand()


def somebody(county: Played) -> tuple[Fact, str]:
    """A child that is in no story and whose first guardian has a phone; its class and its id."""
    clerk = Roll(county.stage, county.truth, by="bureau_clerk")
    in_stories = {clerk.pupil_id(story["roll_number"]) for story in county.truth["stories"] if story["roll_number"]}
    for taught in county.truth["classes"]:
        client = county.stage.client(taught["by"])
        query = {"class_id": clerk.class_id(ClassKey.of(taught)), "ledger": "school_age"}
        listed = answered(client.get("/registry/ledger", params=query), "ledger")["items"]
        others = [item["pupil_id"] for item in listed if item["pupil_id"] not in in_stories]
        if others:
            asked = {"purpose": "contact_family", "pupil_ids": others, "fields": ["phone"]}
            found = answered(client.post("/registry/persons:resolve", json=asked), "look-up of guardians")["persons"]
            reached = [person["pupil_id"] for person in found if person["guardians"][0]["phone"]]
            if reached:
                return taught, reached[0]
    raise LookupError("every child of the county is in a story or cannot be texted")


def miss(county: Played) -> str:
    """A visitor calls the roll of a class as its teacher, and one child is away; answers its id."""
    taught, pupil_id = somebody(county)
    of_class = Roll(county.stage, county.truth).class_id(ClassKey.of(taught))
    body = {"class_id": of_class, "day": "2026-10-20", "session": "morning", "absent": [pupil_id]}
    headers = {"Idempotency-Key": "visitors-list"}
    answered(county.stage.client(taught["by"]).post("/registry/roll-calls", json=body, headers=headers), "roll call")
    county.house.settle()
    return pupil_id


def texts_of(county: Played, pupil_id: str) -> set[str]:
    """How the texts of that morning stand."""
    found = county.stage.client("bureau_clerk").get("/notifications/", params={"pupil_id": pupil_id})
    return {item["status"] for item in answered(found, "texts")["items"] if item["day"] == "2026-10-20"}


def test_a_visitors_roll_call_leads_to_a_text_after_thirty_minutes(county_at_its_end: Played, stopwatch: Stopwatch) -> None:
    county = county_at_its_end
    assert is_over(county.stage, county.truth)
    leave_to_visitors(county.stage, county.truth)
    assert county.stage.now() == MORNING_AFTER
    pupil_id = miss(county)
    let_live(county, stopwatch, timedelta(minutes=29))
    assert texts_of(county, pupil_id) == {"waiting"}
    let_live(county, stopwatch, timedelta(minutes=2))
    assert texts_of(county, pupil_id) == {"sent"}


def test_a_county_that_is_left_to_its_visitors_is_not_moved_again(county_at_its_end: Played, stopwatch: Stopwatch) -> None:
    county = county_at_its_end
    leave_to_visitors(county.stage, county.truth)
    let_live(county, stopwatch, timedelta(hours=1))
    before = happenings(county.house)
    leave_to_visitors(county.stage, county.truth)
    perform(county.stage, county.county)
    assert happenings(county.house) == before
    assert county.stage.now() == MORNING_AFTER + timedelta(hours=1)


def test_a_story_is_played_on_after_an_hour_in_which_nothing_was_planned(county: Played, stopwatch: Stopwatch) -> None:
    perform(county.stage, county.county, until=SECOND_DAY)
    let_live(county, stopwatch, timedelta(hours=1))
    perform(county.stage, county.county, until=SECOND_DAY + timedelta(days=1))
    assert county.stage.now().date() == SECOND_DAY + timedelta(days=1)


def test_a_story_that_the_county_has_outlived_is_not_played_on(county: Played, stopwatch: Stopwatch) -> None:
    perform(county.stage, county.county, until=SECOND_DAY)
    let_live(county, stopwatch, timedelta(hours=12))
    before = happenings(county.house)
    with pytest.raises(LivedOn):
        perform(county.stage, county.county)
    assert happenings(county.house) == before


def test_a_story_of_another_release_is_not_played_on(county: Played) -> None:
    perform(county.stage, county.county, until=SECOND_DAY)
    before = happenings(county.house)
    path = county.county.path / "truth" / "truth.json"
    path.write_text(json.dumps({**county.truth, "format": FORMAT - 1}), encoding="utf-8")
    with pytest.raises(OtherRelease):
        perform(county.stage, county.county)
    assert happenings(county.house) == before


def test_a_real_countys_data_are_not_played_upon(tmp_path: Path) -> None:
    found(tmp_path, Deployment("570126"))
    with pytest.raises(NotADemo):
        prepare(tmp_path, seed=SEED, pupils=PUPILS)
    assert [path.name for path in tmp_path.iterdir()] == [DEPLOYMENT_FILE]


def test_a_county_that_lived_on_before_it_was_founded_is_not_founded(county: Played, stopwatch: Stopwatch) -> None:
    let_live(county, stopwatch, timedelta(days=2))
    with pytest.raises(LivedOn):
        perform(county.stage, county.county)
