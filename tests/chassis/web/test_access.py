"""Who may call: every route states it; tokens say who it is, appointments what they may do today."""

from __future__ import annotations

from datetime import datetime, timedelta

import flask_smorest
import pytest

from services.chassis.county import midnight
from services.chassis.decider import COUNTY_TIME
from services.chassis.errors import Misconfigured
from services.chassis.web.access import access_of, allowed, anonymous, signed_in, unguarded_routes
from services.chassis.web.caller import APPOINTMENTS_HELD_SECONDS, Appointment, AppointmentBook, Caller
from services.chassis.web.frame import create_app
from services.chassis.web.outside import FROM_OUTSIDE
from services.chassis.web.tokens import TokenSigner, TokenVerifier, key_set
from tests.chassis.toy import START
from tests.chassis.web.conftest import CLERK, PRINCIPAL, TEACHER, Desk
from tests.chassis.web.school_app import FORGOTTEN, ROLL, pupils

TODAY = START.astimezone(COUNTY_TIME).date()


def test_a_route_that_states_nothing_is_found_and_refused(desk: Desk) -> None:
    tokens = TokenVerifier(lambda: key_set(desk.signer))
    app = create_app(desk.service, [ROLL, FORGOTTEN], title="Toy", version="1", tokens=tokens)
    assert unguarded_routes(app) == ["GET,HEAD /forgotten"]
    answer = app.test_client().get("/forgotten", headers=desk.headers())
    assert answer.status_code == 403
    assert answer.json is not None
    assert answer.json["code"] == "route-not-guarded"


def test_every_route_of_the_frame_and_of_the_toy_states_who_may_call(desk: Desk) -> None:
    assert unguarded_routes(desk.app) == []


