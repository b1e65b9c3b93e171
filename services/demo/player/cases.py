"""What the working group does in a case: officers, causes, plan, visits, return, follow-up, closing."""

from __future__ import annotations

from services.demo.player.scene import Scene
from services.demo.stage import Fact

CASES = "/casework/cases"


def case_id(scene: Scene, *, by: str | None = None) -> str:
    """The child's case, as the list of the officer who first asks for it has it."""

    def look_up() -> str:
        cases = scene.ask(CASES, by=by, pupil_id=scene.pupil_id)["items"]
        return str(cases[0]["case_id"])

    return scene.roll.once("case", scene.story["id"], look_up=look_up)


def _in_case(scene: Scene, what: str, body: Fact) -> None:
    scene.do(f"{CASES}/{case_id(scene)}/{what}", body)


def _as_read(scene: Scene, what: str, body: Fact) -> None:
    """An act on the version of the case that the officer has before them."""
    where = f"{CASES}/{case_id(scene)}"
    scene.do(f"{where}/{what}", body, etag=scene.version_of(where))


# --- who, why, what ---------------------------------------------------------------------------------------------------


def name_officers(scene: Scene) -> None:
    """On both lines, one after the other."""
    case = case_id(scene)
    for line, login in scene.act["officers"].items():
        scene.do(f"{CASES}/{case}/officers", {"line": line, "officer_id": scene.officer_id(login)})


def record_cause(scene: Scene) -> None:
    """Why the child left; departments are asked by it."""
    _as_read(scene, "causes", {name: scene.act.get(name) for name in ("primary", "others", "note", "under_16_at_work")})


def make_plan(scene: Scene) -> None:
    """The plan for this child; its measures are those of the primary cause."""
    cause = next(act["primary"] for act in scene.story["acts"] if act["act"] == "record_cause")
    measures = [
        {
            "cause": cause,
            "kind": each["kind"],
            "responsible_id": scene.officer_id(each["responsible"]),
            "note": each["text"],
        }
        for each in scene.act["measures"]
    ]
    _as_read(scene, "plans", {"measures": measures})


def record_visit(scene: Scene) -> None:
    """A visit to the household, by whoever writes it down, with the others."""
    told = ("result", "met_child", "parents_words", "childs_words", "policy_explained", "next_step")
    body: Fact = {name: scene.act[name] for name in told}
    others = [scene.officer_id(login) for login in scene.act["visitors"] if login != scene.act["by"]]
    _in_case(scene, "visits", {"visited_on": scene.act["on"], "accompanied_by": others, **body})


def record_whereabouts(scene: Scene) -> None:
    """Where the child is said to be."""
    _in_case(scene, "whereabouts", {name: scene.act[name] for name in ("place", "employer")})


def sign_commitment(scene: Scene) -> None:
    """The guardian signs."""
    _in_case(scene, "commitments", {"signed_on": scene.act["on"], "signed_by": "guardian", "note": scene.act["text"]})


# --- the way back -----------------------------------------------------------------------------------------------------


def agree_return(scene: Scene) -> None:
    """The household names the day."""
    _in_case(scene, "return-agreements", {"return_on": scene.school_day(scene.act["return_day"])})


def confirm_return(scene: Scene) -> None:
    """The child sits in its place."""
    _in_case(scene, "returns", {"returned_on": scene.act["on"], "placement": scene.act["placement"]})


def record_follow_up(scene: Scene) -> None:
    """A talk with the returned child."""
    areas = ("study", "life", "psychology", "attendance")
    _in_case(scene, "follow-ups", {"contacted_on": scene.act["on"], **{area: scene.act[area] for area in areas}})


# --- closing ----------------------------------------------------------------------------------------------------------


def name_substitute(scene: Scene) -> None:
    """The principal is away: a colleague acts in the appointment on these days."""
    posts = scene.ask("/identity/me")["appointments"]
    named = {
        "appointment_id": next(post["appointment_id"] for post in posts if post["role"] == "principal"),
        "substitute_id": scene.officer_id(scene.act["substitute"]),
        "from_on": scene.school_day(scene.act["from_day"]),
        "until_on": scene.school_day(scene.act["until_day"]),
    }
    scene.do(f"/identity/officers/{scene.officer_id(scene.act['by'])}/substitutes", named)


def propose_closing(scene: Scene) -> None:
    """The school."""
    _as_read(scene, "closing:propose", {"outcome": scene.act["outcome"], "evidence": scene.act["evidence"]})


def confirm_closing(scene: Scene) -> None:
    """The township."""
    _as_read(scene, "closing:confirm", {"note": scene.act["text"]})


def approve_closing(scene: Scene) -> None:
    """The bureau."""
    _as_read(scene, "closing:approve", {"note": scene.act["text"]})


def send_closing_back(scene: Scene) -> None:
    """Township or bureau finds the papers wanting."""
    _as_read(scene, "closing:send-back", {"reason": scene.act["text"]})
