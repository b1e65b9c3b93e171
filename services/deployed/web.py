"""The web process of a service: gunicorn, whose processes answer requests and leave all else to the workers."""

from __future__ import annotations

from services.chassis.logs import configure_logs
from services.chassis.storage.postgres_connections import WHILE_SOMEBODY_WAITS
from services.chassis.web.server import Opened, Server
from services.deployed.composition import compose, web_of
from services.deployed.settings import ServiceSettings

EVERYWHERE = "0.0.0.0:8000"
LOG_LEVEL = "info"


def serve(settings: ServiceSettings, *, processes: int) -> None:
    """Serve until told to stop."""

    def opened() -> Opened:
        configure_logs(LOG_LEVEL)
        return web_of(compose(settings, WHILE_SOMEBODY_WAITS))

    Server(EVERYWHERE, opened, processes=processes).run()
