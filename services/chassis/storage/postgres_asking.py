"""A connection that asks by libpq itself: each statement prepared once, its answer read by the driver's own loaders.

The driver's cursor takes three times as long as the question (measured, decision 0042), and a command is a few short questions.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from itertools import count
from typing import Any

import psycopg
from psycopg import abc, pq
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result

PREPARED_HELD = 500
"""How many statements a connection keeps prepared: one for each set of tables that batches touch, and the reads."""

Answer = list[tuple[Any, ...]]

_ANSWERED = (pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK)


class AskingConnection(psycopg.Connection[tuple[Any, ...]]):
    """One thread's at a time, in autocommit: each statement is its own transaction. Raises what the driver raises."""

    def __init__(self, pgconn: pq.abc.PGconn) -> None:
        super().__init__(pgconn)
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
        return self._checked(self.pgconn.exec_prepared(name, values))

    def _prepare(self, statement: str) -> bytes:
        if len(self._statements) >= PREPARED_HELD:
            _, forgotten = self._statements.popitem(last=False)
            self._checked(self.pgconn.exec_(b"DEALLOCATE " + forgotten))
        name = f"asked_{next(self._numbers)}".encode()
        self._checked(self.pgconn.prepare(name, statement.encode()))
        self._statements[statement] = name
        return name

    def _checked(self, result: pq.abc.PGresult) -> pq.abc.PGresult:
        if result.status in _ANSWERED:
            return result
        if result.error_field(pq.DiagnosticField.SQLSTATE) is None:  # the server has said nothing, it is gone
            raise psycopg.OperationalError("the connection was lost")
        raise error_from_result(result, encoding=self.info.encoding)
