"""The access log: one row for each person of each answer, and how many people an officer may see plainly in a day."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from uuid6 import uuid7

from services.chassis.county import midnight
from services.chassis.envelope import stamp
from services.chassis.turn import Turn
from services.chassis.web.caller import Caller
from services.registry.domain.errors import TooManyRevealedToday
from services.registry.domain.policies import REVEALED_A_DAY
from services.registry.domain.purposes import Purpose
from services.registry.storage.vault_tables import REVEAL_LOG

NOTHING = "[]"
"""A list of no fields, as the log's columns hold it."""


@dataclass(frozen=True)
class Reason:
    """What an answer is for: its purpose, and the case or duty that the asker names."""

    purpose: Purpose
    case_id: str | None = None
    duty_id: str | None = None


@dataclass(frozen=True)
class Shown:
    """A child or guardian in an answer: which fields (or words about them) are shown as they are, and which masked."""

    person_id: str
    plain: frozenset[str]
    masked: frozenset[str]


def write(turn: Turn, engine: sa.Engine, caller: Caller, reason: Reason, shown: Collection[Shown]) -> None:
    """Log an answer before it is given; never a value. Raises TooManyRevealedToday, and then nothing is logged."""
    revealed = {one.person_id for one in shown if one.plain}
    if revealed and not caller.is_service:
        _keep_within_the_day(turn, engine, caller, revealed)
    for one in shown:
        turn.sources.record(
            REVEAL_LOG,
            {
                "reveal_id": str(uuid7()),
                "revealed_at": stamp(turn.now),
                "caller": caller.subject,
                "purpose": reason.purpose.value,
                "person_id": one.person_id,
                "plain": _listed(one.plain),
                "masked": _listed(one.masked),
                "case_id": reason.case_id,
                "duty_id": reason.duty_id,
                "trace_id": caller.trace.trace_id if caller.trace else None,
                "on_behalf_of": caller.on_behalf_of,
            },
        )


def _keep_within_the_day(turn: Turn, engine: sa.Engine, caller: Caller, revealed: Collection[str]) -> None:
    """Refuse what would go beyond the officer's day; whom the officer has seen today already counts once."""
    # taken before the log is read: of two answers at once to one officer, one loses the race and counts again
    turn.take_number(f"reveals/{caller.officer_id}")
    given = turn.given(caller.context())
    most = given.value(REVEALED_A_DAY)
    seen = _seen_since(engine, caller.officer_id, stamp(midnight(given.today)))
    if len(seen.union(revealed)) > most:
        raise TooManyRevealedToday(seen=len(seen), most=most)


def _seen_since(engine: sa.Engine, officer_id: str, since: str) -> set[str]:
    """The people whom an officer has been shown plainly since an instant."""
    query = sa.select(REVEAL_LOG.c.person_id).where(
        REVEAL_LOG.c.caller == officer_id, REVEAL_LOG.c.revealed_at >= since, sa.cast(REVEAL_LOG.c.plain, sa.Text) != NOTHING
    )
    with engine.connect() as connection:
        return set(connection.execute(query.distinct()).scalars())


def _listed(fields: Iterable[str]) -> str:
    """As the column's JSON."""
    return "[" + ",".join(f'"{field}"' for field in sorted(fields)) + "]"
