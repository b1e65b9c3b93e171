"""The morning's roll call: every class names who is away; a silent class sends nothing."""

from __future__ import annotations

from services.chassis.decider import derived_id
from services.demo.player.roll import ClassKey, Roll
from services.demo.player.scene import KEY
from services.demo.stage import Fact, Stage, answered

PATH = "/registry/roll-calls"


def call_the_roll(stage: Stage, roll: Roll, seed: int, day: Fact) -> None:
    """All classes' lists of one morning."""
    named = {ClassKey.of(each): each["exceptions"] for each in day["roll_calls"]}
    silent = {ClassKey.of(each) for each in day["silent"]}
    for each in roll.classes:
        if each.key not in silent:
            _send(stage, roll, seed, day, each.key, each.teacher, named.get(each.key, []))


def _send(stage: Stage, roll: Roll, seed: int, day: Fact, of_class: ClassKey, teacher: str, exceptions: list[Fact]) -> None:
    body: Fact = {
        "class_id": roll.class_id(of_class),
        "day": day["on"],
        "session": roll.session,
        "absent": [roll.pupil_id(each["roll_number"]) for each in exceptions if each["mark"] == "absent"],
        "excused": [
            {"pupil_id": roll.pupil_id(each["roll_number"]), "kind": each["excuse"], "note": each["text"]}
            for each in exceptions
            if each["mark"] == "excused"
        ],
    }
    headers = {KEY: derived_id("demo", "roll call", str(seed), day["on"], roll.class_id(of_class))}
    answered(stage.client(teacher).post(PATH, json=body, headers=headers), f"roll call of {of_class} on day {day['day']}")
