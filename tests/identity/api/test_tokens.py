"""The token door for systems (RFC 6749, section 4.4), and who lets them in."""

import base64
from pathlib import Path
from urllib.parse import quote_plus

import pytest

from services.chassis.envelope import Context
from services.chassis.web.outside import FROM_OUTSIDE
from services.chassis.web.tokens import TokenVerifier, key_set
from services.contracts.codes import BodyKind, Department
from services.contracts.ids import body_id
from services.identity.domain.body import RegisterBody
from services.identity.domain.policies import FAILED_LOGINS_ALLOWED, FAILED_LOGINS_WINDOW_SECONDS, TOKEN_SECONDS
from tests.identity.conftest import HOUSE_SECRET, Office
from tests.neighbours import COUNTY

CLIENT = f"department.public_security.{COUNTY}.desk"
GRANT = {"grant_type": "client_credentials"}


def register(office: Office, code: str, kind: BodyKind, department: Department | None, division: str = COUNTY) -> str:
    """A body of the county."""
    where = body_id(code)
    body = RegisterBody(
        body_id=where, code=code, kind=kind, name="某单位", name_en="A body", division=division, department=department
    )
    office.service.execute(body, Context(actor="service:identity"))
    return where


def let_in(office: Office) -> str:
    """A system of the police, let in by the administrator; its first secret."""
    police = register(office, "police", BodyKind.DEPARTMENT, Department.PUBLIC_SECURITY)
    administrator = office.administrator()
    opened = administrator.post("/clients", {"body_id": police, "code": "desk", "name": "公安协查系统"})
    assert (opened.status_code, opened.json) == (201, {"id": CLIENT})
    issued = administrator.post(f"/clients/{CLIENT}:issue-secret")
    assert (issued.status_code, issued.json["secret_version"]) == (200, 1)
    secret: str = issued.json["client_secret"]
    return secret


def basic(client_id: str, secret: str) -> dict[str, str]:
    pair = f"{quote_plus(client_id)}:{quote_plus(secret)}"
    return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}


def subject(office: Office, token: str) -> str:
    return TokenVerifier(lambda: key_set(office.signer)).verify(token).subject


def test_a_departments_system_gets_a_token_as_an_officer_of_its_own(office: Office) -> None:
    secret = let_in(office)
    answer = office.anybody.post_form("/token", {**GRANT, "client_id": CLIENT, "client_secret": secret})
    assert answer.status_code == 200, answer.json
    assert (answer.json["token_type"], answer.json["expires_in"]) == ("Bearer", TOKEN_SECONDS)
    assert (answer.headers["Cache-Control"], answer.headers["Pragma"]) == ("no-store", "no-cache")
    me = office.with_token(answer.json["access_token"]).get("/me").json
    held = [(each["role"], each["department"], each["division"]) for each in me["appointments"]]
    assert (me["name"], held) == ("公安协查系统", [("department_officer", "public_security", COUNTY)])


def test_basic_is_as_good_as_the_form(office: Office) -> None:
    secret = let_in(office)
    assert office.anybody.post_form("/token", GRANT, basic(CLIENT, secret)).status_code == 200


def test_the_houses_own_services_get_their_tokens_by_secrets_from_outside(office: Office) -> None:
    answer = office.anybody.post_form("/token", GRANT, basic("notifications", HOUSE_SECRET))
    assert subject(office, answer.json["access_token"]) == "service:notifications"
    assert office.anybody.post_form("/token", GRANT, basic("notifications", "")).status_code == 401
    assert office.anybody.post_form("/token", GRANT, basic("", "")).status_code == 401


def test_through_the_outside_door_a_secret_of_the_house_proves_nobody_and_a_departments_does(office: Office) -> None:
    secret = let_in(office)
    outside = {FROM_OUTSIDE: "yes"}
    stolen = office.anybody.post_form("/token", GRANT, {**basic("notifications", HOUSE_SECRET), **outside})
    assert (stolen.status_code, stolen.json["code"]) == (401, "wrong-client-or-secret")
    department = office.anybody.post_form("/token", GRANT, {**basic(CLIENT, secret), **outside})
    assert office.with_token(department.json["access_token"]).get("/me", outside).status_code == 200


def test_a_wrong_secret_and_an_unknown_system_are_answered_alike(office: Office) -> None:
    let_in(office)
    wrong = office.anybody.post_form("/token", GRANT, basic(CLIENT, "wrong"))
    unknown = office.anybody.post_form("/token", GRANT, basic("department.health.990126.none", "wrong"))
    for answer in (wrong, unknown):
        assert (answer.status_code, answer.mimetype) == (401, "application/json")
        assert answer.headers["WWW-Authenticate"].startswith("Basic ")
        assert {key: answer.json[key] for key in ("error", "code", "status")} == {
            "error": "invalid_client",
            "code": "wrong-client-or-secret",
            "status": 401,
        }
        assert answer.json["detail"] == "系统标识或密钥不正确。"
        assert answer.json["error_description"].isascii()


