"""Several processes of one service on one database: what each holds of its own never makes two truths."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from services.chassis import county_in_force
from services.chassis.county_in_force import HEARD_EVERYWHERE_SECONDS, HELD_SECONDS, CountyInForce
from services.chassis.decider import school_days
from services.chassis.envelope import Envelope
from services.chassis.errors import NotStorable
from services.chassis.service import Service
from services.chassis.storage.postgres_transaction import PostgresTransaction
from services.chassis.storage.tables import COUNTY_POLICIES, SUBJECT_KEYS
from services.chassis.turn import Turn
from services.chassis.waiting import Poison
from services.chassis.web.frame import create_app
from services.chassis.web.tokens import TokenSigner, TokenVerifier, key_set
from tests.chassis import children
from tests.chassis.absences import county, due, missing
from tests.chassis.conftest import Town, on_postgres
from tests.chassis.toy import COUNTY_CODE, MIGRATIONS, House, SetClock, foundation, roll_model
from tests.chassis.toy_roll import PUPIL, START_DAY, SUSPECT_AFTER, EndAbsence, EnrolPupil, NoticeAbsence, SetPolicy
from tests.chassis.web.conftest import PRINCIPAL, Desk
from tests.chassis.web.school_app import ROLL, Gate
from tests.postgres import PostgresServer

KEY = "the-same-key-0001"
PLACE = "case-c1/talk-1"


@pytest.fixture
def town(postgres: PostgresServer, tmp_path: Path) -> Iterator[Town]:
    town = Town(on_postgres(postgres, tmp_path))
    yield town
    town.house.close()


@pytest.fixture
def other(town: Town) -> Iterator[House]:
    """The house as another process has it."""
    other = House(town.site, town.clock, town.keys)
    yield other
    other.close()


# --- the county -------------------------------------------------------------------------------------------------------


class Seconds:
    """Real time, given to a process."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def with_seconds(service: Service) -> Seconds:
    seconds = Seconds()
    service.turns._county = CountyInForce(service.store, COUNTY_CODE, monotonic=seconds)
    return seconds


def test_what_another_process_has_set_holds_after_a_second(town: Town, other: House) -> None:
    seconds = with_seconds(other.roll)
    edition = other.roll.turns.county_edition
    assert SUSPECT_AFTER.code not in other.roll.turns.county.policies
    town.house.tell(SetPolicy(code=SUSPECT_AFTER.code, value=school_days(2)))
    assert town.house.roll.turns.county.policies[SUSPECT_AFTER.code] == school_days(2)
    seconds.now += HELD_SECONDS
    assert other.roll.turns.county.policies[SUSPECT_AFTER.code] == school_days(2)
    assert other.roll.turns.county_edition > edition


def test_a_timer_that_a_process_set_which_had_not_heard_of_a_change_comes_right(town: Town, other: House) -> None:
    seconds, stale = with_seconds(town.house.roll), with_seconds(other.roll)
    missing(other, "p1")  # it knows the county as it was
    town.house.settle()
    town.house.tell(SetPolicy(code=SUSPECT_AFTER.code, value=school_days(2)))
    town.house.settle()
    assert due(town.house)["pupil-p1/suspect"] == county(9, 11)
    missing(other, "p2")
    assert stale.now == 0.0
    assert due(town.house)["pupil-p2/suspect"] == county(9, 16)
    town.house.settle()
    seconds.now += HEARD_EVERYWHERE_SECONDS
    town.house.settle()
    assert due(town.house)["pupil-p2/suspect"] == county(9, 11)


