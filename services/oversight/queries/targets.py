"""What a number or id names: a case, a duty, a mandatory report, a child, an application, a text, an episode, an event."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import sqlalchemy as sa

from services.oversight.domain.errors import NothingToTrace
from services.oversight.storage.tables import AID, CASES, DUTIES, EPISODES, MANDATORY_REPORTS, PUPILS, TEXTS, TRACE_EVENTS

Kind = Literal["case", "duty", "report", "pupil", "application", "text", "episode", "event"]


@dataclass(frozen=True)
class Target:
    """What is traced: its kind, its id, the child that it is about, the episode that gives the set by correlation.

    `number` is what a case is called before those who may not see its id.
    """

    kind: Kind
    subject_id: str
    pupil_id: str | None
    episode_id: str | None = None
    number: str | None = None


_BY_ID: tuple[tuple[Kind, sa.Table, tuple[str, ...]], ...] = (
    ("case", CASES, ("number", "case_id")),
    ("duty", DUTIES, ("number", "duty_id")),
    ("report", MANDATORY_REPORTS, ("number", "report_id")),
    ("pupil", PUPILS, ("pupil_id",)),
    ("application", AID, ("application_id",)),
    ("text", TEXTS, ("notification_id",)),
    ("episode", EPISODES, ("episode_id",)),
)


def find(engine: sa.Engine, reference: str) -> Target:
    """What a number or id names; raises NothingToTrace."""
    with engine.connect() as connection:
        for kind, table, columns in _BY_ID:
            named = sa.or_(*(table.c[column] == reference for column in columns))
            row = connection.execute(sa.select(table).where(named)).mappings().first()
            if row is not None:
                episode = row["episode_id"] if kind in ("case", "episode") else None
                number = row["number"] if kind == "case" else None
                return Target(kind, row[columns[-1]], row["pupil_id"], episode, number)
        event = connection.execute(sa.select(TRACE_EVENTS).where(TRACE_EVENTS.c.event_id == reference)).first()
        if event is None:
            raise NothingToTrace
        child = connection.execute(sa.select(PUPILS.c.pupil_id).where(PUPILS.c.pupil_id == event.partition_key)).scalar()
    return Target("event", event.event_id, child)
