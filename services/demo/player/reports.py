"""A mandatory report 强制报告: what a teacher has noticed, and what the police do with it."""

from __future__ import annotations

from services.demo.player.scene import Scene

REPORTS = "/casework/mandatory-reports"


def report_harm(scene: Scene) -> None:
    """Told to the police at once."""
    body = {"pupil_id": scene.pupil_id, "sign": scene.act["sign"], "noticed_on": scene.act["on"], "words": scene.act["text"]}
    scene.do(REPORTS, body)


def acknowledge_report(scene: Scene) -> None:
    """The officer on duty has it."""
    scene.do(f"{_report(scene)}:acknowledge", {})


def answer_report(scene: Scene) -> None:
    """What the police say, and whether the family may be approached."""
    scene.do(f"{_report(scene)}:answer", {"hold": scene.act["hold"], "answer": scene.act["text"]})


def _report(scene: Scene) -> str:
    """The report about the child, as the desk's list has it."""

    def look_up() -> str:
        items = scene.ask(REPORTS)["items"]
        return next(str(each["report_id"]) for each in items if each["pupil_id"] == scene.pupil_id)

    return f"{REPORTS}/{scene.roll.once('report', scene.story['id'], look_up=look_up)}"
