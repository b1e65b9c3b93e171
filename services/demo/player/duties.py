"""What the linked departments do with their duties; for one that is not online, the clerk enters its reply."""

from __future__ import annotations

from services.demo.player.cases import CASES, case_id
from services.demo.player.scene import Scene
from services.demo.stage import Fact

DUTIES = "/casework/duties"
CLERK = "bureau_clerk"


def acknowledge_duty(scene: Scene) -> None:
    """Somebody has seen it."""
    scene.do(f"{_duty(scene)}:acknowledge", {})


def complete_duty(scene: Scene) -> None:
    """The answer; a clerk cites the department's letter."""
    body: Fact = {"finding": scene.act["finding"], "answer": scene.act["answer"], "evidence_name": scene.act.get("letter")}
    scene.do(f"{_duty(scene)}:complete", body)


def decline_duty(scene: Scene) -> None:
    """Not this department's duty; a clerk cites the department's letter."""
    body: Fact = {"reason": scene.act["text"], "evidence_name": scene.act.get("letter")}
    scene.do(f"{_duty(scene)}:decline", body)


def return_duty(scene: Scene) -> None:
    """The bureau finds that this is no answer."""
    scene.do(f"{_duty(scene)}:return", {"reason": scene.act["text"]})


def accept_decline(scene: Scene) -> None:
    """The bureau agrees that it is not the department's duty."""
    scene.do(f"{_duty(scene)}:accept-decline", {"note": scene.act["text"]})


def _duty(scene: Scene) -> str:
    """The department's duty of the kind in the child's case; its number was told to the department by the bureau."""
    asked = scene.act["department"], scene.act["kind"]

    def look_up() -> str:
        case = scene.ask(f"{CASES}/{case_id(scene, by=CLERK)}", by=CLERK)
        (number,) = (duty["number"] for duty in case["duties"] if (duty["department"], duty["kind"]) == asked)
        return str(number)

    return f"{DUTIES}/{scene.roll.once('duty', scene.story['id'], *asked, look_up=look_up)}"
