"""The hands of a service in a running process: threads that relay, fire timers, listen and work until told to stop."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence

import structlog

from services.chassis.bus.retention import forget_processed
from services.chassis.chores import Chores, do_all
from services.chassis.crew import Crew
from services.chassis.envelope import stamp
from services.chassis.epochs import take_up
from services.chassis.errors import Misconfigured, ReadingPaused
from services.chassis.transient import TRANSIENT, told

log = structlog.get_logger()

LOOK_AGAIN_SECONDS = 0.5
"""The net under the wake-ups: how long a timer may be late, and how long a lost wake-up costs."""

REST_SECONDS = 5.0
"""How long a hand rests for which nothing waits; then it sees after what no row tells of, as a topic that was emptied."""

FIRST_BACK_OFF_SECONDS = 0.05
LONGEST_BACK_OFF_SECONDS = 30.0
MINUTE_SECONDS = 60.0
HOURLY_SECONDS = 3600.0
STOP_SECONDS = 4.0
"""How long the batches at hand may take to be finished; what takes longer is broken off, as a crash would."""

PAUSE_SECONDS = 0.5
"""How often a listener that a backup holds up asks whether it may go on; it keeps its place in its group by asking."""

LATELY_SECONDS = 60.0
"""Within this time a step must have ended well; the longest batch and a slow gateway's call take less."""

Subscribe = Callable[[Callable[[], None]], None]
"""Takes what is to be called when something new may be there."""


