"""Looking people up: whose row a roster row is, and who the guardians are that it names.

A child is found by identity number, then roll number (old numbers among them), then, without either, by school, name and
birth date; a guardian by identity number, then by phone with name, then among the child's own guardians by name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from services.contracts.identity_numbers import matching_name
from services.contracts.identity_rules import BrokenRule
from services.contracts.ids import PupilId, SchoolId
from services.registry.domain import file_rules as rules
from services.registry.domain.pupil_state import PupilState
from services.registry.domain.roster_rows import GuardianRow, PupilRow

PUPIL_ID_NUMBER = "pupil.id_number"
PUPIL_ROLL_NUMBER = "pupil.roll_number"
PUPIL_NAME_BIRTH = "pupil.school_name_birth"
GUARDIAN_ID_NUMBER = "guardian.id_number"
GUARDIAN_PHONE_NAME = "guardian.phone_name"

IndexKey = tuple[str, str]
"""A blind index: its field, and the keyed digest of a value."""

Digest = Callable[[str, str], str]
"""The keyed digest of a field's value (`Keyring.blind_index`)."""


@dataclass(frozen=True)
class Person:
    """A person's record: its version, and each field that is known."""

    version: int = 0
    fields: Mapping[str, str] = field(default_factory=dict)


_NOBODY = Person()


@dataclass
class Roll:
    """What is known of the people whom some rows name; it is kept up with each row that is planned.

    `taken` are the children whom a row has named already; `others_guardians` are guardians with a child at another school.
    """

    found: dict[IndexKey, str] = field(default_factory=dict)
    persons: dict[str, Person] = field(default_factory=dict)
    pupils: dict[str, PupilState] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    others_guardians: set[str] = field(default_factory=set)

    def person(self, person_id: str) -> Person:
        """The record, or an empty one."""
        return self.persons.get(person_id, _NOBODY)


@dataclass(frozen=True)
class RowKeys:
    """The blind indexes of a row; of a guardian by identity number and by phone with name."""

    id_number: IndexKey | None
    roll_number: IndexKey | None
    name_birth: IndexKey
    guardians: tuple[tuple[IndexKey | None, IndexKey | None], ...]

    def every(self) -> Iterator[IndexKey]:
        """All of them."""
        for key in (self.id_number, self.roll_number, self.name_birth, *(key for pair in self.guardians for key in pair)):
            if key is not None:
                yield key


@dataclass(frozen=True)
class RowRefused:
    """The row cannot be applied: the rule that it breaks, and the column where."""

    column: str
    rule: BrokenRule


def keys_of(row: PupilRow, school: SchoolId, digest: Digest) -> RowKeys:
    """Where a row's child and guardians are looked up."""
    return RowKeys(
        id_number=index_key(digest, PUPIL_ID_NUMBER, row.id_number),
        roll_number=index_key(digest, PUPIL_ROLL_NUMBER, row.roll_number),
        name_birth=name_birth_key(digest, school, row.name, row.born_on.isoformat()),
        guardians=tuple(guardian_keys(digest, guardian_fields(g)) for g in row.guardians),
    )


def further_keys(row: PupilRow, keys: RowKeys, roll: Roll, digest: Digest) -> Iterator[IndexKey]:
    """The indexes that come into play once the row's people are known: those of their old numbers, and of old with new."""
    pupil = whose(row, keys, roll)
    if isinstance(pupil, str):
        known = roll.person(pupil).fields
        former = (
            index_key(digest, PUPIL_ID_NUMBER, known.get("id_number", "")),
            index_key(digest, PUPIL_ROLL_NUMBER, known.get("roll_number", "")),
        )
        yield from (key for key in former if key is not None)
        if known:
            yield name_birth_key(digest, roll.pupils[pupil].school_id, known["name"], known["birth_date"])
    state = roll.pupils.get(pupil, PupilState()) if isinstance(pupil, str) else PupilState()
    for guardian, pair in zip(row.guardians, keys.guardians, strict=True):
        found = known_guardian(guardian, pair, state, roll)
        if found is not None:
            known = roll.person(found).fields
            changed = {**known, **changes_of(guardian_fields(guardian), known)}
            yield from (key for key in (*guardian_keys(digest, known), *guardian_keys(digest, changed)) if key is not None)


def whose(row: PupilRow, keys: RowKeys, roll: Roll) -> PupilId | RowRefused | None:
    """The child whose row it is, nothing for a new one, or why that cannot be told."""
    by_id = roll.found.get(keys.id_number) if keys.id_number else None
    by_roll = roll.found.get(keys.roll_number) if keys.roll_number else None
    if by_id and by_roll and by_id != by_roll:
        return RowRefused("学籍号", rules.NUMBERS_OF_TWO_PUPILS)
    if by_roll and not by_id and _another_child(row, roll.person(by_roll).fields):
        return RowRefused("学籍号", rules.ROLL_NUMBER_OF_ANOTHER)
    found = by_id or by_roll or roll.found.get(keys.name_birth)
    return PupilId(found) if found else None


def _another_child(row: PupilRow, known: Mapping[str, str]) -> bool:
    """A roll number alone may be a typing error that meets another child: then name and birth date tell."""
    other_name = matching_name(known.get("name", "")) != matching_name(row.name)
    other_birth_date = known.get("birth_date", "") != row.born_on.isoformat()
    if row.id_number and known.get("id_number", row.id_number) != row.id_number:
        return other_name or other_birth_date
    return other_name and other_birth_date


def known_guardian(guardian: GuardianRow, pair: Iterable[IndexKey | None], state: PupilState, roll: Roll) -> str | None:
    """Found by number, else by phone and name, else the child's own guardian of that name, told otherwise now."""
    for key in pair:
        if key in roll.found:
            return roll.found[key]
    for ref in state.record.guardians if state.record else ():
        if matching_name(roll.person(ref.guardian_id).fields.get("name", "")) == matching_name(guardian.name):
            return ref.guardian_id
    return None


def guardian_fields(guardian: GuardianRow) -> dict[str, str]:
    """A guardian's record as the row states it."""
    return {"name": guardian.name, "phone": guardian.phone, "id_number": guardian.id_number}


def changes_of(stated: Mapping[str, str], known: Mapping[str, str]) -> dict[str, str]:
    """What the row states otherwise than it is known; an empty cell states nothing."""
    return {name: text for name, text in stated.items() if text and known.get(name) != text}


def index_key(digest: Digest, index: str, text: str) -> IndexKey | None:
    """The blind index of a text, nothing of an empty one."""
    return (index, digest(index, text)) if text else None


def name_birth_key(digest: Digest, school: SchoolId, name: str, birth_date: str) -> IndexKey:
    """The blind index of a child without any number."""
    return PUPIL_NAME_BIRTH, digest(PUPIL_NAME_BIRTH, f"{school}|{matching_name(name)}|{birth_date}")


def guardian_keys(digest: Digest, fields: Mapping[str, str]) -> tuple[IndexKey | None, IndexKey | None]:
    """The blind indexes of a guardian: by identity number, by phone with name."""
    number, called = fields.get("id_number", ""), fields.get("phone", "")
    with_name = f"{called}|{matching_name(fields['name'])}" if called else ""
    return index_key(digest, GUARDIAN_ID_NUMBER, number), index_key(digest, GUARDIAN_PHONE_NAME, with_name)