@pytest.mark.parametrize(
    ("form", "error", "code"),
    [
        ({}, "invalid_request", "grant-missing"),
        ({"grant_type": "password"}, "unsupported_grant_type", "grant-not-offered"),
        ({**GRANT, "scope": "everything"}, "invalid_scope", "scope-not-offered"),
        ({**GRANT, "client_id": "one", "client_secret": "a"}, "invalid_request", "client-named-twice"),
    ],
    ids=["no grant", "another grant", "a scope", "two ways at once"],
)
def test_what_the_door_does_not_give_is_refused_in_the_words_of_oauth(
    office: Office, form: dict[str, str], error: str, code: str
) -> None:
    answer = office.anybody.post_form("/token", form, basic("two", "b"))
    assert (answer.status_code, answer.json["error"], answer.json["code"]) == (400, error, code)


def test_what_is_no_form_is_refused_in_the_words_of_oauth(office: Office) -> None:
    answer = office.anybody.post("/token", GRANT)
    assert (answer.status_code, answer.json["error"]) == (400, "invalid_request")


def test_what_the_door_does_not_know_is_passed_over(office: Office) -> None:
    secret = let_in(office)
    form = {**GRANT, "client_id": CLIENT, "client_secret": secret, "audience": "fuxue"}
    assert office.anybody.post_form("/token", form).status_code == 200


def test_after_too_many_wrong_secrets_even_the_right_one_waits(office: Office) -> None:
    secret = let_in(office)
    for _ in range(FAILED_LOGINS_ALLOWED):
        office.anybody.post_form("/token", GRANT, basic(CLIENT, "wrong"))
    refused = office.anybody.post_form("/token", GRANT, basic(CLIENT, secret))
    assert (refused.status_code, refused.json["error"]) == (429, "temporarily_unavailable")
    assert 0 < int(refused.headers["Retry-After"]) <= FAILED_LOGINS_WINDOW_SECONDS


def test_the_secret_before_opens_the_door_until_it_is_withdrawn(office: Office) -> None:
    first = let_in(office)
    lead = office.lead()
    second = lead.post(f"/clients/{CLIENT}:issue-secret").json["client_secret"]
    both = [office.anybody.post_form("/token", GRANT, basic(CLIENT, secret)).status_code for secret in (first, second)]
    assert both == [200, 200]
    assert lead.post(f"/clients/{CLIENT}:withdraw-secret", {"secret_version": 1}).status_code == 200
    after = [office.anybody.post_form("/token", GRANT, basic(CLIENT, secret)).status_code for secret in (first, second)]
    assert after == [401, 200]
    assert [each["secret_versions"] for each in lead.get("/clients").json["items"]] == [[2]]


def test_a_withdrawn_secret_takes_with_it_the_tokens_from_before(office: Office) -> None:
    secret = let_in(office)
    lead = office.lead()
    asked = {**GRANT, "client_id": CLIENT, "client_secret": secret}
    before = office.anybody.post_form("/token", asked).json["access_token"]
    second = lead.post(f"/clients/{CLIENT}:issue-secret").json["client_secret"]
    assert lead.post(f"/clients/{CLIENT}:withdraw-secret", {"secret_version": 1}).status_code == 200
    assert office.with_token(before).get("/me").json["code"] == "session-ended"
    after = office.anybody.post_form("/token", {**asked, "client_secret": second}).json["access_token"]
    assert office.with_token(after).get("/me").status_code == 200


def test_a_secret_is_shown_once_and_kept_nowhere(office: Office, tmp_path: Path) -> None:
    secret = let_in(office)
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert secret.encode() not in path.read_bytes(), path.name


def test_a_township_is_let_in_as_the_department_that_it_is(office: Office) -> None:
    township = register(office, "township-1", BodyKind.TOWNSHIP, None, f"{COUNTY}101")
    opened = office.administrator().post("/clients", {"body_id": township, "code": "desk", "name": "乡镇协同系统"})
    assert opened.json == {"id": f"department.township.{COUNTY}101.desk"}


def test_a_body_without_duties_has_no_system(office: Office) -> None:
    school = register(office, "school", BodyKind.SCHOOL, None)
    refused = office.administrator().post("/clients", {"body_id": school, "code": "desk", "name": "x"})
    assert (refused.status_code, refused.json["code"]) == (409, "body-owes-no-duties")


def test_a_system_gets_no_password_and_no_other_role(office: Office) -> None:
    let_in(office)
    lead = office.lead()
    system = lead.get("/clients").json["items"][0]
    appointed = {"role": "bureau_clerk", "body_id": "bureau", "from_on": "2026-09-01"}
    refused = lead.post(f"/officers/{system['officer_id']}/appointments", appointed)
    assert refused.json["code"] == "system-answers-duties-only"
    account = {"officer_id": system["officer_id"], "login": "system"}
    administrator = office.administrator_again()
    assert administrator.post("/accounts", account).json["code"] == "system-has-no-password"


def test_only_the_administrator_and_the_lead_let_systems_in(office: Office) -> None:
    let_in(office)
    secret = office.administrator_again().post(f"/clients/{CLIENT}:issue-secret").json["client_secret"]
    token = office.anybody.post_form("/token", GRANT, basic(CLIENT, secret)).json["access_token"]
    system = office.with_token(token)
    assert system.get("/clients").status_code == 403
    assert system.post(f"/clients/{CLIENT}:issue-secret").status_code == 403