def test_who_has_the_data_alone_never_asks_whether_another_has_changed_it(
    town_in_files: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not town_in_files.house.roll.store.shared
    seconds = with_seconds(town_in_files.house.roll)
    town = town_in_files.house.roll.turns
    assert town.county.code == COUNTY_CODE
    monkeypatch.setattr(county_in_force, "_STAMP", "no statement")
    seconds.now += 3600
    assert (town.county.code, town.county_edition) == (COUNTY_CODE, 0)


# --- keys -------------------------------------------------------------------------------------------------------------


def test_the_first_texts_about_a_child_in_two_processes_are_sealed_under_one_key(town: Town, other: House) -> None:
    for house in (town.house, other):
        house.care.keyring.hold(["p1"])  # both have seen that there is none
    notes = []
    tries = []

    def seal(turn: Turn) -> None:
        tries.append(1)
        note = turn.seal("p1", PLACE, "told here")
        if len(tries) == 1:
            notes.append(other.care.turns.run(lambda turn: turn.seal("p1", PLACE, "told there")))
        notes.append(note)

    town.house.care.turns.run(seal)
    after = House(town.site, town.clock, town.keys)
    assert [after.care.keyring.open(note, PLACE) for note in (notes[0], notes[-1])] == ["told there", "told here"]
    with after.care.engine.connect() as connection:
        assert len(connection.execute(SUBJECT_KEYS.select()).all()) == 1
    after.close()


def test_nobody_seals_with_a_key_whose_turn_has_not_become_true(town: Town) -> None:
    """Two requests of one process at once: on a server no lock keeps them apart."""
    with town.house.care.turns.open() as in_vain:
        in_vain.seal("p1", PLACE, "in vain")
        note = town.house.care.turns.run(lambda turn: turn.seal("p1", PLACE, "told"))
    again = town.rebuild_house()
    assert again.care.keyring.open(note, PLACE) == "told"


# --- things of which there is one only --------------------------------------------------------------------------------


def take_code(turn: Turn) -> str:
    """Take a code that only one may have, as rosters do with identity numbers."""
    if turn.sources.kept(COUNTY_POLICIES, "one-only") is not None:
        return "taken"
    turn.sources.record(COUNTY_POLICIES, {"code": "one-only", "value": "1"})
    return "mine"


def test_who_looked_before_another_process_took_it_looks_again(town: Town, other: House) -> None:
    theirs: list[str] = []

    def slowly(turn: Turn) -> str:
        said = take_code(turn)
        if not theirs:
            theirs.append(other.roll.turns.run(take_code))
        return said

    assert (town.house.roll.turns.run(slowly), theirs) == ("taken", ["mine"])


def test_a_row_that_is_there_already_at_a_second_look_too_is_a_bug_and_told_as_one(town: Town) -> None:
    town.house.roll.turns.run(take_code)
    looks: list[int] = []

    def without_looking(turn: Turn) -> None:
        looks.append(1)
        turn.sources.record(COUNTY_POLICIES, {"code": "one-only", "value": "1"})

    with pytest.raises(NotStorable):
        town.house.roll.turns.run(without_looking)
    assert len(looks) == 2


# --- states that a process holds ----------------------------------------------------------------------------------------


class Reads:
    """How often a store was asked for the events of a stream."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.streams: list[str] = []
        read = PostgresTransaction.stream

        def counted(transaction: PostgresTransaction, stream_id: str, after: int = 0) -> list[Envelope]:
            self.streams.append(stream_id)
            return read(transaction, stream_id, after)

        monkeypatch.setattr(PostgresTransaction, "stream", counted)


def test_a_stream_that_this_process_wrote_last_is_not_read_again(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    town.house.tell(EnrolPupil(pupil_id="p1"))
    reads = Reads(monkeypatch)
    town.house.tell(NoticeAbsence(pupil_id="p1", day=START_DAY))
    assert reads.streams == []
    town.house.tell(EnrolPupil(pupil_id="p2"))
    assert reads.streams == ["pupil-p2"]


def test_what_rests_on_a_state_that_is_past_is_decided_again_on_the_one_that_is(town: Town, other: House) -> None:
    town.house.tell(EnrolPupil(pupil_id="p1"))
    other.tell(NoticeAbsence(pupil_id="p1", day=START_DAY))
    other.tell(EndAbsence(pupil_id="p1"))
    town.house.tell(NoticeAbsence(pupil_id="p1", day=START_DAY + timedelta(days=1)))
    versions = [event.version for event in town.house.roll.store.walk(["pupil-p1"])]
    assert versions == [1, 2, 3, 4]


def test_what_a_past_state_refuses_is_asked_again_of_the_log(town: Town, other: House) -> None:
    town.house.tell(EnrolPupil(pupil_id="p1"))
    town.house.tell(NoticeAbsence(pupil_id="p1", day=START_DAY))
    other.tell(EndAbsence(pupil_id="p1"))
    town.house.tell(NoticeAbsence(pupil_id="p1", day=START_DAY + timedelta(days=1)))
    assert town.house.roll.store.streams()["pupil-p1"][0] == 4


def test_what_fails_on_a_past_state_for_whatever_reason_is_tried_again_on_the_log(town: Town, other: House) -> None:
    """A reaction's refusal, say, comes as poison, and would park an event that nothing is wrong with."""
    town.house.tell(EnrolPupil(pupil_id="p1"))
    other.tell(NoticeAbsence(pupil_id="p1", day=START_DAY))

    def must_be_missing(turn: Turn) -> None:
        if turn.state(PUPIL, "p1")[0].missing_since is None:
            raise Poison("not-missing", "p1 is here")

    town.house.roll.turns.run(must_be_missing)
    other.tell(EndAbsence(pupil_id="p1"))
    with pytest.raises(Poison):
        other.roll.turns.run(must_be_missing)


def test_of_a_try_that_is_thrown_away_nothing_is_told(town: Town, other: House) -> None:
    town.house.tell(EnrolPupil(pupil_id="p1"))
    other.tell(NoticeAbsence(pupil_id="p1", day=START_DAY))
    told: list[int] = []

    def look(turn: Turn) -> None:
        version = turn.state(PUPIL, "p1")[1]
        turn.say(lambda: told.append(version))

    town.house.roll.turns.run(look)
    assert told == [2]


def test_what_was_only_looked_at_is_as_the_log_has_it(town: Town, other: House) -> None:
    town.house.tell(EnrolPupil(pupil_id="p1"))
    other.tell(NoticeAbsence(pupil_id="p1", day=START_DAY))
    _, version = town.house.roll.turns.run(lambda turn: turn.state(PUPIL, "p1"))
    assert version == 2


# --- one request, two processes -----------------------------------------------------------------------------------------


@pytest.fixture
def signer() -> TokenSigner:
    return TokenSigner.generate()


def desk_of(town: Town, signer: TokenSigner) -> Desk:
    """A web process of the roll: a service without a bus, and its app."""
    service = Service(roll_model(), foundation(town.site, town.clock, town.keys), migrations=MIGRATIONS / "roll")
    gate = Gate()
    tokens = TokenVerifier(lambda: key_set(signer))
    app = create_app(service, [ROLL], title="Toy roll", version="1", tokens=tokens, extra=(gate,))
    return Desk(app, service, signer, SetClock(town.clock.instant), gate)


@pytest.fixture
def desks(town: Town, signer: TokenSigner) -> Iterator[tuple[Desk, Desk]]:
    first, second = desk_of(town, signer), desk_of(town, signer)
    first.appoint(PRINCIPAL, "principal")
    yield first, second
    for desk in (first, second):
        desk.service.close()


def test_a_request_that_runs_in_two_processes_at_once_has_one_answer(desks: tuple[Desk, Desk]) -> None:
    first, second = desks
    answers: list[Any] = []
    slow = threading.Thread(target=lambda: answers.append(first.post("/slow", key=KEY)))
    slow.start()
    assert first.gate.reached.wait(10)
    second.gate.open.set()
    quick = second.post("/slow", key=KEY)
    first.gate.open.set()
    slow.join()
    assert [answer.status_code for answer in (quick, *answers)] == [200, 200]
    assert answers[0].data == quick.data
    assert (quick.headers.get("Idempotency-Replayed"), answers[0].headers.get("Idempotency-Replayed")) == (None, "true")


def test_the_same_requests_in_two_processes_have_each_one_effect(
    town: Town, signer: TokenSigner, desks: tuple[Desk, Desk], tmp_path: Path
) -> None:
    keys = [f"enrolment-{number:04d}" for number in range(25)]

    def ask(name: str) -> None:
        desk = desk_of(town, signer)
        (tmp_path / f"{name}.ready").touch()
        while not (tmp_path / "begin").exists():
            pass
        said = [desk.post("/pupils", {"pupil_id": f"p-{key}"}, key=key) for key in keys]
        (tmp_path / name).write_bytes(msgspec.json.encode([(answer.status_code, answer.data.decode()) for answer in said]))

    pids = [children.start(lambda name=name: ask(name)) for name in ("a", "b")]  # type: ignore[misc]  # a name of its own
    while not all((tmp_path / f"{name}.ready").exists() for name in ("a", "b")):
        pass
    (tmp_path / "begin").touch()
    assert [children.end_of(pid) for pid in pids] == [0, 0]
    a, b = (msgspec.json.decode((tmp_path / name).read_bytes()) for name in ("a", "b"))
    assert a == b
    assert {status for status, _ in a} == {201}
    assert all('"new":true' in body for _, body in a)
    enrolled = [envelope.stream_id for envelope in desks[0].service.store.walk() if envelope.stream_id.startswith("pupil-")]
    assert sorted(enrolled) == sorted(f"pupil-p-{key}" for key in keys)
