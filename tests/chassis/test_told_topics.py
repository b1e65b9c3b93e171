"""A topic on which others outside are told is made where it is missing; one that lost what it held is told, and filled again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from kafka.admin import ConfigResource, ConfigResourceType

from services.chassis.bus.embedded import EmbeddedBus
from services.chassis.bus.kafka import KafkaBus
from services.chassis.bus.places import Loss
from services.chassis.emptied_topics import emptied
from services.chassis.errors import BusUnavailable, NoSuchTopic
from services.chassis.republish import republish
from services.chassis.told_topics import LOOK_SECONDS
from services.chassis.web.health import health_of
from tests.chassis import toy
from tests.chassis.bus.adapters import Database, read_all
from tests.chassis.conftest import Town, site_of
from tests.chassis.telling import HEALTH, POLICE, PUBLICATION, TOLD
from tests.chassis.toy import House
from tests.chassis.toy_roll import START_DAY, EnrolPupil, NoticeAbsence
from tests.kafka import KafkaServer
from tests.patience import eventually


@dataclass
class Telling:
    """A town whose roll tells others, and how its bus loses their topics while nobody is at work."""

    town: Town
    lose: Callable[[], None]

    @property
    def house(self) -> House:
        return self.town.house

    def house_without_its_bus(self) -> House:
        self.house.close()
        self.lose()
        self.town.house = House(self.town.site, self.town.clock, self.town.keys)
        return self.town.house


def delete(kafka: KafkaServer, bus: KafkaBus, *topics: str) -> None:
    with kafka.admin() as admin:
        names = [bus._settings.named(topic) for topic in topics]
        admin.delete_topics(names)
        eventually(lambda: all(topic["error_code"] for topic in admin.describe_topics(names)))


@pytest.fixture(params=("sqlite", "deployed"))
def telling(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Telling]:
    """On the embedded bus, and on Kafka."""
    model = replace(toy.roll_model(), publications=(PUBLICATION,), told=TOLD)
    monkeypatch.setattr(toy, "roll_model", lambda: model)
    town = Town(site_of(request.param, tmp_path, request))

    def lose_file() -> None:
        for file in tmp_path.glob("bus.sqlite*"):
            file.unlink()

    def lose_topics() -> None:
        bus = town.house.bus
        assert isinstance(bus, KafkaBus)
        delete(request.getfixturevalue("kafka"), bus, HEALTH, POLICE)

    yield Telling(town, lose_file if request.param == "sqlite" else lose_topics)
    town.house.close()


@pytest.fixture
def on_kafka(kafka: KafkaServer, telling: Telling) -> tuple[KafkaServer, House, KafkaBus]:
    bus = telling.house.bus
    assert isinstance(bus, KafkaBus)
    return kafka, telling.house, bus


def miss(house: House, *pupils: str) -> None:
    for pupil_id in pupils:
        house.tell(EnrolPupil(pupil_id=pupil_id))
        house.tell(NoticeAbsence(pupil_id=pupil_id, day=START_DAY))


def steps(house: House) -> None:
    """The relay's steps until all is out, as its hand takes them: what is transient is tried again."""
    troubles: list[str] = []

    def all_is_out() -> bool:
        try:
            house.roll_crew.relay.step()
        except BusUnavailable as trouble:
            troubles.append(str(trouble))
        return not house.roll.store.backlog()["outbox"]

    eventually(all_is_out)


def heard(house: House, topic: str, count: int) -> list[tuple[str, str]]:
    """What a department's system that is new there reads: child and number."""
    database = Database()
    member = house.bus.subscribe(f"{topic}.new", [topic], database)
    read_all(database, member, count=count)
    member.close()
    return sorted({(one.key, one.headers["ce_sequence"]) for one in database.done})


P1, P2 = [("p1", "1"), ("p1", "2")], [("p2", "1"), ("p2", "2")]


