"""A database that nobody can reach, or that hangs: whoever asks is told so soon, and goes on when it is back."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from testcontainers.community.postgres import PostgresContainer

from services.chassis.errors import AlreadyThere, StoreAway, StoreBusy
from services.chassis.storage.postgres import PostgresStore
from services.chassis.storage.postgres_asking import AskingConnection
from services.chassis.storage.postgres_connections import (
    ANSWER_SECONDS,
    AS_LONG_AS_IT_TAKES,
    STATEMENT_SECONDS,
    WHILE_SOMEBODY_WAITS,
    Patience,
    asking,
    engine_for,
    open_pool,
)
from services.chassis.storage.postgres_heard import FRESH_SECONDS, TRY_SECONDS, LastHeard
from tests.chassis.storage.adapters import CARE, append
from tests.conftest import QUICK
from tests.deploy.containers import Images
from tests.patience import eventually
from tests.postgres import PostgresServer

PATIENCE_SECONDS = 10
IN_TIME = "does not answer in time"


class HastyConnection(AskingConnection):
    """One of a process that hardly waits."""

    patience_seconds = 0.5


HASTY = Patience(HastyConnection)


@pytest.fixture
def server(image: Images) -> Iterator[PostgresContainer]:
    """A server that a test may stop."""
    with PostgresContainer(image("postgres"), driver=None).with_command(QUICK) as server:
        yield server


@contextmanager
def hanging(server: PostgresContainer) -> Iterator[None]:
    """While the server does nothing, and its machine still takes what is sent."""
    container: Any = server.get_wrapped_container()
    container.pause()
    try:
        yield
    finally:
        container.unpause()


@contextmanager
def opened(url: str, patience: Patience) -> Iterator[PostgresStore]:
    store = PostgresStore(url, patience=patience)
    try:
        yield store
    finally:
        store.close()


def count(store: PostgresStore) -> int:
    with store.engine.connect() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM events").scalar_one())


def test_a_server_that_hangs_is_busy_to_every_kind_of_question_and_then_they_go_on(server: PostgresContainer) -> None:
    url = PostgresServer(server.get_connection_url()).database(CARE)
    with opened(url, HASTY) as store, opened(url, HASTY) as other:
        append(store, "case-1")
        assert count(other) == 1
        with hanging(server):
            with pytest.raises(StoreAway, match=IN_TIME):
                append(store, "case-1")
            with pytest.raises(StoreAway, match=IN_TIME):
                count(other)
        eventually(lambda: answers(store))
        append(store, "case-1")
        assert [e.version for e in store.walk()] == [1, 2]
        eventually(lambda: answers(other))
        assert count(other) == 2


def answers(store: PostgresStore) -> bool:
    try:
        store.backlog()
        count(store)
    except StoreBusy:
        return False
    return True


def test_a_server_that_is_away_is_told_to_those_who_come_next_without_asking_it(server: PostgresContainer) -> None:
    databases = PostgresServer(server.get_connection_url())
    tries: list[None] = []

    class Counted(LastHeard):
        @contextmanager
        def again(self) -> Iterator[None]:
            with super().again():
                tries.append(None)
                yield

    now = [0.0]
    heard = Counted(monotonic=lambda: now[0])
    url = databases.database(CARE)
    pool = open_pool(url, 1)
    try:
        server.get_wrapped_container().stop(timeout=0)
        for _ in range(10):
            with pytest.raises(StoreBusy), asking(pool, url, heard) as connection:
                connection.ask("SELECT 1")
        assert len(tries) == 2, "by the connection that the pool still had, and by a new one"
    finally:
        pool.close()


def test_the_engine_connects_again_what_its_server_has_ended(postgres: PostgresServer) -> None:
    url = postgres.database(CARE)
    engine = engine_for(url, 1)
    try:
        with engine.connect() as connection:
            pid = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        with psycopg.connect(postgres.owner_url(url)) as owner:
            owner.execute("SELECT pg_terminate_backend(%s)", (pid,))
        with engine.connect() as connection:
            assert connection.exec_driver_sql("SELECT 1").scalar_one() == 1
    finally:
        engine.dispose()


def test_what_a_web_process_asks_is_ended_by_the_server_and_what_a_worker_asks_is_not(postgres: PostgresServer) -> None:
    url = postgres.database(CARE)

    def limits(patience: Patience) -> set[str]:
        pool, engine = open_pool(url, 1, patience), engine_for(url, 1, patience)
        try:
            with asking(pool, url, LastHeard()) as asked, engine.connect() as queried:
                limit = "SHOW statement_timeout"
                return {str(asked.ask(limit)[0][0]), str(queried.exec_driver_sql(limit).scalar_one())}
        finally:
            pool.close()
            engine.dispose()

    assert limits(WHILE_SOMEBODY_WAITS) == {f"{STATEMENT_SECONDS}s"}
    assert limits(AS_LONG_AS_IT_TAKES) == {"0"}
    assert ANSWER_SECONDS > STATEMENT_SECONDS, "a server that keeps time says so itself"


def test_a_statement_that_takes_too_long_is_named_and_a_question_about_the_whole_log_waits(postgres: PostgresServer) -> None:
    url = postgres.database(CARE)
    with opened(url, Patience(options="-c statement_timeout=200ms")) as store:
        append(store, "case-1", 3)
        requeued: list[int] = []
        with psycopg.connect(postgres.owner_url(url)) as owner:
            owner.execute("LOCK TABLE events IN ACCESS EXCLUSIVE MODE")
            waiting = threading.Thread(target=lambda: requeued.append(store.requeue("care")))
            waiting.start()
            for slow in (lambda: append(store, "case-1"), lambda: count(store)):
                with pytest.raises(StoreBusy, match="longer than it may") as refused:
                    slow()
                assert not isinstance(refused.value, StoreAway), "it answers, so nobody else is refused"
        waiting.join(PATIENCE_SECONDS)
        assert requeued == [3]
        assert store.heads_after(0)[1].keys() == {"case-1"}


def test_a_question_larger_than_what_lies_between_is_sent_as_a_whole(postgres: PostgresServer) -> None:
    url = postgres.database(CARE)
    pool = open_pool(url, 1, WHILE_SOMEBODY_WAITS)
    try:
        with asking(pool, url, LastHeard()) as connection:
            large = "x" * 30_000_000
            assert connection.ask("SELECT $1::text || 'y'", (large,)) == [(large + "y",)]
            with pytest.raises(psycopg.errors.DivisionByZero):
                connection.ask("SELECT 1 / $1::int", (0,))
            assert connection.ask("SELECT 1") == [(1,)], "what was refused leaves nothing to be read"
    finally:
        pool.close()


# --- what was last heard ----------------------------------------------------------------------------------------------


class Clock:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.now = 100.0


def ask(heard: LastHeard, *, away: bool) -> bool:
    """Whether the database was asked."""
    asked = False
    with pytest.raises(StoreAway) if away else nothing(), heard.again():
        asked = True
        if away:
            raise StoreAway("not there")
    return asked


@contextmanager
def nothing() -> Iterator[None]:
    yield


def test_while_a_vain_try_is_fresh_nobody_else_tries_and_then_one_does() -> None:
    clock = Clock()
    heard = LastHeard(monotonic=lambda: clock.now)
    assert ask(heard, away=True)
    assert not ask(heard, away=True)
    clock.now += FRESH_SECONDS
    with heard.again():  # this one tries …
        clock.now += TRY_SECONDS - 1
        with ThreadPoolExecutor(1) as another:  # … and the others are told what is known
            assert not another.submit(ask, heard, away=True).result()
    assert ask(heard, away=False), "it has answered"
    assert ask(heard, away=True)


def test_what_is_asked_within_a_try_is_part_of_it() -> None:
    """A turn asks by the pool, and within it by the engine."""
    clock = Clock()
    heard = LastHeard(monotonic=lambda: clock.now)
    assert ask(heard, away=True)
    clock.now += FRESH_SECONDS
    with heard.again():
        assert ask(heard, away=False)
    assert ask(heard, away=False)


def test_a_refusal_of_the_database_is_an_answer() -> None:
    clock = Clock()
    heard = LastHeard(monotonic=lambda: clock.now)
    assert ask(heard, away=True)
    clock.now += FRESH_SECONDS
    with pytest.raises(AlreadyThere), heard.again():
        raise AlreadyThere("another row has its key")
    assert ask(heard, away=False)
