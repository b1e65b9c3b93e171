"""A service's log within reach, which is verified range by range: every question is a request, and each of them is short."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

import msgspec

from services.chassis.checkpoints import KIND, CheckpointSigned
from services.chassis.findings import Report
from services.chassis.verification import verify_log
from services.chassis.verification.questions import (
    AskCheckpoints,
    AskEvents,
    AskJournal,
    AskRange,
    AskRows,
    Begin,
    Begun,
    CheckpointsSeen,
    EventsSeen,
    JournalSeen,
    NextRange,
    Question,
    RowsSeen,
)
from services.cli.reach import Reach
from services.cli.show import counting

A = TypeVar("A")


class ServedLog:
    """The log of one service of a house, as `chassis.verification` asks it."""

    def __init__(self, house: Reach, service: str) -> None:
        self._house = house
        self._service = service

    def begin(self) -> Begun:
        return self._ask(Begin(), Begun)

    def checkpoints(self, question: AskCheckpoints) -> CheckpointsSeen:
        return self._ask(question, CheckpointsSeen)

    def next_range(self, question: AskRange) -> NextRange:
        return self._ask(question, NextRange)

    def events(self, question: AskEvents) -> EventsSeen:
        return self._ask(question, EventsSeen)

    def journal(self, question: AskJournal) -> JournalSeen:
        return self._ask(question, JournalSeen)

    def rows(self) -> RowsSeen:
        return self._ask(AskRows(), RowsSeen)

    def _ask(self, question: Question, answer: type[A]) -> A:
        self._house.as_operator()  # a token ends before a long log does
        return msgspec.convert(self._house.send_file(f"/{self._service}/operator/verify", "question", question), answer)


def anchor_pages(house: Reach, service: str) -> Iterator[Sequence[CheckpointSigned]]:
    """A service's anchors, page by page, up to the one that is the newest when the first page is asked for."""
    after, last = 0, None
    while last is None or after < last:
        house.as_operator()
        answer = house.get(f"/oversight/anchors/{service}", after=after)
        last = answer["last"] if last is None else last
        page = [anchor for anchor in msgspec.convert(answer["items"], list[CheckpointSigned]) if anchor.number <= last]
        if not page:
            return
        yield page
        after = page[-1].number


def verified(house: Reach, service: str) -> Report:
    """The report on a service's log, held against oversight's anchors; on a terminal one sees how far it is."""
    with counting(service) as seen:
        return verify_log(ServedLog(house, service), {f"{KIND}-{service}": anchor_pages(house, service)}, seen)
