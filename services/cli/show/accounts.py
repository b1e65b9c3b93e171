"""One-time codes: shown once, kept nowhere."""

from __future__ import annotations

from collections.abc import Mapping

from services.cli.show.tables import CONSOLE, table


def codes(made: Mapping[str, str]) -> None:
    """Login by login; then what whoever gets one does with it."""
    CONSOLE.print(table("一次性密码 one-time codes", (("登录名", "login"), ("一次性密码", "code")), list(made.items())))
    CONSOLE.print("只显示这一次；本人在首页的 /password，或用 fuxue account password 换成自己的密码。")
    CONSOLE.print("Shown this once; its owner puts a password in its place at /password, or by fuxue account password.")
