"""A bus that has lost what it held: readers tell it, go on with what there is, and are whole once the producer republishes.

Where the loss begins a new epoch, the producer does so by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from services.chassis import epochs
from services.chassis.bus.places import Loss
from services.chassis.envelope import stamp
from services.chassis.epochs import take_up
from services.chassis.hands import Hands
from services.chassis.republish import republish
from services.chassis.rest import rest_of
from services.chassis.storage.epochs import begin
from services.chassis.web.health import health_of
from tests.chassis.conftest import Town, site_of
from tests.chassis.deliveries import Trouble, diary
from tests.chassis.test_projections import tables
from tests.chassis.toy import TOPICS, House, care_model
from tests.chassis.toy_roll import START_DAY, EndAbsence, EnrolPupil, NoticeAbsence
from tests.kafka import KafkaServer
from tests.patience import eventually

CHILDREN = ("p1", "p2", "p3", "p4", "p5")


@dataclass
class Losing:
    """A town, and how its bus loses everything while nobody is at work."""

    town: Town
    lose: Callable[[], None]

    def next_house(self) -> House:
        """The house of the next process; care keeps a diary of all that it hears."""
        return self.town.rebuild_house(care_model(extra_reactions=Trouble().reactions()))

    def house_without_its_bus(self) -> House:
        self.town.house.close()
        self.lose()
        self.town.house = House(self.town.site, self.town.clock, self.town.keys, care_model(extra_reactions=Trouble().reactions()))
        return self.town.house


@pytest.fixture(params=("sqlite", "deployed"))
def losing(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Losing]:
    """On the embedded bus, and on Kafka."""
    town = Town(site_of(request.param, tmp_path, request))

    def lose_file() -> None:
        for file in tmp_path.glob("bus.sqlite*"):
            file.unlink()

    def lose_topics() -> None:
        kafka: KafkaServer = request.getfixturevalue("kafka")
        with kafka.admin() as admin:
            names = [town.house.bus._settings.named(topic) for topic in TOPICS]  # type: ignore[attr-defined]  # the bus is Kafka's here
            admin.delete_topics(names)
            eventually(lambda: all(topic["error_code"] for topic in admin.describe_topics(names)))

    yield Losing(town, lose_file if request.param == "sqlite" else lose_topics)
    town.house.close()


def live(house: House, *pupils: str) -> None:
    for pupil_id in pupils:
        house.tell(EnrolPupil(pupil_id=pupil_id))
        house.tell(NoticeAbsence(pupil_id=pupil_id, day=START_DAY))


def happened(house: House, pupil_id: str) -> list[str]:
    return [e.event_id for e in house.roll.store.walk([f"pupil-{pupil_id}"]) if "Fell" not in e.type]


def relay_until_empty(house: House) -> None:
    while house.roll.store.backlog()["outbox"]:
        house.roll_crew.relay.step()


def test_a_bus_that_lost_everything_is_told_and_the_republished_log_makes_its_readers_whole(
    losing: Losing, told: list[Any]
) -> None:
    house = losing.next_house()
    live(house, *CHILDREN[:3])
    house.settle()
    live(house, *CHILDREN[3:])
    house.tell(EndAbsence(pupil_id="p1"))
    relay_until_empty(house)  # roll has sent these, care has not read them, and the bus has them no more
    house = losing.house_without_its_bus()
    house.tell(NoticeAbsence(pupil_id="p1", day=START_DAY))
    house.tell(EndAbsence(pupil_id="p2"))
    house.settle()
    assert diary(house, "p1") == happened(house, "p1")[:2]  # the next one is missing: what follows waits
    assert {parked.reason for parked in house.care.store.parked()} == {"gap"}
    assert diary(house, "p2") == happened(house, "p2")  # nothing of this child was lost: it goes on
    assert diary(house, "p4") == []
    lost = house.care.store.lost_places()
    assert {each.place.topic for each in lost} == {"roll"}
    assert {each.place.loss for each in lost} == {Loss.RECREATED}
    tellings = [line["what"] for line in told if line["event"] == "place_lost" and line["topic"] == "roll"]
    assert sorted(tellings) == sorted(each.place.sentence() for each in lost)
    state = health_of(house.care)[0]
    assert (state["status"], state["lost_places"]) == ("degraded", len(lost))

    for service in (house.roll, house.care):
        assert service.store.lost_places()
        republish(service)
    house.settle()
    for pupil_id in CHILDREN:
        assert diary(house, pupil_id) == happened(house, pupil_id)
    assert house.care.store.parked() == []
    assert house.roll.store.lost_places() == house.care.store.lost_places() == []
    assert health_of(house.care)[0]["status"] == "ok"


def test_what_was_lost_stays_told_in_the_next_process_until_the_log_was_sent_again(losing: Losing) -> None:
    house = losing.next_house()
    live(house, "p1")
    house.settle()
    house = losing.house_without_its_bus()
    live(house, "p2")
    house.settle()
    lost = house.care.store.lost_places()
    assert lost
    house = losing.next_house()
    live(house, "p3")
    house.settle()
    assert house.care.store.lost_places() == lost
    republish(house.roll)
    house = losing.next_house()  # the log is on its way, whoever sends it
    house.settle()
    assert house.care.store.lost_places() == []
    was = tables(house.care)
    assert [diary(house, pupil_id) for pupil_id in ("p1", "p2", "p3")] == [happened(house, p) for p in ("p1", "p2", "p3")]
    republish(house.roll)
    house.settle()
    assert tables(house.care) == was


def test_the_word_of_an_earlier_republication_settles_no_later_loss(losing: Losing) -> None:
    house = losing.next_house()
    live(house, "p1")
    republish(house.roll)
    house.settle()
    house = losing.house_without_its_bus()
    live(house, "p2")
    house.settle()
    assert house.care.store.lost_places()
    republish(house.roll)
    house.settle()
    assert house.care.store.lost_places() == []


# --- a new epoch --------------------------------------------------------------------------------------------------------


def begin_epoch(house: House) -> None:
    """As the bootstrap does where it finds the topics gone."""
    for service in (house.roll, house.care):
        with service.engine.begin() as connection:
            begin(connection, stamp(house.roll.clock.now()))


def waiting(house: House, pupil_id: str) -> list[int]:
    """Which steps of a child wait in roll's outbox, in the order in which they will be sent."""
    return [each.version for _, _, each in house.roll.store.outbox(1000) if each.stream_id == f"pupil-{pupil_id}"]


