"""An application behind gunicorn, told in code: it is opened after the fork, as a whole or not at all, and closed as a whole."""

from __future__ import annotations

import signal
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]  # gunicorn has no types
from gunicorn.errors import AppImportError  # type: ignore[import-untyped]  # the same

from services.chassis.collector import spare_what_stays
from services.chassis.errors import Fault
from services.chassis.web.connections import HouseWorker, ReadOut, close_if_endless

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

THREADS = 8
GRACE_SECONDS = 10
KEPT_ALIVE_SECONDS = 75
"""How long an idle connection is kept: longer than clients and gateways keep theirs, who would else meet a closed one."""

LINE_BYTES = 8190
"""Of a request's first line, as of every header: more than the gateway lets in."""

STOPPING = {signal.SIGINT, signal.SIGQUIT, signal.SIGTERM}
"""What tells a worker to end; each raises SystemExit wherever the worker just is."""

Opened = tuple["WSGIApplication", Callable[[], None]]
"""An application, and how to let go of what it holds."""


class Server(BaseApplication):  # type: ignore[misc]  # an untyped base
    """Serves what `opening` opens in each of its processes, until SIGTERM or Ctrl-C: requests at hand are answered."""

    def __init__(
        self,
        address: str,
        opening: Callable[[], Opened],
        *,
        processes: int = 1,
        stopped: Callable[[], None] = lambda: None,
    ) -> None:
        self._opening = opening
        self._close: Callable[[], None] = lambda: None
        self._options: dict[str, Any] = {
            "bind": address,
            "workers": processes,
            "worker_class": HouseWorker,
            "threads": THREADS,
            "graceful_timeout": GRACE_SECONDS,
            "keepalive": KEPT_ALIVE_SECONDS,
            "limit_request_line": LINE_BYTES,
            "control_socket_disable": True,
            "loglevel": "warning",
            "pre_request": close_if_endless,
            "when_ready": _stop_gracefully_on_ctrl_c,
            "pre_fork": lambda _arbiter, _worker: spare_what_stays(),  # else its look would copy what both processes share
            "worker_exit": self._stop,
            "on_exit": lambda _arbiter: stopped(),
        }
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        before = signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the arbiter as well, which tells the worker in its own way
        try:
            application, self._close = self._opening()
        except Fault as fault:
            raise AppImportError(str(fault)) from fault
        else:
            spare_what_stays()
            return ReadOut(application)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def _stop(self, _arbiter: Any, _worker: Any) -> None:
        signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)  # told twice, the worker would leave what it holds half closed
        self._close()


def _stop_gracefully_on_ctrl_c(arbiter: Any) -> None:
    """Let Ctrl-C do what SIGTERM does.

    gunicorn would send SIGQUIT, on which a threaded worker takes a lock inside the signal's handler: it waits for ever for
    itself where it was just handing a request to a thread.
    """
    signal.signal(signal.SIGINT, lambda _signal, frame: arbiter.signal(signal.SIGTERM, frame))
