"""A topic is given more partitions only while nothing is under way, and then no reader hears anything twice or out of order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest

from services.chassis.bus.kafka import KafkaBus
from services.chassis.bus.kafka_clients import asking
from services.chassis.bus.kafka_growth import extents_of, unread
from services.chassis.bus.kafka_settings import KafkaSettings
from services.chassis.bus.layout import Layout, Operation, Resource, Right, TopicForm
from services.chassis.bus.places import Extent, Position
from services.chassis.errors import Misconfigured
from services.chassis.republish import republish
from services.chassis.storage.postgres_lead import LEADER, LOCKS
from services.contracts.topics import layout
from services.deployed.bootstrap.partitions import bring_partitions
from services.deployed.bootstrap.settings import partitions
from services.deployed.settings import DatabaseSettings, environment
from tests.chassis.conftest import Town, site_of
from tests.chassis.deliveries import Trouble, diary
from tests.chassis.test_projections import tables
from tests.chassis.toy import House, care_model
from tests.chassis.toy_roll import START_DAY, EndAbsence, EnrolPupil, NoticeAbsence
from tests.deployed.databases import settings_of
from tests.topics import forms

CHILDREN = tuple(f"p{number}" for number in range(1, 13))
RIGHTS = (Right("care", Operation.READ, Resource.TOPIC, "roll"), Right("roll", Operation.READ, Resource.TOPIC, "care"))
GREW = "roll 的分区数为 6，原为 3。\npartitions of roll: 6, before 3."
GROWN = Layout(topics=(TopicForm("roll", 6, 14), TopicForm("care", 2, 14)), rights=RIGHTS)


@dataclass
class Deployed:
    """A town on PostgreSQL and Kafka; care keeps a diary of all that it hears."""

    town: Town
    settings: KafkaSettings
    owners: dict[str, DatabaseSettings]

    def house(self) -> House:
        self.town.house = House(self.town.site, self.town.clock, self.town.keys, care_model(extra_reactions=Trouble().reactions()))
        return self.town.house

    def bring(self, wanted: Layout = GROWN) -> list[str]:
        return bring_partitions(self.settings, wanted, self.owners)


@pytest.fixture
def deployed(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Deployed]:
    town = Town(site_of("deployed", tmp_path, request))
    bus = town.house.bus
    assert isinstance(bus, KafkaBus)
    stores = {"roll": town.house.roll, "care": town.house.care}
    owners = {name: settings_of(each.engine.url.render_as_string(hide_password=False)) for name, each in stores.items()}
    town.house.close()
    deployed = Deployed(town, bus._settings, owners)
    deployed.house()
    yield deployed
    deployed.town.house.close()


def miss(house: House, *pupils: str) -> None:
    for pupil_id in pupils:
        house.tell(EnrolPupil(pupil_id=pupil_id))
        house.tell(NoticeAbsence(pupil_id=pupil_id, day=START_DAY))


def happened(house: House, pupil_id: str) -> list[str]:
    return [e.event_id for e in house.roll.store.walk([f"pupil-{pupil_id}"]) if "Fell" not in e.type]


def test_a_topic_grows_between_two_lives_of_the_workers_and_every_child_is_heard_once_and_in_order(deployed: Deployed) -> None:
    house = deployed.town.house
    miss(house, *CHILDREN)
    house.settle()
    miss(house, "late")  # it waits in the outbox, and goes out by the new numbers
    house.close()
    assert deployed.bring() == [GREW]
    assert deployed.bring() == []
    house = deployed.house()
    for pupil_id in CHILDREN:
        house.tell(EndAbsence(pupil_id=pupil_id))
    house.settle()
    with asking(deployed.settings, "its partitions") as admin:
        extents = extents_of(admin, deployed.settings, "roll")
    assert any(extents[number].end for number in (3, 4, 5)), "some children have moved"
    for pupil_id in (*CHILDREN, "late"):
        assert diary(house, pupil_id) == happened(house, pupil_id)
    assert house.care.store.parked() == house.care.store.lost_places() == house.roll.store.lost_places() == []
    was = tables(house.care)
    republish(house.roll)
    house.settle()
    assert tables(house.care) == was, "all of it are repeats"


def test_a_topic_whose_writer_or_reader_is_at_work_is_left(deployed: Deployed) -> None:
    house = deployed.town.house
    house.settle()
    (told,) = deployed.bring()
    assert "3 as before, not 6: at work are care-worker, roll-worker; stop the gateway and every worker" in told
    house.close()
    with psycopg.connect(deployed.owners["care"].url, autocommit=True) as worker:
        worker.execute("SELECT pg_advisory_lock(%s, %s)", (LOCKS, LEADER))
        (told,) = deployed.bring()
    assert "at work are care-worker;" in told
    assert deployed.bring() == [GREW]


def test_a_topic_that_a_reader_has_not_read_to_its_end_is_left_until_it_has(deployed: Deployed) -> None:
    house = deployed.town.house
    miss(house, "p1")
    while house.roll.store.backlog()["outbox"]:
        house.roll_crew.relay.step()
    house.close()
    (told,) = deployed.bring()
    assert "messages in it are still to be read (care 2)" in told
    house = deployed.house()
    house.settle()
    house.close()
    assert deployed.bring() == [GREW]


def test_partitions_are_never_taken_away_and_a_topic_that_others_outside_read_is_left(deployed: Deployed) -> None:
    bus = KafkaBus(deployed.settings)
    bus.create_topics(forms({"department.health": 1}))
    bus.close()
    fewer = (TopicForm("roll", 2, 14), TopicForm("department.health", 2, 90))
    roll, health = deployed.bring(Layout(topics=fewer, rights=RIGHTS))
    assert "none can be taken away; set FUXUE_PARTITIONS to roll:3" in roll
    assert "nobody here knows how far its readers are" in health


@pytest.mark.parametrize(
    ("kept", "left"),
    [
        ({}, 7),
        ({0: Position(10, "life")}, 2),
        ({0: Position(10)}, 2),
        ({0: Position(12, "life")}, 0),
        ({0: Position(12, "another life")}, 7),
    ],
)
def test_what_is_unread_counts_from_what_the_topics_present_life_still_holds(kept: dict[int, Position], left: int) -> None:
    assert unread({0: Extent("life", 5, 12)}, kept) == left


class Variables:
    """An environment of one variable."""

    def __init__(self, value: str) -> None:
        self._value = value

    def str(self, name: str, default: Any = None) -> Any:
        return self._value if name == "FUXUE_PARTITIONS" else default


def test_the_county_chooses_partitions_by_service_and_all_else_stays_as_the_table_has_it() -> None:
    chosen = partitions(environment(Variables("registry:8, casework:6")))  # type: ignore[arg-type]  # only `str` is asked
    counts = {form.name: form.partitions for form in layout((), chosen).topics}
    assert (counts["registry"], counts["casework"]) == (8, 6)
    unchosen = {form.name: form.partitions for form in layout(()).topics}
    assert {name: count for name, count in counts.items() if name not in chosen} == {
        name: count for name, count in unchosen.items() if name not in chosen
    }
    assert partitions(environment(Variables(""))) == {}  # type: ignore[arg-type]  # the same


@pytest.mark.parametrize("wrong", ["registry", "registry:0", "registry:x", "registry:65", "department.health.990126:2", "roll:2"])
def test_numbers_of_partitions_that_cannot_be_are_refused_with_the_form(wrong: str) -> None:
    with pytest.raises(Misconfigured, match=r"FUXUE_PARTITIONS: .* the form is service:number"):
        partitions(environment(Variables(wrong)))  # type: ignore[arg-type]  # only `str` is asked


def test_each_topic_s_readers_are_those_whom_the_table_lets_read_it() -> None:
    table = layout(())
    assert table.readers("notifications") == ["casework", "oversight"]
    assert table.readers("oversight") == []
    assert msgspec.structs.replace(table, rights=()).readers("registry") == []
