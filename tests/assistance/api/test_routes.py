"""Assistance over HTTP: who may do what, and a whole application from draft to decision."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from flask import Flask

from services.assistance.app import app
from services.chassis.web.access import unguarded_routes
from services.contracts.assistance import application_id, programme_id
from services.contracts.codes import Group, Role
from services.contracts.ids import PupilId, SchoolId
from tests.assistance.conftest import World
from tests.assistance.invented import MOTHER, PUPIL_ID, SCHOOL_ID, YEAR
from tests.callers import Caller, SignedTokens, appoint, stand_in

BOARDER = application_id(PUPIL_ID, programme_id("boarder_living_junior"), YEAR)
AT = f"/applications/{BOARDER}"
SIGNATURE = {"guardian_id": MOTHER, "signed_on": "2026-09-08", "hardship_recognised_on": "2026-09-01"}
MINUTES = "三人到会，家里一人务农、无稳定收入，同意资助 REVEALING"
PANEL = {"recommended": True, "members": ["principal", "teacher", "parent"], "minutes": MINUTES}
OBJECTION = "她家上个月刚买了新车 REVEALING"
ANSWER = "经核实，车辆为他人所有 REVEALING"

PROGRAMME = {
    "code": "county_scholarship",
    "name_zh": "县级助学金",
    "name_en": "County grant",
    "amount_fen": 80_000,
    "cadence": "year",
    "in_kind": False,
    "payer": "finance",
    "payee": "social_security_card",
    "effective_from": "2026-09-01",
    "source": "县教发〔2026〕1号",
    "excludes": ["boarder_living_junior"],
}


class Desk:
    """The app, and everybody who calls it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.tokens = SignedTokens()
        self.app: Flask = app(world.service, self.tokens.verifier, version="test")
        for officer, role, body, division in (
            ("school-aid", Role.AID_OFFICER, SCHOOL_ID, "990126100"),
            ("principal", Role.PRINCIPAL, SCHOOL_ID, "990126100"),
            ("elsewhere", Role.AID_OFFICER, "school-2", "990126101"),
            ("clerk", Role.BUREAU_CLERK, "bureau", "990126"),
            ("county-aid", Role.AID_OFFICER, "bureau", "990126"),
            ("lead", Role.BUREAU_LEAD, "bureau", "990126"),
            ("leader", Role.COUNTY_LEADER, "county", "990126"),
            ("teacher", Role.TEACHER, SCHOOL_ID, "990126100"),
            ("parent", Role.PARENT_REPRESENTATIVE, SCHOOL_ID, "990126100"),
        ):
            appoint(world.others, officer, role, body, division=division)
        world.settle()

    def as_(self, subject: str) -> Caller:
        return Caller(self.app, self.tokens.of(subject))


@pytest.fixture
def desk(world: World) -> Desk:
    return Desk(world)


def drafted(desk: Desk) -> None:
    desk.world.enrol()
    desk.world.plan_aid()


def on_notice(desk: Desk) -> None:
    drafted(desk)
    assert desk.as_("school-aid").post(f"{AT}:sign", SIGNATURE).status_code == 200
    assert desk.as_("school-aid").post(f"{AT}:panel", PANEL).status_code == 200


def code_of(response: Any) -> tuple[int, str]:
    return response.status_code, response.get_json()["code"]


def test_every_route_states_who_may_call_it(desk: Desk) -> None:
    assert unguarded_routes(desk.app) == []


