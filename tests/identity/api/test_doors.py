from datetime import timedelta
from pathlib import Path

import pytest

from services.chassis.envelope import Context
from services.contracts.codes import BodyKind, Role
from services.contracts.ids import AppointmentId, BodyId, OfficerId
from services.identity.adapters.accounts import FIRST_LOGIN
from services.identity.adapters.passwords import password_matches
from services.identity.domain.officer import AppointOfficer, RegisterOfficer
from services.identity.domain.policies import FAILED_LOGINS_ALLOWED, FAILED_LOGINS_WINDOW_SECONDS
from services.identity.projections import ACCOUNT_ROWS
from tests.identity.conftest import Office
from tests.neighbours import COUNTY
from tests.scenario import NOW

PASSWORD = "a longer password"


def test_a_one_time_code_must_be_changed_before_it_gives_a_token(office: Office) -> None:
    refused = office.anybody.post("/login", {"login": FIRST_LOGIN, "password": office.code})
    assert (refused.status_code, refused.json["code"]) == (403, "password-must-be-changed")
    me = office.administrator().get("/me").json
    assert [appointment["role"] for appointment in me["appointments"]] == ["account_admin"]


def test_the_old_password_is_gone_once_it_is_changed(office: Office) -> None:
    office.administrator()
    again = office.anybody.post("/login", {"login": FIRST_LOGIN, "password": office.code})
    assert again.json["code"] == "wrong-login-or-password"


def test_a_wrong_name_and_a_wrong_password_are_answered_alike(office: Office) -> None:
    wrong_name = office.anybody.post("/login", {"login": "nobody", "password": PASSWORD}).json
    wrong_password = office.anybody.post("/login", {"login": FIRST_LOGIN, "password": PASSWORD}).json
    assert wrong_name["detail"] == wrong_password["detail"]


def test_after_too_many_failures_even_the_right_password_waits(office: Office) -> None:
    for _ in range(FAILED_LOGINS_ALLOWED):
        office.anybody.post("/login", {"login": FIRST_LOGIN, "password": "wrong password"})
    refused = office.anybody.post("/login", {"login": FIRST_LOGIN, "password": office.code})
    assert (refused.status_code, refused.json["code"]) == (429, "too-many-attempts")
    assert refused.mimetype == "application/problem+json"
    assert 0 < int(refused.headers["Retry-After"]) <= FAILED_LOGINS_WINDOW_SECONDS


def test_the_first_account_opens_accounts_and_sees_nothing_else(office: Office) -> None:
    administrator = office.administrator()
    published = administrator.post("/calendars/schools", {"edition": "x", "days": {"2026-09-01": "school"}})
    assert published.status_code == 403


def test_no_password_reaches_a_file(office: Office, tmp_path: Path) -> None:
    office.administrator()
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert PASSWORD.encode() not in path.read_bytes(), path.name


def test_an_account_is_opened_for_an_officer_with_a_one_time_password(office: Office) -> None:
    administrator = office.administrator()
    imported = administrator.get("/me").json
    opened = administrator.post("/accounts", {"officer_id": imported["officer_id"], "login": "other"})
    assert opened.status_code == 201
    code = administrator.post(f"/accounts/{opened.json['id']}:reset").json["one_time_code"]
    refused = office.anybody.post("/login", {"login": "other", "password": code})
    assert refused.json["code"] == "password-must-be-changed"
    unknown = administrator.post("/accounts", {"officer_id": "nobody", "login": "nobody"})
    assert unknown.json["code"] == "no-such-officer"


def test_a_role_over_the_county_that_begins_later_protects_the_account_already(office: Office) -> None:
    administrator, lead = office.administrator(), office.lead()
    officer, bureau = OfficerId("later"), BodyId("bureau")
    for command in (
        RegisterOfficer(officer_id=officer, staff_number="2", name="invented", body_id=bureau),
        AppointOfficer(
            officer_id=officer,
            appointment_id=AppointmentId("later"),
            role=Role.AID_OFFICER,
            body_id=bureau,
            body_kind=BodyKind.BUREAU,
            division=COUNTY,
            from_on=NOW.date() + timedelta(days=30),
        ),
    ):
        office.service.execute(command, Context(actor="service:identity"))
    account = administrator.post("/accounts", {"officer_id": officer, "login": "later"}).json["id"]
    code = lead.post(f"/accounts/{account}:reset").json["one_time_code"]
    changed = {"login": "later", "password": code, "new_password": PASSWORD}
    assert office.anybody.post("/password", changed).status_code == 200
    assert administrator.post(f"/accounts/{account}:reset").json["code"] == "needs-bureau-lead"


def token_of(office: Office, login: str, password: str) -> str:
    answer = office.anybody.post("/login", {"login": login, "password": password})
    assert answer.status_code == 200, answer.json
    token: str = answer.json["token"]
    return token


def test_a_reset_ends_the_sessions_of_who_lost_the_password(office: Office) -> None:
    office.administrator()
    lost = token_of(office, FIRST_LOGIN, PASSWORD)
    account = office.service.turns.run(lambda turn: turn.rows(ACCOUNT_ROWS, login=FIRST_LOGIN))[0].account_id
    code = office.lead().post(f"/accounts/{account}:reset").json["one_time_code"]
    refused = office.with_token(lost).get("/me")
    assert (refused.status_code, refused.json["code"]) == (401, "session-ended")
    assert "invalid_token" in refused.headers["WWW-Authenticate"]
    changed = {"login": FIRST_LOGIN, "password": code, "new_password": "another long password"}
    again = office.anybody.post("/password", changed).json["token"]
    assert office.with_token(again).get("/me").status_code == 200


def test_a_password_that_is_reset_while_it_is_being_checked_opens_nothing(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.administrator()
    lead = office.lead()
    account = office.service.turns.run(lambda turn: turn.rows(ACCOUNT_ROWS, login=FIRST_LOGIN))[0].account_id

    def reset_meanwhile(password_hash: str | None, password: str) -> bool:
        assert lead.post(f"/accounts/{account}:reset").status_code == 200
        return password_matches(password_hash, password)

    monkeypatch.setattr("services.identity.api.door_routes.password_matches", reset_meanwhile)
    token = token_of(office, FIRST_LOGIN, PASSWORD)
    assert office.with_token(token).get("/me").json["code"] == "session-ended"


def test_who_changes_the_password_logs_out_whoever_else_knew_it(office: Office) -> None:
    office.administrator()
    elsewhere = token_of(office, FIRST_LOGIN, PASSWORD)
    changed = {"login": FIRST_LOGIN, "password": PASSWORD, "new_password": "another long password"}
    here = office.anybody.post("/password", changed).json["token"]
    assert office.with_token(here).get("/me").status_code == 200
    assert office.with_token(elsewhere).get("/me").json["code"] == "session-ended"
