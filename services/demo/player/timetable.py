"""When what is played: the truth's days as ticks of the business clock, each with the roll calls and acts of its instant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time

from services.chassis.decider import COUNTY_TIME
from services.demo.stage import Fact

EVENING = time(22, 30)
"""When a played day ends: the last lists are in, the day's clocks have run, nobody is texted any more."""


@dataclass
class Tick:
    """What happens at one instant: `roll_calls` are the lists of a session, `rounds` are acts of different stories.

    What an act sets off is there for the next one of its story.
    """

    at: datetime
    roll_calls: Fact | None = None
    rounds: list[list[tuple[Fact, int]]] = field(default_factory=list)

    def add(self, story: Fact, place: int) -> None:
        """Put the story's act at `place` into the first round in which the story has none."""
        for each in self.rounds:
            if all(other is not story for other, _ in each):
                each.append((story, place))
                return
        self.rounds.append([(story, place)])


@dataclass(frozen=True)
class PlayedDay:
    """One school day with the return day before it: its number, its ticks in order, and its end."""

    number: int
    on: date
    ticks: tuple[Tick, ...]
    evening: datetime


def timetable(truth: Fact, until: date | None = None) -> Iterator[PlayedDay]:
    """The played days in order, up to `until`."""
    acts: defaultdict[str, list[tuple[Fact, int]]] = defaultdict(list)
    for story in truth["stories"]:
        for place, act in enumerate(story.get("acts", ())):
            acts[act["on"]].append((story, place))
    for day in truth["days"]:
        on = date.fromisoformat(day["on"])
        if until is not None and on > until:
            return
        called = {instant(date.fromisoformat(listed["on"]), listed["at"]): listed for listed in day["lists"]}
        ticks = {at: Tick(at, roll_calls=listed) for at, listed in called.items()}
        for story, place in acts[day["on"]]:
            at = instant(on, story["acts"][place]["at"])
            ticks.setdefault(at, Tick(at)).add(story, place)
        yield PlayedDay(day["day"], on, tuple(ticks[at] for at in sorted(ticks)), datetime.combine(on, EVENING, COUNTY_TIME))


def instant(on: date, clock: str) -> datetime:
    """A county day and a time such as `08:20`."""
    return datetime.combine(on, time.fromisoformat(clock), COUNTY_TIME)