def test_an_application_goes_from_the_schools_draft_to_the_bureaus_grant(desk: Desk) -> None:
    desk.world.enrol()
    school, clerk = desk.as_("school-aid"), desk.as_("clerk")
    body = {"pupil_id": PUPIL_ID, "programme_code": "boarder_living_junior"}
    made = school.post("/applications", body)
    assert made.status_code == 201
    assert made.get_json() == {"application_id": BOARDER, "status": "draft"}
    assert school.post(f"{AT}:sign", SIGNATURE, {"If-Match": made.headers["ETag"]}).get_json()["status"] == "signed"
    assert school.post(f"{AT}:panel", PANEL).get_json()["status"] == "notice"
    objection = desk.as_("teacher").post(f"{AT}:object", {"text": OBJECTION}).get_json()["objection_id"]
    desk.world.pass_days(8)
    assert code_of(clerk.post(f"{AT}:decide", {"granted": True})) == (409, "objection-unanswered")
    answer = {"objection_id": objection, "upheld": False, "answer": ANSWER}
    refused = desk.as_("principal").post(f"{AT}:answer-objection", answer)
    assert code_of(refused) == (403, "objection-against-own-act"), "the principal sat on the panel"
    assert clerk.post(f"{AT}:answer-objection", answer).status_code == 200
    assert clerk.post(f"{AT}:decide", {"granted": True}).get_json()["status"] == "granted"

    detail = clerk.get(AT)
    assert detail.headers["ETag"] == '"8"'
    shown = detail.get_json()
    assert (shown["status"], shown["decided_by_id"], shown["posted_on"], shown["ended_on"]) == (
        "granted",
        "clerk",
        "2026-09-08",
        "2026-09-15",
    )
    [told] = shown["objections"]
    assert (told["text"], told["answer"], told["upheld"], told["raised_by_id"]) == (OBJECTION, ANSWER, False, "teacher")


def test_the_members_of_the_panel_are_shown_and_its_minutes_to_those_only_who_examine(desk: Desk) -> None:
    on_notice(desk)
    for officer, seen in (("school-aid", MINUTES), ("county-aid", MINUTES), ("lead", MINUTES), ("leader", None)):
        shown = desk.as_(officer).get(AT).get_json()
        assert (shown["panel_officer_id"], shown["panel_member_ids"]) == ("school-aid", PANEL["members"])
        assert shown["panel_minutes"] == seen, officer
    [listed] = desk.as_("clerk").get("/applications").get_json()["items"]
    assert listed["panel_member_ids"] == PANEL["members"]
    assert "panel_minutes" not in listed
    assert b"REVEALING" not in b"".join(envelope.data for envelope in desk.world.service.store.walk())


@pytest.mark.parametrize(
    ("members", "code", "field"),
    [
        (["principal", "teacher"], "panel-too-small", "members"),
        (["principal", "teacher", "teacher"], "panel-member-twice", "members.2"),
        (["principal", "teacher", "elsewhere"], "panel-member-not-of-school", "members.2"),
        (["principal", "teacher", "nobody"], "panel-member-not-of-school", "members.2"),
        (["principal", "clerk", "teacher"], "panel-member-not-of-school", "members.1"),
        (["school-aid", "principal", "teacher"], "signature-taker-on-panel", "members.0"),
    ],
)
def test_a_panel_that_is_none_is_refused_at_the_member_that_spoils_it(
    desk: Desk, members: list[str], code: str, field: str
) -> None:
    drafted(desk)
    school = desk.as_("school-aid")
    school.post(f"{AT}:sign", SIGNATURE)
    refused = school.post(f"{AT}:panel", {**PANEL, "members": members})
    assert code_of(refused) == (409, code)
    assert [error["field"] for error in refused.get_json()["errors"]] == [field]
    assert school.post(f"{AT}:panel", PANEL).status_code == 200


@pytest.mark.parametrize("left_out", ["members", "minutes"])
def test_a_panel_names_its_members_and_is_minuted(desk: Desk, left_out: str) -> None:
    drafted(desk)
    school = desk.as_("school-aid")
    school.post(f"{AT}:sign", SIGNATURE)
    body = {name: value for name, value in PANEL.items() if name != left_out}
    assert code_of(school.post(f"{AT}:panel", body)) == (422, "form-rejected")


def test_the_words_of_an_objection_are_shown_to_those_who_examine_it_only(desk: Desk) -> None:
    on_notice(desk)
    desk.as_("teacher").post(f"{AT}:object", {"text": OBJECTION})
    for officer, seen in (("principal", OBJECTION), ("county-aid", OBJECTION), ("lead", OBJECTION), ("leader", None)):
        [told] = desk.as_(officer).get(AT).get_json()["objections"]
        assert told["text"] == seen
    stored = b"".join(envelope.data for envelope in desk.world.service.store.walk())
    assert b"REVEALING" not in stored


