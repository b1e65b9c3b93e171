"""Notifications over HTTP: who sees which texts, who decides, and what the outbox page shows."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from flask import Flask

from services.chassis.web.access import unguarded_routes
from services.chassis.web.reception import PAGE_COOKIE
from services.contracts.codes import Role
from services.contracts.ids import ClassId, PupilId, SchoolId
from services.contracts.registry import PupilRecordWritten, PupilTransferred
from services.notifications.adapters.local_outbox import GatewayFaults
from services.notifications.adapters.people import Recipient
from services.notifications.api.outbox_routes import DOOR
from services.notifications.app import app
from services.notifications.domain.occasions import ABSENCE_QUERY
from services.notifications.domain.scheduling import notification_id
from tests.callers import Caller, SignedTokens, appoint, stand_in
from tests.notifications.conftest import PARENT, World, Worlds
from tests.notifications.fakes import CHILD
from tests.notifications.invented import CLASS, FATHER, GRANDMOTHER, PUPIL, SCHOOL

OTHER_PUPIL = PupilId("pupil-2")
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
NOBODY = "00000000-0000-5000-8000-000000000000"


class Desk:
    """The app, and everybody who calls it: a teacher of the class, one of another class, principals, the bureau."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.tokens = SignedTokens()
        self.app: Flask = app(world.service, self.tokens.verifier, version="test", people=world.people)
        for officer, role, body, class_id in (
            ("teacher", Role.HOMEROOM_TEACHER, SCHOOL, CLASS),
            ("next-door", Role.HOMEROOM_TEACHER, SCHOOL, "class-2"),
            ("principal", Role.PRINCIPAL, SCHOOL, None),
            ("elsewhere", Role.PRINCIPAL, "school-2", None),
            ("clerk", Role.BUREAU_CLERK, "bureau", None),
            ("lead", Role.BUREAU_LEAD, "bureau", None),
            ("township", Role.TOWNSHIP_OFFICER, "town", None),
        ):
            appoint(world.others, officer, role, body, class_id=class_id)
        world.settle()

    def by(self, officer: str | None) -> Caller:
        return Caller(self.app, None if officer is None else self.tokens.of(officer))

    def absent(self, pupil_id: PupilId = PUPIL) -> str:
        """A child is missed and its guardian texted; answers the text's id."""
        reason = self.world.missed(pupil_id=pupil_id)
        self.world.after(minutes=30)
        return notification_id(reason, GRANDMOTHER, ABSENCE_QUERY)


@pytest.fixture
def desk(world: World) -> Desk:
    return Desk(world)


@pytest.fixture
def shaky(worlds: Worlds) -> Desk:
    """A desk whose gateway does not answer about the grandmother and finds the father's number dead."""
    return Desk(worlds(faults=GatewayFaults(uncertain={GRANDMOTHER}, unreachable={FATHER})))


def ids(body: Any) -> list[str]:
    return [item["notification_id"] for item in body["items"]]


def code(response: Any) -> tuple[int, str]:
    return response.status_code, response.json["code"]


def test_every_route_says_who_may_call_it(desk: Desk) -> None:
    assert unguarded_routes(desk.app) == []


@pytest.mark.parametrize("path", ["/templates", "/", f"/{NOBODY}", "/call-tasks", "/outbox"])
def test_strangers_and_other_offices_read_nothing(desk: Desk, path: str) -> None:
    assert code(desk.by(None).get(path)) == (401, "not-signed-in")
    assert code(desk.by("township").get(path)) == (403, "not-permitted")


def test_templates_are_shown_with_their_filing(desk: Desk) -> None:
    items = desk.by("teacher").get("/templates").json["items"]
    assert [item["template"] for item in items] == ["absence_query", "aid_approved", "return_reminder", "welcome_back"]
    assert items[0]["approved"] is True
    assert items[0]["filings"] == {"local_outbox": "approved"}
    assert set(items[0]["bodies"]) == {"zh", "en", "bo", "ug"}


# --- texts ------------------------------------------------------------------------------------------------------------


def test_a_text_is_seen_by_its_class_its_school_and_the_bureau_only(desk: Desk) -> None:
    own_id = desk.absent()
    for officer in ("teacher", "principal", "clerk", "lead"):
        assert ids(desk.by(officer).get("/").json) == [own_id], officer
        assert desk.by(officer).get(f"/{own_id}").status_code == 200
    for officer in ("next-door", "elsewhere"):
        assert desk.by(officer).get("/").json == {"items": [], "next": None, "total": 0}
        assert code(desk.by(officer).get(f"/{own_id}")) == (404, "no-such-notification")


