"""A demo that is killed fifty times over its run comes to the same end as one that nobody disturbed."""

from __future__ import annotations

import multiprocessing
import random
import signal
import sqlite3
import time
from contextlib import closing
from datetime import datetime
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path

import msgspec
import pytest

from services.chassis.clock import Position
from services.chassis.decider import COUNTY_TIME
from services.chassis.envelope import stamp
from services.chassis.verification import verify
from services.contracts.services import SERVICES
from services.demo.checking import check
from services.demo.player.timetable import timetable
from services.demo.stage import Fact
from services.embedded import House
from tests.anchors import all_anchors
from tests.demo.played import end_state, house_of, play, quickly

PUPILS = 60
KILLS = 50
SEED = 20260901
LONGEST_LIFE_SECONDS = 180.0
LOOK_AGAIN_SECONDS = 0.01
A_MOMENT_SECONDS = 0.1
"""A life is killed at a random moment after it has stored as many events as its point says."""

INSIDE_AT_LEAST = KILLS // 2
"""So many kills must fall between the first roll call and the last evening, not into founding, starting or waiting."""

DAYS_HIT_AT_LEAST = 10
"""On so many different school days somebody was killed: the kills are spread over the run, and the killed go on."""


def live(data: str, waits: bool) -> None:
    """A process's whole life: play the county, or go on where the one before was killed; one to be killed waits for it."""
    quickly()
    play(Path(data), pupils=PUPILS)
    if waits:
        signal.pause()


def begin(context: ForkServerContext, data: Path, *, waits: bool = False) -> ForkServerProcess:
    process = context.Process(target=live, args=(str(data), waits))
    process.start()
    return process


def seconds_of(process: ForkServerProcess) -> float:
    """How long a life takes that nobody ends."""
    began = time.monotonic()
    process.join(LONGEST_LIFE_SECONDS)
    assert process.exitcode == 0
    return time.monotonic() - began


def progress(data: Path) -> tuple[datetime | None, int]:
    """How far the killed have come, as their files say: the county's clock (none before it is founded), events stored."""
    clock = data / "clock.json"
    events = 0
    for name in SERVICES:
        if (data / f"{name}.sqlite").exists():
            with closing(sqlite3.connect(data / f"{name}.sqlite")) as file:
                if file.execute("SELECT 1 FROM sqlite_master WHERE name = 'events'").fetchone():
                    events += int(file.execute("SELECT count(*) FROM events").fetchone()[0])
    return (msgspec.json.decode(clock.read_bytes(), type=Position).now if clock.exists() else None), events


def wait_until_stored(data: Path, events: int) -> None:
    """Until a life has come so far, however fast the machine is."""
    until = time.monotonic() + LONGEST_LIFE_SECONDS
    while progress(data)[1] < events:
        assert time.monotonic() < until
        time.sleep(LOOK_AGAIN_SECONDS)


def they_were_killed_at_work(reached: list[tuple[datetime | None, int]], truth: Fact) -> None:
    """Most kills fell inside the played days, on many of them; nobody fell behind what the one before had stored."""
    *_, last = timetable(truth)
    first_roll_call = next(timetable(truth)).ticks[0].at
    inside = [at for at, _ in reached if at is not None and first_roll_call <= at < last.evening]
    assert len(inside) >= INSIDE_AT_LEAST
    assert len({at.astimezone(COUNTY_TIME).date() for at in inside}) >= DAYS_HIT_AT_LEAST
    stored = [events for _, events in reached]
    assert stored == sorted(stored)
    assert inside == sorted(inside)
    assert len(set(stored)) >= KILLS // 2


def nothing_is_left_over(house: House) -> None:
    now = stamp(house.clock.now())
    for service in house.services.values():
        assert service.store.parked() == [], service.name
        assert service.store.backlog()["outbox"] == 0, service.name
        assert service.store.pending_work(now, 10) == [], service.name
        assert service.store.due_timers(now, 10) == [], service.name
        assert house.crews[service.name].quiescent(), service.name
    assert house.quiescent()


def the_log_is_sound(house: House) -> None:
    oversight = house.services["oversight"]
    for name, service in house.services.items():
        held = all_anchors(oversight.engine, name)
        report = verify(service.store, service.model.catalogue, service.checkpoints.public_keys, held)
        assert report.sound, (name, report.findings)
        assert report.anchors > 0 or name == "oversight"  # which has no events of its own


@pytest.mark.slow
def test_killed_fifty_times_the_county_comes_to_the_same_end(tmp_path: Path) -> None:
    quickly()
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.system.test_sigkill_demo"])
    begin(context, tmp_path / "warm-up").kill()

    undisturbed, killed = tmp_path / "undisturbed", tmp_path / "killed"
    seconds_of(begin(context, undisturbed))
    with house_of(undisturbed, pupils=PUPILS) as played:
        assert check(played.stage, played.truth) == []
        expected = end_state(played)
    _, whole = progress(undisturbed)

    chance, reached = random.Random(SEED), []
    for point in sorted(chance.sample(range(1, whole * 9 // 10), KILLS)):  # checkpoints differ: not to the very last event
        process = begin(context, killed, waits=True)
        wait_until_stored(killed, point)
        process.join(chance.uniform(0.0, A_MOMENT_SECONDS))
        process.kill()
        process.join()
        assert process.exitcode == -signal.SIGKILL
        reached.append(progress(killed))
    seconds_of(begin(context, killed))

    with house_of(killed, pupils=PUPILS) as played:
        they_were_killed_at_work(reached, played.truth)
        played.stage.settle()
        nothing_is_left_over(played.house)
        the_log_is_sound(played.house)
        assert check(played.stage, played.truth) == []
        found = end_state(played)
    assert found["events"] == expected["events"]
    assert found["children"] == expected["children"]
