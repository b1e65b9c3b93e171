"""The checker's rules without a house: what is expected on which day, and that every kind of difference is found."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.contracts.catalogue import CATALOGUE
from services.demo.checking.differences import differences
from services.demo.checking.expected import Expected, ExpectedDuty, expected_on
from services.demo.checking.observed import Observed, ObservedDuty
from services.demo.checking.turns import TURNS, turns_of
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
    reporters=("principal.1",),
    visits=(("2026-09-07", 2), ("2026-09-10", 4)),
    parents=frozenset({"parent_representative.1"}),
    turns=(("2026-09-22", "AidGranted"),),
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
    reporters=("principal.1",),
    visits=(("2026-09-07", 2), ("2026-09-10", 4)),
    parents=frozenset({"parent_representative.1"}),
    turns=(("2026-09-22", "AidGranted"),),
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
        ({"reporters": ()}, "reporters"),
        ({"reporters": ("central_school.1",)}, "reporters"),
        ({"visits": (("2026-09-07", 2), ("2026-09-10", 3))}, "visits"),
        ({"parents": frozenset()}, "parents"),
        ({"turns": ()}, "turns"),
        ({"turns": (("2026-09-23", "AidGranted"),)}, "turns"),
        ({"turns": (*OBSERVED.turns, ("2026-09-23", "AidPaused dropout"))}, "turns"),
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


def a_story(truth: Fact, kind: str) -> Fact:
    return next(story for story in children(truth) if story["kind"] == kind)


def day_of(story: Fact, act: str, *, last: bool = False, **facts: str) -> int:
    """The first or last day on which the act is planted, with these facts."""
    days = [each["day"] for each in story["acts"] if each["act"] == act and facts.items() <= each.items()]
    return int(days[-1] if last else days[0])


def test_aid_granted_to_a_child_that_is_away_rests_until_its_return(truth: Fact) -> None:
    story = a_story(truth, "aid_while_away")
    granted, back = day_of(story, "review_application"), day_of(story, "confirm_return")
    assert [expected_on(story, day, 30).aid for day in (granted - 1, granted, back - 1, back, 30)] == [
        None,
        "paused",
        "paused",
        "granted",
        "granted",
    ]


def test_an_application_that_the_panel_does_not_recommend_is_refused_that_day(truth: Fact) -> None:
    story = a_story(truth, "not_recommended")
    panel = day_of(story, "decide_in_panel")
    assert [expected_on(story, day, 30).aid for day in (panel - 1, panel, 30)] == [None, "refused", "refused"]


def test_after_an_upheld_objection_the_bureau_refuses(truth: Fact) -> None:
    story = a_story(truth, "objection_upheld")
    raised, answered, reviewed = (day_of(story, act) for act in ("raise_objection", "answer_objection", "review_application"))
    assert day_of(story, "decide_in_panel") < raised < answered < reviewed
    assert [expected_on(story, day, 30).aid for day in (reviewed - 1, reviewed)] == [None, "refused"]


def test_a_duty_is_what_the_last_word_on_it_says(truth: Fact) -> None:
    story = a_story(truth, "duties_disputed")
    ways = {"human_resources": ["declined", "open", "completed"], "public_security": ["completed", "open", "completed"]}
    for department, outcomes in {**ways, "market_regulation": ["declined", "excused"]}.items():
        seen = []
        for day in range(day_of(story, "make_plan"), 31):
            (duty,) = (each for each in expected_on(story, day, 30).duties if each.department == department)
            seen += [duty.outcome] if [duty.outcome] != seen[-1:] else []
        assert seen == ["open", *outcomes]
    first, last = (day_of(story, "complete_duty", last=last, department="public_security") for last in (False, True))
    found = {
        day: duty.finding
        for day in (first, last - 1, last)
        for duty in expected_on(story, day, 30).duties
        if duty.department == "public_security"
    }
    assert found == {first: "not_found", last - 1: None, last: "found"}


def test_a_closing_that_was_sent_back_is_proposed_again_and_the_case_closed(truth: Fact) -> None:
    story = a_story(truth, "closing_sent_back")
    first, again = (day_of(story, "propose_closing", last=last) for last in (False, True))
    assert day_of(story, "send_closing_back") == first < again == day_of(story, "approve_closing")
    assert [expected_on(story, day, 30).case for day in (first, again)] == ["observed", "closed"]


def test_a_turn_is_told_with_its_county_day_and_its_coded_fact() -> None:
    told = [
        {"type": "AidPaused", "occurred_at": "2026-09-22T17:30:00+00:00", "facts": {"reason": "dropout"}},
        {"type": "ObjectionAnswered", "occurred_at": "2026-09-22T02:00:00+00:00", "facts": {"upheld": True}},
        {"type": "ClosingSentBack", "occurred_at": "2026-09-22T02:00:00+00:00", "facts": {"case_id": "c"}},
        {"type": "PupilSuspected", "occurred_at": "2026-09-22T02:00:00+00:00", "facts": {"reason": "moved_away"}},
        {"type": "PupilSuspected", "occurred_at": "2026-09-22T02:00:00+00:00", "facts": {"reason": "absent"}},
        {"type": "AbsenceNoticed", "occurred_at": "2026-09-22T02:00:00+00:00", "facts": {}},
    ]
    assert list(turns_of(told)) == [
        ("2026-09-23", "AidPaused dropout"),
        ("2026-09-22", "ObjectionAnswered true"),
        ("2026-09-22", "ClosingSentBack"),
        ("2026-09-22", "PupilSuspected moved_away"),
    ]


def test_turns_are_planted_under_the_names_and_facts_of_the_published_language(truth: Fact) -> None:
    events = {name.partition(".")[2]: cls for name, cls in CATALOGUE.types().items()}
    assert all(fact is None or fact in events[name].__struct_fields__ for name, fact in TURNS.items())
    planted = {turn["turn"].partition(" ")[0] for story in children(truth) for turn in story["expected"]["turns"]}
    assert planted == set(TURNS)


def test_before_anything_happened_nothing_is_expected(truth: Fact) -> None:
    for story in children(truth):
        before = expected_on(story, 0, truth["last_played_day"])
        assert (before.ledger, before.moves, before.case, before.cause, before.duties, before.aid, before.turns) == (
            "school_age",
            (),
            "none",
            None,
            (),
            None,
            (),
        )
        assert {least for least, _ in before.texts.values()} <= {0}


def test_what_the_school_owes_is_due_on_the_evening_before_it_is_done(truth: Fact) -> None:
    story = next(story for story in children(truth) if any(act["act"] == "record_school_visit" for act in story["acts"]))
    (done_on,) = (act["day"] for act in story["acts"] if act["act"] == "write_report")
    owed = {day: expected_on(story, day, 30).owed for day in range(31)}
    assert {day for day in owed if owed[day]} == {done_on - 1}
    assert owed[done_on - 1] == {"visit_due", "report_due"}
    (by,) = (act["by"] for act in story["acts"] if act["act"] == "write_report")
    assert [expected_on(story, day, 30).reporters for day in (done_on - 1, done_on)] == [(), (by,)]


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


def test_a_parent_sees_the_case_from_the_visit_on_that_they_went_along_on(truth: Fact) -> None:
    story = a_story(truth, "family_attitude_returns")
    (visit,) = (act for act in story["acts"] if any(each.startswith("parent") for each in act.get("visitors", ())))
    parent = f"parent_representative.{story['school_code']}"
    assert [expected_on(story, day, 30).parents for day in (visit["day"] - 1, visit["day"])] == [set(), {parent}]
    assert (visit["on"], 4) in expected_on(story, visit["day"], 30).visits


def test_the_roll_is_called_first_and_every_day_ends_in_the_evening(truth: Fact) -> None:
    for day in timetable(truth):
        assert day.ticks[0].roll_calls is not None
        assert [tick.at for tick in day.ticks] == sorted({tick.at for tick in day.ticks})
        assert day.ticks[-1].at < day.evening


def test_nothing_is_played_after_the_day_that_was_asked_for(truth: Fact) -> None:
    third = date.fromisoformat(truth["school_days"][2])
    assert [day.number for day in timetable(truth, third)] == [1, 2, 3]
