"""The steps of docs/own-county.md, one after another, from an empty directory: what the page says is what is done here."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from services import embedded
from services.cli import main, serving
from services.deployment import FIRST_ACCOUNT, Deployment, found
from services.embedded import House
from services.identity.adapters.accounts import FIRST_LOGIN
from tests.cli.conftest import kept_open
from tests.neighbours import StandingClock

FIRST_SCHOOL_MORNING = datetime(2026, 9, 1, 0, 30, tzinfo=UTC)
SCHOOL = "3157126100"
PASSWORD = "a password of my own"

Typing = Callable[..., Result]


class ServedForAMoment:
    """What `fuxue serve` runs: the house is opened, and stopped at once."""

    def __init__(self, _address: str, opening: Callable[[], serving.Opened], **_ways: object) -> None:
        self._opening = opening

    def run(self) -> None:
        _, close = self._opening()
        close()


@pytest.fixture
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    clock = StandingClock(FIRST_SCHOOL_MORNING)
    monkeypatch.setattr(embedded, "WallClock", lambda: clock)
    monkeypatch.setattr(serving, "Server", ServedForAMoment)
    monkeypatch.setattr(serving, "log_to", lambda _file: lambda: None)  # the other tests' logs stay as they are
    monkeypatch.setenv("FUXUE_DATA", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def type_(directory: Path) -> Typing:
    def typed(*words: str, password: str = PASSWORD, exit_code: int = 0, **environment: str) -> Result:
        result = CliRunner().invoke(main, list(words), env={"FUXUE_PASSWORD": password, **environment})
        assert result.exit_code == exit_code, result.output
        return result

    return typed


def choose_password_in_the_browser(data: Path, login: str, code: str) -> None:
    """The form at /password."""
    house = House(data)
    try:
        with house.client() as browser:
            form = {"login": login, "password": code, "new_password": PASSWORD, "new_password_again": PASSWORD}
            assert browser.post("/password", data=form).status_code == 303
            assert "初始管理员" in browser.get("/").text
    finally:
        house.stop()


def test_a_county_is_set_up_from_an_empty_directory_to_its_first_roll_call(directory: Path, type_: Typing) -> None:
    served = type_("serve", "--county", "570126", "--port", "8979")
    assert FIRST_ACCOUNT in served.output
    first = json.loads((directory / "data" / FIRST_ACCOUNT).read_text())
    assert first["login"] == FIRST_LOGIN
    choose_password_in_the_browser(directory / "data", FIRST_LOGIN, first["one_time_code"])

    with kept_open(directory / "data"):
        follow_the_page(type_)
    items = json.loads(type_("ledger", "--json", "--as", "lead").output)["items"]
    assert [item["missing_since"] for item in items] == ["2026-09-01"]


def follow_the_page(type_: Typing) -> None:
    """What stands there behind the first sign-in."""
    for kind in ("bodies", "officers", "calendar-government", "calendar-schools"):
        type_("template", kind, f"{kind}.csv" if kind != "officers" else "officers.xlsx")
        file = "officers.xlsx" if kind == "officers" else f"{kind}.csv"
        assert file in type_("import", kind, file, "--as", FIRST_LOGIN).output

    codes = json.loads(type_("account", "code", "county", "accounts", "clerk", "lead", "--as", FIRST_LOGIN, "--json").output)
    assert set(codes) == {"county", "accounts", "clerk", "lead"}
    for login, code in codes.items():
        type_("account", "password", "--as", login, password=code, FUXUE_NEW_PASSWORD=PASSWORD)
    others = json.loads(type_("account", "code", "registrar", "teacher-4-1", "principal", "--as", "accounts", "--json").output)
    for login, code in others.items():
        type_("account", "password", "--as", login, password=code, FUXUE_NEW_PASSWORD=PASSWORD)

    type_("template", "schools", "schools.xlsx")
    assert "已完成 completed" in type_("import", "schools", "schools.xlsx", "--as", "clerk").output

    type_("template", "roster", f"{SCHOOL}.xlsx")
    rehearsed = type_("import", "roster", f"{SCHOOL}.xlsx", "--dry-run", "--as", "registrar").output
    assert "将新增 would be new" in rehearsed
    assert "已完成 completed" in type_("import", "roster", f"{SCHOOL}.xlsx", "--as", "registrar").output

    type_("template", "rollcall", "rollcall.csv")
    assert "其中新录入 of these new │ 2" in type_("import", "rollcall", "rollcall.csv", "--as", "principal").output


def test_a_login_that_nobody_has_is_named_and_no_code_is_made(directory: Path, type_: Typing) -> None:
    type_("serve", "--county", "570126", "--port", "8979")
    first = json.loads((directory / "data" / FIRST_ACCOUNT).read_text())
    type_("account", "password", "--as", FIRST_LOGIN, password=first["one_time_code"], FUXUE_NEW_PASSWORD=PASSWORD)
    told = type_("account", "code", FIRST_LOGIN, "nobody", "--as", FIRST_LOGIN, exit_code=1)
    assert "There is no such login: nobody" in told.output
    type_("account", "code", FIRST_LOGIN, "--as", FIRST_LOGIN)


def test_passwords_that_nobody_can_type_are_asked_for_in_the_environment(directory: Path, type_: Typing) -> None:
    type_("serve", "--county", "570126", "--port", "8979")
    told = type_("account", "password", "--as", FIRST_LOGIN, exit_code=2)
    assert "FUXUE_NEW_PASSWORD" in told.output


def test_a_served_demo_says_where_its_accounts_are_and_what_its_clock_shows(directory: Path, type_: Typing) -> None:
    found(directory / "data", Deployment("570126", demo_from=FIRST_SCHOOL_MORNING))
    told = type_("serve", "--port", "8979").output
    assert "demo-accounts.json" in told
    assert "业务时钟 2026-09-01 08:30" in told
    assert FIRST_ACCOUNT not in told