def test_a_school_sees_and_touches_its_own_applications_only(desk: Desk) -> None:
    drafted(desk)
    stranger = desk.as_("elsewhere")
    assert stranger.get("/applications").get_json()["items"] == []
    assert code_of(stranger.get(AT)) == (404, "no-such-application")
    for step, body in (
        ("sign", SIGNATURE),
        ("panel", PANEL),
        ("withdraw", {"reason": "household"}),
        ("answer-objection", {"objection_id": "x", "upheld": False}),
    ):
        assert code_of(stranger.post(f"{AT}:{step}", body)) == (404, "no-such-application")
    draft = {"pupil_id": PUPIL_ID, "programme_code": "temporary_relief"}
    assert code_of(stranger.post("/applications", draft)) == (404, "no-such-pupil")
    assert [row["application_id"] for row in desk.as_("leader").get("/applications").get_json()["items"]] == [BOARDER]


def test_the_county_does_not_stand_for_a_school_nor_the_school_for_the_county(desk: Desk) -> None:
    on_notice(desk)
    desk.world.pass_days(8)
    assert code_of(desk.as_("school-aid").post(f"{AT}:decide", {"granted": True})) == (403, "not-permitted")
    assert code_of(desk.as_("county-aid").post(f"{AT}:sign", SIGNATURE)) == (404, "no-such-application")
    assert desk.as_("teacher").get("/applications").status_code == 403
    assert desk.as_("county-aid").post(f"{AT}:decide", {"granted": True}).status_code == 200


def test_who_stood_for_the_school_does_not_review(desk: Desk) -> None:
    appoint(desk.world.others, "both", Role.AID_OFFICER, SCHOOL_ID, division="990126100")
    appoint(desk.world.others, "both", Role.BUREAU_CLERK, "bureau", division="990126")
    drafted(desk)
    both = desk.as_("both")
    assert both.post(f"{AT}:sign", SIGNATURE).status_code == 200
    assert both.post(f"{AT}:panel", PANEL).status_code == 200
    desk.world.pass_days(8)
    assert code_of(both.post(f"{AT}:decide", {"granted": True})) == (403, "same-person-as-panel")


def test_a_role_here_and_a_place_there_do_not_make_a_right(desk: Desk) -> None:
    appoint(desk.world.others, "two-posts", Role.COUNTY_LEADER, "county", division="990126")
    appoint(desk.world.others, "two-posts", Role.AID_OFFICER, "school-2", division="990126101")
    on_notice(desk)
    objection = desk.as_("teacher").post(f"{AT}:object", {"text": OBJECTION}).get_json()["objection_id"]
    both = desk.as_("two-posts")
    [told] = both.get(AT).get_json()["objections"]
    assert told["text"] is None
    for step, body in (("withdraw", {"reason": "household"}), ("answer-objection", {"objection_id": objection, "upheld": True})):
        assert code_of(both.post(f"{AT}:{step}", body)) == (404, "no-such-application")


def test_a_notice_names_the_child_to_those_only_who_may_see_the_application(desk: Desk) -> None:
    on_notice(desk)
    for officer, seen in (("school-aid", PUPIL_ID), ("clerk", PUPIL_ID), ("teacher", None), ("elsewhere", None)):
        [notice] = desk.as_(officer).get("/notices").get_json()["items"]
        assert (notice["application_id"], notice["pupil_id"]) == (BOARDER, seen), officer


def test_a_stale_version_is_refused(desk: Desk) -> None:
    drafted(desk)
    stale = desk.as_("school-aid").post(f"{AT}:sign", SIGNATURE, {"If-Match": '"7"'})
    assert stale.status_code == 412


