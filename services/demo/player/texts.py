"""What a homeroom teacher does when a text goes astray, or cannot go."""

from __future__ import annotations

from services.demo.player.scene import Scene

NOTIFICATIONS = "/notifications/"


def resolve_uncertainty(scene: Scene) -> None:
    """Nobody knows whether the text was sent: the teacher has asked the household and says so."""
    texts = scene.ask(NOTIFICATIONS, pupil_id=scene.pupil_id, template=scene.act["template"])["items"]
    (doubtful,) = (text for text in texts if text["status"] == "uncertain" or text["decision"] is not None)
    scene.do(f"{NOTIFICATIONS}{doubtful['notification_id']}:resolve", {"decision": scene.act["decision"]})


def finish_call(scene: Scene) -> None:
    """No text could go: the teacher has told the household in its place."""
    texts = scene.ask(NOTIFICATIONS, pupil_id=scene.pupil_id, template=scene.act["template"])["items"]
    (call,) = (text for text in texts if text["calling"] or text["call_result"] is not None)
    scene.do(f"{NOTIFICATIONS}call-tasks/{call['notification_id']}:done", {"result": scene.act["call_result"]})


def report_new_phone(scene: Scene) -> None:
    """The old number is dead; somebody has found the new one."""
    guardian = scene.guardian_id(scene.act["guardian"])
    scene.do(f"/registry/pupils/{scene.pupil_id}/guardians/{guardian}:new-phone", {"phone": scene.act["phone"]})
