"""Verification goes range by range: nothing is missed between two of them, and what happens meanwhile is no false alarm."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import msgspec
import pytest
import sqlalchemy as sa

from services.chassis.checkpoints import CheckpointSigned
from services.chassis.findings import Wrong
from services.chassis.storage.tables import EVENTS
from services.chassis.verification import StoredLog, verify_log
from services.chassis.verification.log import LogMoved
from services.chassis.verification.questions import (
    AskCheckpoints,
    AskEvents,
    AskJournal,
    AskRange,
    Begun,
    CheckpointsSeen,
    EventsSeen,
    JournalSeen,
    NextRange,
    RowsSeen,
)
from tests.chassis.ranges import short_ranges
from tests.chassis.telling import CHECKPOINTS, Evidence, telling
from tests.chassis.test_checkpoints import signed
from tests.chassis.toy import CATALOGUE
from tests.chassis.toy_roll import EndAbsence, NoticeAbsence

Q = TypeVar("Q", bound=msgspec.Struct)
A = TypeVar("A", bound=msgspec.Struct)


@pytest.fixture(params=("sqlite", "postgres"))
def evidence(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Evidence]:
    yield from telling(request.param, tmp_path, request, monkeypatch)


class Watched(StoredLog):
    """A log beside which something happens before each answer; it keeps the questions that it was asked."""

    def __init__(self, evidence: Evidence, meanwhile: Callable[[], object] = lambda: None) -> None:
        roll = evidence.house.roll
        super().__init__(roll.store, CATALOGUE, roll.checkpoints.public_keys)
        self._meanwhile = meanwhile
        self.asked: list[msgspec.Struct] = []
        self.answered: list[msgspec.Struct] = []

    def begin(self) -> Begun:
        self._meanwhile()
        return super().begin()

    def checkpoints(self, question: AskCheckpoints) -> CheckpointsSeen:
        return self._watched(question, super().checkpoints)

    def next_range(self, question: AskRange) -> NextRange:
        return self._watched(question, super().next_range)

    def events(self, question: AskEvents) -> EventsSeen:
        return self._watched(question, super().events)

    def journal(self, question: AskJournal) -> JournalSeen:
        return self._watched(question, super().journal)

    def rows(self) -> RowsSeen:
        self._meanwhile()
        return super().rows()

    def _watched(self, question: Q, ask: Callable[[Q], A]) -> A:
        self._meanwhile()
        self.asked.append(question)
        answer = ask(question)
        self.answered.append(answer)
        return answer


def pages(anchors: Sequence[CheckpointSigned]) -> dict[str, list[Sequence[CheckpointSigned]]]:
    return {CHECKPOINTS: [[anchor] for anchor in anchors]}


def long_life(evidence: Evidence) -> None:
    """One child with many events beside children with few, under as many checkpoints."""
    evidence.missed("p2")
    for day in range(4):
        evidence.missed(f"p3{day}")
        evidence.house.tell(EndAbsence(pupil_id="p2"))
        evidence.house.tell(NoticeAbsence(pupil_id="p2", day=evidence.town.clock.instant.date() + timedelta(days=day + 1)))
        evidence.sign()


@pytest.mark.parametrize(("evidence", "rows"), [("sqlite", 1), ("sqlite", 5), ("postgres", 9)], indirect=["evidence"])
def test_a_changed_event_is_located_whichever_range_it_is_in_and_whichever_it_ends(
    evidence: Evidence, monkeypatch: pytest.MonkeyPatch, rows: int
) -> None:
    long_life(evidence)
    short_ranges(monkeypatch, rows)
    anchors = signed(evidence.house)
    assert evidence.verify(anchors=anchors).sound
    for event in [*evidence.house.roll.store.walk()][:: 3 if rows < 9 else 9]:
        where = (EVENTS.c.stream_id == event.stream_id, EVENTS.c.version == event.version)
        evidence.tamper(sa.update(EVENTS).where(*where).values(actor="somebody"))
        assert evidence.findings(anchors=anchors) == [(event.stream_id, event.version, Wrong.CHANGED)]
        evidence.tamper(sa.update(EVENTS).where(*where).values(actor=event.actor))
    assert evidence.verify(anchors=anchors).sound


@pytest.mark.parametrize("evidence", ["sqlite"], indirect=True)
@pytest.mark.parametrize("first", [1, 4, 10])
def test_a_removed_tail_is_located_wherever_ranges_end(evidence: Evidence, monkeypatch: pytest.MonkeyPatch, first: int) -> None:
    long_life(evidence)
    short_ranges(monkeypatch, 3)
    anchors = signed(evidence.house)
    evidence.tamper(
        sa.text(f"DELETE FROM events WHERE stream_id = 'pupil-p2' AND version >= {first}"),  # noqa: S608  a test's own number
        sa.text(f"DELETE FROM publications WHERE stream_id = 'pupil-p2' AND version >= {first}"),  # noqa: S608  the same
        sa.text("DELETE FROM outbox"),
    )
    assert evidence.findings(anchors=anchors) == [("pupil-p2", first, Wrong.REMOVED)]


def test_what_happens_between_two_ranges_is_no_false_alarm(evidence: Evidence, monkeypatch: pytest.MonkeyPatch) -> None:
    long_life(evidence)
    short_ranges(monkeypatch, 3)
    children = iter(range(1_000))

    def more() -> None:
        evidence.missed(f"p1{next(children)}")  # among the streams, before and behind those that were followed
        evidence.house.tell(EndAbsence(pupil_id="p2"))
        evidence.house.tell(NoticeAbsence(pupil_id="p2", day=evidence.town.clock.instant.date() + timedelta(days=50)))
        evidence.sign()

    report = verify_log(Watched(evidence, more), pages(signed(evidence.house)))
    assert report.findings == ()
    assert next(children) > 10, "much has happened meanwhile"
    assert report.events < len([*evidence.house.roll.store.walk()])


@pytest.mark.parametrize("evidence", ["sqlite"], indirect=True)
def test_no_question_and_no_answer_is_longer_than_a_range_however_old_the_log(
    evidence: Evidence, monkeypatch: pytest.MonkeyPatch
) -> None:
    short_ranges(monkeypatch, 3)
    longest: list[int] = []
    for _ in range(2):
        long_life_of = len(longest)
        for child in range(6):
            evidence.missed(f"p{long_life_of}{child}")
            evidence.sign()
        log = Watched(evidence)
        assert verify_log(log, pages(signed(evidence.house))).sound
        longest.append(max(len(msgspec.json.encode(each)) for each in [*log.asked, *log.answered]))
        for asked in log.asked:
            if isinstance(asked, AskEvents):
                assert len(asked.heads) <= 3 + 2
    assert longest[1] < longest[0] * 1.1


def test_an_event_that_is_taken_away_between_two_ranges_ends_the_verification(
    evidence: Evidence, monkeypatch: pytest.MonkeyPatch
) -> None:
    long_life(evidence)
    short_ranges(monkeypatch, 3)

    class Raided(Watched):
        def events(self, question: AskEvents) -> EventsSeen:
            answer = super().events(question)
            evidence.tamper(sa.delete(EVENTS).where(EVENTS.c.position == question.range.through))
            return answer

    with pytest.raises(LogMoved):
        verify_log(Raided(evidence), pages(signed(evidence.house)))