def test_a_text_is_shown_with_its_fate_and_without_its_words(desk: Desk) -> None:
    own_id = desk.absent()
    response = desk.by("teacher").get(f"/{own_id}")
    shown = response.json
    assert response.headers["ETag"] == '"3"'
    assert (shown["status"], shown["template"], shown["language"], shown["named"]) == ("sent", "absence_query", "zh", False)
    assert shown["digest"].startswith("hmac-sha256:")
    assert "家长" not in json.dumps(shown, ensure_ascii=False)


def test_a_child_that_moves_takes_its_texts_along(desk: Desk) -> None:
    own_id = desk.absent()
    moved = PupilTransferred(pupil_id=PUPIL, school_id=SchoolId("school-2"), class_id=ClassId("class-9"), grade=7)
    desk.world.told(f"pupil-{PUPIL}", moved)
    assert ids(desk.by("teacher").get("/").json) == []
    assert ids(desk.by("elsewhere").get("/").json) == [own_id]


def test_texts_are_filtered_and_paged(desk: Desk) -> None:
    desk.world.enrol(OTHER_PUPIL)
    desk.absent()
    other = desk.absent(OTHER_PUPIL)
    clerk = desk.by("clerk")
    assert ids(clerk.get("/", pupil_id=OTHER_PUPIL).json) == [other]
    assert ids(clerk.get("/", status="waiting").json) == []
    assert clerk.get("/", template="absence_query", episode_id="episode-1").json["total"] == 2
    first = clerk.get("/", limit=1).json
    second = clerk.get("/", limit=1, cursor=first["next"]).json
    assert ids(first) == [other]
    assert (len(second["items"]), second["next"], second["total"]) == (1, None, 2)


@pytest.mark.parametrize(
    "query", [{"status": "lost"}, {"template": "x"}, {"pupil_id": "a b"}, {"limit": 0}, {"cursor": "x"}, {"x": 1}]
)
def test_a_question_in_another_form_is_refused(desk: Desk, query: dict[str, Any]) -> None:
    assert desk.by("clerk").get("/", **query).status_code == 422


# --- uncertain --------------------------------------------------------------------------------------------------------


def test_the_teacher_decides_about_an_uncertain_text(shaky: Desk) -> None:
    own_id = shaky.absent()
    teacher = shaky.by("teacher")
    assert teacher.get(f"/{own_id}").json["status"] == "uncertain"
    answer = teacher.post(f"/{own_id}:resolve", {"decision": "was_sent"})
    assert (answer.status_code, answer.json) == (200, {"notification_id": own_id, "status": "sent"})
    shown = teacher.get(f"/{own_id}")
    assert (shown.json["decision"], shown.json["decided_by"]) == ("was_sent", "teacher")
    assert shown.headers["ETag"] == answer.headers["ETag"]
    assert code(teacher.post(f"/{own_id}:resolve", {"decision": "was_not_sent"})) == (409, "not-uncertain")


def test_who_reads_for_the_county_and_acts_for_a_class_does_not_act_for_the_county(shaky: Desk) -> None:
    appoint(shaky.world.others, "lead", Role.HOMEROOM_TEACHER, SCHOOL, class_id="class-2")
    own_id = shaky.absent()
    lead = shaky.by("lead")
    assert lead.get(f"/{own_id}").status_code == 200
    assert code(lead.post(f"/{own_id}:resolve", {"decision": "was_sent"})) == (404, "no-such-notification")
    assert code(lead.post(f"/call-tasks/{own_id}:done", {"result": "told"})) == (404, "no-such-notification")


def test_a_text_may_be_sent_again_by_a_person(shaky: Desk) -> None:
    own_id = shaky.absent()
    answer = shaky.by("principal").post(f"/{own_id}:resolve", {"decision": "send_again"})
    assert answer.json["status"] == "released"
    shaky.world.settle()
    assert shaky.by("principal").get(f"/{own_id}").json["status"] == "sent"


def test_two_people_do_not_decide_past_each_other(shaky: Desk) -> None:
    own_id = shaky.absent()
    response = shaky.by("clerk").post(f"/{own_id}:resolve", {"decision": "was_sent"}, {"If-Match": '"1"'})
    assert code(response) == (412, "superseded")


@pytest.mark.parametrize("officer", ["next-door", "elsewhere"])
def test_others_do_not_decide(shaky: Desk, officer: str) -> None:
    own_id = shaky.absent()
    assert code(shaky.by(officer).post(f"/{own_id}:resolve", {"decision": "was_sent"})) == (404, "no-such-notification")


def test_the_lead_of_the_bureau_reads_and_does_not_decide(shaky: Desk) -> None:
    own_id = shaky.absent()
    assert code(shaky.by("lead").post(f"/{own_id}:resolve", {"decision": "was_sent"})) == (403, "not-permitted")


