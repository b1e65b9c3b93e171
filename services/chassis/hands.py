"""The hands of a service in a running process: threads that relay, consume, fire timers and work until told to stop."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import structlog

from services.chassis.bus.port import Bus
from services.chassis.bus.retention import forget_processed
from services.chassis.service import Service
from services.chassis.transient import TRANSIENT

log = structlog.get_logger()

LOOK_AGAIN_SECONDS = 0.5
"""The net under the wake-ups: how long a timer may be late, and how long a lost wake-up costs."""

FIRST_BACK_OFF_SECONDS = 0.05
LONGEST_BACK_OFF_SECONDS = 30.0
CHECKPOINT_SECONDS = 60.0
HOURLY_SECONDS = 3600.0
STOP_SECONDS = 10.0


class Hands:
    """Two threads a service: one on bus and timers, one on outside calls, so that a slow gateway holds up nothing else."""

    def __init__(self, service: Service, bus: Bus) -> None:
        self._service = service
        self._bus = bus
        self._stopping = threading.Event()
        self._bus_wake = threading.Event()
        self._work_wake = threading.Event()
        self._next_checkpoint = time.monotonic() + CHECKPOINT_SECONDS
        self._next_hourly = time.monotonic()
        self._bus_may_forget = False
        service.store.on_commit(self._bus_wake.set)
        service.store.on_commit(self._work_wake.set)
        bus.on_published(self._bus_wake.set)
        self._threads = (
            threading.Thread(target=self._run, args=(self._bus_step, self._bus_wake), name=f"{service.name}-bus"),
            threading.Thread(target=self._run, args=(service.worker.step, self._work_wake), name=f"{service.name}-work"),
        )

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Finish the batch at hand and end."""
        self._stopping.set()
        self._bus_wake.set()
        self._work_wake.set()
        for thread in self._threads:
            thread.join(STOP_SECONDS)

    def _bus_step(self) -> int:
        if time.monotonic() >= self._next_checkpoint:
            self._next_checkpoint = time.monotonic() + CHECKPOINT_SECONDS
            self._service.checkpoints.sign()
        if time.monotonic() >= self._next_hourly:
            self._next_hourly = time.monotonic() + HOURLY_SECONDS
            for chore in self._service.hourly:
                chore()
            self._bus_may_forget = True
        done = self._service.bus_step()
        if self._bus_may_forget:  # a slice a step, so that what is new goes out between
            self._bus_may_forget = forget_processed(self._bus, self._service.model.topic) > 0
        return done

    def _run(self, step: Callable[[], int], wake: threading.Event) -> None:
        back_off = 0.0
        while not self._stopping.is_set():
            wake.clear()
            try:
                done = step()
                back_off = 0.0
            except TRANSIENT as trouble:
                back_off = min(max(back_off * 2, FIRST_BACK_OFF_SECONDS), LONGEST_BACK_OFF_SECONDS)
                log.warning("step_again", service=self._service.name, trouble=type(trouble).__name__, in_seconds=back_off)
                done = 0
            except Exception:
                back_off = LONGEST_BACK_OFF_SECONDS
                log.exception("step_failed", service=self._service.name)
                done = 0
            if not done:
                (self._stopping if back_off else wake).wait(back_off or LOOK_AGAIN_SECONDS)
