"""Compares every list of every played day: which came, which came late, which are missing, and how many children they name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from services.demo.checking.asking import Asking
from services.demo.checking.differences import Difference
from services.demo.checking.observed import Listed
from services.demo.player.roll import ClassKey
from services.demo.stage import Fact

MISSING, TAKEN = "missing", "taken"


def list_differences(asking: Asking, truth: Fact, last: int) -> Iterator[Difference]:
    """Every list up to school day `last` that is not as planted, and a count of the alarms about missing ones."""
    sent_late, corrected = _sent_late(truth, last), _corrected(truth)
    missing: Counter[str] = Counter()
    for day in truth["days"][:last]:
        for planned in day["lists"]:
            found = asking.lists(planned["on"], planned["session"])
            for each in truth["classes"]:
                if planned["session"] in each["sessions"]:
                    expected = _expected(planned, ClassKey.of(each), day["day"], sent_late, corrected)
                    missing[asking.roll.class_id(ClassKey.of(each))] += expected.status == MISSING
                    seen = found.get(asking.roll.class_id(ClassKey.of(each)))
                    if seen != expected:
                        what = f"{planned['session']} list of {ClassKey.of(each)}"
                        yield Difference(f"day {day['day']}", what, expected, seen)
    alarms = asking.silent_classes()
    for class_id in sorted(missing.keys() | alarms.keys()):
        if missing[class_id] != alarms[class_id]:
            yield Difference("county", f"alarms of class {class_id} about missing lists", missing[class_id], alarms[class_id])


Place = tuple[ClassKey, int, str]
"""A class, a school day, a session."""


def _expected(planned: Fact, of_class: ClassKey, day: int, sent_late: set[Place], corrected: set[tuple[str, int, str]]) -> Listed:
    place = (of_class, day, planned["session"])
    silent = any(ClassKey.of(each) == of_class for each in planned["silent"])
    if silent and place not in sent_late:
        return Listed(MISSING)
    named = [fact for each in planned["roll_calls"] if ClassKey.of(each) == of_class for fact in each["exceptions"]]
    marks = Counter(fact["mark"] for fact in named if (fact["roll_number"], day, planned["session"]) not in corrected)
    return Listed(TAKEN, marks["absent"], marks["excused"], late=silent)


def _sent_late(truth: Fact, last: int) -> set[Place]:
    return {
        (ClassKey.of(story), act["list_day"], act["session"])
        for story in truth["stories"]
        for act in story["acts"]
        if act["act"] == "send_list" and act["day"] <= last
    }


def _corrected(truth: Fact) -> set[tuple[str, int, str]]:
    """Children who were there after all, with the day and the session; corrections are made on the day itself."""
    return {
        (story["roll_number"], act["day"], act["session"])
        for story in truth["stories"]
        for act in story["acts"]
        if act["act"] == "correct_roll_call"
    }