class Hands:
    """Four threads a service: sending, listening, timers, outside calls; and a fifth that looks whether any of them is wanted.

    A bus that does not answer, a reader that waits for messages and a slow gateway hold up nothing else. What commits wakes them:
    those of this process, and those of others as far as `also_wake_on` tells. What no commit tells – that time has come, a ring
    that was lost, another leader's leavings – the fifth finds by one question for all. `bus_may_be_used` is asked before each
    step on the bus, and raises what keeps it from being done.
    """

    def __init__(
        self, crew: Crew, *, also_wake_on: Sequence[Subscribe] = (), bus_may_be_used: Callable[[], None] = lambda: None
    ) -> None:
        service, bus = crew.service, crew.bus
        self._service = service
        self._crew = crew
        self._bus_may_be_used = bus_may_be_used
        self._stopping = threading.Event()
        self._wakes: dict[str, threading.Event] = {}
        self._next_minute = time.monotonic() + MINUTE_SECONDS
        self._next_hourly = time.monotonic()
        self._bus_may_forget = True
        self._epoch_may_be_new = True
        self._got_on: dict[str, float] = {}
        on_commit = (service.store.on_commit, *also_wake_on)
        self._threads = (
            self._thread("relay", self._relay_step, REST_SECONDS, on_commit),
            self._thread("bus", self._bus_step, bus.look_again_seconds, (bus.on_published,)),
            self._thread("timers", self._timers_step, REST_SECONDS, on_commit),
            self._thread("work", self._work_step, REST_SECONDS, on_commit),
            self._thread("look", self._look_step, LOOK_AGAIN_SECONDS, ()),
        )

    def _thread(self, name: str, step: Callable[[], int], rest: float, on_news: Sequence[Subscribe]) -> threading.Thread:
        wake = threading.Event()
        self._wakes[name] = wake
        for subscribe in on_news:
            subscribe(wake.set)
        name = f"{self._service.name}-{name}"
        self._got_on[name] = time.monotonic()
        return threading.Thread(target=self._run, args=(step, wake, rest), name=name, daemon=True)

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def get_on(self) -> bool:
        """Whether each of them has come to the end of a step lately, without trouble."""
        return all(thread.is_alive() for thread in self._threads) and max(self.standstill().values()) < LATELY_SECONDS

    def standstill(self) -> Mapping[str, float]:
        """For each of them the seconds since it last came to the end of a step without trouble."""
        now = time.monotonic()
        return {name.removeprefix(f"{self._service.name}-"): now - at for name, at in dict(self._got_on).items()}

    def stop(self) -> None:
        """Finish the batch at hand, leave the lead to another process and end."""
        self._stopping.set()
        for wake in self._wakes.values():
            wake.set()
        until = time.monotonic() + STOP_SECONDS
        for thread in self._threads:
            thread.join(max(until - time.monotonic(), 0.0))
        if late := [thread.name for thread in self._threads if thread.is_alive()]:
            log.warning("broken_off", service=self._service.name, threads=late)
        self._service.store.resign()

    def _look_step(self) -> int:
        awaited, now = self._service.store.awaited(), stamp(self._service.clock.now())
        wanted = {
            "relay": awaited.to_send or self._epoch_may_be_new or self._bus_may_forget,
            "timers": awaited.timer_due(now) or time.monotonic() >= min(self._next_minute, self._next_hourly),
            "work": awaited.work_due(now),
        }
        for name in (name for name, so in wanted.items() if so):
            self._wakes[name].set()
        return 0

    def _timers_step(self) -> int:
        if not self._service.store.leads():
            return 0
        done = self._crew.timers.step()  # first: a chore that fails holds up no term
        do_all(self._due_chores(), self._service.name)
        return done

    def _due_chores(self) -> Chores:
        due: Chores = {}
        if time.monotonic() >= self._next_minute:
            self._next_minute = time.monotonic() + MINUTE_SECONDS
            self._epoch_may_be_new = True
            due |= self._service.each_minute
        if time.monotonic() >= self._next_hourly:
            self._next_hourly = time.monotonic() + HOURLY_SECONDS
            self._bus_may_forget = True
            due |= self._service.hourly
        return due

    def _work_step(self) -> int:
        return self._crew.worker.step(enough=self._stopping.is_set)

    def _bus_step(self) -> int:
        self._bus_may_be_used()
        return self._crew.consumer.step()

    def _relay_step(self) -> int:
        self._bus_may_be_used()
        if self._epoch_may_be_new and self._service.store.leads():
            take_up(self._service, self._crew.relay)  # before anything is sent in it
            self._epoch_may_be_new = False
        done = self._crew.relay.step()
        if self._bus_may_forget:  # a slice a step, so that what is new goes out between
            kept = self._crew.relay.kept_days()
            self._bus_may_forget = any(forget_processed(self._crew.bus, topic, days) for topic, days in kept.items())
        return done

    def _run(self, step: Callable[[], int], wake: threading.Event, rest: float) -> None:
        back_off, paused = 0.0, False
        while not self._stopping.is_set():
            wake.clear()
            try:
                done = step()
                back_off = 0.0
                self._got_on[threading.current_thread().name] = time.monotonic()
                paused = self._paused(paused, so=False)
            except ReadingPaused:  # on purpose, and not for long: it gets on as well as it should
                back_off, done = PAUSE_SECONDS, 0
                self._got_on[threading.current_thread().name] = time.monotonic()
                paused = self._paused(paused, so=True)
            except Misconfigured as fault:
                back_off = LONGEST_BACK_OFF_SECONDS
                log.error("misconfigured", service=self._service.name, what=str(fault))  # noqa: TRY400  its sentence says all
                done = 0
            except TRANSIENT as trouble:
                back_off = min(max(back_off * 2, FIRST_BACK_OFF_SECONDS), LONGEST_BACK_OFF_SECONDS)
                log.warning("step_again", service=self._service.name, in_seconds=back_off, **told(trouble))
                done = 0
            except Exception:
                back_off = LONGEST_BACK_OFF_SECONDS
                log.exception("step_failed", service=self._service.name)
                done = 0
            if not done:
                (self._stopping if back_off else wake).wait(back_off or rest)

    def _paused(self, before: bool, *, so: bool) -> bool:  # noqa: FBT001  as it was, and as it is
        """Tell once that a backup holds the listener, and once that it goes on."""
        if so != before:
            log.info("reading_paused" if so else "reading_goes_on", service=self._service.name)
        return so
