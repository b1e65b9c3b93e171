"""Answers who is behind the ids: by purpose, within the caller's scope, masked where the caller is not entitled, logged."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.chassis.errors import FieldError, FormRejected, NotFound
from services.chassis.turn import Turn
from services.chassis.turns import Turns
from services.chassis.web.caller import Caller
from services.contracts.codes import TOWNSHIP_DIGITS, Role
from services.contracts.identity_numbers import NotWellFormed, resident_id, roll_number
from services.contracts.registry import GuardianRef
from services.registry.adapters.vault import Vault
from services.registry.api import access_log
from services.registry.domain.errors import DutyNotNamed, FieldNotForPurpose, PurposeNotYours, TooManyRevealed
from services.registry.domain.masks import masked
from services.registry.domain.pupil import PUPIL
from services.registry.domain.pupil_state import PupilState
from services.registry.domain.purposes import (
    FINDERS,
    GUARDIAN_FIELDS,
    NAMES_A_REFERENCE,
    NONE,
    PLAIN_PEOPLE_AT_MOST,
    PURPOSES,
    Entitlement,
    Field,
    Purpose,
    Scope,
)
from services.registry.domain.roll_lookup import PUPIL_ID_NUMBER, PUPIL_ROLL_NUMBER, Person
from services.registry.domain.school import SCHOOL
from services.registry.projections.children import AID_SUBJECT_ROWS, CASE_COMPANIONS_ROWS, DUTY_SUBJECT_ROWS
from services.registry.storage.rows import CaseCompanionsRow, DutySubjectRow


@dataclass(frozen=True)
class Question:
    """What is asked: which fields of which children (and only of these guardians of theirs, if any are named), for what.

    Whoever needs no more than to tell children apart asks for all of it `masked`.
    """

    purpose: Purpose
    pupil_ids: Sequence[str]
    fields: Collection[Field]
    guardian_ids: Collection[str] = ()
    case_id: str | None = None
    duty_id: str | None = None
    masked: bool = False


@dataclass(frozen=True)
class _Seen:
    """A child whom the caller may see: its state, and which of the fields plainly; the others are masked."""

    pupil_id: str
    state: PupilState
    plain: frozenset[Field]
    asked: frozenset[Field]
    guardians: tuple[GuardianRef, ...]

    def shown(self, field: Field, text: str) -> str:
        return text if field in self.plain else masked(GUARDIAN_FIELDS.get(field, field.value), text)


def resolve(turns: Turns, vault: Vault, caller: Caller, question: Question) -> dict[str, Any]:
    """The answer; who is not in the caller's scope, or unknown, is withheld. It is logged before anything is opened.

    Raises PurposeNotYours, FieldNotForPurpose, DutyNotNamed, TooManyRevealed, TooManyRevealedToday.
    """
    rows = _entitlements(caller, question)
    seen = turns.run(lambda turn: _log(turn, turns, caller, question, _in_scope(turn, caller, rows, question)))
    people = vault.people({child.pupil_id for child in seen} | {ref.guardian_id for child in seen for ref in child.guardians})
    answered = [_answer(child, people) for child in seen if child.pupil_id in people]
    shown = {person["pupil_id"] for person in answered}
    return {"persons": answered, "withheld": [pupil_id for pupil_id in dict.fromkeys(question.pupil_ids) if pupil_id not in shown]}


def find(turns: Turns, vault: Vault, caller: Caller, purpose: Purpose, *, id_number: str | None, roll: str | None) -> str:
    """The id of the child with a number, within the caller's scope; logged. Raises NotFound, PurposeNotYours, FormRejected."""
    finders = FINDERS.get(purpose, frozenset())
    if not caller.holds(*finders):
        raise PurposeNotYours(field="purpose")
    rows = [row for row in _entitlements(caller, Question(purpose, (), ())) if caller.holds(*(row.roles & finders))]
    key = (PUPIL_ID_NUMBER, _read("id_number", id_number)) if id_number else (PUPIL_ROLL_NUMBER, _read("roll_number", roll or ""))
    found = vault.find([(key[0], vault.digest(*key))])
    if not found:
        raise NotFound
    (pupil_id,) = found.values()
    question = Question(purpose, (pupil_id,), ())
    if not turns.run(lambda turn: _log(turn, turns, caller, question, _in_scope(turn, caller, rows, question))):
        raise NotFound
    return pupil_id


def _read(field: str, text: str) -> str:
    try:
        return resident_id(text).number if field == "id_number" else roll_number(text).number
    except NotWellFormed as broken:
        rule = broken.rule
        raise FormRejected(
            FieldError(field, f"{rule.zh}{rule.accepted_zh}。", f"{rule.en} Accepted: {rule.accepted_en}.")
        ) from None


# --- who may see what ---------------------------------------------------------------------------------------------------


def _entitlements(caller: Caller, question: Question) -> list[Entitlement]:
    rows = [row for row in PURPOSES[question.purpose] if caller.service in row.services or caller.holds(*row.roles)]
    if not rows:
        raise PurposeNotYours(field="purpose")
    if question.purpose in NAMES_A_REFERENCE and question.duty_id is None:
        raise DutyNotNamed(field="duty_id")
    for field in question.fields:
        if not any(field in row.plain or field in row.masked for row in rows):
            raise FieldNotForPurpose(field="fields", name=field.value)
    return rows


