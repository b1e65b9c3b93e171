from pathlib import Path

from services.identity.adapters.accounts import FIRST_LOGIN
from services.identity.domain.policies import FAILED_LOGINS_ALLOWED
from tests.identity.conftest import Office

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
    assert refused.json["code"] == "too-many-attempts"


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
