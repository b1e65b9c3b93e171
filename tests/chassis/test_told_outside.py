"""What others were told stands under checkpoints: changed, removed or slipped in, it is located on each store, and nothing else."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa

from services.chassis import signing
from services.chassis.envelope import stamp
from services.chassis.findings import Report, Wrong
from services.chassis.storage.tables import EVENTS, PUBLICATIONS
from tests.chassis.conftest import Town
from tests.chassis.ranges import short_ranges
from tests.chassis.telling import CHECKPOINTS, HEALTH, POLICE, Evidence, Place, at, slipped, telling, told
from tests.chassis.test_checkpoints import signed
from tests.chassis.toy import START
from tests.chassis.toy_roll import EndAbsence, EnrolPupil


@pytest.fixture(params=("sqlite", "postgres"))
def evidence(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Evidence]:
    short_ranges(monkeypatch, 3 if request.param == "sqlite" else 20)  # there each question is some connections
    yield from telling(request.param, tmp_path, request, monkeypatch)


@pytest.fixture
def lived(evidence: Evidence) -> Evidence:
    evidence.live()
    return evidence


MISSED: Place = (POLICE, "pupil-p1", 2)
"""What the police were told of the first child, under the first checkpoint."""


def test_what_was_told_is_sound_and_the_report_says_up_to_when_it_is_proved(lived: Evidence) -> None:
    (*_, last) = signed(lived.house)
    report = lived.verify(anchors=signed(lived.house)[:2])
    assert report.sound
    assert report.publications == 4 * 3
    assert report.publications_proved_until == last.covered_until == stamp(START + timedelta(minutes=3))
    assert report.publications_anchored_until == stamp(START + timedelta(minutes=2))


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("topic", "department.justice"),
        ("subject", "p2"),
        ("type", "toy.PupilEnrolled"),
        ("schema", 2),
        ("data", b"forged"),
        ("data", b""),
        ("hash_suite", "md5"),
        ("hash_suite", None),
        ("hash", "ab" * 32),
    ],
)
def test_a_message_changed_in_any_column_is_located(lived: Evidence, column: str, value: object) -> None:
    lived.change(MISSED, **{column: value})
    assert lived.findings() == [("pupil-p1", 2, Wrong.PUBLICATION_CHANGED)]


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_message_changed_with_its_hash_is_located_by_the_checkpoint_that_signed_it(lived: Evidence, number: int) -> None:
    place = (POLICE, f"pupil-p{number}", 2)
    lived.change(place, **msgspec.structs.asdict(told(place)))
    assert lived.findings() == [(f"pupil-p{number}", 2, Wrong.PUBLICATION_REWRITTEN)]
    assert f"checkpoint {number} signed" in lived.verify().findings[0].detail


@pytest.mark.parametrize("suite", [None, "sha256", "md5"])
def test_a_changed_message_whose_hash_was_taken_away_is_located_by_the_checkpoint(lived: Evidence, suite: str | None) -> None:
    lived.change(MISSED, hash=None, hash_suite=suite)
    assert lived.findings() == [], "it stands there as it was signed"
    lived.change(MISSED, data=b"forged")
    assert lived.findings() == [("pupil-p1", 2, Wrong.PUBLICATION_REWRITTEN)]


@pytest.mark.parametrize(
    ("values", "finding"),
    [
        ({"data": "CAST(data AS TEXT)"}, (2, Wrong.PUBLICATION_CHANGED)),
        ({"subject": "CAST(x'ff' AS TEXT)"}, (2, Wrong.PUBLICATION_CHANGED)),
        ({"subject": "CAST(x'ff' AS TEXT)", "hash": "NULL"}, (2, Wrong.PUBLICATION_REWRITTEN)),
        ({"schema": "1.5"}, (2, Wrong.PUBLICATION_CHANGED)),
        ({"version": "'x'"}, (0, Wrong.NAMES_NO_EVENT)),
    ],
)
@pytest.mark.parametrize("evidence", ["sqlite"], indirect=True)
def test_a_value_of_another_kind_is_located(lived: Evidence, values: dict[str, str], finding: tuple[int, Wrong]) -> None:
    """PostgreSQL lets nobody write one."""
    lived.change(MISSED, **{column: sa.literal_column(value) for column, value in values.items()})
    assert lived.findings() == [("pupil-p1", *finding)]


@pytest.mark.parametrize("place", [MISSED, (HEALTH, "pupil-p1", 2), (HEALTH, "pupil-p3", 1)])
def test_a_removed_message_is_located(lived: Evidence, place: Place) -> None:
    lived.tamper(sa.delete(PUBLICATIONS).where(*at(place)))
    assert lived.findings() == [(*place[1:], Wrong.PUBLICATION_REMOVED)]


def test_all_removed_messages_are_located_each_stream_by_its_first(lived: Evidence) -> None:
    lived.tamper(sa.delete(PUBLICATIONS))
    assert lived.findings() == [(f"pupil-p{number}", 1, Wrong.PUBLICATION_REMOVED) for number in (1, 2, 3)]


@pytest.mark.parametrize("place", [(POLICE, "pupil-p1", 1), ("department.justice", "pupil-p2", 2)])
def test_a_message_slipped_in_for_an_event_under_a_checkpoint_is_located(lived: Evidence, place: Place) -> None:
    lived.tamper(slipped(told(place)))
    assert lived.findings() == [(*place[1:], Wrong.PUBLICATION_SLIPPED_IN)]


def test_a_message_slipped_in_without_an_event_is_located(lived: Evidence) -> None:
    lived.tamper(slipped(told((POLICE, "pupil-p1", 9))))
    assert lived.findings() == [("pupil-p1", 9, Wrong.NAMES_NO_EVENT)]


def test_a_message_moved_to_another_event_is_missed_at_its_own(lived: Evidence) -> None:
    moved = told((POLICE, "pupil-p2", 1), lived.row((POLICE, "pupil-p2", 2)).data)
    lived.change((POLICE, "pupil-p2", 2), **msgspec.structs.asdict(moved))
    assert lived.findings() == [("pupil-p2", 1, Wrong.PUBLICATION_SLIPPED_IN)]


@pytest.mark.parametrize("position", [-5, 1_000])
def test_a_message_slipped_in_for_an_event_that_was_moved_within_the_log_is_located(lived: Evidence, position: int) -> None:
    """Behind the last checkpoint the next one signs the message: it is another one than has covered the event."""
    of_event = (EVENTS.c.stream_id == "pupil-p1", EVENTS.c.version == 1)
    lived.tamper(sa.update(EVENTS).where(*of_event).values(position=position), slipped(told((POLICE, "pupil-p1", 1))))
    for _ in range(2):
        assert ("pupil-p1", 1, Wrong.PUBLICATION_SLIPPED_IN) in lived.findings()
        lived.sign()


def test_a_message_changed_before_any_checkpoint_names_it_is_located_unless_its_hash_is_changed_too(lived: Evidence) -> None:
    lived.change((POLICE, "pupil-late", 2), data=b"forged")
    assert lived.findings() == [("pupil-late", 2, Wrong.PUBLICATION_CHANGED)]
    lived.sign()
    assert lived.findings() == [("pupil-late", 2, Wrong.PUBLICATION_CHANGED)]


def test_what_no_checkpoint_names_yet_can_go_unseen_and_the_report_says_so(lived: Evidence) -> None:
    lived.tamper(sa.delete(PUBLICATIONS).where(PUBLICATIONS.c.stream_id == "pupil-late"))
    report = lived.verify()
    assert report.sound
    (late, _) = lived.house.roll.store.walk(["pupil-late"])
    assert report.publications_proved_until is not None
    assert report.publications_proved_until <= late.recorded_at


def test_messages_removed_with_the_checkpoint_that_names_them_are_located_by_its_anchor(lived: Evidence) -> None:
    anchors = signed(lived.house)
    lived.tamper(
        sa.delete(PUBLICATIONS).where(PUBLICATIONS.c.stream_id == "pupil-p3"),
        sa.delete(EVENTS).where(EVENTS.c.stream_id == CHECKPOINTS, EVENTS.c.version == 3),
        sa.text("DELETE FROM outbox"),
    )
    assert lived.findings() == []
    assert lived.findings(anchors=anchors) == [(CHECKPOINTS, 3, Wrong.REMOVED), ("pupil-p3", 1, Wrong.PUBLICATION_REMOVED)]


def test_where_a_checkpoint_is_missing_no_message_of_it_is_said_to_have_slipped_in(lived: Evidence) -> None:
    lived.house.tell(EndAbsence(pupil_id="p2"))
    lived.sign()
    lived.tamper(sa.delete(EVENTS).where(EVENTS.c.stream_id == CHECKPOINTS, EVENTS.c.version == 2), sa.text("DELETE FROM outbox"))
    assert lived.findings() == [(CHECKPOINTS, 2, Wrong.REMOVED)]


def test_a_replaced_checkpoint_that_names_another_message_is_not_believed(lived: Evidence) -> None:
    second = signed(lived.house)[1]
    unnamed = msgspec.structs.replace(second, publications=())
    chained = next(iter(event for event in lived.house.roll.store.walk([CHECKPOINTS]) if event.version == 2))
    forged = msgspec.structs.replace(chained, data=msgspec.json.encode(unnamed)).chained(chained.prev_hash)
    of_event = (EVENTS.c.stream_id == CHECKPOINTS, EVENTS.c.version == 2)
    lived.tamper(sa.update(EVENTS).where(*of_event).values(data=forged.data, hash=forged.hash))
    assert lived.findings() == [(CHECKPOINTS, 2, Wrong.NOT_SIGNED)]


# --- while it goes on -------------------------------------------------------------------------------------------------


def test_many_messages_are_spread_over_several_checkpoints_and_each_is_named_once(
    evidence: Evidence, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signing, "ENTRIES_A_CHECKPOINT", 4)
    for number in range(3):
        evidence.missed(f"p{number}")
    assert evidence.sign() == 3
    named = [each for checkpoint in signed(evidence.house) for each in checkpoint.publications or ()]
    assert [(row.stream_id, row.version, row.hash) for row in evidence.house.roll.store.walk_told()] == [
        (each.stream_id, each.version, each.hash) for each in named
    ]
    assert evidence.verify().sound


def test_a_service_that_tells_nobody_signs_that_nothing_was_told(town: Town) -> None:
    town.house.tell(EnrolPupil(pupil_id="p1"))
    town.house.roll.checkpoints.sign()
    assert [checkpoint.publications for checkpoint in signed(town.house)] == [()]


def test_there_is_no_false_alarm_in_the_middle_of_telling(evidence: Evidence, monkeypatch: pytest.MonkeyPatch) -> None:
    short_ranges(monkeypatch, 100)  # shorter ones would not keep up with the writer
    stop = threading.Event()
    troubles: list[Exception] = []

    def write() -> None:
        number = 0
        try:
            while not stop.is_set():
                number += 1
                evidence.missed(f"p{number}")
                if number % 3 == 0:
                    evidence.sign()
        except Exception as trouble:  # noqa: BLE001  handed to the test's thread
            troubles.append(trouble)

    writer = threading.Thread(target=write)
    writer.start()
    reports: list[Report] = []
    while len(reports) < 8 or (reports[-1].publications_proved_until is None and not troubles):
        reports.append(evidence.verify(anchors=signed(evidence.house)))
    stop.set()
    writer.join()
    assert troubles == []
    assert [finding for report in reports for finding in report.findings] == []
    assert reports[-1].publications > reports[0].publications
