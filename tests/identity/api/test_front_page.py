from datetime import date

import httpx
import pytest
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.test import Client, TestResponse

from services.chassis.envelope import Context
from services.chassis.web.reception import PAGE_COOKIE
from services.contracts.codes import BodyKind, Role
from services.contracts.ids import AppointmentId, BodyId, OfficerId
from services.front_page import OUTBOX, front_page
from services.identity.adapters.accounts import FIRST_LOGIN
from services.identity.domain.officer import AppointOfficer, EndAppointment, RegisterOfficer
from services.identity.domain.policies import FAILED_LOGINS_ALLOWED
from tests.identity.conftest import Office
from tests.neighbours import COUNTY


@pytest.fixture
def browser(office: Office) -> Client:
    def inside(address: str) -> httpx.Client:
        house = DispatcherMiddleware(office.web, {"/identity": office.web.wsgi_app})
        return httpx.Client(transport=httpx.WSGITransport(app=house, remote_addr=address), base_url="http://inside")

    return front_page(("identity",), inside).test_client()


def sign_in(browser: Client, password: str, address: str) -> TestResponse:
    form = {"login": FIRST_LOGIN, "password": password}
    return browser.post("/sign-in", data=form, environ_base={"REMOTE_ADDR": address})


def test_the_page_tells_who_guessed_too_often_when_to_come_back_and_closes_it_to_nobody_else(
    office: Office, browser: Client
) -> None:
    office.administrator()
    for _ in range(FAILED_LOGINS_ALLOWED):
        assert sign_in(browser, "a wrong password", "10.0.0.1").status_code == 403
    refused = sign_in(browser, "a longer password", "10.0.0.1")
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert "秒后再试" in refused.text
    assert sign_in(browser, "a longer password", "10.0.0.2").status_code == 303


@pytest.mark.parametrize(("language", "words"), [("zh-CN,zh;q=0.9", "登录名或密码"), ("en-GB,en;q=0.9", "The login name")])
def test_why_nobody_is_signed_in_is_said_in_the_language_of_the_browser(browser: Client, language: str, words: str) -> None:
    form = {"login": FIRST_LOGIN, "password": "a wrong password"}
    refused = browser.post("/sign-in", data=form, headers={"Accept-Language": language})
    assert (refused.status_code, words in refused.text) == (403, True)


@pytest.mark.parametrize("quoted", [r"\345\244\215", r"\351", r"a\177b"])
def test_a_cookie_that_is_none_of_ours_signs_nobody_in_and_closes_the_page_to_nobody(browser: Client, quoted: str) -> None:
    another = Client(browser.application, use_cookies=False)  # else it would send its own
    answer = another.get("/", headers={"Cookie": f'{PAGE_COOKIE}="{quoted}"'})
    assert (answer.status_code, "已登录" in answer.text) == (200, False)


def test_a_one_time_code_leads_to_the_form_for_a_password_of_ones_own_which_signs_in(office: Office, browser: Client) -> None:
    form = {"login": FIRST_LOGIN, "password": office.code}
    asked = browser.post("/sign-in", data=form)
    assert asked.status_code == 403
    assert "请先修改密码" in asked.text
    assert "action=/password" in asked.text
    assert f"value='{FIRST_LOGIN}'" in asked.text
    chosen = {**form, "new_password": "a longer password", "new_password_again": "a longer password"}
    other = browser.post("/password", data={**chosen, "new_password_again": "another password"})
    assert (other.status_code, "两次输入的新密码不一致" in other.text) == (422, True)
    weak = browser.post("/password", data={**chosen, "new_password": "short", "new_password_again": "short"})
    assert (weak.status_code, "至少 10 位" in weak.text) == (409, True)
    done = browser.post("/password", data=chosen)
    assert (done.status_code, done.headers["Location"]) == (303, "/")
    assert sign_in(browser, "a longer password", "10.0.0.1").status_code == 303


def test_the_page_says_who_is_signed_in_and_as_what_until_they_sign_out(office: Office, browser: Client) -> None:
    office.administrator()
    assert "已登录" not in browser.get("/").text
    sign_in(browser, "a longer password", "10.0.0.1")
    page = browser.get("/").text
    assert "已登录 Signed in: <b>初始管理员</b>" in page
    assert "账号管理员 account administrator" in page
    assert "action=/sign-in" not in page
    assert browser.post("/sign-out").headers["Location"] == "/"
    assert "已登录" not in browser.get("/").text


def test_a_token_that_is_no_longer_good_signs_nobody_in(browser: Client) -> None:
    browser.set_cookie(PAGE_COOKIE, "worn out")
    page = browser.get("/")
    assert (page.status_code, "action=/sign-in" in page.text) == (200, True)


@pytest.mark.parametrize(
    ("from_on", "until_on", "held"),
    [
        (date(2026, 9, 8), None, True),
        (date(2020, 9, 1), date(2027, 7, 31), True),
        (date(2020, 9, 1), date(2026, 9, 8), True),
        (date(2020, 9, 1), date(2026, 9, 7), False),
        (date(2026, 9, 9), None, False),
        (date(2099, 9, 1), date(2100, 7, 31), False),
    ],
)
def test_a_post_opens_its_pages_from_its_first_day_to_its_last_and_on_no_other(
    office: Office, browser: Client, from_on: date, until_on: date | None, held: bool
) -> None:
    appoint_principal(office, from_on, until_on)
    assert office.as_officer("head").get("/me").json["roles"] == (["principal"] if held else [])
    browser.set_cookie(PAGE_COOKIE, office.signer.sign("head"))
    page = browser.get("/").text
    assert "已登录" in page
    assert (OUTBOX in page, "校长 principal" in page, "您今天没有在任的岗位" in page) == (held, held, not held)


def appoint_principal(office: Office, from_on: date, until_on: date | None) -> None:
    """The head of a school from a day, to a day where it is set."""
    head, school, post = OfficerId("head"), BodyId("school"), AppointmentId("head")
    for command in (
        RegisterOfficer(officer_id=head, staff_number="2", name="invented", body_id=school),
        AppointOfficer(
            officer_id=head,
            appointment_id=post,
            role=Role.PRINCIPAL,
            body_id=school,
            body_kind=BodyKind.SCHOOL,
            division=COUNTY,
            from_on=from_on,
        ),
        *(() if until_on is None else (EndAppointment(officer_id=head, appointment_id=post, until_on=until_on),)),
    ):
        office.service.execute(command, Context(actor="service:identity"))
