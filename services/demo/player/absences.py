"""What a school does when a child is missing: confirm, correct, contact, report, visit, and at last confirm the dropout."""

from __future__ import annotations

from services.demo.player.roll import ClassKey
from services.demo.player.scene import Scene
from services.demo.stage import Fact

ROLL_CALLS = "/registry/roll-calls"
PUPILS = "/registry/pupils"


def confirm_absence(scene: Scene) -> None:
    """The teacher has made sure that the child is missing."""
    scene.do(f"{PUPILS}/{scene.pupil_id}:confirm-absence", {"day": scene.act["on"]})


def correct_roll_call(scene: Scene) -> None:
    """The list of the morning was wrong about the child."""
    of_class = scene.roll.class_id(ClassKey.of(scene.story))
    body: Fact = {scene.act["mark"]: [scene.pupil_id]}
    scene.do(f"{ROLL_CALLS}/{of_class}/{scene.act['on']}/{scene.act['session']}:correct", body)


def record_contact(scene: Scene) -> None:
    """Somebody called, or went there."""
    contact: Fact = {name: scene.act[name] for name in ("means", "reached", "note")}
    scene.do(f"{PUPILS}/{scene.pupil_id}/contacts", {"day": scene.act["on"], **contact})


def write_report(scene: Scene) -> None:
    """The principal reports to bureau and township."""
    scene.do(f"{PUPILS}/{scene.pupil_id}/reports", {"report": scene.act["text"]})


def record_school_visit(scene: Scene) -> None:
    """The principal has been there with the team."""
    told: Fact = {name: scene.act[name] for name in ("result", "met_child", "words")}
    visitors = [scene.officer_id(login) for login in scene.act["visitors"]]
    scene.do(f"{PUPILS}/{scene.pupil_id}/visits", {"visited_on": scene.act["on"], "visitors": visitors, **told})


def confirm_dropout(scene: Scene) -> None:
    """The principal need not wait for the clock."""
    scene.do(f"{PUPILS}/{scene.pupil_id}:confirm-dropout", {"evidence": scene.act["evidence"]})
