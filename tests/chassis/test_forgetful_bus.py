"""What the bus may forget, because journals keep it; and how a service that comes too late hears it all the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from services.chassis.bus.embedded import EmbeddedBus
from services.chassis.bus.places import Loss
from services.chassis.bus.retention import KEPT_DAYS
from services.chassis.envelope import Envelope
from services.chassis.hands import Hands
from services.chassis.rebuild import rebuild
from services.chassis.republication import LogRepublished
from services.chassis.republish import republish
from services.chassis.service import Service
from tests.chassis.conftest import Town
from tests.chassis.test_projections import tables
from tests.chassis.toy import CATALOGUE, TOPICS, House
from tests.chassis.toy_roll import START_DAY, EndAbsence, EnrolPupil, NoticeAbsence

FAR_FUTURE = datetime(2999, 1, 1, tzinfo=UTC)


def live(house: House, *pupils: str) -> None:
    """Children go missing, some for so long that they are suspected; one is back."""
    for pupil_id in pupils:
        house.tell(EnrolPupil(pupil_id=pupil_id))
        house.tell(NoticeAbsence(pupil_id=pupil_id, day=START_DAY))
    house.tell(EndAbsence(pupil_id=pupils[0]))


def own(service: Service) -> list[Envelope]:
    """A service's log, but for the word that it was sent again."""
    return [envelope for envelope in service.store.walk() if not envelope.stream_id.startswith("republication-")]


def forget_all(house: House) -> int:
    return sum(house.bus.forget(topic, FAR_FUTURE, 10_000) for topic in TOPICS)


@pytest.fixture
def lived(town: Town) -> Town:
    return weeks_later(town)


def weeks_later(town: Town) -> Town:
    """A county whose bus has forgotten everything."""
    live(town.house, "p1", "p2", "p3")
    town.clock.instant += timedelta(days=20)
    town.house.settle()
    assert forget_all(town.house) > 10
    return town


def test_read_models_are_rebuilt_from_the_journal_when_the_bus_has_forgotten(lived: Town) -> None:
    for service in (lived.house.roll, lived.house.care):
        was = tables(service)
        rebuild(service.model, service.store)
        assert tables(service) == was
    assert tables(lived.house.care)["watched"]


def test_who_was_there_goes_on_in_the_next_process(lived: Town) -> None:
    again = lived.rebuild_house()
    live(again, "p4")
    again.settle()
    assert [row[0] for row in tables(again.care)["watched"]] == ["p2", "p3"]
    assert again.care.store.parked() == []


def test_a_service_that_has_lost_its_database_waits_at_the_gaps_until_the_producer_says_it_again(town_in_files: Town) -> None:
    lived = weeks_later(town_in_files)
    was = tables(lived.house.care)["watched"]
    lived.house.close()
    for file in lived.site.directory.glob("care.sqlite*"):
        file.unlink()
    lived.house = again = House(lived.site, lived.clock, lived.keys)
    again.tell(NoticeAbsence(pupil_id="p1", day=lived.clock.now().date()))
    again.settle()
    assert {parked.reason for parked in again.care.store.parked()} == {"gap"}
    assert {lost.place.loss for lost in again.care.store.lost_places()} == {Loss.FORGOTTEN}
    events = sum(1 for _ in again.roll.store.walk())
    assert republish(again.roll) == events
    again.settle()
    assert again.care.store.parked() == []
    assert again.care.store.lost_places() == []
    watched = tables(again.care)["watched"]
    assert [row for row in watched if row[0] != "p1"] == was
    assert [row[0] for row in watched] == ["p1", "p2", "p3"]


def test_to_all_others_what_is_said_again_is_a_repeat(lived: Town) -> None:
    house = lived.house
    before = (tables(house.care), own(house.care), own(house.roll))
    for service in (house.roll, house.care):
        republish(service)
    house.settle()
    assert (tables(house.care), own(house.care), own(house.roll)) == before
    assert house.bus.lag("care") == house.bus.lag("roll") == 0


def test_saying_it_again_outlives_the_process_and_ends_with_the_word_that_it_is_done(lived: Town) -> None:
    events = [e.event_id for e in lived.house.roll.store.walk_from(0)]
    republish(lived.house.roll)
    again = lived.rebuild_house()
    waiting = [e for _, topic, e in again.roll.store.outbox(1_000) if topic == "roll"]
    assert [e.event_id for e in waiting[:-1]] == events
    assert CATALOGUE.decode(waiting[-1]) == LogRepublished(service="roll", events=len(events))
    again.settle()
    assert again.roll.store.backlog()["outbox"] == 0


def test_the_hands_of_a_service_let_its_own_old_messages_go_a_slice_a_step(
    town: Town, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    live(house, "p1", "p2", "p3")
    town.clock.instant += timedelta(days=20)
    house.settle()
    kept = {topic: kept_of(house, topic) for topic in TOPICS}
    assert min(kept.values()) > 2
    monkeypatch.setattr("services.chassis.bus.retention.wall_now", lambda: datetime.now(UTC) + timedelta(days=KEPT_DAYS + 1))
    monkeypatch.setattr("services.chassis.bus.retention.MESSAGES_A_SLICE", 2)
    hands = Hands(house.roll_crew)
    hands._relay_step()
    assert kept_of(house, "roll") == kept["roll"] - 2
    for _ in range(kept["roll"]):
        hands._relay_step()
    assert (kept_of(house, "roll"), kept_of(house, "care")) == (0, kept["care"])


def kept_of(house: House, topic: str) -> int:
    """How many messages of a topic are still on the bus."""
    bus = house.bus
    assert isinstance(bus, EmbeddedBus)
    return int(bus._connection.execute("SELECT count(*) FROM messages WHERE topic = ?", (topic,)).fetchone()[0])