def test_only_health_documents_and_what_says_so_are_anonymous(desk: Desk) -> None:
    views = {rule.rule.split("<")[0]: desk.app.view_functions[rule.endpoint] for rule in desk.app.url_map.iter_rules()}
    open_to_all = {path for path, view in views.items() if (access := access_of(view)) is not None and access.anonymous}
    assert open_to_all == {"/health", "/metrics", "/openapi.json", "/docs", "/docs/", "/notice"}


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Basic b2ZmaWNlcjpwYXNz", "Token abc"])
def test_without_a_token_the_answer_asks_for_one(desk: Desk, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}
    answer = desk.client.get("/me", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert answer.content_type == "application/problem+json"


def test_a_forged_token_is_told_apart_from_an_expired_one(desk: Desk) -> None:
    forged = desk.client.get("/me", headers={"Authorization": f"Bearer {TokenSigner.generate().sign(PRINCIPAL)}"})
    old = desk.signer.sign(PRINCIPAL, now=1_600_000_000)
    expired = desk.client.get("/me", headers={"Authorization": f"Bearer {old}"})
    assert (forged.status_code, forged.json["code"]) == (401, "token-not-valid")
    assert (expired.status_code, expired.json["code"]) == (401, "token-expired")
    assert "invalid_token" in forged.headers["WWW-Authenticate"]


def test_the_scheme_is_read_in_any_case(desk: Desk) -> None:
    assert desk.client.get("/me", headers={"Authorization": f"bearer {desk.signer.sign(PRINCIPAL)}"}).status_code == 200


def test_a_role_opens_its_routes_only(desk: Desk) -> None:
    assert desk.post("/pupils", {"pupil_id": "p-1"}, who=TEACHER).status_code == 403
    assert desk.post("/pupils", {"pupil_id": "p-1"}, who=PRINCIPAL).status_code == 201
    assert desk.post("/pupils/p-1:miss", {"day": "2026-09-08"}, who=TEACHER).status_code == 201
    assert desk.post("/pupils", {"pupil_id": "p-2"}, who="officer-unknown").status_code == 403


def test_a_caller_without_the_role_learns_nothing_of_the_form(desk: Desk) -> None:
    assert desk.post_raw("/pupils", b"{", Authorization=f"Bearer {desk.signer.sign(TEACHER)}").status_code == 403


def test_a_named_service_may_call_and_another_may_not(desk: Desk) -> None:
    assert desk.post("/pupils", {"pupil_id": "p-1"}, who="service:care").status_code == 201
    assert desk.post("/pupils", {"pupil_id": "p-2"}, who="service:others").status_code == 403
    assert desk.get("/me", who="service:others").status_code == 200


def test_a_token_of_the_houses_own_services_is_taken_from_inside_only(desk: Desk) -> None:
    outside = {FROM_OUTSIDE.replace("-", "_"): "yes"}
    stolen = desk.get("/me", who="service:others", **outside)
    assert (stolen.status_code, stolen.json["code"]) == (401, "only-inside")
    assert desk.get("/me", **outside).status_code == 200, "officers come from there"


def test_an_appointment_counts_from_its_first_to_its_last_day_of_business_time(desk: Desk) -> None:
    until = TODAY + timedelta(days=1)
    desk.appoint("officer-dated", "principal", from_on=TODAY.isoformat(), until_on=until.isoformat())

    def may(now: datetime) -> bool:
        desk.clock.instant = now
        return bool(desk.post("/pupils", {"pupil_id": "p"}, who="officer-dated").status_code == 201)

    assert not may(midnight(TODAY) - timedelta(seconds=1))
    assert may(midnight(TODAY))
    assert may(midnight(until + timedelta(days=1)) - timedelta(seconds=1))
    assert not may(midnight(until + timedelta(days=1)))


def test_the_caller_is_the_actor_of_the_events_with_the_trace_of_the_request(desk: Desk) -> None:
    trace_id = "4bf92f3577b34da6a3ce929d0e0e4736"
    answer = desk.post("/pupils", {"pupil_id": "p-1"}, traceparent=f"00-{trace_id}-00f067aa0ba902b7-01")
    event = next(iter(desk.service.store.walk()))
    assert event.actor == PRINCIPAL
    assert event.traceparent == answer.headers["traceparent"]
    assert event.traceparent.split("-")[1] == trace_id
    assert event.traceparent.split("-")[2] != "00f067aa0ba902b7"


def test_an_officer_who_was_appointed_a_moment_ago_is_known_at_once(desk: Desk) -> None:
    assert desk.post("/pupils", {"pupil_id": "p-1"}, who="officer-new").status_code == 403
    desk.appoint("officer-new", "principal")
    assert desk.post("/pupils", {"pupil_id": "p-1"}, who="officer-new").status_code == 201


def test_appointments_are_held_for_seconds_and_then_read_again(desk: Desk) -> None:
    now = [0.0]
    book = AppointmentBook(desk.service.engine, lambda: now[0])
    today = TODAY.isoformat()
    assert len(book.of(TEACHER, today)) == 1
    desk.appoint(TEACHER, "teacher")
    assert len(book.of(TEACHER, today)) == 1
    now[0] += APPOINTMENTS_HELD_SECONDS
    assert len(book.of(TEACHER, today)) == 2


def appointment(role: str, **facts: str | None) -> Appointment:
    known: dict[str, str | None] = {"body_id": "b", "class_id": None, "division": "990100001", "department": None}
    return Appointment(role=role, from_on="2026-09-01", until_on=None, **{**known, **facts})


def test_the_scope_of_a_caller_follows_from_the_roles_asked_about() -> None:
    caller = Caller(
        "officer-1",
        (
            appointment("principal", body_id="school-1"),
            appointment("homeroom_teacher", body_id="school-2", class_id="class-1"),
            appointment("township_officer", body_id="town", division="990100002", department="township"),
            appointment("village_cadre", body_id="village", division="990100002003"),
            appointment("department_officer", body_id="police", division="990100", department="public_security"),
        ),
    )
    assert caller.school_ids() == ("school-1", "school-2")
    assert caller.school_ids("principal") == ("school-1",)
    assert caller.school_ids("township_officer") == ()
    assert caller.class_ids() == ("class-1",)
    assert caller.class_ids("principal") == ()
    assert caller.divisions() == ("990100002", "990100002003")
    assert caller.offices() == (("township", "990100002"), ("public_security", "990100"))
    assert caller.offices("department_officer") == (("public_security", "990100"),)
    assert caller.holds("principal", "teacher")
    assert not caller.holds("teacher")
    assert not caller.county_wide()


@pytest.mark.parametrize(
    ("role", "division", "county_wide"),
    [
        ("bureau_lead", "990100", True),
        ("bureau_clerk", "990100", True),
        ("county_leader", "990100", True),
        ("aid_officer", "990100", True),
        ("aid_officer", "990100001", False),
        ("principal", "990100001", False),
        ("department_officer", "990100", False),
        ("account_admin", "990100", False),
        ("operator", "990100", False),
    ],
)
def test_only_offices_of_the_county_itself_see_all_of_it(role: str, division: str, county_wide: bool) -> None:
    assert Caller("o", (appointment(role, division=division),)).county_wide() is county_wide


def test_a_role_held_elsewhere_does_not_reach_over_the_county_with_another_one() -> None:
    caller = Caller("o", (appointment("bureau_clerk", division="990100"), appointment("aid_officer", body_id="school-1")))
    assert caller.county_wide("bureau_clerk", "aid_officer")
    assert not caller.county_wide("aid_officer")


def test_a_school_of_a_county_wide_aid_officer_is_none() -> None:
    assert Caller("o", (appointment("aid_officer", division="990100"),)).school_ids() == ()
    assert Caller("o", (appointment("aid_officer", body_id="school-1"),)).school_ids() == ("school-1",)


@pytest.mark.parametrize(
    ("division", "covered"),
    [("990100", True), ("990100002", True), ("990100002003", True), (None, True), ("990100001", False), ("990101", False)],
)
def test_an_office_of_a_department_covers_its_own_division_only(division: str | None, covered: bool) -> None:
    police = Caller("o", (appointment("department_officer", division=division, department="public_security"),))
    assert police.is_office_for("public_security", "990100002003", "department_officer") is covered
    assert not police.is_office_for("civil_affairs", "990100002003", "department_officer")
    assert not police.is_office_for("public_security", "990100002003", "township_officer")


def test_a_service_is_no_officer_and_acts_under_its_name() -> None:
    caller = Caller("service:care")
    assert caller.is_service
    assert caller.service == "care"
    assert caller.context().actor == "service:care"
    assert not caller.county_wide()
    assert Caller(CLERK).service is None


def test_a_view_states_once_who_may_call_and_names_somebody() -> None:
    with pytest.raises(ValueError, match="once"):
        anonymous(pupils)
    with pytest.raises(ValueError, match="at least one"):
        allowed()
    assert access_of(signed_in(lambda: None)) is not None


def test_a_blueprint_that_would_read_carelessly_is_not_taken(desk: Desk) -> None:
    careless = flask_smorest.Blueprint("careless", __name__)
    with pytest.raises(Misconfigured, match=r"services\.chassis\.web\.blueprint"):
        create_app(desk.service, [careless], title="T", version="1", tokens=TokenVerifier(lambda: key_set(desk.signer)))
