"""A process killed at any moment, again and again: nothing acknowledged is lost, nothing happens twice, nothing is stuck."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest

from services.chassis.checkpoints import CheckpointSigned
from services.chassis.clock import DemoClock
from services.chassis.errors import Refusal
from services.chassis.hands import Hands
from services.chassis.rebuild import rebuild
from services.chassis.service import Service
from services.chassis.verification import verify
from tests.chassis import children
from tests.chassis.conftest import site_of
from tests.chassis.deliveries import Trouble, diary
from tests.chassis.test_projections import tables
from tests.chassis.toy import CATALOGUE, START, House, Keys, Site, care_model
from tests.chassis.toy_care import CASE
from tests.chassis.toy_roll import START_DAY, EndAbsence, EnrolPupil, NoticeAbsence
from tests.patience import eventually

KILLS = 40
LEAST_KILLS = 5


@dataclass(frozen=True)
class Pace:
    """How long a child lives at most, and after how many seconds a slow machine is content with fewer kills."""

    longest_life_seconds: float
    enough_seconds: float


PACES = {
    "sqlite": Pace(0.25, 12.0),
    "postgres": Pace(0.75, 12.0),  # a commit on a server costs several times one in a file: some lives see a letter
    "deployed": Pace(2.5, 30.0),  # a group notices the dead after a second: who lives shorter only sends
}


@dataclass
class Post:
    """A post office whose box is on disk: what is in it was really posted."""

    box: Path

    def __call__(self, case_id: str) -> None:
        append_line(self.box, case_id)


def append_line(path: Path, line: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(descriptor, f"{line}\n".encode())
    os.close(descriptor)


def lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


def build(site: Site, keys: Keys) -> House:
    clock = DemoClock(site.directory / "clock.json", START)
    return House(site, clock, keys, care_model(Post(site.directory / "letters"), extra_reactions=Trouble().reactions()))


def live(site: Site, keys: Keys, life: int) -> Callable[[], None]:
    """What the child does until it is killed: commands in one thread, the hands of both services in four others."""

    def act() -> None:
        directory = site.directory
        house = build(site, keys)
        chance = random.Random(life)
        clock = house.roll.clock
        assert isinstance(clock, DemoClock)
        for crew in house.crews:
            Hands(crew).start()
        append_line(directory / "alive", str(life))
        for number in count():
            pupil_id = f"p{life}-{chance.randint(0, number // 3)}"
            for command in (
                EnrolPupil(pupil_id=pupil_id),
                NoticeAbsence(pupil_id=pupil_id, day=START_DAY),
                EndAbsence(pupil_id=pupil_id),
            ):
                try:
                    written = house.tell(command)
                except Refusal:
                    continue
                for envelope in written:
                    append_line(directory / "acknowledged", envelope.event_id)
                if chance.random() < 0.4:
                    break
            if number % 7 == 6:
                clock.move_to(clock.now() + timedelta(days=chance.choice([1, 2, 9])))
                house.roll.checkpoints.sign()

    return act


def kill_once(site: Site, keys: Keys, life: int, life_seconds: float) -> None:
    """Let a child live for a while from its first sign of life, then kill it."""
    directory = site.directory
    signs = len(lines(directory / "alive"))
    pid = children.start(live(site, keys, life))
    patience = time.monotonic() + 20
    while len(lines(directory / "alive")) == signs:
        assert time.monotonic() < patience, "the house does not come up again"
        time.sleep(0.002)
    time.sleep(life_seconds)
    children.kill(pid)
    assert children.end_of(pid) == -signal.SIGKILL


def settled(site: Site, keys: Keys) -> House:
    """The house of the next process, when all that waited is done."""
    house = build(site, keys)
    for crew in house.crews:
        eventually(crew.service.store.leads)  # a server takes a moment to notice that the one who led is dead
    house.settle()
    return house


def check(house: House, directory: Path) -> None:
    """Everything that must hold whenever a process comes back."""
    events = list(house.roll.store.walk_from(0))
    assert set(lines(directory / "acknowledged")) <= {e.event_id for e in events}, "something acknowledged was lost"
    for crew in house.crews:
        service = crew.service
        backlog = service.store.backlog()
        assert (backlog["outbox"], backlog["work"], backlog["parked"]) == (0, 0, 0)
        assert crew.quiescent()
        assert house.bus.lag(service.name) == 0
        check_log(service, house)
        was = tables(service)
        rebuild(service.model, service.store)
        assert tables(service) == was
    for key in {e.partition_key for e in events if e.stream_id.startswith("pupil-")}:
        told = [e.event_id for e in events if e.partition_key == key and e.type.split(".")[1] in HEARD]
        assert diary(house, key) == told, "an event was lost, doubled or out of order"
    check_letters(house, directory)


HEARD = ("PupilEnrolled", "AbsenceNoticed", "PupilSuspected", "AbsenceEnded")


def check_log(service: Service, house: House) -> None:
    """Both logs are chains, and care's journal holds roll's checkpoints as anchors."""
    public = service.checkpoints.public_keys
    received = (CATALOGUE.decode(e) for e in house.care.store.walk_received() if e.stream_id == "checkpoint-roll")
    anchors = [checkpoint for checkpoint in received if isinstance(checkpoint, CheckpointSigned)]
    report = verify(service.store, CATALOGUE, public, anchors if service is house.roll else [])
    assert report.findings == ()


def check_letters(house: House, directory: Path) -> None:
    """A letter counted as sent is in the box once; an uncertain one at most once; none is missing."""
    posted = Counter(lines(directory / "letters"))
    for stream_id in house.care.store.streams():
        if stream_id.startswith("case-"):
            case_id = stream_id.removeprefix("case-")
            state = CASE.initial()
            for envelope in house.care.store.walk([stream_id]):
                state = CASE.evolve(state, CATALOGUE.decode(envelope))  # type: ignore[arg-type]  # a case's events
            assert state.letter in {"sent", "uncertain"}
            assert posted[case_id] == 1 if state.letter == "sent" else posted[case_id] <= 1


@pytest.mark.parametrize("kind", PACES)
def test_killed_at_any_moment_it_goes_on_as_if_nothing_had_been(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    keys, chance, pace = Keys(), random.Random(20_260_908), PACES[kind]
    site = site_of(kind, tmp_path, request)
    until = time.monotonic() + pace.enough_seconds
    for kills in range(1, KILLS + 1):
        kill_once(site, keys, kills, chance.uniform(0, pace.longest_life_seconds))
        has_letters = bool(lines(tmp_path / "letters"))
        is_last = kills == KILLS or (time.monotonic() > until and kills >= LEAST_KILLS and has_letters)
        if kills % 10 == 0 or is_last:
            house = settled(site, keys)
            check(house, tmp_path)
            house.close()
        if is_last:
            break
    assert len(lines(tmp_path / "acknowledged")) > kills
    assert has_letters