def test_in_a_new_epoch_services_at_work_send_everything_again_and_nobody_has_to_ask_for_it(losing: Losing) -> None:
    house = losing.next_house()
    live(house, *CHILDREN)
    house.settle()
    house = losing.house_without_its_bus()
    begin_epoch(house)
    house.tell(EndAbsence(pupil_id="p1"))
    at_work = [Hands(crew) for crew in house.crews]
    for hands in at_work:
        hands.start()
    eventually(lambda: diary(house, "p1") == happened(house, "p1"))
    eventually(lambda: house.roll.store.lost_places() == house.care.store.lost_places() == [])
    for hands in at_work:
        hands.stop()
    assert [diary(house, pupil_id) for pupil_id in CHILDREN] == [happened(house, pupil_id) for pupil_id in CHILDREN]
    assert house.care.store.parked() == []
    assert [take_up(crew.service, crew.relay) for crew in house.crews] == [False, False], "once is enough"


def test_in_a_new_epoch_no_step_is_sent_before_those_that_led_to_it(town: Town) -> None:
    house = town.house
    live(house, "p1")
    relay_until_empty(house)
    house.tell(EndAbsence(pupil_id="p1"))
    begin_epoch(house)
    assert waiting(house, "p1") == [3]
    assert take_up(house.roll, house.roll_crew.relay)
    assert waiting(house, "p1") == [1, 2, 3]


def test_a_service_does_not_rest_before_it_has_taken_up_its_epoch(town: Town) -> None:
    house = town.house
    begin_epoch(house)
    assert not rest_of(house.roll).quiescent
    take_up(house.roll, house.roll_crew.relay)
    relay_until_empty(house)
    assert rest_of(house.roll).quiescent


@pytest.mark.parametrize("broken_off_before", ["republish", "taken_up"])
def test_an_epoch_that_is_taken_up_by_a_process_that_dies_is_taken_up_anew_by_the_next(
    town: Town, monkeypatch: pytest.MonkeyPatch, broken_off_before: str
) -> None:
    house = town.house
    live(house, "p1")
    relay_until_empty(house)
    house.tell(EndAbsence(pupil_id="p1"))
    begin_epoch(house)

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(epochs, broken_off_before, die)
    with pytest.raises(KeyboardInterrupt):
        take_up(house.roll, house.roll_crew.relay)
    monkeypatch.undo()
    house = town.rebuild_house()
    assert take_up(house.roll, house.roll_crew.relay)
    assert waiting(house, "p1") == [1, 2, 3]
    assert not take_up(house.roll, house.roll_crew.relay)
