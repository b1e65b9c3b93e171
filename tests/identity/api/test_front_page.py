import httpx
import pytest
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.test import Client, TestResponse

from services.front_page import front_page
from services.identity.adapters.accounts import FIRST_LOGIN
from services.identity.domain.policies import FAILED_LOGINS_ALLOWED
from tests.identity.conftest import Office


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
