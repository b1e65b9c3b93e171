"""Workers of one service in processes of their own, on PostgreSQL and Kafka: one leads, all listen, each can be stopped."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Collection, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from services.chassis.clock import DemoClock
from services.chassis.crew import Crew
from services.chassis.doorbell import Doorbell, Ringer
from services.chassis.hands import Hands
from tests.chassis import children
from tests.chassis.conftest import site_of
from tests.chassis.deliveries import Trouble, diary
from tests.chassis.test_projections import tables
from tests.chassis.test_sigkill import Post, append_line, lines
from tests.chassis.toy import START, House, Keys, Site, care_model
from tests.chassis.toy_roll import START_DAY, EndAbsence, EnrolPupil, NoticeAbsence
from tests.kafka import KafkaServer
from tests.patience import eventually

HAND_OVER_SECONDS = 10.0
"""How long a worker may take to end, and another to lead in its place (issue 4, §1)."""

HEARD = ("PupilEnrolled", "AbsenceNoticed", "PupilSuspected", "AbsenceEnded")


class Workers:
    """A toy county whose requests are this process's, and whose crews work in others."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._keys = Keys()
        self._alive: list[int] = []
        self.house = self._house()
        self.pupils: list[str] = []

    def _house(self) -> House:
        clock = DemoClock(self._site.directory / "clock.json", START)
        post = Post(self._site.directory / "letters")
        return House(self._site, clock, self._keys, care_model(post, extra_reactions=Trouble().reactions()))

    def start(self, *services: str) -> int:
        """One more worker, of both services unless they are named; answers its process id once it is at work."""
        begun = len(lines(self._site.directory / "begun"))
        pid = children.start(lambda: self._work(services or ("roll", "care")))
        self._alive.append(pid)
        eventually(lambda: len(lines(self._site.directory / "begun")) > begun)
        return pid

    def _work(self, services: Collection[str]) -> None:
        told = threading.Event()
        signal.signal(signal.SIGTERM, lambda *_: told.set())
        house = self._house()
        for crew in house.crews:
            self._note_who_listens(crew)
        hands = [Hands(crew) for crew in house.crews if crew.service.name in services]
        for each in hands:
            each.start()
        append_line(self._site.directory / "begun", str(os.getpid()))
        told.wait()
        for each in hands:
            each.stop()
        house.close()

    def _note_who_listens(self, crew: Crew) -> None:
        right = crew.consumer.step

        def step() -> int:
            if done := right():
                append_line(self._site.directory / "listened", str(os.getpid()))
            return done

        crew.consumer.step = step  # type: ignore[method-assign]  # the right one, noted

    def listened(self) -> set[int]:
        return set(map(int, lines(self._site.directory / "listened")))

    def stop(self, pid: int) -> float:
        """Tell a worker to end, and wait for it; answers how many seconds it took."""
        begun = time.monotonic()
        os.kill(pid, signal.SIGTERM)
        self._alive.remove(pid)
        assert children.end_of(pid) == 0
        return time.monotonic() - begun

    def stop_all(self) -> None:
        for pid in self._alive:
            children.kill(pid)
            children.end_of(pid)
        self.house.close()

    def live(self, *pupils: str) -> None:
        """Children who miss school and come back."""
        for pupil_id in pupils:
            self.house.tell(EnrolPupil(pupil_id=pupil_id))
            self.house.tell(NoticeAbsence(pupil_id=pupil_id, day=START_DAY))
        self.pupils += pupils

    def everybody_has_heard(self) -> bool:
        return all(diary(self.house, pupil_id) == self._happened(pupil_id) for pupil_id in self.pupils)

    def _happened(self, pupil_id: str) -> list[str]:
        stream = self.house.roll.store.walk([f"pupil-{pupil_id}"])
        return [e.event_id for e in stream if e.type.split(".")[1] in HEARD]

    def letters(self) -> Counter[str]:
        return Counter(lines(self._site.directory / "letters"))


@pytest.fixture
def workers(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Workers]:
    workers = Workers(site_of("deployed", tmp_path, request))
    yield workers
    workers.stop_all()


def named(prefix: str, count: int) -> list[str]:
    return [f"{prefix}{number}" for number in range(count)]


def test_two_workers_share_the_listening_and_one_takes_over_when_the_other_is_told_to_end(workers: Workers) -> None:
    first = workers.start()
    workers.live(*named("a", 4))
    eventually(workers.everybody_has_heard)
    second = workers.start()

    def both_listen() -> bool:
        workers.live(f"b{len(workers.pupils)}")
        return workers.listened() == {first, second}

    eventually(both_listen)
    workers.live(*named("c", 6))
    assert workers.stop(first) < HAND_OVER_SECONDS
    workers.live(*named("d", 4))
    eventually(workers.everybody_has_heard)
    assert all(count == 1 for count in workers.letters().values())
    assert workers.house.care.store.parked() == workers.house.care.store.lost_places() == []


def test_timers_and_outside_calls_of_two_workers_happen_once(workers: Workers) -> None:
    workers.start()
    workers.start()
    workers.live(*named("a", 12))
    clock = workers.house.roll.clock
    assert isinstance(clock, DemoClock)
    clock.move_to(clock.now() + timedelta(days=20))
    workers.start()  # a clock in a file is read when a process begins: this one's has moved
    for pid in list(workers._alive[:2]):
        workers.stop(pid)
    eventually(lambda: len(workers.letters()) == 12)
    eventually(lambda: not workers.house.care.store.backlog()["work"])
    assert set(workers.letters().values()) == {1}
    assert {row[2] for row in tables(workers.house.roll)["pupils"]} == {"suspected"}
    for pupil_id in workers.pupils:
        workers.house.tell(EndAbsence(pupil_id=pupil_id))
    eventually(workers.everybody_has_heard)


def test_a_worker_that_is_told_to_end_while_the_broker_does_not_answer_ends_in_time(kafka: KafkaServer, workers: Workers) -> None:
    first = workers.start("roll")
    workers.start("care")
    workers.live("a0")
    eventually(workers.everybody_has_heard)
    with kafka.away():
        workers.live(*named("b", 3))
        time.sleep(0.5)  # it is waiting for the broker by now, or will be
        assert workers.stop(first) < HAND_OVER_SECONDS
        eventually(workers.house.roll.store.leads)  # the lead is free at once
        workers.house.roll.store.resign()
    workers.start("roll")
    eventually(workers.everybody_has_heard, seconds=60)


def test_what_a_web_process_commits_is_heard_elsewhere_without_waiting_for_the_next_look(
    workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    for seconds in ("LOOK_AGAIN_SECONDS", "REST_SECONDS"):
        monkeypatch.setattr(f"services.chassis.hands.{seconds}", 3600.0)
    house = workers._house()
    bell = Doorbell(("127.0.0.1", 0))
    hands = [Hands(crew, also_wake_on=(bell.on_ring,)) for crew in house.crews]
    for each in hands:
        each.start()
    ringer = Ringer(("127.0.0.1", bell.port))
    workers.house.roll.store.on_commit(ringer.ring)
    eventually(house.roll.store.leads)
    workers.live("a0", "a1")
    eventually(workers.everybody_has_heard)
    ringer.close()
    for each in hands:
        each.stop()
    house.close()
    bell.close()
