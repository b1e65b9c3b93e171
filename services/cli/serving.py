"""Serving an embedded house by gunicorn: one process with threads that owns the data directory."""

from __future__ import annotations

from pathlib import Path

import click

from services.chassis.logs import configure_logs
from services.chassis.web.server import Opened, Server
from services.cli.listening import address_of
from services.contracts.identity_numbers import NotWellFormed, division_code
from services.deployment import DEPLOYMENT_FILE, FIRST_ACCOUNT, Deployment, deployment_in, found
from services.embedded import House

LOG_LEVEL = "info"


def found_if_new(data: Path, county: str | None) -> None:
    """Make the data directory on first use; raises UsageError where the county's code is missing or not in form."""
    if (data / DEPLOYMENT_FILE).exists():
        return
    try:
        code = division_code(county or "").code
    except NotWellFormed:
        code = ""
    if len(code) != len("570126"):
        raise click.UsageError("A new data directory needs --county with a 6-digit division code. 请用 --county 指定六位区划代码。")
    found(data, Deployment(code))


def serve(data: Path, host: str, port: int) -> None:
    """Serve until told to stop (Ctrl-C, SIGTERM): the batch at hand is finished, a last checkpoint signed."""
    deployment = deployment_in(data)
    address = address_of(host, port)
    click.echo(f"复学 Fuxue  http://{address}/   (Ctrl-C 停止 stops)")
    first = data / FIRST_ACCOUNT
    if first.exists() and deployment.demo_from is None:
        click.echo(f"首个账号的一次性密码 The first account's one-time code: {first}")

    def opened() -> Opened:
        configure_logs(LOG_LEVEL)
        house = House(data)
        house.start()
        house.ownership.announce(f"http://{address}")
        return house.wsgi, house.stop

    Server(address, opened, stopped=lambda: click.echo("已停止。 Stopped.")).run()
