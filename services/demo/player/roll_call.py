"""The roll calls of a session: every class names who is away; a silent class sends nothing, or is entered late."""

from __future__ import annotations

from collections.abc import Callable

from services.chassis.decider import derived_id
from services.demo.player.roll import ClassKey, Roll
from services.demo.player.scene import KEY, Scene
from services.demo.stage import Fact, Stage, answered

PATH = "/registry/roll-calls"


def call_the_roll(stage: Stage, roll: Roll, seed: int, planned: Fact) -> None:
    """The lists of all classes that call the roll at this session; each teacher sends the own one when it is written."""
    session, on = planned["session"], planned["on"]
    silent = {ClassKey.of(each) for each in planned["silent"]}

    def written(by: str, key: ClassKey) -> Callable[[], None]:
        client, body = stage.client(by), _body(roll, planned, key)
        headers = {KEY: derived_id("demo", "roll call", str(seed), on, session, roll.class_id(key))}

        def send() -> None:
            answered(client.post(PATH, json=body, headers=headers), f"{session} list of {key} on {on}")

        return send

    calling = [each for each in roll.classes if session in each.senders and each.key not in silent]
    stage.together([written(each.senders[session], each.key) for each in calling])


def send_list(scene: Scene) -> None:
    """A list that did not come in time: from paper, or because somebody asked for it."""
    planned = scene.roll.planned(scene.act["list_day"], scene.act["session"])
    scene.do(PATH, _body(scene.roll, planned, ClassKey.of(scene.story)))


def _body(roll: Roll, planned: Fact, of_class: ClassKey) -> Fact:
    exceptions = [fact for each in planned["roll_calls"] if ClassKey.of(each) == of_class for fact in each["exceptions"]]
    return {
        "class_id": roll.class_id(of_class),
        "day": planned["on"],
        "session": planned["session"],
        "absent": [roll.pupil_id(each["roll_number"]) for each in exceptions if each["mark"] == "absent"],
        "excused": [
            {"pupil_id": roll.pupil_id(each["roll_number"]), "kind": each["excuse"], "note": each["text"]}
            for each in exceptions
            if each["mark"] == "excused"
        ],
    }