def test_the_bureau_refuses_with_a_reason(desk: Desk) -> None:
    on_notice(desk)
    desk.world.pass_days(8)
    clerk = desk.as_("clerk")
    assert code_of(clerk.post(f"{AT}:decide", {"granted": False})) == (409, "reason-missing")
    body = {"granted": False, "reason": "evidence_missing"}
    assert clerk.post(f"{AT}:decide", body).get_json()["status"] == "refused"
    shown = clerk.get(AT).get_json()
    assert (shown["refused_by"], shown["refused_for"]) == ("bureau_clerk", "evidence_missing")


def test_the_school_withdraws_what_the_household_does_not_want(desk: Desk) -> None:
    drafted(desk)
    answer = desk.as_("principal").post(f"{AT}:withdraw", {"reason": "household"})
    assert answer.get_json()["status"] == "withdrawn"
    case_reason = desk.as_("principal").post(f"{AT}:withdraw", {"reason": "case_withdrawn"})
    assert case_reason.status_code == 422


def test_a_notice_shows_no_cause_and_no_programme_that_gives_away_health(desk: Desk) -> None:
    desk.world.enrol(groups=(Group.DISABLED,))
    desk.world.plan_aid()
    disabled = application_id(PUPIL_ID, programme_id("disabled_pupil_allowance"), YEAR)
    school = desk.as_("school-aid")
    for own_id in (BOARDER, disabled):
        school.post(f"/applications/{own_id}:sign", SIGNATURE)
        school.post(f"/applications/{own_id}:panel", PANEL)
    notices = {each["application_id"]: each for each in desk.as_("principal").get("/notices").get_json()["items"]}
    assert notices[BOARDER] == {
        "application_id": BOARDER,
        "pupil_id": PUPIL_ID,
        "school_id": SCHOOL_ID,
        "title_zh": "初中寄宿生生活补助",
        "title_en": "Living allowance, junior boarders",
        "amount_fen": 150_000,
        "posted_on": "2026-09-08",
        "last_day": "2026-09-15",
    }
    assert (notices[disabled]["title_en"], notices[disabled]["amount_fen"]) == ("Aid for pupils", None)
    assert desk.as_("teacher").get("/notices", school_id="school-2").get_json()["items"] == []
    desk.world.pass_days(8)
    assert desk.as_("teacher").get("/notices").get_json()["items"] == []


def test_a_review_that_the_bureau_leaves_lying_is_an_alarm_until_it_is_done(desk: Desk) -> None:
    on_notice(desk)
    desk.world.pass_days(30)
    [alarm] = desk.as_("lead").get("/alarms").get_json()["items"]
    assert alarm == {
        "kind": "review_overdue",
        "application_id": BOARDER,
        "pupil_id": PUPIL_ID,
        "school_id": SCHOOL_ID,
        "ended_on": "2026-09-15",
        "since": "2026-09-30",
    }
    assert desk.as_("elsewhere").get("/alarms").get_json()["total"] == 0
    desk.as_("clerk").post(f"{AT}:decide", {"granted": True})
    assert desk.as_("lead").get("/alarms").get_json()["total"] == 0


def test_applications_are_filtered_and_paged(desk: Desk) -> None:
    for number in range(5):
        desk.world.enrol(PupilId(f"child-{number}"), SchoolId(f"school-{number % 2 + 1}"))
        desk.world.plan_aid(case_id=f"case-of-{number}", measure_id=f"measure-{number}", pupil_id=PupilId(f"child-{number}"))
    clerk = desk.as_("clerk")
    seen, cursor = [], {}
    while True:
        shown = clerk.get("/applications", limit=2, **cursor).get_json()
        assert shown["total"] == 5
        seen += [row["pupil_id"] for row in shown["items"]]
        if shown["next"] is None:
            break
        cursor = {"cursor": shown["next"]}
    assert sorted(seen) == [f"child-{number}" for number in range(5)]
    assert clerk.get("/applications", school_id="school-2").get_json()["total"] == 2
    assert clerk.get("/applications", status="granted").get_json()["total"] == 0
    assert clerk.get("/applications", case_id="case-of-3", school_year=YEAR).get_json()["total"] == 1
    assert clerk.get("/applications", status="lost").status_code == 422


