"""What a worker tells Prometheus, also while the bus is away."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import cast

import pytest
from prometheus_client.exposition import generate_latest

from services.chassis.bus.port import Bus
from services.chassis.errors import BusForbidden, BusUnavailable
from services.deployed.numbers import Lag, worker_numbers
from tests.patience import eventually

SOON = 0.05
Telling = Callable[[], int]


class FakeBus:
    """Knows a lag, or what it raises instead."""

    def __init__(self, tell: Telling) -> None:
        self._tell = tell
        self.closed = threading.Event()

    def lag(self, group: str) -> int:
        assert group == "registry"
        return self._tell()

    def close(self) -> None:
        self.closed.set()


@pytest.fixture
def opened() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def lag_of(tell: Telling, opened: ExitStack, *, patience: float = 5.0) -> tuple[Lag, FakeBus]:
    bus = FakeBus(tell)
    lag = Lag("registry", lambda: cast("Bus", bus), patience=patience)
    opened.callback(lag.close)
    return lag, bus


def text(lag: Lag | None) -> str:
    return generate_latest(worker_numbers("registry", lambda: {"relay": 0.5, "bus": 90.0}, lag)).decode()


def test_each_step_is_told_and_how_far_the_service_is_behind(opened: ExitStack) -> None:
    lag, _ = lag_of(lambda: 7, opened)
    told = text(lag)
    assert 'fuxue_standstill_seconds{service="registry",step="bus"} 90.0' in told
    assert 'fuxue_standstill_seconds{service="registry",step="relay"} 0.5' in told
    assert 'fuxue_bus_answers{service="registry"} 1.0' in told
    assert 'fuxue_lag_messages{service="registry"} 7.0' in told


@pytest.mark.parametrize("trouble", [BusUnavailable("Kafka does not answer"), BusForbidden("the ACL DESCRIBE is missing")])
def test_a_bus_that_tells_nothing_is_told_instead_of_a_lag(opened: ExitStack, trouble: Exception) -> None:
    def fail() -> int:
        raise trouble

    lag, _ = lag_of(fail, opened)
    told = text(lag)
    assert 'fuxue_bus_answers{service="registry"} 0.0' in told
    assert "fuxue_lag_messages{" not in told


def test_a_service_that_reads_nothing_has_no_lag() -> None:
    told = text(None)
    assert 'fuxue_standstill_seconds{service="registry",step="relay"} 0.5' in told
    assert "fuxue_lag" not in told
    assert "fuxue_bus" not in told


def test_nobody_waits_long_for_a_bus_that_hangs_and_it_is_asked_again(opened: ExitStack) -> None:
    answers = threading.Event()

    def hang() -> int:
        answers.wait()
        return 3

    lag, _ = lag_of(hang, opened, patience=SOON)
    opened.callback(answers.set)
    assert lag.now() is None
    assert 'fuxue_standstill_seconds{service="registry",step="relay"} 0.5' in text(lag)
    answers.set()
    eventually(lambda: lag.now() == 3)


def test_the_bus_is_let_go_when_no_more_is_asked(opened: ExitStack) -> None:
    lag, bus = lag_of(lambda: 0, opened)
    lag.close()
    assert bus.closed.wait(5)