def _in_scope(turn: Turn, caller: Caller, rows: Iterable[Entitlement], question: Question) -> list[_Seen]:
    seen = []
    for pupil_id in dict.fromkeys(question.pupil_ids):
        state, _ = turn.state(PUPIL, pupil_id)
        mine = [row for row in rows if state.pupil_id and _covers(turn, caller, row, state, question)]
        plain = frozenset(field for row in mine for field in row.plain if not question.masked)
        asked = frozenset(field for row in mine for field in row.plain | row.masked) & frozenset(question.fields)
        if mine and (asked or not question.fields):
            seen.append(_Seen(pupil_id, state, plain & asked, asked, _guardians(state, question, asked)))
    if sum(bool(child.plain) for child in seen) > PLAIN_PEOPLE_AT_MOST:
        raise TooManyRevealed(field="pupil_ids", most=PLAIN_PEOPLE_AT_MOST)
    return seen


def _covers(turn: Turn, caller: Caller, row: Entitlement, state: PupilState, question: Question) -> bool:
    match row.scope:
        case Scope.CLASS:
            return state.class_id in caller.class_ids(*row.roles)
        case Scope.SCHOOL:
            if state.school_id in caller.school_ids(*row.roles):
                return True
            described = turn.state(SCHOOL, state.school_id)[0].described
            above = described.central_school_id if described else None
            return Role.CENTRAL_SCHOOL in row.roles and above in caller.school_ids(Role.CENTRAL_SCHOOL)
        case Scope.DIVISION:
            return any(state.residence_division.startswith(division) for division in caller.divisions(*row.roles))
        case Scope.COUNTY:
            return bool(row.services) or caller.county_wide(*row.roles)
        case Scope.DUTY:
            duties = _duties(turn, question.duty_id or "")
            return any(duty.pupil_id == state.pupil_id and _owes(caller, row, duty) for duty in duties)
        case Scope.APPLICANT:
            return caller.county_wide(*row.roles) and bool(turn.rows(AID_SUBJECT_ROWS, pupil_id=state.pupil_id))
        case Scope.NAMED:
            return state.school_id in caller.school_ids(*row.roles) and _went_along(turn, caller, state)


def _went_along(turn: Turn, caller: Caller, state: PupilState) -> bool:
    """Whether the caller is named in a visit of a case of the child that goes on."""
    cases: list[CaseCompanionsRow] = turn.rows(CASE_COMPANIONS_ROWS, pupil_id=state.pupil_id)
    return any(caller.officer_id in case.companions and not case.ended for case in cases)


def _duties(turn: Turn, named: str) -> list[DutySubjectRow]:
    """The open duties of an id or number."""
    by_id: DutySubjectRow | None = turn.row(DUTY_SUBJECT_ROWS, named)
    found: list[DutySubjectRow] = [by_id] if by_id else turn.rows(DUTY_SUBJECT_ROWS, number=named)
    return [duty for duty in found if duty.open]


def _owes(caller: Caller, row: Entitlement, duty: DutySubjectRow) -> bool:
    """Whether it is the duty of the caller's own office of the department."""
    return caller.is_office_for(duty.department, duty.division, *row.roles)


def _guardians(state: PupilState, question: Question, asked: Collection[Field]) -> tuple[GuardianRef, ...]:
    if state.record is None or not any(field in GUARDIAN_FIELDS for field in asked):
        return ()
    named = set(question.guardian_ids)
    return tuple(ref for ref in state.record.guardians if not named or ref.guardian_id in named)


# --- answer and log -----------------------------------------------------------------------------------------------------


def _answer(child: _Seen, people: Mapping[str, Person]) -> dict[str, Any]:
    own = people[child.pupil_id].fields
    answer: dict[str, Any] = {"pupil_id": child.pupil_id}
    for field in sorted(child.asked - GUARDIAN_FIELDS.keys()):
        answer[field.value] = _own_field(child, field, own)
    if child.asked & GUARDIAN_FIELDS.keys():
        answer["guardians"] = [_guardian(child, ref, people) for ref in child.guardians if ref.guardian_id in people]
    answer["masked"] = sorted(child.asked - child.plain)
    return answer


def _own_field(child: _Seen, field: Field, own: Mapping[str, str]) -> str | None:
    """An address is free text in which anything may stand: its mask is the township's division code."""
    if field in (Field.ADDRESS, Field.HOUSEHOLD_ADDRESS) and field not in child.plain:
        division = own.get("division" if field is Field.ADDRESS else "household_division", "")
        return division[:TOWNSHIP_DIGITS] or None
    text = own.get(field.value)
    return child.shown(field, text) if text and text != NONE else None


def _guardian(child: _Seen, ref: GuardianRef, people: Mapping[str, Person]) -> dict[str, Any]:
    fields = people[ref.guardian_id].fields
    version = people[ref.guardian_id].version  # a text names the child only at a number that was texted before
    answer: dict[str, Any] = {
        "guardian_id": ref.guardian_id,
        "relation": ref.relation,
        "carer": ref.carer,
        "record_version": version,
    }
    for field in sorted(child.asked & GUARDIAN_FIELDS.keys()):
        text = fields.get(GUARDIAN_FIELDS[field])
        answer[GUARDIAN_FIELDS[field]] = child.shown(field, text) if text else None
    return answer


def _log(turn: Turn, turns: Turns, caller: Caller, question: Question, seen: list[_Seen]) -> list[_Seen]:
    """Who, for what, which fields: of each child, and of each of its guardians in the answer."""
    shown = []
    for child in seen:
        of_guardian = child.asked & GUARDIAN_FIELDS.keys()
        shown.append(_shown(child, child.pupil_id, child.asked - of_guardian))
        shown.extend(_shown(child, ref.guardian_id, of_guardian) for ref in child.guardians)
    reason = access_log.Reason(question.purpose, question.case_id, question.duty_id)
    access_log.write(turn, turns.store.engine, caller, reason, shown)
    return seen


def _shown(child: _Seen, person_id: str, fields: frozenset[Field]) -> access_log.Shown:
    return access_log.Shown(person_id, plain=fields & child.plain, masked=fields - child.plain)
