"""What every command is told: the data directory, the language, the officer, the form of the answer, the address."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
import msgspec

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8010

DEFAULT_PUPILS = 2_000
DEFAULT_SEED = 7

MOST_A_PAGE = 200
"""Lines that a service gives of a list at once."""

OTHERWISE = {"zh": "In English: fuxue --lang en …, or FUXUE_LANG=en.", "en": "中文：fuxue --lang zh …，或 FUXUE_LANG=zh。"}
"""Below what the house says in one language only: how it is read in the other."""

F = TypeVar("F", bound=Callable[..., Any])


class Settings(msgspec.Struct, frozen=True):
    """What stands before the command."""

    data: Path
    language: str


settings_of = click.make_pass_decorator(Settings)
as_officer = click.option("--as", "login", metavar="LOGIN", help="The officer you act for (also FUXUE_OFFICER). 以谁的身份。")
as_json = click.option("--json", "json_wanted", is_flag=True, help="Print JSON. 输出 JSON。")


def address(command: F) -> F:
    """The options of a house that is served: where to listen, where to log."""
    with_port = click.option(
        "--port",
        envvar="FUXUE_PORT",
        default=DEFAULT_PORT,
        show_default=True,
        type=click.IntRange(1, 65535),
        help="Where to listen (also FUXUE_PORT). 监听端口。",
    )
    with_log = click.option(
        "--log",
        envvar="FUXUE_LOG",
        type=click.Path(path_type=Path, dir_okay=False, writable=True),
        help="A file for a line of each request (also FUXUE_LOG); else standard error, if it is no terminal. 请求日志文件。",
    )
    with_host = click.option(
        "--host", envvar="FUXUE_HOST", default=DEFAULT_HOST, show_default=True, help="Whom to hear (also FUXUE_HOST). 监听地址。"
    )
    return with_host(with_port(with_log(command)))


def which_county(command: F) -> F:
    """The options of an invented county: which one, of how many pupils."""
    with_seed = click.option(
        "--seed",
        envvar="FUXUE_DEMO_SEED",
        default=DEFAULT_SEED,
        show_default=True,
        help="The same seed makes the same county. 随机种子。",
    )
    with_pupils = click.option(
        "--pupils",
        envvar="FUXUE_DEMO_PUPILS",
        default=DEFAULT_PUPILS,
        show_default=True,
        type=click.IntRange(60, 50_000),
        help="How many pupils. 学生人数。",
    )
    return with_seed(with_pupils(command))
