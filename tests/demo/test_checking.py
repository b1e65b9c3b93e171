"""The checker's rules without a house: what is expected on which day, and that every kind of difference is found."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.demo.checking.differences import differences
from services.demo.checking.expected import Expected, ExpectedDuty, expected_on
from services.demo.checking.observed import Observed, ObservedDuty
from services.demo.county import generate
from services.demo.player.timetable import timetable
from services.demo.stage import Fact

DUTY = ExpectedDuty("township", "persuade", "completed", "will_return", overdue=False, escalated=False)
EXPECTED = Expected(
    ledger="dropout",
    moves=(("2026-09-08", "suspected"), ("2026-09-09", "dropout")),
    case="open",
    cause="hardship",
    texts={"absence_query": (1, 3)},
    duties=(DUTY,),
    aid="granted",
    alarms={"relapse": (1, 1)},
    owed=frozenset({"report_due"}),
    reports=0,
)
SEEN = ObservedDuty("township", "persuade", "completed", "will_return", overdue=False, escalated=False)
OBSERVED = Observed(
    ledger="dropout",
    moves=(("2026-09-08", "suspected"), ("2026-09-09", "dropout")),
    case="open",
    cause="hardship",
    texts={"absence_query": 2},
    duties=(SEEN,),
    aid="granted",
    alarms={"relapse": 1},
    owed=frozenset({"report_due"}),
    reports=0,
)


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> Fact:
    files = generate(tmp_path_factory.mktemp("county"), seed=5, pupils=400, first_day=date(2026, 9, 1))
    read: Fact = json.loads(files.truth.read_text(encoding="utf-8"))
    return read


def children(truth: Fact) -> list[Fact]:
    return [story for story in truth["stories"] if story["roll_number"]]


def test_a_child_as_planted_makes_no_difference() -> None:
    assert list(differences("story-1", EXPECTED, OBSERVED)) == []


@pytest.mark.parametrize(
    ("found", "what"),
    [
        ({"ledger": "school_age"}, "ledger"),
        ({"moves": (("2026-09-08", "suspected"),)}, "moves"),
        ({"case": "closed"}, "case"),
        ({"cause": None}, "cause"),
        ({"aid": None}, "aid"),
        ({"texts": {}}, "texts: absence_query"),
        ({"texts": {"absence_query": 4}}, "texts: absence_query"),
        ({"texts": {"absence_query": 2, "welcome_back": 1}}, "texts: welcome_back"),
        ({"alarms": {}}, "alarms: relapse"),
        ({"owed": frozenset()}, "owed"),
        ({"reports": 1}, "reports"),
        ({"duties": ()}, "duty of township: persuade"),
        ({"duties": (SEEN, SEEN)}, "duties"),
        ({"duties": (SEEN, replace(SEEN, kind="school_visit"))}, "duty of township: school_visit"),
        ({"duties": (replace(SEEN, outcome="open"),)}, "duty of township: persuade: outcome"),
        ({"duties": (replace(SEEN, finding="refused"),)}, "duty of township: persuade: finding"),
        ({"duties": (replace(SEEN, overdue=True),)}, "duty of township: persuade: overdue"),
        ({"duties": (replace(SEEN, escalated=True),)}, "duty of township: persuade: escalated"),
    ],
)
def test_each_thing_that_is_otherwise_is_one_named_difference(found: dict[str, Any], what: str) -> None:
    (difference,) = differences("story-1", EXPECTED, replace(OBSERVED, **found))
    assert (difference.story, difference.what) == ("story-1", what)


def test_of_an_unanswered_duty_nothing_is_asked_about_its_lateness() -> None:
    waiting = replace(DUTY, outcome="open", finding=None, overdue=None, escalated=None)
    seen = replace(SEEN, outcome="open", finding=None, overdue=True, escalated=True)
    assert list(differences("story-1", replace(EXPECTED, duties=(waiting,)), replace(OBSERVED, duties=(seen,)))) == []


def test_on_the_last_day_what_is_derived_is_what_was_planted(truth: Fact) -> None:
    last = truth["last_played_day"]
    for story in children(truth):
        derived, planted = expected_on(story, last, last), story["expected"]
        assert (derived.ledger, derived.case, derived.cause, derived.aid) == (
            planted["ledger"],
            planted["case"],
            planted["cause"],
            planted["aid"],
        ), story["id"]
        assert [(duty.outcome, duty.finding, duty.overdue) for duty in derived.duties] == [
            (duty["outcome"], duty["finding"], duty["overdue"]) for duty in planted["duties"]
        ], story["id"]


def test_before_anything_happened_nothing_is_expected(truth: Fact) -> None:
    for story in children(truth):
        before = expected_on(story, 0, truth["last_played_day"])
        assert (before.ledger, before.moves, before.case, before.cause, before.duties, before.aid) == (
            "school_age",
            (),
            "none",
            None,
            (),
            None,
        )
        assert {least for least, _ in before.texts.values()} <= {0}


def test_what_the_school_owes_is_due_on_the_evening_before_it_is_done(truth: Fact) -> None:
    story = next(story for story in children(truth) if any(act["act"] == "record_school_visit" for act in story["acts"]))
    (done_on,) = (act["day"] for act in story["acts"] if act["act"] == "write_report")
    owed = {day: expected_on(story, day, 30).owed for day in range(31)}
    assert {day for day in owed if owed[day]} == {done_on - 1}
    assert owed[done_on - 1] == {"visit_due", "report_due"}
    assert [expected_on(story, day, 30).reports for day in (done_on - 1, done_on)] == [0, 1]


def test_a_child_goes_through_the_stages_in_order(truth: Fact) -> None:
    order = ["none", "suspected", "open", "observed", "closed"]
    story = next(story for story in children(truth) if story["expected"]["case"] == "closed")
    stages = [expected_on(story, day, 30).case for day in range(31)]
    assert stages == sorted(stages, key=order.index)
    assert set(stages) == set(order)


def test_acts_of_one_instant_are_played_story_by_story_in_rounds(truth: Fact) -> None:
    played = [(day.number, tick.at, rounds) for day in timetable(truth) for tick in day.ticks for rounds in tick.rounds]
    acts = [(story["id"], place) for _, _, rounds in played for story, place in rounds]
    assert len(acts) == len(set(acts)) == sum(len(story.get("acts", ())) for story in truth["stories"])
    for _, _, rounds in played:
        names = [story["id"] for story, _ in rounds]
        assert len(names) == len(set(names))
    for story in children(truth):
        places = [place for _, _, rounds in played for each, place in rounds if each is story]
        assert places == sorted(places)


def test_the_roll_is_called_first_and_every_day_ends_in_the_evening(truth: Fact) -> None:
    for day in timetable(truth):
        assert day.ticks[0].roll_calls is not None
        assert [tick.at for tick in day.ticks] == sorted({tick.at for tick in day.ticks})
        assert day.ticks[-1].at < day.evening


def test_nothing_is_played_after_the_day_that_was_asked_for(truth: Fact) -> None:
    third = date.fromisoformat(truth["school_days"][2])
    assert [day.number for day in timetable(truth, third)] == [1, 2, 3]
