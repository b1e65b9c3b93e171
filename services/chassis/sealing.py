"""Per-child keys and what is sealed under them: destroying one key makes every copy of the child's text unreadable.

A key is random, wrapped by the county's wrapping key (which comes from outside the database) and kept in a table of its own.
Of a destroyed key the row stays, with no bytes in it, so that no second key is ever made for the child.
"""

from __future__ import annotations

import base64
import os
import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from services.chassis.envelope import Sealed
from services.chassis.errors import Misconfigured, Tampered
from services.chassis.storage.tables import INDEX_KEYS, SUBJECT_KEYS
from services.chassis.wrapping import KEY_BYTES, NONCE_BYTES, NeededWrapping, WrappingKeys, needed_wrapping

log = structlog.get_logger()

SUITE = "A256GCM"
INDEX_SUITE = "HMAC-SHA-256"
UNWRAPPED_KEYS_HELD = 4096
"""How many unwrapped keys a process holds; a key is 32 bytes, unwrapping one costs about 2 µs and a read."""

KEYS_A_READ = 500
"""How many keys one statement asks for."""

_KEY_OF_SUBJECT = sa.select(SUBJECT_KEYS).where(SUBJECT_KEYS.c.subject_id == sa.bindparam("subject"))
_NOTE_INDEX_KEY = sa.text(f"INSERT INTO {INDEX_KEYS.name} VALUES (:suite, :key) ON CONFLICT DO NOTHING")  # noqa: S608  own names
_WRAPPED_OTHERWISE = (
    sa.select(SUBJECT_KEYS)
    .where(
        SUBJECT_KEYS.c.wrapping_key_id != sa.bindparam("current"),
        SUBJECT_KEYS.c.wrapped_key != b"",
        SUBJECT_KEYS.c.subject_id > sa.bindparam("last"),
    )
    .order_by(SUBJECT_KEYS.c.subject_id)
    .limit(sa.bindparam("some", type_=sa.Integer))
)
_WRAP_ANEW = (
    sa.update(SUBJECT_KEYS)
    .where(SUBJECT_KEYS.c.subject_id == sa.bindparam("subject"), SUBJECT_KEYS.c.wrapped_key == sa.bindparam("was"))
    .values(wrapping_key_id=sa.bindparam("current"), wrapped_key=sa.bindparam("anew"))
)
"""Nothing of a key that was destroyed since it was read."""


class SubjectErased(Exception):
    """The child's key has been destroyed: nothing of the child can be read, or sealed, any more."""


@dataclass
class NewKeys:
    """Keys made in a transaction that is not true yet: nobody else may seal with them, for they may never be stored."""

    ciphers: dict[str, AESGCM] = field(default_factory=dict)
    rows: list[Mapping[str, Any]] = field(default_factory=list)


