"""The people of the demo county: they call the roll and act as the truth says, day by day, through the same API as real ones.

The player keeps no state beside the house's clock. A day that was played in part is played again from the present tick:
requests that were made before are answered from what the house kept.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from services.demo.player.acts import ACTS
from services.demo.player.roll import Roll
from services.demo.player.roll_call import call_the_roll
from services.demo.player.scene import Scene
from services.demo.player.timetable import PlayedDay, Tick, timetable
from services.demo.stage import Fact, Stage

__all__ = ["OnDay", "OnTick", "PlayedDay", "play", "play_tick"]

OnDay = Callable[[PlayedDay, int], None]
"""Told at the end of each played day, with the number of days of the truth."""

OnTick = Callable[[], None]
"""Told before each instant at which something happens; what it raises ends the play there."""


def play(
    stage: Stage,
    truth: Fact,
    *,
    until: date | None = None,
    on_day: OnDay | None = None,
    on_tick: OnTick | None = None,
) -> None:
    """Play the truth from the present of the county's clock to the last day; raises Refused for what was not planned."""
    roll = Roll(stage, truth)
    _break_the_gateway(stage, roll, truth)
    stage.settle()
    for day in timetable(truth, until):
        if day.evening < stage.now():
            continue
        for tick in day.ticks:
            if tick.at >= stage.now():
                if on_tick is not None:
                    on_tick()
                stage.advance(tick.at)
                play_tick(stage, roll, truth["seed"], tick)
        stage.advance(day.evening)
        if on_day is not None:
            on_day(day, len(truth["days"]))


def play_tick(stage: Stage, roll: Roll, seed: int, tick: Tick) -> None:
    """Play what happens at one instant: the lists of a session, then the acts, one of each story at a time."""
    if tick.roll_calls is not None:
        call_the_roll(stage, roll, seed, tick.roll_calls)
        stage.settle()
    for together in tick.rounds:
        for story, place in together:
            scene = Scene(stage, roll, seed, story, place)
            ACTS[scene.act["act"]](scene)
        stage.settle()


def _break_the_gateway(stage: Stage, roll: Roll, truth: Fact) -> None:
    """The planted dead numbers, and those of which the gateway never says whether it sent the text."""
    faults: dict[str, list[str]] = {"unreachable": [], "uncertain": []}
    for story in truth["stories"]:
        if (planted := story.get("gateway")) is not None:
            guardians = roll.guardians(story["roll_number"])
            faults[planted["answer"]] += [each["guardian_id"] for each in guardians if each["phone"] == planted["phone"]]
    stage.break_gateway(dead=faults["unreachable"], silent=faults["uncertain"])
