"""Read models: whatever way the events came, live or rebuilt, once or twice, the rows are the same."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.chassis.decider import COUNTY_TIME
from services.chassis.envelope import Envelope, Sealed
from services.chassis.errors import Refusal
from services.chassis.model import Model
from services.chassis.projections import Projection
from services.chassis.rebuild import Fold, RebuildUnderWay, rebuild
from services.chassis.service import Service
from tests.chassis.conftest import Town
from tests.chassis.deliveries import publish
from tests.chassis.toy import BY_TEACHER, START, House, in_directory
from tests.chassis.toy_care import RecordTalk
from tests.chassis.toy_roll import EndAbsence, EnrolPupil, NoticeAbsence

TODAY = START.astimezone(COUNTY_TIME).date()
Rows = dict[str, list[tuple[Any, ...]]]


def tables(service: Service) -> Rows:
    """Every read-model row of a service."""
    read_models = (*service.model.projections, *service.model.indexes)
    with service.engine.connect() as connection:
        return {
            model.table.name: sorted((tuple(row) for row in connection.execute(model.table.select())), key=repr)
            for model in read_models
        }


def rebuilt(service: Service) -> Rows:
    rebuild(service.model, service.store)
    return tables(service)


def live_a_little(house: House, town: Town, steps: Iterable[tuple[int, int]]) -> None:
    """Children come, go missing and come back, days pass, somebody talks."""
    for child, what in steps:
        pupil_id = f"p{child}"
        try:
            match what:
                case 0 | 1:
                    house.tell(EnrolPupil(pupil_id=pupil_id, school_id=f"school-{child % 2}"))
                case 2 | 3:
                    house.tell(NoticeAbsence(pupil_id=pupil_id, day=TODAY))
                case 4:
                    house.tell(EndAbsence(pupil_id=pupil_id))
                case 5:
                    town.clock.instant += timedelta(days=9)
                case 6:
                    talk(house, pupil_id)
                case _:
                    house.settle()
        except Refusal:
            continue
    house.settle()


def talk(house: House, pupil_id: str) -> None:
    row = house.care.turns.run(lambda turn: turn.rows(house.care.model.projections[0], pupil_id=pupil_id))
    for case in row[:1]:

        def record(turn: Any, case: Any = case) -> None:
            note = turn.seal(pupil_id, f"{case.case_id}/talk-{case.talks}", "母亲说孩子想回来")
            turn.execute(RecordTalk(case_id=case.case_id, number=case.talks + 1, note=note), BY_TEACHER)

        house.care.turns.run(record)


STEPS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 7)), max_size=40)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS)
def test_rebuilt_is_what_was_live(tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[int, int]]) -> None:
    town = Town(in_directory(tmp_path_factory.mktemp("town")))
    live_a_little(town.house, town, steps)
    for service in (town.house.roll, town.house.care):
        assert rebuilt(service) == tables(service)
    town.house.close()


def fixed_steps(seed: int, count: int = 60) -> list[tuple[int, int]]:
    chance = random.Random(seed)
    return [(chance.randint(0, 5), chance.randint(0, 7)) for _ in range(count)]


@pytest.fixture
def lived(town: Town) -> House:
    live_a_little(town.house, town, [*((child, 0) for child in range(6)), *fixed_steps(1)])
    assert all(tables(town.house.care).values()) is False  # no calendars were published
    assert tables(town.house.care)["cases"]
    assert tables(town.house.care)["heard"]
    return town.house


def test_a_rebuild_heals_what_was_spoilt(lived: House) -> None:
    was = tables(lived.roll)
    with lived.roll.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE pupils SET stage = 'lost' WHERE pupil_id = 'p1'")
        connection.exec_driver_sql("DELETE FROM pupils WHERE pupil_id = 'p2'")
        connection.exec_driver_sql(
            "INSERT INTO pupils SELECT 'ghost', school_id, stage, NULL, FALSE, '[]', changed_at FROM pupils LIMIT 1"
        )
    assert tables(lived.roll) != was
    assert rebuilt(lived.roll) == was


def test_a_rebuild_says_what_it_did(lived: House) -> None:
    did = rebuild(lived.care.model, lived.care.store)
    assert did.rows == {name: len(rows) for name, rows in tables(lived.care).items()}
    assert did.events > 0


def test_what_is_delivered_twice_counts_once(town: Town, lived: House) -> None:
    was = tables(lived.care)
    publish(lived, *lived.roll.store.walk_from(0))
    publish(lived, *lived.roll.store.walk())
    lived.settle()
    assert tables(lived.care) == was == rebuilt(lived.care)


def shuffled_across_streams(events: Iterable[Envelope], seed: int) -> Iterator[Envelope]:
    """Any order that keeps each stream's own."""
    streams: dict[str, list[Envelope]] = {}
    for event in events:
        streams.setdefault(event.stream_id, []).append(event)
    chance = random.Random(seed)
    while streams:
        stream_id = chance.choice(sorted(streams))
        yield streams[stream_id].pop(0)
        if not streams[stream_id]:
            del streams[stream_id]


