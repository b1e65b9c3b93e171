"""Rows of a file that is being accepted, sealed aside under the import's own key until they are on the roll."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import msgspec
import sqlalchemy as sa

from services.chassis.envelope import Sealed
from services.chassis.storage.tables import SUBJECT_KEYS
from services.chassis.turn import Turn
from services.chassis.turns import Turns
from services.contracts.ids import ImportId, SchoolId
from services.registry.domain.roll_lookup import IndexKey
from services.registry.domain.roster_rows import PupilRow
from services.registry.domain.school_rows import ClassRow, SchoolRow
from services.registry.storage.vault_tables import IMPORTS, STAGED_ROWS

Row = PupilRow | SchoolRow | ClassRow

ROWS_A_CHUNK = 50
"""How many rows are applied in one transaction: it keeps other writers waiting for less than a tenth of a second."""

ROWS_HELD = 500
"""How many rows a check holds before it seals them aside in a transaction of its own."""

ORPHANED_AFTER = timedelta(hours=1)
"""How old rows are that no import of a living process will ever ask for: no upload takes that long to check."""

_encode = msgspec.json.Encoder().encode
_decoder: msgspec.json.Decoder[Row] = msgspec.json.Decoder(Row)


class Staging:
    """The rows of one file on their way into the table; those of a file that is not accepted are thrown away."""

    def __init__(self, turns: Turns, import_id: ImportId, school_id: SchoolId | None) -> None:
        self._turns = turns
        self._import_id = import_id
        self._school_id = school_id
        self._held: list[tuple[int, Row, str | None, str | None]] = []
        self._sealed_aside = False
        self.rows = 0

    @property
    def chunks(self) -> int:
        """How many transactions it takes to apply what is staged."""
        return -(-self.rows // ROWS_A_CHUNK)

    def add(self, row: Row, id_key: IndexKey | None = None, roll_key: IndexKey | None = None) -> None:
        """Stage a row, in the order in which rows are to be applied."""
        self._held.append((self.rows, row, id_key and id_key[1], roll_key and roll_key[1]))
        self.rows += 1
        if len(self._held) >= ROWS_HELD:
            self._turns.run(self.seal)
            self._held.clear()
            self._sealed_aside = True

    def seal(self, turn: Turn) -> None:
        """Write what is held."""
        for place, row, id_digest, roll_digest in self._held:
            sealed = turn.seal(self._import_id, _place(self._import_id, place), _encode(row).decode())
            turn.sources.record(
                STAGED_ROWS,
                {
                    "import_id": self._import_id,
                    "place": place,
                    "school_id": self._school_id,
                    "suite": sealed.suite,
                    "sealed": sealed.text,
                    "id_digest": id_digest,
                    "roll_digest": roll_digest,
                },
            )

    def throw_away(self) -> None:
        """Forget the rows of a file that is not accepted."""
        self._held.clear()
        if self._sealed_aside:
            self._turns.run(lambda turn: drop(turn, self._import_id))
            self._sealed_aside = False


def chunk_rows(turns: Turns, import_id: ImportId, chunk: int) -> list[Row]:
    """The rows of a chunk, in order."""
    first = chunk * ROWS_A_CHUNK
    query = sa.select(STAGED_ROWS).where(
        STAGED_ROWS.c.import_id == import_id, STAGED_ROWS.c.place >= first, STAGED_ROWS.c.place < first + ROWS_A_CHUNK
    )
    with turns.store.engine.connect() as connection:
        staged = connection.execute(query.order_by(STAGED_ROWS.c.place)).all()
    return [_opened(turns, row) for row in staged]


def drop(turn: Turn, import_id: ImportId) -> None:
    """Delete the staged rows of an import, and the key under which they were sealed."""
    turn.sources.remove(STAGED_ROWS, {"import_id": import_id})
    turn.sources.remove(SUBJECT_KEYS, {"subject_id": import_id})


def drop_orphans(turns: Turns, older_than: timedelta) -> None:
    """Delete what uploads left behind that ended before they were decided."""
    query = sa.select(STAGED_ROWS.c.import_id).where(STAGED_ROWS.c.import_id.not_in(sa.select(IMPORTS.c.import_id))).distinct()
    with turns.store.engine.connect() as connection:
        undecided: Sequence[str] = connection.execute(query).scalars().all()
    for import_id in undecided:
        if datetime.now(UTC) - _began(import_id) >= older_than:
            turns.run(partial(drop, import_id=ImportId(import_id)))


def _began(import_id: str) -> datetime:
    """When an upload began: its id is a UUIDv7 and begins with the milliseconds of wall time."""
    return datetime.fromtimestamp((UUID(import_id).int >> 80) / 1000, UTC)


def _opened(turns: Turns, row: Any) -> Row:
    text = turns.keyring.open(Sealed(suite=row.suite, key=row.import_id, text=row.sealed), _place(row.import_id, row.place))
    return _decoder.decode(text)


def _place(import_id: str, place: int) -> str:
    return f"import/{import_id}/{place}"
