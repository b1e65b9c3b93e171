"""What school and bureau do with the applications that a plan has drafted."""

from __future__ import annotations

from services.demo.player.scene import Scene
from services.demo.stage import Fact

APPLICATIONS = "/assistance/applications"
CLERK = "bureau_clerk"


def sign_application(scene: Scene) -> None:
    """The guardian comes to the school and signs."""
    recognised_on = scene.school_day(scene.act["hardship_recognised_day"])
    body: Fact = {
        "guardian_id": scene.guardian_id(scene.act["guardian"]),
        "signed_on": scene.act["on"],
        "hardship_recognised_on": recognised_on,
    }
    scene.do(f"{_application(scene)}:sign", body)


def decide_in_panel(scene: Scene) -> None:
    """The school's panel as the aid officer, who took the signature, writes it down; the notice hangs from the same day."""
    members = [scene.officer_id(login) for login in scene.act["members"]]
    decision: Fact = {name: scene.act.get(name) for name in ("recommended", "reason")}
    body: Fact = {**decision, "members": members, "minutes": scene.act["text"]}
    scene.do(f"{_application(scene)}:panel", body)


def raise_objection(scene: Scene) -> None:
    """Somebody has something to say against the notice; whom it names is told to the office that records it."""
    scene.do(f"{_application(scene, by=CLERK)}:object", {"text": scene.act["text"]})


def answer_objection(scene: Scene) -> None:
    """What came of looking into it."""
    application = _application(scene)
    (objection,) = scene.ask(application)["objections"]
    body: Fact = {"objection_id": objection["objection_id"], "upheld": scene.act["upheld"], "answer": scene.act["text"]}
    scene.do(f"{application}:answer-objection", body)


def review_application(scene: Scene) -> None:
    """The bureau, after the notice."""
    scene.do(f"{_application(scene)}:decide", {name: scene.act.get(name) for name in ("granted", "reason")})


def _application(scene: Scene, *, by: str | None = None) -> str:
    """The child's application; where the plan has drafted several, the first by the programme's code goes on."""

    def look_up() -> str:
        drafted = scene.ask(APPLICATIONS, by=by, pupil_id=scene.pupil_id)["items"]
        first = min(drafted, key=lambda application: str(application["programme_code"]))
        return str(first["application_id"])

    return f"{APPLICATIONS}/{scene.roll.once('application', scene.story['id'], look_up=look_up)}"
