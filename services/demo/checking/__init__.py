"""Compares the living house with what was planted: each child of a story, every list, the county's evenings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from services.demo.checking.asking import LEDGERS, Asking
from services.demo.checking.differences import Difference, differences
from services.demo.checking.expected import expected_on
from services.demo.checking.lists import list_differences
from services.demo.checking.observed import Observed
from services.demo.player.roll import Roll
from services.demo.player.timetable import timetable
from services.demo.stage import Fact, Stage

__all__ = ["Asking", "Difference", "check", "observe"]

CLERK = "bureau_clerk"

REVIEWED_WITHIN = timedelta(days=32)
"""The longest that a child may be past the upper age before the registry looks: its term, from midnight to midnight."""


def check(stage: Stage, truth: Fact) -> list[Difference]:
    """Every difference as of the last day that is over; none where no day is."""
    over = [day for day in timetable(truth) if day.evening <= stage.now()]
    if not over:
        return []
    asking = Asking(stage, Roll(stage, truth, by=CLERK))
    last = over[-1].number
    found = observe(asking, truth)
    return [
        *_children(truth, found, last),
        *_evenings(truth, found, last),
        *_totals(asking, truth, last),
        *list_differences(asking, truth, last),
        *_over_age(asking, truth, over[-1].on),
    ]


def observe(asking: Asking, truth: Fact) -> dict[str, Observed]:
    """Each story's child as the services have it."""
    return {story["id"]: asking.child(story) for story in truth["stories"] if story["roll_number"]}


def _children(truth: Fact, found: Mapping[str, Observed], last: int) -> Iterator[Difference]:
    for story in truth["stories"]:
        if story["id"] in found:
            expected = expected_on(story, last, truth["last_played_day"])
            yield from differences(story["id"], expected, found[story["id"]])


def _evenings(truth: Fact, found: Mapping[str, Observed], last: int) -> Iterator[Difference]:
    """How many children stood in each ledger on each evening, counted from the days on which they moved."""
    for day in truth["days"][:last]:
        stood: Counter[str] = Counter()
        for child in found.values():
            moved = [ledger for on, ledger in child.moves if on <= day["on"]]
            stood.update(moved[-1:])
        for ledger in LEDGERS:
            planted = day["ledgers_in_the_evening"][ledger]
            if stood[ledger] != planted:
                yield Difference(f"evening of day {day['day']}", ledger, planted, stood[ledger])


def _totals(asking: Asking, truth: Fact, last: int) -> Iterator[Difference]:
    """The registry's own sums: nobody else is in a ledger."""
    planted = truth["days"][last - 1]["ledgers_in_the_evening"]
    standing = Counter(asking.standing.values())
    for ledger in LEDGERS:
        total = standing[ledger]
        if total != planted[ledger]:
            yield Difference("county", f"children in the ledger {ledger}", planted[ledger], total)


def _over_age(asking: Asking, truth: Fact, today: date) -> Iterator[Difference]:
    """Whoever has been sixteen for longer than a review's term has left the ledgers; nobody else has."""
    turned = {asking.roll.pupil_id(each["roll_number"]): date.fromisoformat(each["on"]) for each in truth["sixteen"]}
    grown = {pupil_id for pupil_id, on in turned.items() if on <= today}
    for_long = {pupil_id for pupil_id, on in turned.items() if on + REVIEWED_WITHIN <= today}
    if not for_long <= asking.left <= grown:
        yield Difference("county", "children past the upper age", f"{len(for_long)}–{len(grown)}", len(asking.left))
