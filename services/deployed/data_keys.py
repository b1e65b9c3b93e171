"""Which keys the data of a service need, told by the keys' ids alone: those that wrap children's keys, and the one that signs."""

from __future__ import annotations

import msgspec

from services.chassis.checkpoints import KIND
from services.chassis.keys import signing_key
from services.chassis.signing import CheckpointKey
from services.chassis.wrapping import WRAPPING_KEYS, NeededWrapping, needed_wrapping
from services.deployed.sessions import Session
from services.deployed.settings import wrapping_keys

CHECKPOINT_KEY = "checkpoint_key"
"""The other file of a service, beside WRAPPING_KEYS in its directory under deploy/secrets."""


class KeyIds(msgspec.Struct, frozen=True):
    """The ids of the keys that a service is given, the wrapping keys' as they stand; they say nothing of the keys themselves."""

    wrapping: tuple[str, ...]
    checkpoint: str


class NeededKeys(msgspec.Struct, frozen=True):
    """The ids of the keys that a service's data need and were last signed with; `checkpoint` is None while nothing was signed."""

    wrapping: NeededWrapping
    checkpoint: str | None

    @property
    def told(self) -> bool:
        """Whether the data tell whose they are."""
        return bool(self.wrapping.ids) or self.checkpoint is not None

    def not_in(self, given: KeyIds) -> tuple[str, ...]:
        """The files whose keys are not those of the data."""
        wrong = {
            WRAPPING_KEYS: not self.wrapping.ids.issubset(given.wrapping),
            CHECKPOINT_KEY: self.checkpoint not in (None, given.checkpoint),
        }
        return tuple(name for name, is_wrong in wrong.items() if is_wrong)


class _Signed(msgspec.Struct):
    """Of a signed checkpoint, the key."""

    key_id: str


def ids_of(wrapping: bytes, checkpoint: bytes, where: str = WRAPPING_KEYS) -> KeyIds:
    """The ids of the keys in the two files of a service, of which the first is `where`; raises Misconfigured."""
    return KeyIds(
        tuple(wrapping_keys(wrapping.decode(errors="replace"), where)),
        CheckpointKey(signing_key(checkpoint, CHECKPOINT_KEY)).key_id,
    )


def needed(connection: Session, service: str) -> NeededKeys:
    """What the database that the connection is in needs; of its tables some may not be there before an upgrade."""
    signed = last = None
    tables = [table for table in ("subject_keys", "index_keys") if is_there(connection, table)]
    if is_there(connection, "events"):
        question = "SELECT data FROM events WHERE stream_id = %s ORDER BY version DESC LIMIT 1"
        last = connection.execute(question, (f"{KIND}-{service}",)).fetchone()
    if last is not None:
        signed = msgspec.json.decode(last[0], type=_Signed).key_id
    return NeededKeys(needed_wrapping(connection.execute, tables), signed)


def is_there(connection: Session, table: str) -> bool:
    """Whether the database has the table; one before its first migration has none."""
    return connection.execute("SELECT to_regclass(%s)", (table,)).fetchone() != (None,)
