"""The hands of a service: what one of them waits for holds up no other."""

from __future__ import annotations

import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from services.chassis import hands
from services.chassis.doorbell import Doorbell, Ringer
from services.chassis.errors import BusForbidden, BusUnavailable, Misconfigured, ReadingPaused, StoreBusy
from services.chassis.hands import STOP_SECONDS, Hands
from services.chassis.turn import Turn
from services.chassis.wrapping import KEY_BYTES, WrappingKeyMissing, WrappingKeys, needed_wrapping
from tests.chassis.conftest import Town
from tests.chassis.test_projections import tables
from tests.chassis.toy import House, Keys, SetClock, in_directory
from tests.chassis.toy_care import OpenCase
from tests.chassis.toy_roll import START_DAY, EnrolPupil, NoticeAbsence
from tests.patience import eventually


@contextmanager
def at_work(house: House) -> Iterator[None]:
    at_it = [Hands(crew) for crew in house.crews]
    for each in at_it:
        each.start()
    try:
        yield
    finally:
        for each in at_it:
            each.stop()


@pytest.fixture
def house(town_in_files: Town) -> House:
    return town_in_files.house


def test_a_bus_that_does_not_answer_holds_up_no_timer(town_in_files: Town, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = threading.Event()
    right = house.bus.publish

    def later(messages: Any) -> int:
        answers.wait()
        return right(messages)

    monkeypatch.setattr(house.bus, "publish", later)
    with at_work(house):
        house.tell(EnrolPupil(pupil_id="p1"))
        house.tell(NoticeAbsence(pupil_id="p1", day=START_DAY))
        town_in_files.clock.instant += timedelta(days=20)
        eventually(lambda: [row[2] for row in tables(house.roll)["pupils"]] == ["suspected"])
        assert tables(house.care)["watched"] == []
        answers.set()
        eventually(lambda: tables(house.care)["cases"])


@pytest.mark.parametrize(
    ("trouble", "event"),
    [
        (BusForbidden("the ACL READ is missing"), "misconfigured"),
        (BusUnavailable("no topic care"), "step_again"),
        (WrappingKeyMissing(["a1b2c3"]), "misconfigured"),
        (StoreBusy("the disk of PostgreSQL is full"), "step_again"),
    ],
)
def test_what_bus_and_store_say_is_told_as_a_sentence(
    house: House, monkeypatch: pytest.MonkeyPatch, told: list[Any], trouble: Exception, event: str
) -> None:
    def refuse() -> int:
        raise trouble

    monkeypatch.setattr(house.care_crew.consumer, "step", refuse)
    with at_work(house):
        eventually(lambda: [line for line in told if line["event"] == event])
    (line, *_) = [line for line in told if line["event"] == event]
    assert (line["service"], line["what"]) == ("care", str(trouble))
    assert "exc_info" not in line


def test_they_end_soon_even_while_they_wait(house: House) -> None:
    with at_work(house):
        eventually(lambda: sum("roll-" in thread.name for thread in threading.enumerate()) == 5)
        begun = time.monotonic()
    assert time.monotonic() - begun < STOP_SECONDS


def test_what_does_not_end_in_time_is_broken_off_and_the_lead_left_to_another(
    house: House, monkeypatch: pytest.MonkeyPatch, told: list[Any]
) -> None:
    answers, resigned = threading.Event(), threading.Event()
    monkeypatch.setattr(hands, "STOP_SECONDS", 0.2)
    monkeypatch.setattr(house.bus, "publish", lambda _messages: answers.wait() and 0)
    monkeypatch.setattr(house.roll.store, "resign", resigned.set)
    house.tell(EnrolPupil(pupil_id="p1"))
    with at_work(house):
        eventually(lambda: sum("roll-" in thread.name for thread in threading.enumerate()) == 5)
        begun = time.monotonic()
    assert time.monotonic() - begun < 5
    assert resigned.is_set()
    assert [line["threads"] for line in told if line["event"] == "broken_off"] == [["roll-relay"]]
    assert all(thread.daemon for thread in threading.enumerate() if "roll-" in thread.name)
    answers.set()


def test_who_is_told_to_stop_begins_no_further_outside_call(house: House) -> None:
    for number in range(3):
        house.tell(OpenCase(case_id=f"c{number}", pupil_id="p1", episode_id="e1"))
    enough = iter((False, True))
    assert house.care_crew.worker.step(lambda: next(enough)) == 1
    assert house.care.store.backlog()["work"] == 2


def test_who_does_not_lead_only_listens(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.tell(EnrolPupil(pupil_id="p1"))
    house.tell(OpenCase(case_id="c1", pupil_id="p1", episode_id="e1"))
    monkeypatch.setattr(house.roll.store, "leads", lambda: False)
    monkeypatch.setattr(house.care.store, "leads", lambda: False)
    assert [crew.step() for crew in house.crews] == [0, 0]
    monkeypatch.undo()
    assert all(crew.step() for crew in house.crews)


def test_who_leads_does_the_chores_of_each_minute_and_what_cannot_be_done_then_is_told_and_holds_up_no_timer(
    town_in_files: Town, house: House, monkeypatch: pytest.MonkeyPatch, told: list[Any]
) -> None:
    monkeypatch.setattr(hands, "MINUTE_SECONDS", 0.05)
    monkeypatch.setattr(hands, "LONGEST_BACK_OFF_SECONDS", 0.05)
    done: list[str] = []

    def broken() -> None:
        done.append("a chore")
        raise Misconfigured("the list cannot be written")

    house.roll.each_minute["write_list"] = broken
    house.tell(EnrolPupil(pupil_id="p1"))
    house.tell(NoticeAbsence(pupil_id="p1", day=START_DAY))
    with at_work(house):
        eventually(lambda: len(done) > 1)
        town_in_files.clock.instant += timedelta(days=20)
        eventually(lambda: [row[2] for row in tables(house.roll)["pupils"]] == ["suspected"])
    assert {line["what"] for line in told if line["event"] == "misconfigured"} == {"the list cannot be written"}


def test_a_chore_that_fails_keeps_no_other_from_being_done_and_is_told_by_its_name(
    house: House, monkeypatch: pytest.MonkeyPatch, told: list[Any]
) -> None:
    monkeypatch.setattr(hands, "MINUTE_SECONDS", 0.0)
    done: list[str] = []

    def fails(trouble: Exception) -> Callable[[], object]:
        def chore() -> None:
            raise trouble

        return chore

    house.roll.each_minute = {
        "sign": fails(StoreBusy("the disk of PostgreSQL is full")),
        "write_list": fails(Misconfigured("the list cannot be written")),
        "count": fails(ValueError("p1")),
        "sweep": lambda: done.append("sweep"),
    }
    house.roll.hourly = {"forget": lambda: done.append("forget")}
    with at_work(house):
        eventually(lambda: "misconfigured" in events(told))
    assert done == ["sweep", "forget"]
    assert [(line["chore"], line.get("what")) for line in told if line["event"] == "chore_failed"] == [
        ("sign", "the disk of PostgreSQL is full"), ("write_list", "the list cannot be written"), ("count", None),
    ]  # fmt: skip
    assert [line["what"] for line in told if line["event"] == "misconfigured"] == ["the list cannot be written"]


def test_who_leads_wraps_childrens_keys_anew_by_a_wrapping_key_that_was_put_in_front(tmp_path: Path, told: list[Any]) -> None:
    before = {"old": os.urandom(KEY_BYTES)}
    site, clock, keys = in_directory(tmp_path), SetClock(), Keys(WrappingKeys(before))
    house = House(site, clock, keys)
    for pupil in ("p1", "p2"):
        house.roll.turns.run(partial(Turn.seal, subject_id=pupil, place="visit-1/words", text="words"))
    house.close()
    keys.wrapping = WrappingKeys({"new": os.urandom(KEY_BYTES), **before})
    house = House(site, clock, keys)
    with at_work(house):
        eventually(lambda: "keys_wrapped_anew" in events(told))
    with house.roll.engine.connect() as connection:
        assert needed_wrapping(connection.exec_driver_sql).opening == {"new"}
    assert [(line["keys"], line["wrapping_key"]) for line in told if line["event"] == "keys_wrapped_anew"] == [(2, "new")]
    house.close()


@pytest.fixture
def unwoken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is woken by the lapse of time, other than who looks for all."""
    monkeypatch.setattr(hands, "REST_SECONDS", 3600.0)


@pytest.mark.usefixtures("unwoken")
def test_what_no_commit_has_told_of_is_found_by_who_looks_for_all(
    town_in_files: Town, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    for service in (house.roll, house.care):
        monkeypatch.setattr(service.store, "on_commit", lambda _wake: None)
    with at_work(house):
        house.tell(OpenCase(case_id="c1", pupil_id="p1", episode_id="e1"))
        eventually(lambda: not house.care.store.backlog()["work"])
        house.tell(EnrolPupil(pupil_id="p1"))
        house.tell(NoticeAbsence(pupil_id="p1", day=START_DAY))
        eventually(lambda: tables(house.care)["watched"])
        town_in_files.clock.instant += timedelta(days=20)
        eventually(lambda: [row[2] for row in tables(house.roll)["pupils"]] == ["suspected"])


@pytest.mark.usefixtures("unwoken")
def test_where_nothing_waits_one_question_is_asked_for_all(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hands, "LOOK_AGAIN_SECONDS", 0.01)
    asked: Counter[str] = Counter()

    def counted(name: str) -> Callable[..., Any]:
        right = getattr(house.roll.store, name)

        def ask(*values: Any) -> Any:
            asked[name] += 1
            return right(*values)

        return ask

    for name in ("awaited", "outbox", "due_timers", "pending_work"):
        monkeypatch.setattr(house.roll.store, name, counted(name))
    at_it = Hands(house.roll_crew)
    at_it.start()
    eventually(lambda: len(asked) == 4 and not at_it._epoch_may_be_new and not at_it._bus_may_forget)
    asked.clear()
    eventually(lambda: asked["awaited"] > 20)
    at_it.stop()
    assert asked["outbox"] + asked["due_timers"] + asked["pending_work"] <= 6  # woken once more while they first looked about
    assert not house.roll.store.awaited().to_send


@pytest.mark.usefixtures("unwoken")
def test_what_another_process_commits_wakes_them(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hands, "LOOK_AGAIN_SECONDS", 3600.0)
    bell = Doorbell(("127.0.0.1", 0))
    ringer = Ringer(("127.0.0.1", bell.port))
    at_it = Hands(house.roll_crew, also_wake_on=(bell.on_ring,))
    at_it.start()
    eventually(lambda: not house.roll.store.backlog()["outbox"])
    monkeypatch.setattr(house.roll.store, "_wakers", [])  # as in a process of its own
    house.tell(EnrolPupil(pupil_id="p1"))
    ringer.ring()
    eventually(lambda: not house.roll.store.backlog()["outbox"])
    at_it.stop()
    ringer.close()
    bell.close()


def test_a_topic_that_cannot_be_read_is_told_once_and_when_it_can_again(
    house: House, monkeypatch: pytest.MonkeyPatch, told: list[Any]
) -> None:
    unread: dict[str, Exception] = {"roll": BusForbidden("the ACL READ on TOPIC roll is missing")}
    monkeypatch.setattr(house.care_crew.consumer._subscription, "unread", lambda: unread)
    for _ in range(3):
        house.care_crew.consumer.step()
    unread.clear()
    house.care_crew.consumer.step()
    assert [(line["event"], line["topic"], line.get("what", "")) for line in told] == [
        ("topic_unread", "roll", "the ACL READ on TOPIC roll is missing"),
        ("topic_read_again", "roll", ""),
    ]


def test_they_tell_since_when_one_of_them_has_not_got_on(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> int:
        raise BusUnavailable("no topic care")

    monkeypatch.setattr(house.care_crew.consumer, "step", refuse)
    monkeypatch.setattr(hands, "LATELY_SECONDS", 0.5)
    care = Hands(house.care_crew)
    care.start()
    eventually(lambda: care.standstill()["bus"] > 1.0)
    stood = care.standstill()
    assert set(stood) == {"relay", "bus", "timers", "work", "look"}
    assert max(seconds for step, seconds in stood.items() if step != "bus") < stood["bus"]
    assert not care.get_on()
    care.stop()


def test_a_listener_that_a_backup_holds_up_is_not_stuck_and_goes_on_with_what_it_had_read(
    house: House, monkeypatch: pytest.MonkeyPatch, told: list[Any]
) -> None:
    monkeypatch.setattr(hands, "PAUSE_SECONDS", 0.01)
    goes_on = threading.Event()
    right = house.care.store.transaction

    @contextmanager
    def held() -> Iterator[Any]:
        with right() as transaction:
            if not goes_on.is_set() and "care-bus" in threading.current_thread().name:
                raise ReadingPaused
            yield transaction

    monkeypatch.setattr(house.care.store, "transaction", held)
    house.tell(EnrolPupil(pupil_id="p1"))
    house.tell(NoticeAbsence(pupil_id="p1", day=START_DAY))
    with at_work(house):
        eventually(lambda: "reading_paused" in events(told))
        assert tables(house.care)["watched"] == []
        goes_on.set()
        eventually(lambda: tables(house.care)["watched"])
    assert [event for event in events(told) if event.startswith("reading") or event == "step_again"] == [
        "reading_paused", "reading_goes_on",
    ]  # fmt: skip


def events(told: list[Any]) -> list[str]:
    return [line["event"] for line in told]