def folded(model: Model, events: Iterable[Envelope]) -> Mapping[str, object]:
    entries: dict[str, set[tuple[Any, ...]]] = {}
    fold = Fold(model)
    fold.take(events, lambda index, rows: entries.setdefault(index.table.name, set()).update(rows))
    return {**fold.rows, **entries}


@pytest.mark.parametrize("seed", range(5))
def test_shuffled_across_streams_the_rows_are_the_same(lived: House, seed: int) -> None:
    for service in (lived.roll, lived.care):
        events = [*service.store.walk_from(0), *service.store.walk_received()]
        assert folded(service.model, shuffled_across_streams(events, seed)) == folded(service.model, events)


class Interrupted:
    """A `Beside` before whose every act somebody else writes; while it swaps nobody does."""

    def __init__(self, beside: Any, somebody_else: Callable[[], None]) -> None:
        self._beside = beside
        self._interrupt = somebody_else
        self.remove = beside.remove

    def write(self, *rows: Any) -> None:
        self._interrupt()
        self._beside.write(*rows)

    @contextmanager
    def swapping(self) -> Iterator[None]:
        self._interrupt()
        interrupt, self._interrupt = self._interrupt, lambda: None
        with self._beside.swapping():
            yield
        self._interrupt = interrupt
        interrupt()


