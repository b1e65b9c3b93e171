"""Sessions in a deployment's databases for one errand each, with the driver's errors by the names of the house."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from services.chassis.storage.postgres_connections import REACH, by_name
from services.deployed.settings import DatabaseSettings

Session = psycopg.Connection[Any]


@contextmanager
def session(settings: DatabaseSettings) -> Iterator[Session]:
    """One transaction; raises StoreBusy where it cannot be had or is lost, and the house's other errors."""
    with by_name(settings.url), psycopg.connect(settings.url, **REACH) as connection:
        yield connection


def begun(settings: DatabaseSettings) -> Session:
    """One whose statements are transactions of their own, closed by whoever asked; raises StoreBusy where it cannot be had."""
    with by_name(settings.url):
        return psycopg.connect(settings.url, autocommit=True, **REACH)
