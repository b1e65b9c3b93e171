"""The vault: the records of children and guardians, each field sealed under the person's own key, found by blind index.

A record is written in the turn of the event that cites its version. Nothing opened here is kept, logged or raised.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import sqlalchemy as sa

from services.chassis.envelope import Sealed
from services.chassis.sealing import Keyring, SubjectErased
from services.chassis.turn import Turn
from services.registry.domain.masks import masked
from services.registry.domain.roll_lookup import IndexKey, Person
from services.registry.storage.vault_tables import GUARDIANSHIPS, PERSON_FIELDS, PERSON_INDEX

IDS_A_READ = 500
"""How many ids or digests one statement asks for."""


class Vault:
    """Reads and writes one registry's records of people."""

    def __init__(self, engine: sa.Engine, keyring: Keyring) -> None:
        self._engine = engine
        self._keyring = keyring

    def digest(self, field: str, text: str) -> str:
        """The blind index of a field's value."""
        return self._keyring.blind_index(field, text)

    # --- reading ------------------------------------------------------------------------------------------------------

    def find(self, keys: Iterable[IndexKey]) -> dict[IndexKey, str]:
        """Who is found under these blind indexes."""
        wanted = set(keys)
        found: dict[IndexKey, str] = {}
        with self._engine.connect() as connection:
            for digests in _some({digest for _, digest in wanted}):
                rows = connection.execute(sa.select(PERSON_INDEX).where(PERSON_INDEX.c.digest.in_(digests)))
                found.update({(row.field, row.digest): row.person_id for row in rows if (row.field, row.digest) in wanted})
        return found

    def people(self, person_ids: Collection[str], fields: Collection[str] = ()) -> dict[str, Person]:
        """The present records, all fields or only some; whoever is unknown or erased is not there."""
        self._keyring.hold(person_ids)
        read: dict[str, dict[str, str]] = {}
        versions: dict[str, int] = {}
        for person_id, field, version, sealed in self._present(person_ids, fields):
            try:
                read.setdefault(person_id, {})[field] = self._keyring.open(sealed, _place(field, version))
            except SubjectErased:
                continue
            versions[person_id] = max(version, versions.get(person_id, 0))
        return {person_id: Person(versions[person_id], texts) for person_id, texts in read.items() if person_id in versions}

    def masked_names(self, pupil_ids: Collection[str]) -> dict[str, str]:
        """The names for a page of a ledger, masked (张*): no reveal, so it is not logged."""
        people = self.people(pupil_ids, ("name",))
        return {person_id: masked("name", person.fields["name"]) for person_id, person in people.items()}

    def children_of(self, guardian_ids: Collection[str]) -> dict[str, set[str]]:
        """The children of each guardian."""
        children: dict[str, set[str]] = {}
        with self._engine.connect() as connection:
            for some in _some(guardian_ids):
                for row in connection.execute(sa.select(GUARDIANSHIPS).where(GUARDIANSHIPS.c.guardian_id.in_(some))):
                    children.setdefault(row.guardian_id, set()).add(row.pupil_id)
        return children

    def _present(self, person_ids: Collection[str], fields: Collection[str]) -> Iterator[tuple[str, str, int, Sealed[str]]]:
        """The latest version of each field."""
        latest: dict[tuple[str, str], Any] = {}
        query = sa.select(PERSON_FIELDS).order_by(PERSON_FIELDS.c.version)
        if fields:
            query = query.where(PERSON_FIELDS.c.field.in_(fields))
        with self._engine.connect() as connection:
            for some in _some(person_ids):
                rows = connection.execute(query.where(PERSON_FIELDS.c.person_id.in_(some)))
                latest.update({(row.person_id, row.field): row for row in rows})
        for (person_id, field), row in latest.items():
            yield person_id, field, row.version, Sealed(suite=row.suite, key=person_id, text=row.sealed)

    # --- writing ------------------------------------------------------------------------------------------------------

    def prepare(self, person_ids: Iterable[str]) -> None:
        """Read the keys of people who are about to be written with one read."""
        self._keyring.hold(person_ids)

    def write(self, turn: Turn, person_id: str, version: int, texts: Mapping[str, str]) -> None:
        """Seal the fields that a new version of a record changes."""
        for field, text in texts.items():
            sealed = turn.seal(person_id, _place(field, version), text)
            turn.sources.record(
                PERSON_FIELDS,
                {"person_id": person_id, "field": field, "version": version, "suite": sealed.suite, "sealed": sealed.text},
            )

    def index(self, turn: Turn, key: IndexKey, person_id: str | None) -> None:
        """Let a blind index lead to a person, or to nobody."""
        row = None if person_id is None else {"field": key[0], "digest": key[1], "person_id": person_id}
        turn.sources.put(PERSON_INDEX, key, row)

    def join(self, turn: Turn, pupil_id: str, guardian_id: str, *, is_guardian: bool = True) -> None:
        """Note that somebody is, or no longer is, a child's guardian."""
        row = {"pupil_id": pupil_id, "guardian_id": guardian_id}
        turn.sources.put(GUARDIANSHIPS, (pupil_id, guardian_id), row if is_guardian else None)


def _place(field: str, version: int) -> str:
    return f"person/{field}/{version}"


def _some(ids: Iterable[str]) -> Iterator[Sequence[str]]:
    iterator = iter(ids)
    while some := list(islice(iterator, IDS_A_READ)):
        yield some
