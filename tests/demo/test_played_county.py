"""The invented county comes to life through HTTP as it was planted; playing twice changes nothing, and differences are found."""

from __future__ import annotations

import copy
import json
import stat
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from services.demo.checking import check
from services.demo.checking.turns import TURNS
from services.demo.performance import perform
from services.demo.player import play_tick
from services.demo.player.roll import ClassKey, Roll
from services.demo.player.timetable import timetable
from services.demo.stage import Fact, Refused
from services.demo.summary import show_summary
from services.deployment import DEMO_ACCOUNTS
from tests.demo.played import PUPILS, TWELFTH_DAY, LivedCounty, Played, happenings, house_of


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory, twelve_days: LivedCounty) -> Iterator[Played]:
    """As it stands on the evening of its twelfth school day."""
    data = tmp_path_factory.mktemp("county")
    twelve_days.copied_to(data)
    with house_of(data, pupils=PUPILS) as living:
        yield living


def a_story(truth: Fact, kind: str) -> Fact:
    story: Fact = next(each for each in truth["stories"] if each["kind"] == kind)
    return story


def test_after_twelve_days_every_child_stands_where_the_truth_put_it(played: Played) -> None:
    assert played.stage.now().date() == TWELFTH_DAY
    assert check(played.stage, played.truth) == []


def test_on_whatever_day_a_demo_stops_every_child_stands_where_the_truth_put_it(twelve_days: LivedCounty) -> None:
    assert twelve_days.evenings == {day: [] for day in range(1, 13)}


def test_a_visit_of_the_school_that_nobody_planted_is_a_difference_also_where_there_is_no_case(
    tmp_path: Path, twelve_days: LivedCounty
) -> None:
    twelve_days.copied_to(tmp_path)
    with house_of(tmp_path, pupils=PUPILS) as living:
        truth = living.truth
        story = next(each for each in truth["stories"] if any(act["act"] == "record_school_visit" for act in each["acts"]))
        (visit,) = (act for act in story["acts"] if act["act"] == "record_school_visit")
        assert date.fromisoformat(visit["on"]) > TWELFTH_DAY
        perform(living.stage, living.county, until=date.fromisoformat(visit["on"]))
        story["acts"].remove(visit)
        found = {each.what: each.found for each in check(living.stage, truth) if each.story == story["id"]}
    assert found["visits"] == ((visit["on"], 2),)


def test_all_that_happened_on_a_day_played_again_changes_nothing(played: Played) -> None:
    before = happenings(played.house)
    *_, last = timetable(played.truth, TWELFTH_DAY)
    assert any(tick.rounds for tick in last.ticks)
    roll = Roll(played.stage, played.truth)
    for tick in last.ticks:
        play_tick(played.stage, roll, played.truth["seed"], tick)
    assert happenings(played.house) == before


def test_a_demo_that_is_started_again_goes_on_and_does_nothing_twice(played: Played) -> None:
    before = happenings(played.house)
    perform(played.stage, played.county, until=TWELFTH_DAY)
    assert happenings(played.house) == before


def test_an_act_that_the_house_refuses_is_named_by_story_act_and_code(played: Played) -> None:
    truth = copy.deepcopy(played.truth)
    *_, last = timetable(truth, TWELFTH_DAY)
    story, place = next(scene for tick in last.ticks for each in tick.rounds for scene in each)
    act = story["acts"][place]
    act["by"] = "village_cadre." + played.truth["county"]["division"] + "100200"
    act["act"] = "confirm_absence"
    tick = next(tick for tick in last.ticks if any((story, place) in each for each in tick.rounds))
    with pytest.raises(Refused) as refused:
        play_tick(played.stage, Roll(played.stage, truth), truth["seed"] + 1, tick)
    assert refused.value.code == "not-permitted"
    assert refused.value.scene == f"{story['id']}/confirm_absence on day {act['day']}"
    assert story["roll_number"] not in str(refused.value)