def test_writing_goes_on_during_a_rebuild_and_nothing_of_it_is_lost(
    town: Town, lived: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before each of the rebuild's own writes somebody else writes, and a foreign event arrives."""
    newcomers = iter(range(100, 10_000))
    beside_of = type(lived.care.store).beside

    def somebody_else() -> None:
        child = f"p{next(newcomers)}"
        lived.tell(EnrolPupil(pupil_id=child))
        lived.tell(NoticeAbsence(pupil_id=child, day=TODAY))
        lived.tell(EndAbsence(pupil_id="p1"))
        lived.relay_all()

    @contextmanager
    def interrupted(store: Any, of: Any) -> Iterator[Any]:
        with beside_of(store, of) as beside:
            yield Interrupted(beside, somebody_else)

    with monkeypatch.context() as patched:
        patched.setattr(type(lived.care.store), "beside", interrupted)
        for service in (lived.roll, lived.care):
            rebuild(service.model, service.store)
    assert next(newcomers) > 106
    lived.settle()
    for service in (lived.roll, lived.care):
        assert tables(service) == rebuilt(service)


def test_a_rebuild_beside_busy_writers_ends_with_their_rows(lived: House) -> None:
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            lived.tell(EnrolPupil(pupil_id=f"new-{number}"))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _ in range(3):
            rebuild(lived.roll.model, lived.roll.store)
    finally:
        stop.set()
        writer.join()
    assert tables(lived.roll) == rebuilt(lived.roll)


def test_readers_see_the_old_rows_or_the_new_ones(lived: House) -> None:
    count = len(tables(lived.roll)["pupils"])
    seen: set[int] = set()
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            seen.add(len(tables(lived.roll)["pupils"]))

    reader = threading.Thread(target=read)
    reader.start()
    try:
        for _ in range(5):
            rebuild(lived.roll.model, lived.roll.store)
    finally:
        stop.set()
        reader.join()
    assert seen == {count}


def test_a_rebuild_that_breaks_off_leaves_the_live_rows_and_the_next_one_works(
    lived: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    was = tables(lived.roll)

    def break_off(*_arguments: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr("services.chassis.rebuild._write_changed", break_off)
        with pytest.raises(ZeroDivisionError):
            rebuild(lived.roll.model, lived.roll.store)
    assert tables(lived.roll) == was
    assert rebuilt(lived.roll) == was
    assert not any("rebuild" in name for name in sa.inspect(lived.roll.engine).get_table_names())


def test_of_two_rebuilds_at_once_the_second_is_refused_and_takes_nothing_away(
    lived: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    was = tables(lived.roll)
    take = Fold.take

    def meanwhile(fold: Fold, *arguments: Any) -> None:
        with pytest.raises(RebuildUnderWay):
            rebuild(lived.roll.model, lived.roll.store)
        take(fold, *arguments)

    monkeypatch.setattr(Fold, "take", meanwhile)
    assert rebuilt(lived.roll) == was


class Colour(StrEnum):
    """A code list."""

    RED = "red"
    BLUE = "blue"


class Everything(msgspec.Struct, frozen=True):
    """A row with a column of every kind."""

    key: str
    text: str | None
    number: int
    flag: bool
    maybe: bool | None
    colour: Colour | None
    day: date | None
    at: datetime | None
    many: tuple[str, ...]
    named: dict[str, int]
    note: Sealed[str] | None


EVERYTHING = sa.Table(
    "everything",
    sa.MetaData(),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("text", sa.Text),
    sa.Column("number", sa.Integer),
    sa.Column("flag", sa.Boolean),
    sa.Column("maybe", sa.Boolean),
    sa.Column("colour", sa.Text),
    sa.Column("day", sa.Text),
    sa.Column("at", sa.Text),
    sa.Column("many", sa.JSON),
    sa.Column("named", sa.JSON),
    sa.Column("note", sa.JSON),
)
PROJECTION = Projection(EVERYTHING, Everything, {}, lambda row, _event, _envelope: row)
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
ROWS = st.builds(
    Everything,
    key=TEXTS,
    text=st.none() | TEXTS | st.sampled_from(["null", "true", "1", "2026-01-01", "[]"]),
    number=st.integers(-(2**63), 2**63 - 1),
    flag=st.booleans(),
    maybe=st.none() | st.booleans(),
    colour=st.none() | st.sampled_from(Colour),
    day=st.none() | st.dates(),
    at=st.none() | st.datetimes(timezones=st.just(UTC)),
    many=st.lists(TEXTS).map(tuple),
    named=st.dictionaries(TEXTS, st.integers(-(2**53), 2**53)),
    note=st.none() | st.builds(Sealed, suite=TEXTS, key=TEXTS, text=TEXTS),
)


@given(ROWS)
def test_a_row_comes_back_from_the_driver_as_it_was_written(row: Everything) -> None:
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        EVERYTHING.create(connection)
        driver: Any = connection.connection.driver_connection
        places = ", ".join("?" * len(PROJECTION.columns))
        driver.execute(f"INSERT INTO everything VALUES ({places})", PROJECTION.store_values(row))  # noqa: S608  own columns
        raw = driver.execute("SELECT * FROM everything").fetchone()
        assert PROJECTION.read_form(dict(zip(PROJECTION.columns, raw, strict=True))) == row
        assert PROJECTION.read_form(dict(connection.execute(EVERYTHING.select()).one()._mapping)) == row
    engine.dispose()
