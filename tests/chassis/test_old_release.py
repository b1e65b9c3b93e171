"""Events of a former release, stored in a file and waiting on the bus, are today's everywhere – and stay the bytes they were."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from services.chassis.bus.cloudevents import from_message, to_message
from services.chassis.bus.embedded import EmbeddedBus
from services.chassis.bus.port import Message
from services.chassis.county import midnight
from services.chassis.decider import COUNTY_TIME
from services.chassis.envelope import chain_hash
from services.chassis.rebuild import rebuild
from services.chassis.republish import republish
from services.chassis.service import Service
from services.chassis.storage.port import Batch
from services.chassis.storage.sqlite import SqliteStore
from services.chassis.storage.sqlite_file import migrate_file
from services.chassis.verification import verify
from tests.chassis.conftest import Town
from tests.chassis.storage.adapters import commit
from tests.chassis.test_projections import tables
from tests.chassis.toy import CATALOGUE, MIGRATIONS, TOPICS, House
from tests.chassis.toy_care import CASE, case_of
from tests.chassis.toy_history import UPCASTERS, first_release
from tests.chassis.toy_roll import PUPIL, EndAbsence, NoticeAbsence
from tests.topics import forms

ON_THE_BUS = 4
"""So many had left the outbox when the new release came; the last was still in it."""


def leave_behind(directory: Path) -> None:
    """The files as the first release left them: its log, one event in the outbox, the others on the bus, unread."""
    events = first_release()
    migrate_file(directory / "roll.sqlite", MIGRATIONS / "roll")
    store = SqliteStore(directory / "roll.sqlite")
    unsent = [("roll", event.stream_id, event.version) for event in events[ON_THE_BUS:]]
    commit(store, Batch(events=events, outbox=unsent))
    store.close()
    bus = EmbeddedBus(directory / "bus.sqlite")
    bus.create_topics(forms(TOPICS))
    bus.publish([to_message(event, "roll") for event in events[:ON_THE_BUS]])
    bus.close()


@pytest.fixture
def town(town_in_files: Town) -> Town:
    """The former release left files."""
    return town_in_files


@pytest.fixture
def house(town: Town) -> House:
    """The new release on the old files, at work."""
    town.house.close()
    for file in town.site.directory.iterdir():
        file.unlink()
    leave_behind(town.site.directory)
    town.house = House(town.site, town.clock, town.keys)
    town.house.settle()
    return town.house


def rows(service: Service, table: str) -> list[tuple[Any, ...]]:
    return list(tables(service)[table])


def test_what_was_kept_is_of_the_first_version_and_sound() -> None:
    events = first_release()
    assert {(event.type, event.schema) for event in events} == set(UPCASTERS)
    assert all(chain_hash(event) == event.hash for event in events)
    assert b"school_id" not in events[0].data


def test_the_decider_sees_todays_events(house: House) -> None:
    state, _ = house.roll.turns.run(lambda turn: turn.state(PUPIL, "old1"))
    assert (state.school_id, state.stage, state.episode_id) == ("school-1", "suspected", "episode-old1")
    assert state.noticed_at == midnight(date(2026, 9, 1))


def test_the_deadlines_of_todays_events_are_asked_for(house: House) -> None:
    due = {t.timer_id: datetime.fromisoformat(t.due_at).astimezone(COUNTY_TIME) for t in house.roll.store.timers()}
    assert due["pupil-old1/confirm"] == datetime(2026, 10, 2, tzinfo=COUNTY_TIME)
    assert due["pupil-old2/suspect"] == datetime(2026, 9, 15, tzinfo=COUNTY_TIME)


def test_projection_index_and_reaction_of_another_service_see_todays_events(house: House) -> None:
    assert [(row[0], row[1], row[2]) for row in rows(house.care, "watched")] == [
        ("old1", "episode-old1", "suspected"),
        ("old2", "episode-old2", "missing"),
    ]
    assert {row[1] for row in rows(house.care, "heard")} >= {"old1", "episode-old1", "old2", "episode-old2"}
    case, _ = house.care.turns.run(lambda turn: turn.state(CASE, case_of("episode-old1")))
    assert case.pupil_id == "old1"
    assert house.care.store.parked() == []


def test_a_rebuild_sees_todays_events(house: House) -> None:
    assert rows(house.roll, "pupils") == [], "the old release's rows were not taken over"
    rebuild(house.roll.model, house.roll.store)
    assert [row[:4] for row in rows(house.roll, "pupils")] == [
        ("old1", "school-1", "suspected", "2026-09-01"),
        ("old2", "school-1", "missing", "2026-09-07"),
    ]
    was = tables(house.care)
    rebuild(house.care.model, house.care.store)
    assert tables(house.care) == was


def test_old_bytes_stay_what_they_were_in_log_journal_and_on_the_bus(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    old = first_release()
    said: list[Message] = []
    monkeypatch.setattr(house.bus, "publish", lambda messages: said.extend(messages) or len(messages))
    republish(house.roll)
    while house.roll_crew.relay.step():
        pass
    log = list(house.roll.store.walk_from(0))
    journal = {event.event_id: event for event in house.care.store.walk_received()}
    assert log[: len(old)] == old
    assert [journal[event.event_id] for event in old] == old
    assert [from_message(message) for message in said[: len(old)]] == old
    assert {message.headers["ce_type"] for message in said[: len(old)]} == {f"cn.fuxue.{name}.v1" for name, _ in UPCASTERS}


def test_new_events_continue_the_chain_in_todays_version_and_all_verifies(house: House) -> None:
    house.tell(EndAbsence(pupil_id="old2"))
    house.tell(NoticeAbsence(pupil_id="old2", day=date(2026, 9, 8)))
    house.settle()
    stream = list(house.roll.store.walk(["pupil-old2"]))
    assert [(event.type, event.schema) for event in stream if event.type == "roll.AbsenceNoticed"] == [
        ("roll.AbsenceNoticed", 1),
        ("roll.AbsenceNoticed", 2),
    ]
    assert stream[2].prev_hash == first_release()[-1].hash
    for service in (house.roll, house.care):
        service.checkpoints.sign()
        house.settle()
        report = verify(service.store, CATALOGUE, service.checkpoints.public_keys)
        assert (report.sound, report.checkpoints) == (True, 1)
    assert rows(house.care, "watched")[1][:3] == ("old2", stream[-1].correlation_id, "missing")


def test_an_old_event_that_was_changed_is_found(house: House) -> None:
    with house.roll.store.exclusive() as writer:
        writer.execute("UPDATE events SET data = replace(data, 'school-1', 'school-2') WHERE stream_id = 'pupil-old1'")
    report = verify(house.roll.store, CATALOGUE, house.roll.checkpoints.public_keys)
    assert [(finding.stream_id, finding.version) for finding in report.findings] == [("pupil-old1", 1)]
