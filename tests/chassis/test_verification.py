"""Verification: whatever is changed, removed or slipped in by somebody who holds the file is located, and nothing else is."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from services.chassis.checkpoints import CheckpointSigned, Head
from services.chassis.envelope import Envelope, stamp
from services.chassis.findings import Finding, Report, Wrong
from services.chassis.signing import CheckpointKey, key_id, signed_body
from services.chassis.storage.sqlite import SqliteStore
from services.chassis.storage.sqlite_statement import COLUMNS
from services.chassis.verification import verify
from tests.chassis.conftest import Town
from tests.chassis.deliveries import Roll, Trouble, publish
from tests.chassis.ranges import short_ranges
from tests.chassis.toy import CATALOGUE, START, House, Keys, SetClock, care_model
from tests.chassis.toy_roll import EndAbsence, EnrolPupil, NoticeAbsence

TODAY = START.date()
PUPIL = "pupil-p1"
CHECKPOINTS = "checkpoint-roll"


@dataclass
class Evidence:
    """A file of roll with three checkpoints and some events after the last, and what oversight holds of it."""

    path: Path
    keys: Keys
    anchors: list[CheckpointSigned] = field(default_factory=list)

    @property
    def public_keys(self) -> dict[str, Ed25519PublicKey]:
        return {self.keys.checkpoint.key_id: self.keys.checkpoint.public}

    def verify(self, *, anchored: bool = True) -> Report:
        store = SqliteStore(self.path)
        try:
            return verify(store, CATALOGUE, self.public_keys, self.anchors if anchored else [])
        finally:
            store.close()

    def findings(self, *, anchored: bool = True) -> list[tuple[str, int, Wrong]]:
        report = self.verify(anchored=anchored)
        assert report.sound is (not report.findings)
        return [(finding.stream_id, finding.version, finding.wrong) for finding in report.findings]

    def tamper(self, *statements: tuple[str, tuple[Any, ...]] | str) -> None:
        """What somebody does who can write the file."""
        connection = sqlite3.connect(self.path)
        with connection:
            for statement in statements:
                sql, values = (statement, ()) if isinstance(statement, str) else statement
                assert connection.execute(sql, values).rowcount > 0, "nothing was tampered with"
        connection.close()

    def stored(self, stream_id: str) -> list[Envelope]:
        connection = sqlite3.connect(self.path)
        rows = connection.execute(f"SELECT {COLUMNS} FROM events WHERE stream_id = ? ORDER BY version", (stream_id,))
        events = [Envelope(*row) for row in rows]
        connection.close()
        return events

    def write_again(self, stream_id: str, first: Envelope) -> None:
        """Replace an event, and chain all that follows anew, as somebody does who knows how the hash is made."""
        prev_hash = self.stored(stream_id)[first.version - 2].hash if first.version > 1 else ""
        for event in [first, *self.stored(stream_id)[first.version :]]:
            chained = event.chained(prev_hash)
            self.tamper(
                (
                    "UPDATE events SET data = ?, actor = ?, prev_hash = ?, hash = ? WHERE stream_id = ? AND version = ?",
                    (chained.data, chained.actor, chained.prev_hash, chained.hash, stream_id, chained.version),
                )
            )
            prev_hash = chained.hash


def live(house: House, clock: SetClock) -> None:
    """Children, each with some events, under three checkpoints; and two events that no checkpoint covers yet."""
    for number in range(1, 5):
        house.tell(EnrolPupil(pupil_id=f"p{number}"))
    house.roll.checkpoints.sign()
    for number in range(1, 5):
        house.tell(NoticeAbsence(pupil_id=f"p{number}", day=TODAY))
    clock.instant += timedelta(minutes=1)
    house.roll.checkpoints.sign()
    house.tell(EndAbsence(pupil_id="p1"))
    house.tell(NoticeAbsence(pupil_id="p1", day=TODAY))
    house.tell(EnrolPupil(pupil_id="p5"))
    clock.instant += timedelta(minutes=1)
    house.roll.checkpoints.sign()
    clock.instant += timedelta(minutes=1)
    house.tell(EndAbsence(pupil_id="p2"))
    house.tell(EnrolPupil(pupil_id="p6"))


@pytest.fixture
def town(town_in_files: Town) -> Town:
    """Bytes are spoiled in files here; how a spoiled PostgreSQL is found is on `storage/test_postgres.py`."""
    return town_in_files


@pytest.fixture
def evidence(town: Town, monkeypatch: pytest.MonkeyPatch) -> Evidence:
    short_ranges(monkeypatch, 3)
    live(town.house, town.clock)
    house = town.house
    evidence = Evidence(town.site.directory / "roll.sqlite", town.keys)
    decoded = [CATALOGUE.decode(e) for e in house.roll.store.walk([CHECKPOINTS])]
    evidence.anchors = [checkpoint for checkpoint in decoded if isinstance(checkpoint, CheckpointSigned)]
    assert [anchor.number for anchor in evidence.anchors] == [1, 2, 3]
    return evidence


def test_a_healthy_log_is_sound_with_and_without_anchors(evidence: Evidence) -> None:
    for anchored in (True, False):
        report = evidence.verify(anchored=anchored)
        assert report.sound
        assert (report.findings, report.wrong) == ((), 0)
        assert (report.events, report.streams, report.checkpoints) == (16, 7, 3)


def test_the_report_says_until_when_removals_are_excluded(evidence: Evidence) -> None:
    (*_, last) = evidence.stored(CHECKPOINTS)
    report = evidence.verify()
    assert (report.removals_excluded_until, report.anchored_until) == (last.recorded_at, last.recorded_at)
    evidence.anchors.pop()
    assert evidence.verify().anchored_until == evidence.stored(CHECKPOINTS)[1].recorded_at
    assert evidence.verify(anchored=False).anchored_until is None


def changed(value: object) -> object:
    """Another value of the same kind; for a text, one that differs in a single bit."""
    if value is None:
        return "somebody"
    if isinstance(value, int):
        return value + 1
    if isinstance(value, bytes):
        return value[:-1] + bytes([value[-1] ^ 1])
    text = str(value)
    return text[:-1] + chr(ord(text[-1]) ^ 1) if text else "x"


HASHED = [name for name in Envelope.__struct_fields__ if name not in {"stream_id", "version"}]


@pytest.mark.parametrize("column", HASHED)
@pytest.mark.parametrize("version", [1, 3, 4])
def test_a_changed_value_in_any_column_is_located(evidence: Evidence, column: str, version: int) -> None:
    event = evidence.stored(PUPIL)[version - 1]
    evidence.tamper((f'UPDATE events SET "{column}" = ? WHERE event_id = ?', (changed(getattr(event, column)), event.event_id)))
    assert evidence.findings() == [(PUPIL, version, Wrong.UNKNOWN_SUITE if column == "hash_suite" else Wrong.CHANGED)]


def test_every_single_byte_of_the_data_counts(evidence: Evidence) -> None:
    event = evidence.stored(PUPIL)[1]
    for index in range(len(event.data)):
        data = event.data[:index] + bytes([event.data[index] ^ 1]) + event.data[index + 1 :]
        evidence.tamper(("UPDATE events SET data = ? WHERE event_id = ?", (data, event.event_id)))
        assert evidence.findings() == [(PUPIL, 2, Wrong.CHANGED)]
    evidence.tamper(("UPDATE events SET data = ? WHERE event_id = ?", (event.data, event.event_id)))
    assert evidence.findings() == []


@pytest.mark.parametrize(
    "assignment",
    [
        "on_behalf_of = ''",
        "data = CAST(data AS TEXT)",
        "data = x''",
        "actor = CAST(x'ff' AS TEXT)",
        "schema = 1.5",
        "schema = 'one'",
        "recorded_at = recorded_at || ' '",
        "recorded_at = 0",
        "county = x'393930313030'",
    ],
)
def test_a_value_of_another_kind_is_located(evidence: Evidence, assignment: str) -> None:
    evidence.tamper(f"UPDATE events SET {assignment} WHERE stream_id = '{PUPIL}' AND version = 2")
    assert evidence.findings() == [(PUPIL, 2, Wrong.CHANGED)]


def test_a_checkpoint_is_an_event_like_any_other(evidence: Evidence) -> None:
    for column in HASHED:
        event = evidence.stored(CHECKPOINTS)[1]
        value = getattr(event, column)
        update = f'UPDATE events SET "{column}" = ? WHERE stream_id = ? AND version = 2'
        evidence.tamper((update, (changed(value), CHECKPOINTS)))
        ((stream_id, version, _),) = evidence.findings()
        assert (stream_id, version) == (CHECKPOINTS, 2), column
        evidence.tamper((update, (value, CHECKPOINTS)))
    assert evidence.findings() == []


@pytest.mark.parametrize("value", ["x", None])
def test_an_event_moved_out_of_its_place_is_missed_there(evidence: Evidence, value: str | None) -> None:
    where = f"WHERE stream_id = '{PUPIL}' AND version = 3"
    if value is None:
        evidence.tamper(f"UPDATE events SET version = 7 {where}")
    else:
        evidence.tamper(f"UPDATE events SET version = '{value}' {where}")
    assert (PUPIL, 3, Wrong.REMOVED) in evidence.findings()


def test_an_event_moved_to_another_stream_is_missed_in_its_own(evidence: Evidence) -> None:
    evidence.tamper(f"UPDATE events SET stream_id = 'pupil-p9' WHERE stream_id = '{PUPIL}' AND version = 2")
    assert (PUPIL, 2, Wrong.REMOVED) in evidence.findings()
    assert any(finding[0] == "pupil-p9" for finding in evidence.findings())


def test_a_name_of_a_stream_that_is_no_text_any_more_is_shown_escaped(evidence: Evidence) -> None:
    evidence.tamper(f"UPDATE events SET stream_id = CAST(x'ff' AS TEXT) WHERE stream_id = '{PUPIL}' AND version = 4")
    report = evidence.verify()
    assert (PUPIL, 4) in [(finding.stream_id, finding.version) for finding in report.findings]
    assert msgspec.json.decode(msgspec.json.encode(report), type=Report) == report


@pytest.mark.parametrize("anchored", [True, False])
def test_a_removed_event_in_the_middle_is_located(evidence: Evidence, anchored: bool) -> None:
    evidence.tamper(f"DELETE FROM events WHERE stream_id = '{PUPIL}' AND version = 2")
    evidence.tamper("DELETE FROM outbox")
    assert evidence.findings(anchored=anchored) == [(PUPIL, 2, Wrong.REMOVED)]


@pytest.mark.parametrize("anchored", [True, False])
@pytest.mark.parametrize("first", [1, 2, 4])
def test_a_removed_tail_and_a_removed_stream_are_located(evidence: Evidence, first: int, anchored: bool) -> None:
    evidence.tamper(f"DELETE FROM events WHERE stream_id = '{PUPIL}' AND version >= {first}")
    evidence.tamper("DELETE FROM outbox", "DELETE FROM timers")
    assert evidence.findings(anchored=anchored) == [(PUPIL, first, Wrong.REMOVED)]


def test_a_tail_removed_with_the_checkpoints_that_cover_it_is_located_by_the_anchors(evidence: Evidence) -> None:
    evidence.tamper(f"DELETE FROM events WHERE stream_id = '{PUPIL}' AND version >= 3")
    evidence.tamper(f"DELETE FROM events WHERE stream_id = '{CHECKPOINTS}' AND version = 3", "DELETE FROM outbox")
    assert evidence.findings() == [(CHECKPOINTS, 3, Wrong.REMOVED), (PUPIL, 3, Wrong.REMOVED)]
    assert evidence.findings(anchored=False) == []
    second = evidence.stored(CHECKPOINTS)[1].recorded_at
    assert evidence.verify(anchored=False).removals_excluded_until == second


def test_everything_removed_is_located_by_the_anchors(evidence: Evidence) -> None:
    evidence.tamper("DELETE FROM events", "DELETE FROM outbox", "DELETE FROM timers")
    assert evidence.findings() == [
        (CHECKPOINTS, 1, Wrong.REMOVED),
        *((f"pupil-p{number}", 1, Wrong.REMOVED) for number in range(1, 6)),
    ]


def test_events_after_the_last_checkpoint_can_go_unseen_and_the_report_says_so(evidence: Evidence) -> None:
    evidence.tamper("DELETE FROM events WHERE stream_id = 'pupil-p6'", "DELETE FROM outbox")
    report = evidence.verify()
    assert report.sound
    assert report.anchored_until is not None
    assert report.anchored_until < "2026-09-08T02:03:00.000000Z"


@pytest.mark.parametrize("version", [1, 2, 4])
def test_a_stream_written_anew_is_located_by_the_checkpoint(evidence: Evidence, version: int) -> None:
    forged = msgspec.structs.replace(evidence.stored(PUPIL)[version - 1], actor="officer-9")
    evidence.write_again(PUPIL, forged)
    assert evidence.findings(anchored=False) == [(PUPIL, max(version, 1) if version != 3 else 4, Wrong.REWRITTEN)]


def test_a_link_that_was_bent_and_hashed_again_breaks_the_chain(evidence: Evidence) -> None:
    forged = evidence.stored("pupil-p2")[2].chained("ab" * 32)
    evidence.tamper(
        ("UPDATE events SET prev_hash = ?, hash = ? WHERE event_id = ?", (forged.prev_hash, forged.hash, forged.event_id))
    )
    assert evidence.findings() == [("pupil-p2", 3, Wrong.CHAIN_BROKEN)]


def resigned(checkpoint: CheckpointSigned, key: CheckpointKey) -> CheckpointSigned:
    unsigned = msgspec.structs.replace(checkpoint, key_id=key.key_id)
    return msgspec.structs.replace(unsigned, signature=key.sign(signed_body(unsigned)))


def replace_checkpoint(evidence: Evidence, number: int, checkpoint: CheckpointSigned) -> None:
    event = evidence.stored(CHECKPOINTS)[number - 1]
    evidence.write_again(CHECKPOINTS, msgspec.structs.replace(event, data=msgspec.json.encode(checkpoint)))


def without_heads(checkpoint: CheckpointSigned) -> CheckpointSigned:
    return msgspec.structs.replace(checkpoint, heads=())


@pytest.mark.parametrize("anchored", [True, False])
@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_replaced_checkpoint_is_located_by_its_signature(evidence: Evidence, number: int, anchored: bool) -> None:
    replace_checkpoint(evidence, number, without_heads(evidence.anchors[number - 1]))
    assert evidence.findings(anchored=anchored) == [(CHECKPOINTS, number, Wrong.NOT_SIGNED)]


def test_a_checkpoint_signed_by_somebody_else_is_located(evidence: Evidence) -> None:
    stranger = CheckpointKey(Ed25519PrivateKey.generate())
    replace_checkpoint(evidence, 2, resigned(evidence.anchors[1], stranger))
    assert evidence.findings(anchored=False) == [(CHECKPOINTS, 2, Wrong.NOT_SIGNED)]


def test_a_checkpoint_replaced_with_the_right_key_is_located_by_the_anchor_with_what_it_hid(evidence: Evidence) -> None:
    """The key was stolen: all heads are signed anew over a forged event."""
    evidence.write_again(PUPIL, msgspec.structs.replace(evidence.stored(PUPIL)[3], actor="officer-9"))
    forged_head = Head(PUPIL, 4, evidence.stored(PUPIL)[3].hash)
    heads = tuple(forged_head if head.stream_id == PUPIL else head for head in evidence.anchors[2].heads)
    replace_checkpoint(evidence, 3, resigned(msgspec.structs.replace(evidence.anchors[2], heads=heads), evidence.keys.checkpoint))
    assert evidence.findings(anchored=False) == []
    assert evidence.findings() == [(CHECKPOINTS, 3, Wrong.OTHER_THAN_ANCHOR), (PUPIL, 4, Wrong.REWRITTEN)]


def test_a_checkpoint_taken_out_of_the_chain_is_located(evidence: Evidence) -> None:
    evidence.tamper(f"DELETE FROM events WHERE stream_id = '{CHECKPOINTS}' AND version = 2", "DELETE FROM outbox")
    for anchored in (True, False):
        assert evidence.findings(anchored=anchored) == [(CHECKPOINTS, 2, Wrong.REMOVED)]


def test_a_checkpoint_taken_out_and_the_others_moved_up_is_located(evidence: Evidence) -> None:
    evidence.tamper(
        f"DELETE FROM events WHERE stream_id = '{CHECKPOINTS}' AND version = 2",
        f"UPDATE events SET version = 2 WHERE stream_id = '{CHECKPOINTS}' AND version = 3",
        "DELETE FROM outbox",
    )
    evidence.write_again(CHECKPOINTS, evidence.stored(CHECKPOINTS)[1])
    ((stream_id, version, wrong), *_) = evidence.findings(anchored=False)
    assert (stream_id, version, wrong) == (CHECKPOINTS, 2, Wrong.CHECKPOINTS_BROKEN)


def test_an_anchor_that_is_not_signed_is_not_believed(evidence: Evidence) -> None:
    evidence.anchors[1] = without_heads(evidence.anchors[1])
    assert evidence.findings() == [(CHECKPOINTS, 2, Wrong.ANCHOR_NOT_SIGNED)]


def test_checkpoints_of_an_older_key_are_still_believed(town: Town, evidence: Evidence) -> None:
    old = town.keys.checkpoint
    town.keys.checkpoint = CheckpointKey(Ed25519PrivateKey.generate())
    again = town.rebuild_house()
    again.roll.checkpoints.sign()
    both = {key_id(key.public): key.public for key in (old, town.keys.checkpoint)}
    assert verify(again.roll.store, CATALOGUE, both, evidence.anchors).sound
    only_new = verify(again.roll.store, CATALOGUE, {town.keys.checkpoint.key_id: town.keys.checkpoint.public})
    assert [finding.wrong for finding in only_new.findings] == [Wrong.NOT_SIGNED]


def test_an_event_slipped_in_before_the_last_checkpoint_is_located(evidence: Evidence) -> None:
    (*_, head) = evidence.stored("pupil-p3")
    forged = msgspec.structs.replace(head, event_id="forged", version=head.version + 1).chained(head.hash)
    stray = msgspec.structs.replace(head, event_id="stray", stream_id="pupil-p0", version=1).chained("")
    places = ", ".join("?" * len(Envelope.__struct_fields__))
    evidence.tamper(
        *(
            (f"INSERT INTO events (position, {COLUMNS}) VALUES (?, {places})", (position, *msgspec.structs.astuple(event)))
            for position, event in ((-1, forged), (0, stray))
        )
    )
    assert evidence.findings() == [("pupil-p0", 1, Wrong.SLIPPED_IN), ("pupil-p3", 3, Wrong.SLIPPED_IN)]


@pytest.mark.parametrize(
    ("insert", "finding"),
    [
        ("INSERT INTO outbox (topic, stream_id, version) VALUES ('roll', 'pupil-p1', 99)", ("pupil-p1", 99)),
        ("INSERT INTO work VALUES ('w', 'letter', 'pupil-p9', 1, '2026', 'pending', 0)", ("pupil-p9", 1)),
        (
            "INSERT INTO received (stream_id, version, topic, envelope, discarded) VALUES ('pupil-p1', 98, 'roll', x'', 0)",
            ("pupil-p1", 98),
        ),
        (
            "INSERT INTO timers VALUES ('t', 'pupil-p8', '2026', '2026', '', '', '')",
            ("pupil-p8", 1),
        ),
    ],
)
def test_a_row_that_names_no_event_is_located(evidence: Evidence, insert: str, finding: tuple[str, int]) -> None:
    evidence.tamper(insert)
    assert evidence.findings() == [(*finding, Wrong.NAMES_NO_EVENT)]


@pytest.mark.parametrize("spoil", [lambda packed: packed[:-5] + b"\0" * 5, lambda packed: packed[:20], lambda _packed: b"\xc1"])
def test_a_changed_foreign_event_in_the_journal_is_located(town: Town, spoil: Callable[[bytes], bytes]) -> None:
    live(town.house, town.clock)
    town.house.settle()
    evidence = Evidence(town.site.directory / "care.sqlite", town.keys)
    report = evidence.verify()
    assert report.sound
    assert report.foreign_events > 10
    connection = sqlite3.connect(evidence.path)
    (packed,) = connection.execute("SELECT envelope FROM received WHERE stream_id = 'pupil-p1' AND version = 2").fetchone()
    connection.close()
    evidence.tamper(("UPDATE received SET envelope = ? WHERE stream_id = 'pupil-p1' AND version = 2", (spoil(packed),)))
    assert evidence.findings() == [("pupil-p1", 2, Wrong.JOURNAL_CHANGED)]


@pytest.mark.parametrize("statement", ["DELETE FROM received", "UPDATE received SET envelope = x''"], ids=["removed", "emptied"])
@pytest.mark.parametrize("version", [1, 2])
def test_a_foreign_event_that_the_journal_has_lost_is_located(town: Town, statement: str, version: int) -> None:
    live(town.house, town.clock)
    town.house.settle()
    evidence = Evidence(town.site.directory / "care.sqlite", town.keys)
    evidence.tamper(f"{statement} WHERE stream_id = 'pupil-p1' AND version = {version}")
    assert evidence.findings() == [("pupil-p1", version, Wrong.JOURNAL_CHANGED)]


def test_a_discarded_event_leaves_no_hole_in_the_journal(town: Town) -> None:
    trouble = Trouble()
    house = town.rebuild_house(care_model(extra_reactions=trouble.reactions()))
    events = Roll().life("p1")
    trouble.bugs.add(events[1].event_id)
    publish(house, *events)
    house.care_crew.consumer.step()
    house.care.parked.discard(house.care.store.parked()[0].position)
    report = verify(house.care.store, CATALOGUE, {})
    assert report.sound
    assert report.foreign_events == len(events)


def test_what_is_written_while_a_checkpoint_is_signed_is_not_said_to_be_covered(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = town.house
    house.tell(EnrolPupil(pupil_id="p1"))
    heads_after = house.roll.store.heads_after

    def slowly(position: int) -> object:
        heads = heads_after(position)
        town.clock.instant += timedelta(milliseconds=1)
        house.tell(EnrolPupil(pupil_id="late"))
        town.clock.instant += timedelta(milliseconds=1)
        return heads

    with monkeypatch.context() as patched:
        patched.setattr(house.roll.store, "heads_after", slowly)
        house.roll.checkpoints.sign()
    report = verify(house.roll.store, CATALOGUE, house.roll.checkpoints.public_keys)
    (late,) = house.roll.store.walk(["pupil-late"])
    assert report.removals_excluded_until == stamp(START)
    assert report.removals_excluded_until < late.recorded_at


def test_a_checkpoint_that_leaves_streams_to_the_next_excludes_nothing(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.chassis.signing.ENTRIES_A_CHECKPOINT", 1)
    for pupil_id in ("p1", "p2"):
        town.house.tell(EnrolPupil(pupil_id=pupil_id))
    town.house.roll.checkpoints.sign()
    evidence = Evidence(town.site.directory / "roll.sqlite", town.keys)
    assert evidence.verify().removals_excluded_until == stamp(START)
    evidence.tamper(f"DELETE FROM events WHERE stream_id = '{CHECKPOINTS}' AND version = 2", "DELETE FROM outbox")
    assert evidence.verify().removals_excluded_until is None


def test_every_damaged_stream_has_its_own_finding(evidence: Evidence) -> None:
    evidence.tamper("UPDATE events SET actor = 'nobody' WHERE stream_id IN ('pupil-p1', 'pupil-p2') AND version > 1")
    report = evidence.verify()
    assert [(f.stream_id, f.version) for f in report.findings] == [("pupil-p1", 2), ("pupil-p2", 2)]
    assert isinstance(report.findings[0], Finding)
    assert report.wrong == 2


def test_an_empty_log_is_sound(town: Town) -> None:
    report = verify(town.house.roll.store, CATALOGUE, {})
    assert report.sound
    assert (report.events, report.streams, report.removals_excluded_until) == (0, 0, None)


def test_there_is_no_false_alarm_in_the_middle_of_writing(town: Town) -> None:
    house = town.house
    public = {town.keys.checkpoint.key_id: town.keys.checkpoint.public}
    stop = threading.Event()
    troubles: list[Exception] = []

    def write() -> None:
        number = 0
        try:
            while not stop.is_set():
                number += 1
                house.tell(EnrolPupil(pupil_id=f"p{number}"))
                house.tell(NoticeAbsence(pupil_id=f"p{number}", day=TODAY))
                house.relay_all()
                if number % 5 == 0:
                    house.roll.checkpoints.sign()
        except Exception as trouble:  # noqa: BLE001  handed to the test's thread
            troubles.append(trouble)

    writer = threading.Thread(target=write)
    writer.start()
    reports: list[Report] = []
    while len(reports) < 12 or (reports[-2].anchored_until is None and not troubles):
        anchors = [CATALOGUE.decode(e) for e in house.care.store.walk_received() if e.stream_id == CHECKPOINTS]
        reports.append(verify(house.roll.store, CATALOGUE, public, anchors))  # type: ignore[arg-type]  # checkpoints
        reports.append(verify(house.care.store, CATALOGUE, public))
    stop.set()
    writer.join()
    assert troubles == []
    assert [finding for report in reports for finding in report.findings] == []
    assert reports[-2].events > reports[0].events
    assert reports[-2].anchored_until is not None
