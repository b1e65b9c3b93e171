"""`fuxue account`: a first code for whoever has none, and a password of one's own in its place."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from services.cli import show
from services.cli.answering import Told, house_of, printed
from services.cli.options import Settings, as_json, as_officer, settings_of

if TYPE_CHECKING:
    from services.cli.reach import Reach


@click.group(cls=Told)
def account() -> None:
    """账号 · One-time codes, and passwords of one's own."""


@account.command("code")
@click.argument("logins", metavar="LOGIN...", nargs=-1, required=True)
@as_officer
@as_json
@settings_of
def account_code(settings: Settings, logins: tuple[str, ...], login: str | None, json_wanted: bool) -> None:  # noqa: FBT001  click gives flags so
    """一次性密码 · Take the password of accounts away and print a one-time code for each."""
    with house_of(settings) as house:
        house.sign_in(login)
        known = _accounts(house)
        if unknown := [each for each in logins if each not in known]:
            raise click.ClickException(f"没有登录名 {'、'.join(unknown)}。 There is no such login: {', '.join(unknown)}.")
        codes = {each: house.post(f"/identity/accounts/{known[each]}:reset", {})["one_time_code"] for each in logins}
    printed(codes, show.codes, json_wanted=json_wanted)


@account.command("password")
@as_officer
@settings_of
def account_password(settings: Settings, login: str | None) -> None:
    """设置密码 · Choose a password of your own, in the place of a one-time code or the old one.

    \b
    没有终端时，用环境变量 FUXUE_PASSWORD 和 FUXUE_NEW_PASSWORD 给出。
    Without a terminal: in FUXUE_PASSWORD and FUXUE_NEW_PASSWORD.
    """
    login = login or os.environ.get("FUXUE_OFFICER")
    if login is None:
        raise click.UsageError("请用 --as 指定登录名。 Name your login with --as (or FUXUE_OFFICER).")
    old = os.environ.get("FUXUE_PASSWORD") or _typed(f"{login} 的一次性密码或原密码 one-time code or old password", again=False)
    new = os.environ.get("FUXUE_NEW_PASSWORD") or _typed("新密码 new password", again=True)
    with house_of(settings) as house:
        house.post("/identity/password", {"login": login, "password": old, "new_password": new})
    click.echo(f"{login} 的密码已设置。 The password of {login} is set.")


def _typed(what: str, *, again: bool) -> str:
    """What somebody types unseen; raises UsageError where nobody can."""
    if not sys.stdin.isatty():
        raise click.UsageError(
            "请用环境变量 FUXUE_PASSWORD 和 FUXUE_NEW_PASSWORD 给出密码。\n"
            "Give the passwords in FUXUE_PASSWORD and FUXUE_NEW_PASSWORD."
        )
    return str(click.prompt(what, hide_input=True, confirmation_prompt="再输一次 once more" if again else False))


def _accounts(house: Reach) -> dict[str, str]:
    """The account behind each login."""
    return {each["login"]: each["account_id"] for each in house.whole("/identity/accounts")["items"]}