def test_programmes_are_shown_with_what_is_in_force(desk: Desk) -> None:
    shown = desk.as_("teacher").get("/programmes").get_json()["items"]
    boarder = next(each for each in shown if each["code"] == "boarder_living_junior")
    assert (boarder["amount_fen"], boarder["in_force"], boarder["effective_from"]) == (150_000, True, "2024-03-01")
    before = desk.as_("teacher").get("/programmes", on="2024-02-29").get_json()["items"]
    assert not next(each for each in before if each["code"] == "boarder_living_junior")["in_force"]


def test_the_bureaus_lead_sets_a_programme(desk: Desk) -> None:
    lead = desk.as_("lead")
    assert desk.as_("clerk").post("/programmes", PROGRAMME).status_code == 403
    made = lead.post("/programmes", PROGRAMME)
    assert (made.status_code, made.get_json()) == (201, {"programme_id": programme_id("county_scholarship")})
    assert "county_scholarship" in {each["code"] for each in lead.get("/programmes").get_json()["items"]}
    desk.world.enrol()
    desk.as_("school-aid").post("/applications", {"pupil_id": PUPIL_ID, "programme_code": "county_scholarship"})
    second = desk.as_("school-aid").post("/applications", {"pupil_id": PUPIL_ID, "programme_code": "boarder_living_junior"})
    assert code_of(second) == (409, "programmes-exclude")


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"excludes": ["no_such"]}, 409, "excluded-programme-unknown"),
        ({"effective_until": "2026-08-31"}, 409, "programme-ends-before-it-starts"),
        ({"amount_fen": 0}, 409, "amount-missing"),
        ({"amount_fen": -1}, 422, "form-rejected"),
        ({"amount_fen": 10**12}, 422, "form-rejected"),
        ({"code": "County Scholarship"}, 422, "form-rejected"),
        ({"cadence": "weekly"}, 422, "form-rejected"),
        ({"stages": []}, 422, "form-rejected"),
        ({"groups": ["rich"]}, 422, "form-rejected"),
        ({"source": "  "}, 422, "form-rejected"),
        ({"unknown": 1}, 422, "form-rejected"),
    ],
)
def test_a_programme_not_in_form_or_against_the_rules_is_refused(
    desk: Desk, change: dict[str, Any], status: int, code: str
) -> None:
    response = desk.as_("lead").post("/programmes", {**PROGRAMME, **change})
    assert code_of(response) == (status, code)
    assert json.dumps(response.get_json(), ensure_ascii=False)


def test_a_programme_that_does_not_exist_is_not_applied_for(desk: Desk) -> None:
    desk.world.enrol()
    body = {"pupil_id": PUPIL_ID, "programme_code": "no_such"}
    assert code_of(desk.as_("school-aid").post("/applications", body)) == (404, "no-such-programme")
    waiver = {"pupil_id": PUPIL_ID, "programme_code": "fee_waiver"}
    assert code_of(desk.as_("school-aid").post("/applications", waiver)) == (409, "needs-no-application")


def test_nothing_is_done_to_an_application_that_is_not_there(desk: Desk) -> None:
    assert code_of(desk.as_("clerk").post("/applications/nowhere:decide", {"granted": True})) == (404, "no-such-application")
    assert code_of(desk.as_("clerk").get("/applications/nowhere")) == (404, "no-such-application")
    assert code_of(desk.as_("teacher").post("/applications/nowhere:object", {"text": "x"})) == (404, "no-such-application")


def test_an_application_off_the_notice_board_and_none_at_all_are_refused_an_objection_alike(desk: Desk) -> None:
    drafted(desk)
    for stranger in ("teacher", "elsewhere"):
        hidden = desk.as_(stranger).post(f"{AT}:object", {"text": "x"})
        nowhere = desk.as_(stranger).post("/applications/nowhere:object", {"text": "x"})
        assert code_of(hidden) == code_of(nowhere) == (404, "no-such-application")
        assert hidden.get_json()["detail"] == nowhere.get_json()["detail"]
    assert code_of(desk.as_("principal").post(f"{AT}:object", {"text": "x"})) == (409, "notice-not-hanging")