class Keyring:
    """The children's keys of one service."""

    def __init__(self, engine: sa.Engine, wrapping: WrappingKeys) -> None:
        self._engine = engine
        self._wrapping = wrapping
        self._held: OrderedDict[str, AESGCM] = OrderedDict()
        self._keyless: set[str] = set()
        self._lock = threading.Lock()

    def must_open_what_is_there(self) -> None:
        """Raises WrappingKeyMissing where any child's key does not open: who is known would be taken for new, and sealed anew.

        And IndexKeyMoved where nobody would be found by their number. On data that do not say yet by which key their blind indexes
        are made, the oldest given is written down.
        """
        if self._needed_and_given().index is None:
            with self._engine.begin() as connection:
                connection.execute(_NOTE_INDEX_KEY, {"suite": INDEX_SUITE, "key": self._wrapping.oldest})
            self._needed_and_given()  # another process, with other keys, may have been first

    def wrap_anew(self) -> int:
        """Wrap by the wrapping key in force what another has wrapped, so that this one may go; answers how many keys.

        A damaged row is told and passed over: it is one child's, and nothing is to be had from it. Raises WrappingKeyMissing.
        """
        done, last = 0, ""
        while rows := self._wrapped_otherwise(last):
            if changes := [change for row in rows if (change := self._anew(row)) is not None]:
                with self._engine.begin() as connection:
                    connection.execute(_WRAP_ANEW, changes)
            done, last = done + len(changes), rows[-1].subject_id
        if done:
            log.info("keys_wrapped_anew", keys=done, wrapping_key=self._wrapping.current)
        return done

    def blind_index(self, field: str, value: str) -> str:
        """See `WrappingKeys.blind_index`."""
        return self._wrapping.blind_index(field, value)

    def seal(self, subject_id: str, place: str, text: str, new: NewKeys) -> Sealed[str]:
        """Seal a text under the subject's key; `place` (record and field) is bound in, so that it opens nowhere else.

        A key that is made for it is in `new`, to be stored in the transaction that stores the text. Raises SubjectErased.
        """
        cipher = new.ciphers.get(subject_id) or self._held_key(subject_id)
        if cipher is None and subject_id not in self._keyless:
            cipher = self._stored_key(subject_id)
        if cipher is None:
            cipher = self._new_key(subject_id, new)
        nonce = os.urandom(NONCE_BYTES)
        sealed = nonce + cipher.encrypt(nonce, text.encode(), f"{subject_id}|{place}".encode())
        return Sealed(suite=SUITE, key=subject_id, text=base64.b64encode(sealed).decode())

    def open(self, sealed: Sealed[str], place: str) -> str:
        """The text again; raises SubjectErased once the key is destroyed, Tampered if the ciphertext is not what was sealed."""
        if sealed.suite != SUITE:
            raise Misconfigured(f"the cipher suite {sealed.suite} is not configured")
        cipher = self._held_key(sealed.key) or self._stored_key(sealed.key)
        if cipher is None:
            raise SubjectErased(sealed.key)
        try:
            raw = base64.b64decode(sealed.text, validate=True)
            return cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], f"{sealed.key}|{place}".encode()).decode()
        except (InvalidTag, ValueError) as broken:
            raise Tampered(f"a sealed text of subject {sealed.key} does not open at {place}") from broken

    def read(self, sealed: Sealed[str] | None, place: str) -> str | None:
        """The text for a page that shows what is left: nothing where nothing was said, or where the child was erased."""
        if sealed is None:
            return None
        try:
            return self.open(sealed, place)
        except SubjectErased:
            return None

    def hold(self, subject_ids: Iterable[str]) -> None:
        """Unwrap the keys of many subjects with one read, before a page of their texts is opened or sealed.

        Whoever has no key yet is remembered, so that sealing their first text need not look again.
        """
        with self._lock:
            missing = [subject_id for subject_id in subject_ids if subject_id not in self._held]
        for start in range(0, len(missing), KEYS_A_READ):
            some = missing[start : start + KEYS_A_READ]
            with self._engine.connect() as connection:
                rows = connection.execute(sa.select(SUBJECT_KEYS).where(SUBJECT_KEYS.c.subject_id.in_(some))).all()
            for row in filter(lambda row: row.wrapped_key, rows):
                self._hold(row.subject_id, AESGCM(self._wrapping.unwrap(row.wrapping_key_id, row.subject_id, row.wrapped_key)))
            with self._lock:
                if len(self._keyless) > UNWRAPPED_KEYS_HELD:
                    self._keyless.clear()
                self._keyless.update(set(some) - {row.subject_id for row in rows})

    def take_over(self, new: NewKeys) -> None:
        """Seal with keys from now on that have been stored."""
        for subject_id, cipher in new.ciphers.items():
            self._hold(subject_id, cipher)

    def forget(self, subject_id: str) -> None:
        """Let go of what is known of a subject's key: somebody else has made one, or it is no more."""
        with self._lock:
            self._held.pop(subject_id, None)
            self._keyless.discard(subject_id)

    def _needed_and_given(self) -> NeededWrapping:
        with self._engine.connect() as connection:
            needed = needed_wrapping(connection.exec_driver_sql)
        needed.must_be_given(self._wrapping.ids)
        return needed

    def _wrapped_otherwise(self, last: str) -> Sequence[sa.Row[Any]]:
        """Some rows whose keys another wrapping key has wrapped, of the subjects behind `last`."""
        asked = {"current": self._wrapping.current, "last": last, "some": KEYS_A_READ}
        with self._engine.connect() as connection:
            return connection.execute(_WRAPPED_OTHERWISE, asked).all()

    def _anew(self, row: sa.Row[Any]) -> Mapping[str, Any] | None:
        """How a row changes that is wrapped anew; nothing where its key does not open."""
        try:
            key = self._wrapping.unwrap(row.wrapping_key_id, row.subject_id, row.wrapped_key)
        except Tampered:
            log.error("wrapped_key_damaged", subject_id=row.subject_id, wrapping_key=row.wrapping_key_id)  # noqa: TRY400  all is said
            return None
        anew = self._wrapping.wrap(row.subject_id, key)
        return {"subject": row.subject_id, "was": row.wrapped_key, "current": self._wrapping.current, "anew": anew}

    def _held_key(self, subject_id: str) -> AESGCM | None:
        with self._lock:
            cipher = self._held.get(subject_id)
            if cipher is not None:
                self._held.move_to_end(subject_id)
            return cipher

    def _stored_key(self, subject_id: str) -> AESGCM | None:
        with self._engine.connect() as connection:
            row = connection.execute(_KEY_OF_SUBJECT, {"subject": subject_id}).first()
        if row is None:
            return None
        if not row.wrapped_key:
            raise SubjectErased(subject_id)
        return self._hold(subject_id, AESGCM(self._wrapping.unwrap(row.wrapping_key_id, subject_id, row.wrapped_key)))

    def _new_key(self, subject_id: str, new: NewKeys) -> AESGCM:
        key = os.urandom(KEY_BYTES)
        wrapped = self._wrapping.wrap(subject_id, key)
        new.rows.append(
            {"subject_id": subject_id, "suite": SUITE, "wrapping_key_id": self._wrapping.current, "wrapped_key": wrapped}
        )  # fmt: skip
        cipher = new.ciphers[subject_id] = AESGCM(key)
        return cipher

    def _hold(self, subject_id: str, cipher: AESGCM) -> AESGCM:
        with self._lock:
            self._held[subject_id] = cipher
            self._keyless.discard(subject_id)
            while len(self._held) > UNWRAPPED_KEYS_HELD:
                self._held.popitem(last=False)
        return cipher