@pytest.mark.parametrize(
    ("kind", "what"),
    [
        ("moves", "moves"),
        ("cause", "cause"),
        ("texts", "texts: absence_query"),
        ("duties", "duty of township: persuade"),
        ("turns", "turns"),
    ],
)
def test_what_was_planted_otherwise_is_found_and_named_by_its_story(played: Played, kind: str, what: str) -> None:
    truth = copy.deepcopy(played.truth)
    story = a_story(truth, "hardship_returns")
    otherwise: dict[str, Any] = {
        "moves": story["expected"]["moves"][1:],
        "cause": "learning",
        "texts": {"absence_query": [0, 0]},
        "duties": [duty for duty in story["expected"]["duties"] if duty["department"] != "township"],
        "turns": [turn for turn in story["expected"]["turns"] if turn["turn"] != "PanelDecided true"],
    }
    story["expected"][kind] = otherwise[kind]
    found = [difference for difference in check(played.stage, truth) if difference.story == story["id"]]
    assert what in [difference.what for difference in found]
    assert story["roll_number"] not in "".join(map(str, found))


def a_list(truth: Fact, session: str, day: int = 4) -> Fact:
    """The planned lists of a session; the fourth school day follows on a weekend or comes before one, whatever the session."""
    return next(listed for each in truth["days"][day:] for listed in each["lists"] if listed["session"] == session)


@pytest.mark.parametrize("session", ["morning", "afternoon", "dormitory", "return_day"])
def test_a_list_that_came_and_was_planted_as_missing_is_a_difference_and_so_is_an_alarm_less(played: Played, session: str) -> None:
    truth = copy.deepcopy(played.truth)
    quiet = next(each for each in truth["classes"] if session in each["sessions"] and not named_or_silent(truth, each, session))
    a_list(truth, session)["silent"].append(quiet)
    found = check(played.stage, truth)
    assert sorted(each.what.split()[0] for each in found) == sorted([session, "alarms"])


def named_or_silent(truth: Fact, of_class: Fact, session: str) -> bool:
    planned = a_list(truth, session)
    return any(ClassKey.of(each) == ClassKey.of(of_class) for each in (*planned["roll_calls"], *planned["silent"]))


def test_a_child_that_a_list_names_and_nobody_planted_is_a_difference(played: Played) -> None:
    truth = copy.deepcopy(played.truth)
    planned = next(listed for day in truth["days"][:12] for listed in day["lists"] if listed["roll_calls"])
    planned["roll_calls"][0]["exceptions"].pop()
    (difference,) = check(played.stage, truth)
    assert difference.what == f"{planned['session']} list of {ClassKey.of(planned['roll_calls'][0])}"


def test_the_accounts_file_is_its_owners_alone_and_lists_the_bureau_first(played: Played) -> None:
    path = played.house.data / DEMO_ACCOUNTS
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    passwords: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    assert list(passwords)[:2] == ["bureau_lead", "bureau_clerk"]
    login = {"login": "bureau_lead", "password": passwords["bureau_lead"]}
    assert played.house.client().post("/identity/login", json=login).status_code == 200


def test_the_summary_shows_the_county_one_childs_way_and_accounts(played: Played, capsys: pytest.CaptureFixture[str]) -> None:
    console = Console(record=True, width=160)
    show_summary(played.stage, played.truth, console)
    capsys.readouterr()
    shown = console.export_text()
    assert "云岫县" in shown
    assert "C2026-" in shown
    assert "bureau_lead" in shown


def _each_turn_counts(played: Played) -> None:
    """A turn that was planted and did not come, or came and was not planted, is a difference of its story."""
    truth = copy.deepcopy(played.truth)
    turning = [story for story in truth["stories"] if story["roll_number"] and story["expected"]["turns"]]
    assert {turn["turn"].partition(" ")[0] for story in turning for turn in story["expected"]["turns"]} == set(TURNS)
    for place, story in enumerate(turning):
        turns = story["expected"]["turns"]
        story["expected"]["turns"] = turns[1:] if place % 2 else [*turns, {**turns[-1], "turn": "ClosingSentBack"}]
    found = {difference.story for difference in check(played.stage, truth) if difference.what == "turns"}
    assert found == {story["id"] for story in turning}


@pytest.mark.slow
def test_after_thirty_days_every_child_is_where_the_truth_put_it(thirty_days: LivedCounty) -> None:
    assert thirty_days.evenings == {day: [] for day in range(1, 31)}
    with house_of(thirty_days.data, pupils=PUPILS) as living:
        assert check(living.stage, living.truth) == []
        _each_turn_counts(living)
        living.stage.settle()
        assert all(crew.quiescent() for crew in living.house.crews.values())
