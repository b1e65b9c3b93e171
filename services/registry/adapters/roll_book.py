"""Gathers what is known of the people whom some roster rows name, with few reads, as of one turn."""

from __future__ import annotations

from collections.abc import Sequence

from services.chassis.turn import Turn
from services.contracts.ids import SchoolId
from services.registry.adapters.vault import Vault
from services.registry.domain.pupil import PUPIL
from services.registry.domain.roll_lookup import Roll, RowKeys, further_keys, keys_of
from services.registry.domain.roll_plan import at_another_school
from services.registry.domain.roster_rows import PupilRow


def look_up(turn: Turn, vault: Vault, rows: Sequence[PupilRow], school: SchoolId, taken: set[str]) -> tuple[list[RowKeys], Roll]:
    """The rows' blind indexes, and the roll as far as the rows are concerned; `taken` are children named by earlier rows."""
    keys = [keys_of(row, school, vault.digest) for row in rows]
    roll = Roll(found=vault.find(key for of_row in keys for key in of_row.every()), taken=taken)
    people = set(roll.found.values())
    for (field, _), person_id in list(roll.found.items()):
        if field.startswith("pupil."):
            state = roll.pupils[person_id] = turn.state(PUPIL, person_id)[0]
            people.update(ref.guardian_id for ref in (state.record.guardians if state.record else ()))
    if people:
        roll.persons.update(vault.people(people))
        roll.others_guardians = {
            guardian
            for guardian, wards in vault.children_of(people).items()
            if any(at_another_school(turn.state(PUPIL, ward)[0], school) for ward in wards)
        }
        further = {key for row, of_row in zip(rows, keys, strict=True) for key in further_keys(row, of_row, roll, vault.digest)}
        roll.found.update(vault.find(further - roll.found.keys()))
    return keys, roll
