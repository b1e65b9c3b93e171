"""Serving an embedded house by gunicorn: one process with threads that owns the data directory."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import click

from services.chassis.decider import COUNTY_TIME
from services.chassis.logs import configure_logs
from services.chassis.web.server import Opened, Server
from services.cli.listening import address_of
from services.contracts.codes import COUNTY_DIGITS
from services.contracts.identity_numbers import NotWellFormed, division_code
from services.deployment import DEMO_ACCOUNTS, DEPLOYMENT_FILE, FIRST_ACCOUNT, Deployment, deployment_in, found, require_new
from services.embedded import House

EACH_REQUEST, TROUBLE_ONLY = "info", "warning"
"""What is logged where machines read, and where a person looks on."""

PRIVATE = 0o600


class AnotherCounty(click.ClickException):
    """The data directory is another county's, or a demo's: it is not served in the place of the one that was named."""


def found_if_new(data: Path, county: str | None) -> None:
    """Make the data directory on first use.

    Raises UsageError where the county's code is missing or not in form, AnotherCounty, NotANewDirectory.
    """
    code = None if county is None else _county_code(county)
    if (data / DEPLOYMENT_FILE).exists():
        if code is not None:
            _require_county(data, code)
        return
    require_new(data)
    if code is None:
        raise click.UsageError(
            "新建数据目录请用 --county 指定六位区划代码。 A new data directory needs --county with a 6-digit division code."
        )
    found(data, Deployment(code))


def _county_code(typed: str) -> str:
    """The county's code; raises UsageError of one that is not in form."""
    try:
        code = division_code(typed).code
    except NotWellFormed:
        code = ""
    if len(code) != COUNTY_DIGITS:
        raise click.UsageError(f"{typed} 不是六位的县级区划代码。 {typed} is not the 6-digit division code of a county.")
    return code


def _require_county(data: Path, code: str) -> None:
    """Raises AnotherCounty."""
    there = deployment_in(data)
    if there.demo_from is None and there.county == code:
        return
    holds_zh, holds_en = (
        (f"县 {there.county} 的数据", f"the data of county {there.county}") if there.demo_from is None else ("演示的数据", "a demo")
    )
    raise AnotherCounty(
        f"{data} 中是{holds_zh}，不是县 {code} 的；请用 --data（或 FUXUE_DATA）指定别的目录。\n"
        f"{data} holds {holds_en}, not the county {code}; name another directory with --data (or FUXUE_DATA)."
    )


def log_to(file: Path | None) -> Callable[[], None]:
    """A line of each request in the file, or on standard error, unless a person looks on there: then of trouble only.

    Answers how to let go of the file.
    """
    if file is None:
        configure_logs(TROUBLE_ONLY if sys.stderr.isatty() else EACH_REQUEST)
        return lambda: None
    descriptor = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, PRIVATE)
    lines = os.fdopen(descriptor, "a", buffering=1, encoding="utf-8")
    configure_logs(EACH_REQUEST, lines)
    return lines.close


def serve(data: Path, host: str, port: int, log: Path | None) -> None:
    """Serve until told to stop (Ctrl-C, SIGTERM): the batch at hand is finished, a last checkpoint signed."""
    deployment = deployment_in(data)
    address = address_of(host, port)
    click.echo(f"复学 Fuxue  http://{address}/   (Ctrl-C 停止 stops)")
    first = data / FIRST_ACCOUNT

    def opened() -> Opened:
        close_log = log_to(log)
        house = House(data)  # an empty directory has the first account's code only from here on
        if deployment.demo_from is not None:
            click.echo(f"演示账号 Accounts of the demo: {data / DEMO_ACCOUNTS}")
            shown = f"{house.clock.now().astimezone(COUNTY_TIME):%Y-%m-%d %H:%M}"
            click.echo(f"业务时钟 {shown}，按真实速度继续走。 The county's clock shows {shown} and runs on at real speed.")
        elif first.exists():
            click.echo(f"首个账号的一次性密码 The first account's one-time code: {first}")
        house.start()
        house.ownership.announce(f"http://{address}")

        def close() -> None:
            house.stop()
            close_log()

        return house.wsgi, close

    Server(address, opened, stopped=lambda: click.echo("已停止。 Stopped.")).run()