def test_a_service_records_no_objection(desk: Desk) -> None:
    on_notice(desk)
    assert desk.as_("service:casework").post(f"{AT}:object", {"text": "x"}).status_code == 403


def test_the_years_of_the_invented_child_are_those_of_the_clock(desk: Desk) -> None:
    assert desk.world.clock.now().date() == date(YEAR, 9, 8)


# --- teaching points, vice-principals, substitutes ------------------------------------------------------------------

CENTRAL = SchoolId("school-central")
OF_CENTRAL = (
    ("central-head", Role.CENTRAL_SCHOOL),
    ("central-principal", Role.PRINCIPAL),
    ("central-vice", Role.VICE_PRINCIPAL),
    ("central-aid", Role.AID_OFFICER),
    ("central-teacher", Role.TEACHER),
)
AT_THE_POINT = {"pupil_id": PUPIL_ID, "programme_code": "boarder_living_junior"}


def under_central(desk: Desk) -> None:
    """The pupil's school is a teaching point under a central school."""
    for officer, role in OF_CENTRAL:
        appoint(desk.world.others, officer, role, CENTRAL, division="990126100")
    desk.world.school(CENTRAL)
    desk.world.school(SCHOOL_ID, CENTRAL)


@pytest.mark.parametrize("head", ["central-head", "central-principal"])
def test_the_central_school_acts_for_the_points_under_it(desk: Desk, head: str) -> None:
    under_central(desk)
    desk.world.enrol()
    central = desk.as_(head)
    assert central.post("/applications", AT_THE_POINT).status_code == 201
    assert central.post(f"{AT}:sign", SIGNATURE).status_code == 200
    panel = {**PANEL, "members": ["principal", "teacher", "central-teacher"]}
    assert central.post(f"{AT}:panel", panel).get_json()["status"] == "notice"
    assert [each["application_id"] for each in central.get("/applications").get_json()["items"]] == [BOARDER]
    assert central.get(AT).get_json()["panel_minutes"] == MINUTES
    assert central.get("/notices").get_json()["items"][0]["pupil_id"] == PUPIL_ID


@pytest.mark.parametrize("officer", ["central-vice", "central-aid", "elsewhere"])
def test_nobody_else_of_the_central_school_acts_for_a_point(desk: Desk, officer: str) -> None:
    under_central(desk)
    desk.world.enrol()
    assert code_of(desk.as_(officer).post("/applications", AT_THE_POINT)) == (404, "no-such-pupil")
    desk.world.plan_aid()
    assert desk.as_(officer).post(f"{AT}:sign", SIGNATURE).status_code == 404
    assert desk.as_(officer).get("/applications").get_json()["items"] == []


def test_a_school_that_is_no_point_of_it_is_closed_to_a_central_school_and_its_panel(desk: Desk) -> None:
    under_central(desk)
    desk.world.school(SCHOOL_ID)
    drafted(desk)
    assert desk.as_("central-head").get(AT).status_code == 404
    assert desk.as_("school-aid").post(f"{AT}:sign", SIGNATURE).status_code == 200
    drawn = {**PANEL, "members": ["principal", "teacher", "central-teacher"]}
    assert code_of(desk.as_("school-aid").post(f"{AT}:panel", drawn)) == (409, "panel-member-not-of-school")


