"""Messages for others outside as they were kept (`chassis.publication`): looked up to be sent, and put into the outbox again."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from services.chassis.publication import Published
from services.chassis.storage.port import Batch, EventStore
from services.chassis.storage.tables import EVENTS, PUBLICATIONS

ROWS_A_REQUEUE = 5_000

Place = tuple[str, str, int]
"""Where a message belongs: topic, stream and version of the event that it tells of."""


def kept(engine: sa.Engine, places: Sequence[Place]) -> dict[Place, Published]:
    """The messages of these places."""
    if not places:
        return {}
    place = (PUBLICATIONS.c.topic, PUBLICATIONS.c.stream_id, PUBLICATIONS.c.version)
    query = sa.select(PUBLICATIONS).where(sa.tuple_(*place).in_(places))
    with engine.connect() as connection:
        return {
            (row.topic, row.stream_id, row.version): Published(row.topic, row.subject, row.type, row.schema, bytes(row.data))
            for row in connection.execute(query)
        }


def requeue(store: EventStore) -> int:
    """Put everything that was ever told outside into the outbox once more, in its order; answers how many messages."""
    places = (PUBLICATIONS.c.topic, PUBLICATIONS.c.stream_id, PUBLICATIONS.c.version)
    of_event = (EVENTS.c.stream_id == PUBLICATIONS.c.stream_id) & (EVENTS.c.version == PUBLICATIONS.c.version)
    order = (EVENTS.c.position, PUBLICATIONS.c.topic)
    query = sa.select(EVENTS.c.position, *places).join(EVENTS, of_event).order_by(*order).limit(ROWS_A_REQUEUE)
    last: tuple[int, str] = (0, "")
    queued = 0
    while True:
        with store.engine.connect() as connection:
            rows = connection.execute(query.where(sa.tuple_(*order) > sa.tuple_(*map(sa.literal, last)))).all()
        if not rows:
            return queued
        with store.transaction() as transaction:
            transaction.commit(Batch(outbox=[(row.topic, row.stream_id, row.version) for row in rows]))
        last = (rows[-1].position, rows[-1].topic)
        queued += len(rows)
