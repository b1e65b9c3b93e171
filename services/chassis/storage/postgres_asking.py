"""A connection that asks by libpq itself: each statement prepared once, its answer read by the driver's own loaders.

The driver's cursor takes three times as long as the question (measured, decision 0042), and a command is a few short questions.
Nobody waits for ever: a server that hangs with its machine alive keeps its connections, and no time-out of TCP ends them.
"""

from __future__ import annotations

import select
from collections import OrderedDict
from collections.abc import Sequence
from itertools import count
from typing import Any, NoReturn, TypeVar

import psycopg
from psycopg import abc, pq
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result

PREPARED_HELD = 500
"""How many statements a connection keeps prepared: one for each set of tables that batches touch, and the reads."""

WAKE_SECONDS = 0.1
"""How often the driver's waiting looks up, for signals."""

TO_READ = select.POLLIN
TO_SEND = select.POLLIN | select.POLLOUT

Answer = list[tuple[Any, ...]]
Said = TypeVar("Said")

_ANSWERED = (pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK)


class NoAnswer(psycopg.OperationalError):
    """The server has taken a question and says nothing; the connection is closed, for what comes later answers nobody."""


class AskingConnection(psycopg.Connection[tuple[Any, ...]]):
    """One thread's at a time; what it asks itself is in autocommit, each statement its own transaction.

    Raises what the driver raises, and NoAnswer where the server is silent for longer than `patience_seconds`.
    """

    patience_seconds: float | None = None

    def __init__(self, pgconn: pq.abc.PGconn) -> None:
        super().__init__(pgconn)
        self._socket = select.poll()
        self._statements: OrderedDict[str, bytes] = OrderedDict()
        self._numbers = count(1)
        self._forms: abc.Transformer | None = None

    def ask(self, statement: str, values: Sequence[Any] = ()) -> Answer:
        """The rows that a statement answers; `$1`, `$2` … stand for the values, read as the types that their places have."""
        forms = self._forms_of_values()
        result = self._result(statement, forms.dump_sequence(values, [PyFormat.TEXT] * len(values)))
        forms.set_pgresult(result)
        return forms.load_rows(0, result.ntuples, tuple)

    def change(self, statement: str, values: Sequence[Any] = ()) -> int:
        """How many rows a statement has changed."""
        forms = self._forms_of_values()
        return self._result(statement, forms.dump_sequence(values, [PyFormat.TEXT] * len(values))).command_tuples or 0

    def _forms_of_values(self) -> abc.Transformer:
        if self._forms is None:  # not before the pool has told the connection how to read what
            self._forms = Transformer(self)
        return self._forms

    def _result(self, statement: str, values: Sequence[Any]) -> pq.abc.PGresult:
        name = self._statements.get(statement)
        if name is None:
            name = self._prepare(statement)
        else:
            self._statements.move_to_end(statement)
        self.pgconn.send_query_prepared(name, values)
        return self._answered()

    def _prepare(self, statement: str) -> bytes:
        if len(self._statements) >= PREPARED_HELD:
            _, forgotten = self._statements.popitem(last=False)
            self.pgconn.send_query(b"DEALLOCATE " + forgotten)
            self._answered()
        name = f"asked_{next(self._numbers)}".encode()
        self.pgconn.send_prepare(name, statement.encode())
        self._answered()
        self._statements[statement] = name
        return name

    def _answered(self) -> pq.abc.PGresult:
        """What the server answers to the one question that was sent, once it says that it is done with it."""
        while self.pgconn.flush():
            self._wait_until(TO_SEND)
        while self.pgconn.is_busy():
            self._wait_until(TO_READ)
        result = self.pgconn.get_result()
        while self.pgconn.is_busy():
            self._wait_until(TO_READ)
        self.pgconn.get_result()
        return self._checked(result)

    def _wait_until(self, ready: int) -> None:
        self._socket.register(self.pgconn.socket, ready)
        if not self._socket.poll(None if self.patience_seconds is None else self.patience_seconds * 1_000):
            self._give_up()
        self.pgconn.consume_input()

    def wait(self, gen: abc.PQGen[Said], interval: float = WAKE_SECONDS, timeout: float | None = None) -> Said:
        """What the driver's own ways wait by: cursors of the engine for queries, the pool's rollbacks."""
        try:
            return super().wait(gen, interval, self.patience_seconds if timeout is None else timeout)
        except psycopg.OperationalError:
            if self.pgconn.transaction_status == pq.TransactionStatus.ACTIVE:  # it was the wait that ended, not the question
                self._give_up()
            raise

    def _give_up(self) -> NoReturn:
        self.pgconn.finish()
        raise NoAnswer("the server has taken a question and does not answer")

    def _checked(self, result: pq.abc.PGresult | None) -> pq.abc.PGresult:
        if result is None:
            raise psycopg.OperationalError("the connection was lost")
        if result.status in _ANSWERED:
            return result
        if result.error_field(pq.DiagnosticField.SQLSTATE) is None:  # the server has said nothing, it is gone
            raise psycopg.OperationalError("the connection was lost")
        raise error_from_result(result, encoding=self.info.encoding)
