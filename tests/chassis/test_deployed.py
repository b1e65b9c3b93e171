"""The toy county on PostgreSQL and Kafka together, with every hand at work: nothing in it knows where it stands."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from services.chassis.bus.kafka import KafkaBus
from services.chassis.hands import Hands
from services.chassis.rebuild import rebuild
from tests.chassis.conftest import Town, on_postgres
from tests.chassis.deliveries import Trouble, diary
from tests.chassis.test_projections import tables
from tests.chassis.toy import House, care_model
from tests.chassis.toy_roll import START_DAY, EndAbsence, EnrolPupil, NoticeAbsence
from tests.kafka import KafkaServer
from tests.patience import eventually
from tests.postgres import PostgresServer

CHILDREN = [f"p{number}" for number in range(12)]
MINUTE = 60.0
PATIENT = "patient"


@pytest.fixture
def town(tmp_path: Path, postgres: PostgresServer, kafka: KafkaServer, request: pytest.FixtureRequest) -> Iterator[Town]:
    """On both; with a deployment's own patience where a test's parameter asks for it."""
    bus = kafka.patient() if getattr(request, "param", None) == PATIENT else kafka.settings()
    town = Town(on_postgres(postgres, tmp_path, partial(KafkaBus, bus)))
    town.rebuild_house(care_model(extra_reactions=Trouble().reactions()))
    yield town
    town.house.close()


@pytest.fixture
def house(town: Town) -> Iterator[House]:
    """With its hands at work."""
    hands = [Hands(crew) for crew in town.house.crews]
    for pair in hands:
        pair.start()
    yield town.house
    for pair in hands:
        pair.stop()


def happened(house: House, pupil_id: str) -> list[str]:
    told = ("PupilEnrolled", "AbsenceNoticed", "PupilSuspected", "AbsenceEnded")
    return [e.event_id for e in house.roll.store.walk([f"pupil-{pupil_id}"]) if e.type.split(".")[1] in told]


def everybody_has_heard(house: House) -> bool:
    return all(diary(house, pupil_id) == happened(house, pupil_id) for pupil_id in CHILDREN)


def stages(house: House) -> dict[str, str]:
    return {row[0]: row[2] for row in tables(house.roll)["pupils"]}


def test_a_county_lives_on_the_two_together(town: Town, house: House) -> None:
    for pupil_id in CHILDREN:
        house.tell(EnrolPupil(pupil_id=pupil_id))
        house.tell(NoticeAbsence(pupil_id=pupil_id, day=START_DAY))
    town.clock.instant += timedelta(days=20)  # all are suspected, a case is opened and a letter posted for each
    eventually(lambda: set(stages(house).values()) == {"suspected"})
    eventually(lambda: len(tables(house.care)["cases"]) == len(CHILDREN))
    for pupil_id in CHILDREN:
        house.tell(EndAbsence(pupil_id=pupil_id))
    eventually(lambda: everybody_has_heard(house))
    eventually(lambda: set(stages(house).values()) == {"at_school"})  # care has closed the cases, roll has struck them off
    eventually(lambda: house.bus.lag("roll") + house.bus.lag("care") == 0)
    for service in (house.roll, house.care):
        assert (service.store.parked(), service.store.lost_places()) == ([], [])
        was = tables(service)
        rebuild(service.model, service.store)
        assert tables(service) == was


def test_commands_and_timers_go_on_while_the_broker_does_not_answer_and_nothing_is_lost(
    kafka: KafkaServer, town: Town, house: House
) -> None:
    house.tell(EnrolPupil(pupil_id=CHILDREN[0]))
    eventually(lambda: diary(house, CHILDREN[0]))
    with kafka.away():
        for pupil_id in CHILDREN:
            begun = time.monotonic()
            house.tell(EnrolPupil(pupil_id=pupil_id))
            house.tell(NoticeAbsence(pupil_id=pupil_id, day=START_DAY))
            assert time.monotonic() - begun < 5
        town.clock.instant += timedelta(days=20)
        eventually(lambda: set(stages(house).values()) == {"suspected"})
        assert house.roll.store.backlog()["outbox"] > len(CHILDREN)
    eventually(lambda: everybody_has_heard(house), seconds=90)
    eventually(lambda: len(tables(house.care)["cases"]) == len(CHILDREN))
    assert house.care.store.parked() == []


@pytest.mark.parametrize("town", [PATIENT], indirect=True)
def test_a_whole_minute_without_the_broker_costs_no_command_and_no_message(kafka: KafkaServer, town: Town, house: House) -> None:
    """Longer than every patience of the bus: deliveries, requests and stays in the group all run out meanwhile."""
    for pupil_id in CHILDREN:
        house.tell(EnrolPupil(pupil_id=pupil_id))
    eventually(lambda: everybody_has_heard(house))
    with kafka.away():
        until, told = time.monotonic() + MINUTE, 0
        while time.monotonic() < until:  # the minute is the broker's, so it is lived through
            pupil_id = CHILDREN[told % len(CHILDREN)]
            house.tell(NoticeAbsence(pupil_id=pupil_id, day=START_DAY) if told < len(CHILDREN) else EndAbsence(pupil_id=pupil_id))
            told += 1
            time.sleep(MINUTE / 3 / len(CHILDREN))
        assert house.roll.store.backlog()["outbox"] >= 2 * len(CHILDREN)
    eventually(lambda: everybody_has_heard(house), seconds=90)
    eventually(lambda: house.roll.store.backlog()["outbox"] == 0)
    assert (house.care.store.parked(), house.care.store.lost_places()) == ([], [])
