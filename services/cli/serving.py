"""Serving an embedded house by gunicorn: one process with threads that owns the data directory."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]  # gunicorn has no types

from services.chassis.logs import configure_logs
from services.contracts.identity_numbers import NotWellFormed, division_code
from services.embedded import Deployment, House, deployment_in, found

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8010
THREADS = 8
GRACE_SECONDS = 10
KEPT_ALIVE_SECONDS = 75
"""How long an idle connection is kept: longer than clients and gateways keep theirs, who would else meet a closed one."""

LOG_LEVEL = "info"

F = TypeVar("F", bound=Callable[..., Any])


def address(command: F) -> F:
    """The options of where to listen."""
    with_port = click.option("--port", envvar="FUXUE_PORT", default=DEFAULT_PORT, show_default=True, type=click.IntRange(1, 65535))
    with_host = click.option("--host", envvar="FUXUE_HOST", default=DEFAULT_HOST, show_default=True)
    return with_host(with_port(command))


def found_if_new(data: Path, county: str | None) -> None:
    """Make the data directory on first use; raises UsageError where the county's code is missing or not in form."""
    if (data / "deployment.json").exists():
        return
    try:
        code = division_code(county or "").code
    except NotWellFormed:
        code = ""
    if len(code) != len("570126"):
        raise click.UsageError("A new data directory needs --county with a 6-digit division code. 请用 --county 指定六位区划代码。")
    found(data, Deployment(code))


class _Gunicorn(BaseApplication):  # type: ignore[misc]  # an untyped base
    """gunicorn told in code: one worker, made after the fork, that owns the data directory."""

    def __init__(self, data: Path, host: str, port: int) -> None:
        self._data = data
        self._url = f"http://{host}:{port}"
        self._options: dict[str, Any] = {
            "bind": f"{host}:{port}",
            "workers": 1,
            "worker_class": "gthread",
            "threads": THREADS,
            "graceful_timeout": GRACE_SECONDS,
            "keepalive": KEPT_ALIVE_SECONDS,
            "control_socket_disable": True,
            "loglevel": "warning",
            "worker_exit": self._stop,
        }
        self._house: House | None = None
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        configure_logs(LOG_LEVEL)
        house = House(self._data)
        house.start()
        house.ownership.announce(self._url)
        self._house = house
        return house.wsgi

    def _stop(self, _arbiter: Any, _worker: Any) -> None:
        if self._house is not None:
            self._house.stop()


def serve(data: Path, host: str, port: int) -> None:
    """Serve until told to stop (Ctrl-C, SIGTERM): the batch at hand is finished, a last checkpoint signed."""
    deployment_in(data)
    click.echo(f"复学 Fuxue  http://{host}:{port}/   (Ctrl-C stops 停止)")
    first = data / "keys" / "first-account.json"
    if first.exists():
        click.echo(f"首个账号的一次性密码 The first account's one-time code: {first}")
    _Gunicorn(data, host, port).run()
