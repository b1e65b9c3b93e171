"""Which keys the data of a service need, told by the keys' ids alone: those that wrap children's keys, and the one that signs."""

from __future__ import annotations

import msgspec

from services.chassis.checkpoints import KIND
from services.chassis.keys import signing_key
from services.chassis.signing import CheckpointKey
from services.deployed.sessions import Session
from services.deployed.settings import wrapping_keys

WRAPPING_KEYS, CHECKPOINT_KEY = "wrapping_keys", "checkpoint_key"
"""The two files of a service, in its directory under deploy/secrets."""


class KeyIds(msgspec.Struct, frozen=True):
    """The ids of the keys that a service is given; they say nothing of the keys themselves."""

    wrapping: frozenset[str]
    checkpoint: str


class NeededKeys(msgspec.Struct, frozen=True):
    """The ids of the keys that a service's data were sealed and last signed with; `checkpoint` is None while nothing was signed."""

    wrapping: frozenset[str]
    checkpoint: str | None

    @property
    def told(self) -> bool:
        """Whether the data tell whose they are."""
        return bool(self.wrapping) or self.checkpoint is not None

    def not_in(self, given: KeyIds) -> tuple[str, ...]:
        """The files whose keys are not those of the data."""
        wrong = {
            WRAPPING_KEYS: not self.wrapping <= given.wrapping,
            CHECKPOINT_KEY: self.checkpoint not in (None, given.checkpoint),
        }
        return tuple(name for name, is_wrong in wrong.items() if is_wrong)


class _Signed(msgspec.Struct):
    """Of a signed checkpoint, the key."""

    key_id: str


def ids_of(wrapping: bytes, checkpoint: bytes) -> KeyIds:
    """The ids of the keys in the two files of a service; raises Misconfigured."""
    return KeyIds(frozenset(wrapping_keys(wrapping.decode())), CheckpointKey(signing_key(checkpoint, CHECKPOINT_KEY)).key_id)


def needed(connection: Session, service: str) -> NeededKeys:
    """What the database that the connection is in needs."""
    signed = last = None
    sealed: list[tuple[str]] = []
    if is_there(connection, "subject_keys"):  # an erased child's row needs no key
        sealed = connection.execute("SELECT DISTINCT wrapping_key_id FROM subject_keys WHERE wrapped_key <> ''::bytea").fetchall()
    if is_there(connection, "events"):
        question = "SELECT data FROM events WHERE stream_id = %s ORDER BY version DESC LIMIT 1"
        last = connection.execute(question, (f"{KIND}-{service}",)).fetchone()
    if last is not None:
        signed = msgspec.json.decode(last[0], type=_Signed).key_id
    return NeededKeys(frozenset(key_id for (key_id,) in sealed), signed)


def is_there(connection: Session, table: str) -> bool:
    """Whether the database has the table; one before its first migration has none."""
    return connection.execute("SELECT to_regclass(%s)", (table,)).fetchone() != (None,)
