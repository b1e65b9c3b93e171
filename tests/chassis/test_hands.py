"""The hands of a service: what one of them waits for holds up no other."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from services.chassis.errors import BusForbidden, BusUnavailable
from services.chassis.hands import STOP_SECONDS, Hands
from tests.chassis.conftest import Town
from tests.chassis.test_projections import tables
from tests.chassis.toy import House
from tests.chassis.toy_roll import START_DAY, EnrolPupil, NoticeAbsence
from tests.patience import eventually


@contextmanager
def at_work(house: House) -> Iterator[None]:
    hands = [Hands(crew) for crew in house.crews]
    for each in hands:
        each.start()
    try:
        yield
    finally:
        for each in hands:
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
    [(BusForbidden("the ACL READ is missing"), "misconfigured"), (BusUnavailable("no topic care"), "step_again")],
)
def test_what_the_bus_says_is_told_as_a_sentence(
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
        eventually(lambda: sum("roll-" in thread.name for thread in threading.enumerate()) == 4)
        begun = time.monotonic()
    assert time.monotonic() - begun < STOP_SECONDS


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
