"""A guardian has another number: the record, the index by which they are found, and every child of theirs say so."""

from __future__ import annotations

from msgspec.structs import replace

from services.chassis.envelope import Context
from services.chassis.turn import Turn
from services.contracts.identity_numbers import Phone
from services.contracts.ids import GuardianId, PupilId
from services.registry.adapters.vault import Vault
from services.registry.domain.enrolment import WritePupilRecord
from services.registry.domain.errors import NoSuchGuardian
from services.registry.domain.pupil import PUPIL
from services.registry.domain.pupil_state import PupilState
from services.registry.domain.roll_lookup import guardian_keys


def write_new_phone(turn: Turn, vault: Vault, pupil_id: PupilId, guardian_id: GuardianId, phone: Phone, context: Context) -> None:
    """Write the number down; one that is known already changes nothing. Raises NoSuchGuardian."""
    state, _ = turn.state(PUPIL, pupil_id)
    known = vault.people([guardian_id]).get(guardian_id)
    if known is None or state.record is None or guardian_id not in {ref.guardian_id for ref in state.record.guardians}:
        raise NoSuchGuardian
    if known.fields.get("phone") == phone.number:
        return
    vault.write(turn, guardian_id, known.version + 1, {"phone": phone.number})
    former = guardian_keys(vault.digest, known.fields)
    present = guardian_keys(vault.digest, {**known.fields, "phone": phone.number})
    leads_to = vault.find(key for key in (*former, *present) if key is not None)
    for old, new in zip(former, present, strict=True):
        if old is not None and old != new and leads_to.get(old) == guardian_id:
            vault.index(turn, old, None)
        if new is not None and new not in leads_to:
            vault.index(turn, new, guardian_id)
    for child in sorted(vault.children_of([guardian_id]).get(guardian_id, set())):
        _tell(turn, PupilId(child), guardian_id, phone, context)


def _tell(turn: Turn, pupil_id: PupilId, guardian_id: GuardianId, phone: Phone, context: Context) -> None:
    """The child's record has a new version, with a guardian whom texts now reach, or no longer do."""
    state: PupilState
    state, _ = turn.state(PUPIL, pupil_id)
    if state.record is None:
        return
    guardians = tuple(
        replace(ref, reachable=phone.kind == "mobile") if ref.guardian_id == guardian_id else ref for ref in state.record.guardians
    )
    turn.execute(
        WritePupilRecord(
            pupil_id=pupil_id,
            record_version=state.record.record_version + 1,
            guardians=guardians,
            residence_division=state.record.residence_division,
            groups=state.record.groups,
            boarding=state.record.boarding,
            renumbered=(guardian_id,),
        ),
        context,
    )
