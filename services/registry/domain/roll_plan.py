"""What a roster row comes to: what of it is new, decided from what is known, before anything is written.

An empty cell changes nothing that is known; a guardian list replaces the former one unless it is empty.

A roll number that meets a child of another name and birth date is refused. A child on another school's roll is refused with
the hint to transfer, unless its transfer leads here or it is missing since one. A child's id follows from import and row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from services.chassis.decider import Given, derived_id
from services.contracts.codes import RESTRICTED_GROUPS, Group
from services.contracts.identity_numbers import phone
from services.contracts.ids import GuardianId, ImportId, PupilId, SchoolId
from services.contracts.registry import GuardianRef, PupilEnrolled
from services.registry.domain import enrolment
from services.registry.domain import file_rules as rules
from services.registry.domain.enrolment import EnrolPupil
from services.registry.domain.pupil_state import PupilState
from services.registry.domain.purposes import NONE
from services.registry.domain.roll_lookup import (
    PUPIL_ID_NUMBER,
    PUPIL_ROLL_NUMBER,
    Digest,
    IndexKey,
    Person,
    Roll,
    RowKeys,
    RowRefused,
    changes_of,
    guardian_fields,
    guardian_keys,
    index_key,
    known_guardian,
    name_birth_key,
    whose,
)
from services.registry.domain.roster_rows import GuardianRow, PupilRow

Verdict = Literal["enrolled", "changed", "unchanged", "refused"]


@dataclass
class Plan:
    """What a row comes to: the command, and what to write first, in this order.

    `writes` are records (person, version, field → text), `indexed` blind indexes and to whom they lead (or to nobody),
    `families` children and guardians, and whether they belong together. `kept` are the columns of guardians whose record
    another school relies on too: what the row states otherwise is not written.
    """

    row: int
    verdict: Verdict = "unchanged"
    refused: RowRefused | None = None
    command: EnrolPupil | None = None
    writes: list[tuple[str, int, Mapping[str, str]]] = field(default_factory=list)
    indexed: list[tuple[IndexKey, str | None]] = field(default_factory=list)
    families: list[tuple[PupilId, GuardianId, bool]] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)


def plan_row(row: PupilRow, keys: RowKeys, roll: Roll, *, school: SchoolId, of: ImportId, digest: Digest, given: Given) -> Plan:
    """What the row comes to; `roll` takes in what it brings."""
    plan = Plan(row.number)
    pupil = whose(row, keys, roll)
    if isinstance(pupil, RowRefused):
        return _refuse(plan, pupil)
    pupil_id = pupil or PupilId(derived_id("pupil", of, str(row.number)))
    if pupil_id in roll.taken:
        return _refuse(plan, RowRefused("姓名", rules.DUPLICATE_CHILD))
    roll.taken.add(pupil_id)
    state = roll.pupils.get(pupil_id, PupilState())
    if at_another_school(state, school):
        return _refuse(plan, RowRefused("证件号码" if row.id_number else "学籍号", rules.AT_ANOTHER_SCHOOL))
    guardians = _guardians(plan, row, keys, roll, pupil_id, state, of, digest)
    known = roll.person(pupil_id).fields
    changes = changes_of({**_fields(row), **_vaulted_groups(row, known)}, known)
    _index_pupil(plan, pupil_id, changes, roll, school, digest)
    version = _version(state, roll.person(pupil_id))
    if changes or plan.writes:
        version += 1
        _write(plan, roll, pupil_id, version, changes)
    command = EnrolPupil(
        pupil_id=pupil_id,
        school_id=school,
        class_id=row.class_id,
        grade=row.grade,
        sex=row.sex,
        boarding=row.boarding,
        residence_division=row.residence_division,
        guardians=guardians,
        record_version=version,
        groups=tuple(group for group in row.groups if group not in RESTRICTED_GROUPS),
        second_language=row.second_language,
        renumbered=_renumbered(plan, guardians),
        given=given,
    )
    events = enrolment.decide(state, command)
    if any(isinstance(event, PupilEnrolled) for event in events):
        plan.verdict = "enrolled"
    elif events:
        plan.verdict = "changed"
    plan.command = command
    return plan


def _refuse(plan: Plan, refused: RowRefused) -> Plan:
    plan.verdict, plan.refused = "refused", refused
    return plan


# --- whose row ----------------------------------------------------------------------------------------------------------


def at_another_school(state: PupilState, school: SchoolId) -> bool:
    """On the roll of another school, from which it neither comes here nor is missing, and which it has not left with its class."""
    if not state.enrolled or not state.known or state.school_id == school:
        return False
    coming = state.transfer is not None and state.transfer.to_school_id == school
    nowhere = state.leaver is not None or state.is_suspected_for("moved_away", "transfer_overdue", "not_registered")
    return not coming and not nowhere


# --- the child's record -------------------------------------------------------------------------------------------------


def _fields(row: PupilRow) -> dict[str, str]:
    return {
        "name": row.name,
        "sex": row.sex,
        "paper": row.paper if row.id_number else "",
        "id_number": row.id_number,
        "roll_number": row.roll_number,
        "birth_date": row.born_on.isoformat(),
        "people": row.people,
        "household_division": row.household_division,
        "household_address": row.household_address,
        "division": row.residence_division,
        "address": row.residence_address,
        "second_language": row.second_language or "",
        "carer": row.carer,
    }


def _vaulted_groups(row: PupilRow, known: Mapping[str, str]) -> dict[str, str]:
    """What of the groups is for the vault only; what was known of a child and is not so any more is stated too."""

    def stated(field: str, text: str, *, member: bool) -> str:
        return text if member else NONE if known.get(field, NONE) != NONE else ""

    restricted = [group for group in row.groups if group in RESTRICTED_GROUPS]
    disabled = Group.DISABLED in row.groups
    return {
        "restricted_groups": stated("restricted_groups", ",".join(restricted), member=bool(restricted)),
        "disability_kind": stated("disability_kind", row.disability_kind or "", member=disabled),
        "disability_grade": stated("disability_grade", row.disability_grade or "", member=disabled),
    }


def _version(state: PupilState, person: Person) -> int:
    return max(state.record.record_version if state.record else 0, person.version)


def _index_pupil(plan: Plan, pupil_id: PupilId, changes: Mapping[str, str], roll: Roll, school: SchoolId, digest: Digest) -> None:
    """A temporary roll number stays an alias; any other number that is replaced leads here no longer."""
    known = roll.person(pupil_id).fields
    for name, index in (("id_number", PUPIL_ID_NUMBER), ("roll_number", PUPIL_ROLL_NUMBER)):
        if name not in changes:
            continue
        _index(plan, roll, index_key(digest, index, changes[name]), pupil_id)
        if name in known and not (name == "roll_number" and known[name].startswith("L")):
            _unindex(plan, roll, index_key(digest, index, known[name]), pupil_id)
    now = {**known, **changes}
    if "id_number" not in now and "roll_number" not in now:
        _index(plan, roll, name_birth_key(digest, school, now["name"], now["birth_date"]), pupil_id)
    elif known and "id_number" not in known and "roll_number" not in known:
        _unindex(plan, roll, name_birth_key(digest, school, known["name"], known["birth_date"]), pupil_id)


# --- guardians ----------------------------------------------------------------------------------------------------------


def _guardians(
    plan: Plan, row: PupilRow, keys: RowKeys, roll: Roll, pupil_id: PupilId, state: PupilState, of: ImportId, digest: Digest
) -> tuple[GuardianRef, ...]:
    former = state.record.guardians if state.record else ()
    if not row.guardians:
        return former
    refs: dict[GuardianId, GuardianRef] = {}
    for place, (guardian, pair) in enumerate(zip(row.guardians, keys.guardians, strict=True)):
        found = known_guardian(guardian, pair, state, roll)
        guardian_id = GuardianId(found or derived_id("guardian", of, str(row.number), str(place)))
        if guardian_id in refs:
            continue
        if guardian_id not in roll.others_guardians:
            person = _write_guardian(plan, guardian_id, guardian, roll, digest)
        else:
            person = roll.person(guardian_id)
            if changes_of(guardian_fields(guardian), person.fields):
                plan.kept.append(f"监护人{place + 1}姓名")
        refs[guardian_id] = GuardianRef(
            guardian_id, guardian.relation, guardian.carer, _texts_reach(person.fields.get("phone", ""))
        )
    before = {ref.guardian_id for ref in former}
    plan.families += [(pupil_id, guardian_id, True) for guardian_id in refs if guardian_id not in before]
    plan.families += [(pupil_id, ref.guardian_id, False) for ref in former if ref.guardian_id not in refs]
    return tuple(refs.values())


def _write_guardian(plan: Plan, guardian_id: GuardianId, guardian: GuardianRow, roll: Roll, digest: Digest) -> Person:
    person = roll.person(guardian_id)
    changes = changes_of(guardian_fields(guardian), person.fields)
    if not changes:
        return person
    was = guardian_keys(digest, person.fields)
    for key, former in zip(guardian_keys(digest, {**person.fields, **changes}), was, strict=True):
        if key != former:
            _unindex(plan, roll, former, guardian_id)
            _index(plan, roll, key, guardian_id)
    return _write(plan, roll, guardian_id, person.version + 1, changes)


def _renumbered(plan: Plan, guardians: Sequence[GuardianRef]) -> tuple[GuardianId, ...]:
    """The child's guardians whose number this row replaces."""
    changed = {person_id for person_id, _, changes in plan.writes if "phone" in changes}
    return tuple(ref.guardian_id for ref in guardians if ref.guardian_id in changed)


def _texts_reach(number: str) -> bool:
    return bool(number) and phone(number).kind == "mobile"


# --- indexes and records ------------------------------------------------------------------------------------------------


def _index(plan: Plan, roll: Roll, key: IndexKey | None, person_id: str) -> None:
    if key is not None and key not in roll.found:
        roll.found[key] = person_id
        plan.indexed.append((key, person_id))


def _unindex(plan: Plan, roll: Roll, key: IndexKey | None, person_id: str) -> None:
    if key is not None and roll.found.get(key) == person_id:
        del roll.found[key]
        plan.indexed.append((key, None))


def _write(plan: Plan, roll: Roll, person_id: str, version: int, changes: Mapping[str, str]) -> Person:
    person = Person(version, {**roll.person(person_id).fields, **changes})
    roll.persons[person_id] = person
    if changes:
        plan.writes.append((person_id, version, changes))
    return person