@pytest.mark.parametrize("telling", ["deployed"], indirect=True)
def test_a_topic_that_goes_while_the_relay_is_at_work_holds_nothing_up_and_is_told(
    on_kafka: tuple[KafkaServer, House, KafkaBus], told: list[Any]
) -> None:
    """On the embedded bus no topic goes while its process lives."""
    kafka, house, bus = on_kafka
    miss(house, "p1")
    steps(house)
    delete(kafka, bus, HEALTH)
    miss(house, "p2")
    steps(house)
    assert {key for key, _ in heard(house, "roll", 4)} == {"p1", "p2"}, "the house's own events go on"
    assert heard(house, HEALTH, 2) == P2
    (lost,) = house.roll.store.lost_places()
    assert (lost.place.topic, lost.place.loss) == (HEALTH, Loss.RECREATED)
    assert [line["what"] for line in told if line["event"] == "told_topic_emptied"] == [emptied(HEALTH, "roll")]
    assert health_of(house.roll)[0]["lost_places"] == 1
    republish(house.roll)
    steps(house)
    assert heard(house, HEALTH, 4) == P1 + P2
    assert house.roll.store.lost_places() == []


def test_a_bus_that_lost_what_others_were_told_is_told_and_filled_again(telling: Telling, told: list[Any]) -> None:
    miss(telling.house, "p1")
    steps(telling.house)
    assert telling.house.roll.store.lost_places() == []
    house = telling.house_without_its_bus()
    house.roll_crew.relay.step()  # with nothing to send
    lost = house.roll.store.lost_places()
    assert [(each.place.topic, each.place.loss) for each in lost] == [(HEALTH, Loss.RECREATED), (POLICE, Loss.RECREATED)]
    assert [line["topic"] for line in told if line["event"] == "told_topic_emptied"] == [HEALTH, POLICE]
    assert heard(house, HEALTH, 0) == []
    republish(house.roll)
    assert house.roll.store.lost_places() == []
    steps(house)
    assert (heard(house, HEALTH, 2), heard(house, POLICE, 1)) == (P1, P1[1:])
    house.roll_crew.relay.step()
    assert house.roll.store.lost_places() == []


def test_what_is_lost_while_the_relay_has_nothing_to_send_is_seen_within_a_minute(
    telling: Telling, monkeypatch: pytest.MonkeyPatch
) -> None:
    house, now = telling.house, [0.0]
    relay = house.roll_crew.relay
    assert relay._told is not None
    monkeypatch.setattr(relay._told, "_monotonic", lambda: now[0])
    miss(house, "p1")
    steps(house)
    with_another_life = {HEALTH: "another", POLICE: "another"}
    monkeypatch.setattr(house.bus, "create_topics", lambda forms: {form.name: with_another_life[form.name] for form in forms})
    now[0] += LOOK_SECONDS - 1
    relay.step()
    assert house.roll.store.lost_places() == []
    now[0] += 1
    relay.step()
    assert [each.place.topic for each in house.roll.store.lost_places()] == [HEALTH, POLICE]


def test_a_topic_of_ones_own_that_is_missing_is_the_bootstraps_to_make(telling: Telling, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(messages: list[Any]) -> int:
        raise NoSuchTopic(messages[0].topic, f"there is no topic {messages[0].topic}")

    house = telling.house
    miss(house, "p1")
    monkeypatch.setattr(house.bus, "publish", missing)
    with pytest.raises(NoSuchTopic, match="there is no topic roll: run docker compose run --rm bootstrap"):
        house.roll_crew.relay.step()


@pytest.mark.parametrize("telling", ["deployed"], indirect=True)
def test_a_topic_that_the_relay_makes_keeps_its_messages_as_long_as_the_table_says(
    on_kafka: tuple[KafkaServer, House, KafkaBus],
) -> None:
    kafka, house, bus = on_kafka
    miss(house, "p1")
    steps(house)
    name = bus._settings.named(HEALTH)
    with kafka.admin() as admin:
        kept = admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, name)])["topic"][name]["retention.ms"]["value"]
        partitions = len(admin.describe_topics([name])[0]["partitions"])
    assert (int(kept), partitions) == (TOLD.kept_days * 24 * 3600 * 1000, TOLD.partitions)


@pytest.mark.parametrize("telling", ["sqlite"], indirect=True)
def test_a_bus_that_forgets_when_told_to_keeps_what_others_are_told_as_long_as_the_table_says(telling: Telling) -> None:
    house = telling.house
    miss(house, "p1")
    steps(house)
    assert isinstance(house.bus, EmbeddedBus)
    assert house.roll_crew.relay.kept_days() == {"roll": 14, HEALTH: 90, POLICE: 90}