@pytest.mark.parametrize("body", [{}, {"decision": "perhaps"}, {"decision": None}, {"decision": "was_sent", "x": 1}])
def test_a_decision_in_another_form_is_refused(shaky: Desk, body: dict[str, Any]) -> None:
    assert shaky.by("clerk").post(f"/{NOBODY}:resolve", body).status_code == 422


def test_what_does_not_exist_is_not_found(desk: Desk) -> None:
    clerk = desk.by("clerk")
    assert code(clerk.get(f"/{NOBODY}")) == (404, "no-such-notification")
    assert code(clerk.post(f"/{NOBODY}:resolve", {"decision": "was_sent"})) == (404, "no-such-notification")
    assert code(clerk.post(f"/call-tasks/{NOBODY}:done", {"result": "told"})) == (404, "no-such-notification")


# --- calls ------------------------------------------------------------------------------------------------------------


def test_a_call_in_place_of_a_text_is_shown_and_done(desk: Desk) -> None:
    desk.world.people.recipients[GRANDMOTHER] = Recipient(None, CHILD)
    own_id = desk.absent()
    teacher = desk.by("teacher")
    (task,) = teacher.get("/call-tasks").json["items"]
    assert (task["notification_id"], task["call_reason"], task["guardian_id"]) == (own_id, "no_number", GRANDMOTHER)
    assert desk.by("next-door").get("/call-tasks").json["total"] == 0
    answer = teacher.post(f"/call-tasks/{own_id}:done", {"result": "told"})
    assert (answer.status_code, answer.json) == (200, {"notification_id": own_id, "status": "failed"})
    assert teacher.get("/call-tasks").json["total"] == 0
    (done,) = teacher.get("/call-tasks", done="true").json["items"]
    assert (done["call_result"], done["called_by"]) == ("told", "teacher")
    assert code(teacher.post(f"/call-tasks/{own_id}:done", {"result": "not_needed"})) == (409, "no-call-open")
    assert teacher.post(f"/call-tasks/{own_id}:done", {"result": "spoke"}).status_code == 422


def test_the_version_that_is_shown_is_the_one_that_may_be_acted_on(desk: Desk) -> None:
    desk.world.people.recipients[GRANDMOTHER] = Recipient(None, CHILD)
    own_id = desk.absent()
    teacher = desk.by("teacher")
    shown = teacher.get(f"/{own_id}").headers["ETag"]
    answer = teacher.post(f"/call-tasks/{own_id}:done", {"result": "wrong_number"}, {"If-Match": shown})
    assert answer.status_code == 200
    assert teacher.get(f"/{own_id}").headers["ETag"] == answer.headers["ETag"]


# --- the outbox page --------------------------------------------------------------------------------------------------


def test_the_outbox_says_what_a_parent_read(desk: Desk) -> None:
    desk.absent()
    body = desk.by("teacher").get("/outbox").json
    (item,) = body["items"]
    assert item["text"].startswith("【县教育局】家长您好：您的孩子今天（9月8日）点名时不在青石中学")
    assert (body["names_shown"], body["total"]) == (True, 1)
    assert desk.world.people.viewers == []
    assert desk.by("elsewhere").get("/outbox").json["items"] == []


def named(desk: Desk) -> None:
    """The newest text in the outbox names the child."""
    desk.absent()
    desk.world.missed_again()


def test_names_are_asked_for_in_the_viewers_name_and_shown_as_the_registry_shows_them(desk: Desk) -> None:
    named(desk)
    token = desk.tokens.of("teacher")
    item, _ = Caller(desk.app, token).get("/outbox").json["items"]
    assert "金*今天" in item["text"]
    assert desk.world.people.viewers == [((PUPIL,), {"Authorization": f"Bearer {token}"})]


def test_a_substitute_asks_the_registry_for_names_in_the_place_in_which_they_read(desk: Desk) -> None:
    lent, office = f"teacher-homeroom_teacher-{SCHOOL}", f"next-door-homeroom_teacher-{SCHOOL}"
    stand_in(desk.world.others, "teacher", lent, "next-door", office, until=date(2026, 12, 31))
    named(desk)
    token, for_teacher = desk.tokens.of("next-door"), {"On-Behalf-Of": "teacher"}
    assert len(Caller(desk.app, token).get("/outbox", for_teacher).json["items"]) == 2
    assert desk.world.people.viewers == [((PUPIL,), {"Authorization": f"Bearer {token}", **for_teacher})]


@pytest.mark.parametrize("trouble", ["down", "refuses"])
def test_without_the_registry_no_text_that_names_a_child_is_shown(desk: Desk, trouble: str) -> None:
    named(desk)
    setattr(desk.world.people, trouble, True)
    body = desk.by("teacher").get("/outbox").json
    assert (body["names_shown"], body["items"][0]["text"]) == (False, None)
    page = page_of(desk, "teacher")
    assert "姓名未授权" in page