def test_a_vice_principal_stands_in_for_the_principal_and_is_one_pair_of_eyes_with_them(desk: Desk) -> None:
    """The vice takes the signature: then neither of the two sits on the panel, nor examines an objection."""
    appoint(desk.world.others, "vice", Role.VICE_PRINCIPAL, SCHOOL_ID, division="990126100")
    appoint(desk.world.others, "second-teacher", Role.TEACHER, SCHOOL_ID, division="990126100")
    desk.world.settle()
    desk.world.enrol()
    vice = desk.as_("vice")
    assert vice.post("/applications", AT_THE_POINT).status_code == 201
    assert vice.post(f"{AT}:sign", SIGNATURE).status_code == 200
    acts = [(each.actor, each.on_behalf_of) for each in desk.world.service.store.walk([f"application-{BOARDER}"])]
    assert acts == [("vice", "principal")] * 2
    for sitting in ("vice", "principal"):
        seated = {**PANEL, "members": ["teacher", "parent", sitting]}
        assert code_of(vice.post(f"{AT}:panel", seated)) == (409, "signature-taker-on-panel"), sitting
    others = {**PANEL, "members": ["teacher", "parent", "second-teacher"]}
    assert vice.post(f"{AT}:panel", others).status_code == 200
    objection = desk.as_("teacher").post(f"{AT}:object", {"text": OBJECTION}).get_json()["objection_id"]
    answer = {"objection_id": objection, "upheld": False, "answer": ANSWER}
    for examiner in ("vice", "principal"):
        assert code_of(desk.as_(examiner).post(f"{AT}:answer-objection", answer)) == (403, "objection-against-own-act")


def lent(desk: Desk, officer: str, role: Role, body: str, substitute: str = "stand-in") -> None:
    """A colleague at the bureau stands in for an officer this month."""
    appoint(desk.world.others, substitute, Role.COUNTY_LEADER, "bureau", division="990126")
    office = f"{substitute}-county_leader-bureau"
    stand_in(desk.world.others, officer, f"{officer}-{role}-{body}", substitute, office, until=date(2026, 9, 30))
    desk.world.settle()


def test_a_substitute_acts_for_the_school_and_neither_of_the_two_reviews_what_the_panel_said(desk: Desk) -> None:
    lent(desk, "principal", Role.PRINCIPAL, SCHOOL_ID)
    lent(desk, "clerk", Role.BUREAU_CLERK, "bureau")
    drafted(desk)
    assert desk.as_("school-aid").post(f"{AT}:sign", SIGNATURE).status_code == 200
    seated = {**PANEL, "members": ["stand-in", "teacher", "parent"]}
    for both in (["principal", "stand-in", "teacher"], ["stand-in", "parent", "principal"]):
        assert code_of(desk.as_("school-aid").post(f"{AT}:panel", {**PANEL, "members": both})) == (409, "panel-member-twice")
    substitute, for_principal = desk.as_("stand-in"), {"On-Behalf-Of": "principal"}
    assert substitute.post(f"{AT}:panel", seated).status_code == 403
    assert substitute.post(f"{AT}:panel", seated, for_principal).get_json()["status"] == "notice"
    desk.world.pass_days(8)
    appoint(desk.world.others, "principal", Role.BUREAU_CLERK, "bureau", division="990126")
    desk.world.settle()
    for who, absent in (("stand-in", {"On-Behalf-Of": "clerk"}), ("principal", {})):
        assert code_of(desk.as_(who).post(f"{AT}:decide", {"granted": True}, absent)) == (403, "same-person-as-panel"), who
    assert desk.as_("clerk").post(f"{AT}:decide", {"granted": True}).status_code == 200


def test_a_substitute_of_a_vice_principal_does_not_stand_in_for_the_principal(desk: Desk) -> None:
    appoint(desk.world.others, "vice", Role.VICE_PRINCIPAL, SCHOOL_ID, division="990126100")
    lent(desk, "vice", Role.VICE_PRINCIPAL, SCHOOL_ID)
    drafted(desk)
    refused = desk.as_("stand-in").post(f"{AT}:sign", SIGNATURE, {"On-Behalf-Of": "vice"})
    assert code_of(refused) == (403, "substitute-of-a-stand-in")


def test_the_substitution_of_another_week_seats_nobody_on_the_panel(desk: Desk) -> None:
    lent(desk, "principal", Role.PRINCIPAL, SCHOOL_ID)
    drafted(desk)
    assert desk.as_("school-aid").post(f"{AT}:sign", SIGNATURE).status_code == 200
    desk.world.pass_days(30)
    seated = {**PANEL, "members": ["stand-in", "teacher", "parent"]}
    assert code_of(desk.as_("school-aid").post(f"{AT}:panel", seated)) == (409, "panel-member-not-of-school")
