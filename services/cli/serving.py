"""Serving an embedded house by gunicorn: one process with threads that owns the data directory."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Any

import click
from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]  # gunicorn has no types
from gunicorn.errors import AppImportError  # type: ignore[import-untyped]  # the same

from services.chassis.errors import Fault
from services.chassis.logs import configure_logs
from services.cli.connections import HouseWorker, ReadOut, close_if_endless
from services.cli.listening import address_of
from services.contracts.identity_numbers import NotWellFormed, division_code
from services.deployment import DEPLOYMENT_FILE, FIRST_ACCOUNT, Deployment, deployment_in, found
from services.embedded import House

THREADS = 8
GRACE_SECONDS = 10
KEPT_ALIVE_SECONDS = 75
"""How long an idle connection is kept: longer than clients and gateways keep theirs, who would else meet a closed one."""

LOG_LEVEL = "info"

STOPPING = {signal.SIGINT, signal.SIGQUIT, signal.SIGTERM}
"""What tells a worker to end; each raises SystemExit wherever the worker just is."""


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


def _stop_gracefully_on_ctrl_c(arbiter: Any) -> None:
    """Let Ctrl-C do what SIGTERM does.

    gunicorn would send SIGQUIT, on which a threaded worker takes a lock inside the signal's handler: it waits for ever for
    itself where it was just handing a request to a thread.
    """
    signal.signal(signal.SIGINT, lambda _signal, frame: arbiter.signal(signal.SIGTERM, frame))


class _Gunicorn(BaseApplication):  # type: ignore[misc]  # an untyped base
    """gunicorn told in code: one worker, made after the fork, that owns the data directory."""

    def __init__(self, data: Path, host: str, port: int) -> None:
        self._data = data
        self._address = address_of(host, port)
        self._options: dict[str, Any] = {
            "bind": self._address,
            "workers": 1,
            "worker_class": HouseWorker,
            "threads": THREADS,
            "graceful_timeout": GRACE_SECONDS,
            "keepalive": KEPT_ALIVE_SECONDS,
            "control_socket_disable": True,
            "loglevel": "warning",
            "pre_request": close_if_endless,
            "when_ready": _stop_gracefully_on_ctrl_c,
            "worker_exit": self._stop,
            "on_exit": lambda _arbiter: click.echo("已停止。 Stopped."),
        }
        self._house: House | None = None
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        configure_logs(LOG_LEVEL)
        before = signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)  # a house is opened as a whole or not at all
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the arbiter as well, which tells the worker in its own way
        try:
            self._house = House(self._data)
        except Fault as fault:
            raise AppImportError(str(fault)) from fault
        else:
            self._house.start()
            self._house.ownership.announce(f"http://{self._address}")
            return ReadOut(self._house.wsgi)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def _stop(self, _arbiter: Any, _worker: Any) -> None:
        signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)  # told twice, the worker would leave its house half closed
        if self._house is not None:
            self._house.stop()


def serve(data: Path, host: str, port: int) -> None:
    """Serve until told to stop (Ctrl-C, SIGTERM): the batch at hand is finished, a last checkpoint signed."""
    deployment = deployment_in(data)
    click.echo(f"复学 Fuxue  http://{address_of(host, port)}/   (Ctrl-C 停止 stops)")
    first = data / FIRST_ACCOUNT
    if first.exists() and deployment.demo_from is None:
        click.echo(f"首个账号的一次性密码 The first account's one-time code: {first}")
    _Gunicorn(data, host, port).run()