def page_of(desk: Desk, officer: str, language: str = "zh", **query: Any) -> str:
    headers = {
        "Authorization": f"Bearer {desk.tokens.of(officer)}",
        "Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
        "Accept-Language": language,
    }
    response = desk.app.test_client().get("/outbox", headers=headers, query_string=query)
    assert response.status_code == 200
    assert response.mimetype == "text/html"
    assert "script" not in response.headers["Content-Security-Policy"]
    return response.get_data(as_text=True)


def test_a_browser_gets_a_page_in_its_language(desk: Desk) -> None:
    named(desk)
    page = page_of(desk, "teacher")
    assert "金*今天（9月9日）" in page
    assert "缺课询问" in page
    assert "<script" not in page
    english = page_of(desk, "teacher", "en")
    assert "What parents read" in english
    assert "absence query" in english


def test_the_page_says_which_guardian_was_texted_and_whether_the_child_is_named_and_leads_home(desk: Desk) -> None:
    desk.absent()
    assert desk.by("teacher").get("/outbox").json["items"][0]["relation"] == "grandmother"
    page = page_of(desk, "teacher")
    assert "发给：祖母" in page
    assert "正文未写孩子姓名" in page
    assert '<a href="/">首页</a>' in page
    english = page_of(desk, "teacher", "en")
    assert "to: grandmother" in english
    assert "the text does not name the child" in english
    desk.world.missed_again()
    assert page_of(desk, "teacher").count("正文未写孩子姓名") == 1


def test_of_whoever_is_a_guardian_no_more_it_is_not_said_what_they_were(desk: Desk) -> None:
    desk.absent()
    written = PupilRecordWritten(pupil_id=PUPIL, record_version=2, guardians=(PARENT,), residence_division="990126100")
    desk.world.told(f"pupil-{PUPIL}", written)
    assert desk.by("teacher").get("/outbox").json["items"][0]["relation"] is None
    assert "发给" not in page_of(desk, "teacher")


@pytest.mark.parametrize(
    ("accept", "mimetype"),
    [(None, "application/json"), ("*/*", "application/json"), ("application/json", "application/json"), ("text/html", "text/html")],
)
def test_the_outbox_comes_in_the_form_that_is_asked_for(desk: Desk, accept: str | None, mimetype: str) -> None:
    headers = {"Authorization": f"Bearer {desk.tokens.of('clerk')}", **({"Accept": accept} if accept else {})}
    response = desk.app.test_client().get("/outbox", headers=headers)
    assert (response.status_code, response.mimetype) == (200, mimetype)
    documented = desk.app.test_client().get("/openapi.json").json["paths"]["/outbox"]["get"]["responses"]["200"]
    assert mimetype in documented["content"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Accept": BROWSER}, 303),
        ({"Accept": BROWSER, "Cookie": f"{PAGE_COOKIE}=worn-out"}, 303),
        ({"Accept": BROWSER, "Authorization": "Bearer worn-out"}, 401),
        ({"Accept": "application/json"}, 401),
        ({"Accept": "*/*"}, 401),
        ({}, 401),
    ],
)
def test_a_browser_that_has_not_signed_in_is_sent_to_the_door_and_every_program_told_so(
    desk: Desk, headers: dict[str, str], status: int
) -> None:
    response = desk.app.test_client(use_cookies=False).get("/outbox", headers=headers)
    assert (response.status_code, response.headers.get("Location")) == (status, DOOR if status == 303 else None)
    assert response.headers["Cache-Control"] == "no-store"
    documented = desk.app.test_client().get("/openapi.json").json["paths"]["/outbox"]["get"]["responses"]
    assert "303" in documented


def test_the_page_has_a_way_to_older_texts(desk: Desk) -> None:
    assert "还没有短信" in page_of(desk, "teacher")
    desk.world.enrol(OTHER_PUPIL)
    desk.absent()
    desk.absent(OTHER_PUPIL)
    assert 'rel="next"' in page_of(desk, "teacher", limit=1)
    assert 'rel="next"' not in page_of(desk, "teacher")


def test_a_name_is_text_in_the_page_and_never_markup(desk: Desk) -> None:
    named(desk)
    desk.world.people.names = lambda pupil_ids, _asked_by: dict.fromkeys(pupil_ids, "<b>x")  # type: ignore[method-assign]  # one answer
    assert "&lt;b&gt;x今天" in page_of(desk, "teacher")


def test_an_uncertain_text_is_marked(shaky: Desk) -> None:
    shaky.absent()
    assert "是否送达待人工判断" in page_of(shaky, "teacher")
