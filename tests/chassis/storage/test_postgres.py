"""What only the store on PostgreSQL has to prove: its roles, its barrier, its one relay, lost connections, spoilt bytes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from services.chassis.errors import NotStorable, ReadingPaused, StoreBusy
from services.chassis.findings import Wrong
from services.chassis.relay import Relay
from services.chassis.storage import postgres_connections
from services.chassis.storage.migrate import SchemaTooNew, SchemaTooOld, migrate
from services.chassis.storage.port import Batch, Parked, Received
from services.chassis.storage.postgres import PostgresStore, on_server
from services.chassis.storage.postgres_connections import by_name, engine_for, open_pool
from services.chassis.storage.postgres_lead import LOCKS, READERS, Lead
from services.chassis.storage.postgres_trouble import busy
from services.chassis.storage.tables import COUNTY_POLICIES, HOUSE
from services.chassis.verification import verify
from tests.chassis.conftest import Town, on_postgres
from tests.chassis.storage.adapters import AT, CARE, append, appended, commit, event
from tests.chassis.storage.test_schema import schema
from tests.chassis.toy import CATALOGUE
from tests.chassis.toy_care import TABLES
from tests.chassis.toy_roll import START_DAY, EnrolPupil, NoticeAbsence
from tests.patience import eventually
from tests.postgres import PostgresServer

PATIENCE_SECONDS = 10


@pytest.fixture
def url(postgres: PostgresServer) -> str:
    return postgres.database(CARE)


@pytest.fixture
def store(url: str) -> Iterator[PostgresStore]:
    store = PostgresStore(url)
    yield store
    store.close()


@contextmanager
def owner(postgres: PostgresServer, url: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(postgres.owner_url(url), autocommit=True) as connection:
        yield connection


# --- roles and schema -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET data = ''",
        "DELETE FROM events",
        "TRUNCATE events CASCADE",
        "UPDATE received SET envelope = ''",
        "DELETE FROM received",
        "DROP TABLE events",
        "ALTER TABLE events DISABLE TRIGGER ALL",
        "UPDATE alembic_version SET version_num = 'x'",
        "INSERT INTO schema_additions VALUES ('x', 'y')",
        "CREATE TABLE mine (a int)",
    ],
)
def test_the_application_may_not_change_what_happened_nor_the_schema(store: PostgresStore, statement: str) -> None:
    append(store, "case-1")
    with pytest.raises(sa.exc.ProgrammingError) as refused, store.engine.begin() as connection:
        connection.exec_driver_sql(statement)
    assert isinstance(refused.value.orig, psycopg.errors.InsufficientPrivilege)
    assert [e.event_id for e in store.walk()] == ["case-1/1"]


def test_a_migrated_database_has_exactly_the_tables_of_the_house_and_the_service(postgres: PostgresServer, url: str) -> None:
    migrated = engine_for(postgres.owner_url(url), 1)
    made = engine_for(postgres.owner_url(postgres.empty()), 1)
    try:
        HOUSE.create_all(made)
        TABLES.create_all(made)
        assert schema(migrated) == schema(made)
    finally:
        migrated.dispose()
        made.dispose()


def test_a_database_of_another_release_is_refused_by_name(postgres: PostgresServer, url: str) -> None:
    with owner(postgres, url) as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'house_0001' WHERE version_num LIKE 'house%'")
    with pytest.raises(SchemaTooOld, match=r"house_\d+") as old:
        on_server(lambda _service: url)("care", CARE)
    assert str(old.value).count("docker compose run --rm bootstrap") == 2, "in Chinese and in English"
    with owner(postgres, url) as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'house_9999' WHERE version_num LIKE 'house%'")
    with pytest.raises(SchemaTooNew, match="house_9999") as new:
        on_server(lambda _service: url)("care", CARE)
    assert str(new.value).count("docker compose up --wait") == 2
    assert "bootstrap" not in str(new.value), "that of the same image would refuse it again"


def test_migrating_again_changes_nothing(postgres: PostgresServer, url: str) -> None:
    engine = engine_for(postgres.owner_url(url), 1)
    try:
        before = schema(engine)
        migrate(engine, CARE)
        assert schema(engine) == before
    finally:
        engine.dispose()


def test_a_refused_row_is_not_quoted(store: PostgresStore) -> None:
    row = {"code": "一个孩子的姓名", "value": "1"}
    commit(store, Batch(records=[(COUNTY_POLICIES, row)]))
    with pytest.raises(NotStorable) as refused:
        commit(store, Batch(records=[(COUNTY_POLICIES, row)]))
    assert "姓名" not in str(refused.value)
    with pytest.raises(NotStorable):
        commit(store, Batch(records=[(COUNTY_POLICIES, row | {"code": "a\0b"})]))


# --- many writers -----------------------------------------------------------------------------------------------------


@contextmanager
def slow_commit(url: str, stream_id: str) -> Iterator[Callable[[], None]]:
    """A commit of another process that has taken its numbers and does not end before it is told."""
    with psycopg.connect(url) as connection:
        one = event(stream_id, 1)
        names = [column.name for column in HOUSE.tables["events"].columns if column.name != "position"]
        values = [getattr(one, name) for name in names]
        columns = ", ".join(f'"{name}"' for name in names)
        connection.execute(f"INSERT INTO events ({columns}) VALUES ({', '.join(['%s'] * len(names))})", values)  # noqa: S608  own columns
        connection.execute("INSERT INTO outbox (topic, stream_id, version) VALUES ('care', %s, 1)", (stream_id,))
        yield connection.commit


def test_a_slow_commit_is_not_passed_over_by_those_that_came_after(store: PostgresStore, url: str) -> None:
    sent: list[str] = []

    class Bus:
        def publish(self, messages: list[Any]) -> int:
            sent.extend(message.headers["ce_id"] for message in messages)
            return len(messages)

    relay = Relay(store, Bus(), "care")  # type: ignore[arg-type]  # a relay only publishes
    with slow_commit(url, "case-slow") as finish:
        append(store, "case-quick", 3)
        while relay.step():
            pass
        assert sent == ["case-quick/1", "case-quick/2", "case-quick/3"]
        finish()
    append(store, "case-quick")
    while relay.step():
        pass
    assert sent[3:] == ["case-slow/1", "case-quick/4"]
    assert store.backlog()["outbox"] == 0


def test_a_position_is_told_only_when_nothing_can_still_appear_behind_it(store: PostgresStore, url: str) -> None:
    told: list[tuple[int, int]] = []
    with slow_commit(url, "case-slow") as finish:
        asking = threading.Thread(target=lambda: told.append(store.positions()))
        asking.start()
        asking.join(0.2)
        assert told == []
        finish()
        asking.join(PATIENCE_SECONDS)
    ((own, _),) = told
    assert [e.event_id for e in store.walk_from(0, until=own)] == ["case-slow/1"]


def test_only_one_process_leads_and_its_place_falls_to_another_with_its_connection(
    postgres: PostgresServer, store: PostgresStore, url: str
) -> None:
    other = PostgresStore(url)
    try:
        assert (store.leads(), other.leads()) == (True, False)
        with owner(postgres, url) as connection:
            connection.execute("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'")
        eventually(other.leads)
        assert not store.leads()
        other.resign()
        assert not other.leads()
        eventually(store.leads)
        assert not other.leads()
    finally:
        other.close()


def test_after_the_server_has_gone_away_the_store_is_busy_and_then_goes_on(
    postgres: PostgresServer, store: PostgresStore, url: str
) -> None:
    append(store, "case-1")
    with owner(postgres, url) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    with pytest.raises(StoreBusy):
        commit(store, appended(event("case-1", 2)))
    append(store, "case-1")
    assert [e.version for e in store.walk()] == [1, 2]
    with store.engine.connect() as connection_of_a_query:
        assert connection_of_a_query.exec_driver_sql("SELECT count(*) FROM events").scalar() == 2


# --- what is told of a server that does not serve ----------------------------------------------------------------------


@contextmanager
def not_let_in(postgres: PostgresServer, database: str) -> Iterator[None]:
    """A database that lets nobody in, as `move` leaves the former one."""
    with psycopg.connect(postgres.owner_url(postgres.empty()), autocommit=True) as connection:
        connection.execute(f'ALTER DATABASE "{database}" ALLOW_CONNECTIONS false')
        yield
        connection.execute(f'ALTER DATABASE "{database}" ALLOW_CONNECTIONS true')


def told_of(url: str) -> list[str]:
    """The sentences, by which a store, the lead and the engine for queries refuse."""
    engine = engine_for(url, 1)
    told: list[str] = []
    for refused in (lambda: PostgresStore(url), Lead(url).held, engine.connect):
        with pytest.raises(StoreBusy) as trouble:
            refused()
        told.append(str(trouble.value))
    return told


@pytest.mark.parametrize(
    ("changed", "zh", "en"),
    [
        ({"password": "another"}, "不接受 {user} 的密码", "does not take the password of {user}: deploy/secrets"),
        ({"port": 1}, "无法连接 {host}:1 的", "PostgreSQL at {host}:1 cannot be reached: is the server up"),
        ({"database": "fuxue_none"}, "没有数据库 fuxue_none", "has no database fuxue_none: the bootstrap makes it"),
    ],
    ids=["a wrong password", "no server", "no database"],
)
def test_who_cannot_connect_is_told_where_why_and_what_to_do(
    url: str, monkeypatch: pytest.MonkeyPatch, changed: dict[str, Any], zh: str, en: str
) -> None:
    monkeypatch.setattr(postgres_connections, "OPEN_SECONDS", 0.2)
    right = sa.make_url(url)
    facts = {"user": right.username, "host": right.host}
    for told in told_of(right.set(**changed).render_as_string(hide_password=False)):
        in_chinese, in_english = told.split("\n")
        assert zh.format(**facts) in in_chinese
        assert en.format(**facts) in in_english
        assert "another" not in told


def test_who_still_asks_the_former_database_of_a_move_is_told_that_it_is_closed(
    postgres: PostgresServer, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_connections, "OPEN_SECONDS", 0.2)
    with not_let_in(postgres, str(sa.make_url(url).database)):
        assert all("was moved to another server" in told for told in told_of(url))


def test_a_pool_whose_connections_are_all_in_use_says_so(url: str) -> None:
    pool = open_pool(url, 1)
    try:
        with pool.connection(), pytest.raises(StoreBusy, match="are in use"), by_name(url):
            pool.getconn(timeout=0.1)
    finally:
        pool.close()


def test_what_the_server_answers_is_told_by_its_state_without_what_was_sent() -> None:
    def told(kind: type[psycopg.OperationalError]) -> str:
        return str(busy("postgresql://app:secret@postgres:5432/fuxue_registry", kind('could not extend file "一个孩子的姓名"')))

    assert told(psycopg.errors.DiskFull).endswith(
        "The disk of PostgreSQL at postgres:5432 is full: make room, then it goes on by itself; nothing that was accepted is lost."
    )
    assert "raise its max_connections" in told(psycopg.errors.TooManyConnections)
    assert "starting or stopping" in told(psycopg.errors.AdminShutdown)
    assert "cannot do it just now (OutOfMemory): see its log" in told(psycopg.errors.OutOfMemory)
    assert not any(
        word in told(kind) for kind in (psycopg.errors.DiskFull, psycopg.errors.OutOfMemory) for word in ("孩子", "secret")
    )


# --- tampering --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        (
            "UPDATE events SET data = set_byte(data, 3, 63) WHERE stream_id = 'pupil-p1' AND version = 2",
            ("pupil-p1", 2, Wrong.CHANGED),
        ),
        ("DELETE FROM events WHERE stream_id = 'pupil-p1' AND version = 2", ("pupil-p1", 2, Wrong.REMOVED)),
        ("DELETE FROM events WHERE stream_id = 'pupil-p2'", ("pupil-p2", 1, Wrong.REMOVED)),
    ],
    ids=["a changed byte", "a removed tail", "a removed stream"],
)
def test_what_the_owner_of_the_database_changes_is_located(
    postgres: PostgresServer, tmp_path: Any, statement: str, found: tuple[str, int, Wrong]
) -> None:
    town = Town(on_postgres(postgres, tmp_path))
    try:
        for pupil_id in ("p1", "p2"):
            town.house.tell(EnrolPupil(pupil_id=pupil_id))
        town.house.tell(NoticeAbsence(pupil_id="p1", day=START_DAY))
        town.house.settle()
        roll = town.house.roll
        roll.checkpoints.sign()
        assert verify(roll.store, CATALOGUE, roll.checkpoints.public_keys, []).sound
        with roll.engine.connect() as connection:
            database = connection.engine.url.render_as_string(hide_password=False)
        with owner(postgres, database) as connection:
            connection.execute(statement)
        report = verify(roll.store, CATALOGUE, roll.checkpoints.public_keys, [])
        assert found in [(one.stream_id, one.version, one.wrong) for one in report.findings]
    finally:
        town.house.close()


# --- the readers, held for a backup -----------------------------------------------------------------------------------


@contextmanager
def readers_held(url: str) -> Iterator[None]:
    with psycopg.connect(url, autocommit=True) as session:
        session.execute("SELECT pg_advisory_lock(%s, %s)", (LOCKS, READERS))
        yield


@pytest.mark.parametrize("kept", ["received", "parked"])
def test_while_somebody_holds_the_readers_nothing_that_was_read_is_kept_and_commands_pass(
    store: PostgresStore, url: str, kept: str
) -> None:
    heard = event("pupil-1", 1)
    parked = Parked(position=0, topic="roll", envelope=heard, reason="gap", detail="", parked_at=AT)
    read = {"received": Batch(received=[Received(envelope=heard, topic="roll")]), "parked": Batch(parked=[parked])}
    with readers_held(url):
        with pytest.raises(ReadingPaused):
            commit(store, read[kept])
        append(store, "case-1")
    assert (list(store.walk_received()), store.parked()) == ([], [])
    commit(store, read[kept])
    assert len([*store.walk_received(), *store.parked()]) == 1


def test_whoever_holds_the_readers_has_waited_for_those_under_way(store: PostgresStore, url: str) -> None:
    with psycopg.connect(url) as reading, psycopg.connect(url, autocommit=True) as session:
        reading.execute("SELECT pg_try_advisory_xact_lock_shared(%s, %s)", (LOCKS, READERS))
        alone = ("SELECT pg_try_advisory_lock(%s, %s)", (LOCKS, READERS))
        assert session.execute(*alone).fetchone() == (False,)
        reading.commit()
        assert session.execute(*alone).fetchone() == (True,)


def test_the_readers_go_on_as_soon_as_the_session_that_held_them_is_gone(
    store: PostgresStore, postgres: PostgresServer, url: str
) -> None:
    with psycopg.connect(url, autocommit=True) as session:
        session.execute("SELECT pg_advisory_lock(%s, %s)", (LOCKS, READERS))
        with owner(postgres, url) as server:
            server.execute("SELECT pg_terminate_backend(%s)", (session.info.backend_pid,))
        eventually(lambda: commits(store, Batch(received=[Received(envelope=event("pupil-1", 1), topic="roll")])))


def commits(store: PostgresStore, batch: Batch) -> bool:
    try:
        commit(store, batch)
    except ReadingPaused:
        return False
    return True


@pytest.mark.parametrize("broken_off", [False, True])
def test_a_rebuild_that_has_ended_lets_the_next_begin_though_the_server_has_not_seen_its_session_off(
    store: PostgresStore, monkeypatch: pytest.MonkeyPatch, broken_off: bool
) -> None:
    def kept(url: str, **options: Any) -> Any:
        lingering.append(psycopg.Connection.connect(url, **options))
        return nullcontext(lingering[-1])

    lingering: list[psycopg.Connection[Any]] = []
    monkeypatch.setattr("services.chassis.storage.postgres.psycopg.connect", kept)
    with suppress(ZeroDivisionError), store.rebuilding() as mine:
        assert mine
        with store.rebuilding() as also_mine:
            assert not also_mine
        if broken_off:
            raise ZeroDivisionError
    with store.rebuilding() as next_one:
        assert next_one
    for session in lingering:
        session.close()
