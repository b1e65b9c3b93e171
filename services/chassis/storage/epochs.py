"""Epochs of the bus as a service's database keeps them; in the first, which nothing began, there is none."""

from __future__ import annotations

import msgspec
import sqlalchemy as sa

from services.chassis.storage.port import Batch, EventStore
from services.chassis.storage.tables import BUS_EPOCHS


class Epoch(msgspec.Struct, frozen=True):
    """One that began when the bus had lost what the service had told there; `republished_at` is when that was sent again.

    The latest is the one with the highest number, whatever a clock has said.
    """

    began_at: str
    number: int
    republished_at: str | None


def latest(engine: sa.Engine) -> Epoch | None:
    """The epoch in which the service is; none in the first."""
    with engine.connect() as connection:
        row = connection.execute(sa.select(BUS_EPOCHS).order_by(BUS_EPOCHS.c.number.desc()).limit(1)).one_or_none()
    return None if row is None else Epoch(**row._asdict())


def is_to_be_taken_up(engine: sa.Engine) -> bool:
    """Whether the service has yet to send again what it told before its epoch."""
    epoch = latest(engine)
    return epoch is not None and epoch.republished_at is None


def begin(connection: sa.Connection, at: str) -> None:
    """Let another epoch begin, as of an instant of wall time; whoever leads in the service takes it up."""
    number = sa.select(sa.func.coalesce(sa.func.max(BUS_EPOCHS.c.number), 0) + 1, sa.literal(at))
    connection.execute(BUS_EPOCHS.insert().from_select(["number", "began_at"], number))


def taken_up(store: EventStore, epoch: Epoch, at: str) -> None:
    """Keep that all that was told before this very epoch stands in the outbox again."""
    done = msgspec.structs.asdict(msgspec.structs.replace(epoch, republished_at=at))
    with store.transaction() as transaction:
        transaction.commit(Batch(rows={(BUS_EPOCHS.name, epoch.began_at): (BUS_EPOCHS, done)}))
