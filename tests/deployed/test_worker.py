"""A worker that is told to stop does and closes all that is left, whatever fails on the way out."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from services.assembly import Extras
from services.chassis.errors import Misconfigured, StoreAway
from services.deployed import worker
from services.deployed.composition import Composed
from services.deployed.settings import DatabaseSettings
from tests.chassis.conftest import Town
from tests.chassis.toy import in_directory
from tests.deployed.told import told

NOBODYS = DatabaseSettings(host="nobody", port=1, name="roll", user="roll", password="")


class LastTouch:
    """A pulse; whoever touches it is told to stop."""

    def touch(self) -> None:
        signal.raise_signal(signal.SIGTERM)


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """A town whose process has its signals afterwards as they were."""
    before = {told: signal.getsignal(told) for told in (signal.SIGTERM, signal.SIGINT)}
    town = Town(in_directory(tmp_path))
    yield town
    town.house.close()
    for each, handler in before.items():
        signal.signal(each, handler)


@pytest.fixture
def ended(town: Town, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the worker of roll has closed, one after another; it stands on the town's house, which goes on."""
    ended: list[str] = []

    def noting(what: str, end: Callable[[], None]) -> Callable[[], None]:
        def both() -> None:
            ended.append(what)
            end()

        return both

    class Bus:
        """The house's bus; closed, it is open for the others still."""

        def __init__(self, _settings: Any) -> None: ...

        def close(self) -> None:
            if threading.current_thread() is threading.main_thread():  # the lag's own goes with its thread
                ended.append("bus")

        def __getattr__(self, name: str) -> Any:
            return getattr(town.house.bus, name)

    composed = Composed(told("roll", NOBODYS), town.house.roll, cast("Extras", None), noting("service", lambda: None))
    crew, bell = worker.Crew.close, worker.Doorbell.close
    monkeypatch.setattr(worker, "configure_logs", lambda _level: None)
    monkeypatch.setattr(worker, "compose", lambda _settings: composed)
    monkeypatch.setattr(worker, "KafkaBus", Bus)
    monkeypatch.setattr(worker.Crew, "close", lambda self: noting("crew", lambda: crew(self))())
    monkeypatch.setattr(worker.Doorbell, "close", lambda self: noting("bell", lambda: bell(self))())
    monkeypatch.setattr(worker, "PULSE_SECONDS", 0.01)
    monkeypatch.setattr(worker, "DOORBELL_PORT", 0)
    monkeypatch.setattr(worker, "METRICS_PORT", 0)
    return ended


def test_a_chore_that_fails_at_the_end_leaves_no_other_undone_and_nothing_open_and_shows(town: Town, ended: list[str]) -> None:
    def unwritable() -> None:
        raise Misconfigured("the list cannot be written")

    town.house.roll.each_minute = {"note_erasures": unwritable, "sign": lambda: ended.append("signed")}
    with pytest.raises(Misconfigured, match="the list cannot be written"):
        worker.work(told("roll", NOBODYS), cast("Path", LastTouch()))
    assert ended == ["signed", "bell", "crew", "bus", "service"]


def test_a_database_that_is_away_when_the_lead_is_handed_over_leaves_no_chore_undone_and_nothing_open(
    town: Town, ended: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> None:
        raise StoreAway("the database is away")

    monkeypatch.setattr(town.house.roll.store, "resign", away)
    town.house.roll.each_minute = {"sign": lambda: ended.append("signed")}
    with pytest.raises(StoreAway):
        worker.work(told("roll", NOBODYS), cast("Path", LastTouch()))
    assert ended == ["signed", "bell", "crew", "bus", "service"]
