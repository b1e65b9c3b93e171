"""Who may ask for which personal data, for what, about whom: the table of purposes (domain.md §11, least data).

A standing approval per role and purpose; whoever is not in the table sees nothing. What is not entitled to be seen plainly
is shown masked where the purpose allows it at all, and every answer is logged.

Of the people whom an officer sees plainly in a day there is a limit (`policies.REVEALED_A_DAY`); masked answers go on beyond
it. Services are not counted: a text to a parent is rendered on any day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from services.contracts.codes import Role


class Field(StrEnum):
    """What can be asked for: of the child, and of its guardians."""

    NAME = "name"
    SEX = "sex"
    BIRTH_DATE = "birth_date"
    PAPER = "paper"
    ID_NUMBER = "id_number"
    ROLL_NUMBER = "roll_number"
    PEOPLE = "people"
    ADDRESS = "address"
    DIVISION = "division"
    HOUSEHOLD_ADDRESS = "household_address"
    HOUSEHOLD_DIVISION = "household_division"
    SECOND_LANGUAGE = "second_language"
    CARER = "carer"
    RESTRICTED_GROUPS = "restricted_groups"
    DISABILITY_KIND = "disability_kind"
    DISABILITY_GRADE = "disability_grade"
    GUARDIAN_NAME = "guardian_name"
    PHONE = "phone"
    GUARDIAN_ID_NUMBER = "guardian_id_number"


GUARDIAN_FIELDS: Mapping[Field, str] = MappingProxyType(
    {Field.GUARDIAN_NAME: "name", Field.PHONE: "phone", Field.GUARDIAN_ID_NUMBER: "id_number"}
)
"""The fields of guardians, by their names in a guardian's own record and answer."""


class Purpose(StrEnum):
    """What personal data are asked for."""

    ROLL_CALL = "roll_call"
    CONTACT_FAMILY = "contact_family"
    CASEWORK = "casework"
    ROLL_ADMINISTRATION = "roll_administration"
    AID = "aid"
    DUTY = "duty"
    SEND_TEXT = "send_text"
    VIEW_TEXT = "view_text"
    ABSENCE_REPORT = "absence_report"


class Scope(StrEnum):
    """About whom: children of the caller's class, school (and points under it), township or village, or all of the county.

    `DUTY`: the one child whom the named duty of the caller's department is about, until the duty is done.
    `APPLICANT`: children of the county for whom aid is applied for.
    `NAMED`: children of the caller's school on whose visits the caller went along.
    """

    CLASS = "class"
    SCHOOL = "school"
    DIVISION = "division"
    COUNTY = "county"
    DUTY = "duty"
    APPLICANT = "applicant"
    NAMED = "named"


@dataclass(frozen=True)
class Entitlement:
    """Holders of these roles, or these services, see `plain` as it is and `masked` masked, of the children in scope."""

    scope: Scope
    roles: frozenset[Role] = frozenset()
    services: frozenset[str] = frozenset()
    plain: frozenset[Field] = frozenset()
    masked: frozenset[Field] = frozenset()


def _row(scope: Scope, *callers: Role | str, plain: Iterable[Field] = (), masked: Iterable[Field] = ()) -> Entitlement:
    return Entitlement(
        scope=scope,
        roles=frozenset(caller for caller in callers if isinstance(caller, Role)),
        services=frozenset(caller for caller in callers if not isinstance(caller, Role)),
        plain=frozenset(plain),
        masked=frozenset(masked) - frozenset(plain),
    )


_NAME = (Field.NAME,)
_HOUSEHOLD = (
    Field.NAME,
    Field.SEX,
    Field.ADDRESS,
    Field.DIVISION,
    Field.CARER,
    Field.SECOND_LANGUAGE,
    Field.GUARDIAN_NAME,
    Field.PHONE,
)
_NUMBERS = (Field.BIRTH_DATE, Field.ID_NUMBER, Field.ROLL_NUMBER)
_DISABILITY = (Field.DISABILITY_KIND, Field.DISABILITY_GRADE)
_FOR_AID = (Field.NAME, Field.ID_NUMBER, Field.BIRTH_DATE, Field.DIVISION, Field.GUARDIAN_NAME, *_DISABILITY)
_FOR_AID_MASKED = (Field.ROLL_NUMBER, Field.PHONE, Field.GUARDIAN_ID_NUMBER)
_SCHOOL_LEADERS = (Role.PRINCIPAL, Role.VICE_PRINCIPAL, Role.CENTRAL_SCHOOL)
_AREA = (Role.TOWNSHIP_OFFICER, Role.VILLAGE_CADRE)
_BUREAU = (Role.BUREAU_LEAD, Role.BUREAU_CLERK)

PURPOSES: Mapping[Purpose, tuple[Entitlement, ...]] = MappingProxyType(
    {
        Purpose.ROLL_CALL: (
            _row(Scope.CLASS, Role.HOMEROOM_TEACHER, plain=_NAME, masked=(Field.ROLL_NUMBER,)),
            _row(Scope.SCHOOL, *_SCHOOL_LEADERS, Role.DORM_SUPERVISOR, plain=_NAME, masked=(Field.ROLL_NUMBER,)),
        ),
        Purpose.CONTACT_FAMILY: (
            _row(Scope.CLASS, Role.HOMEROOM_TEACHER, plain=_HOUSEHOLD, masked=_NUMBERS),
            _row(Scope.SCHOOL, *_SCHOOL_LEADERS, plain=_HOUSEHOLD, masked=_NUMBERS),
            _row(Scope.DIVISION, *_AREA, plain=_HOUSEHOLD, masked=_NUMBERS),
        ),
        Purpose.CASEWORK: (
            _row(Scope.CLASS, Role.HOMEROOM_TEACHER, plain=_NAME, masked=(*_HOUSEHOLD, *_NUMBERS)),
            _row(Scope.SCHOOL, *_SCHOOL_LEADERS, plain=_NAME, masked=(*_HOUSEHOLD, *_NUMBERS)),
            _row(Scope.DIVISION, *_AREA, plain=_NAME, masked=(*_HOUSEHOLD, *_NUMBERS)),
            _row(
                Scope.COUNTY,
                *_BUREAU,
                plain=(*_NAME, *_DISABILITY, Field.RESTRICTED_GROUPS),
                masked=(*_HOUSEHOLD, *_NUMBERS),
            ),
            _row(Scope.SCHOOL, Role.AID_OFFICER, masked=_NAME),
            _row(Scope.NAMED, Role.PARENT_REPRESENTATIVE, masked=_NAME),
            _row(Scope.COUNTY, Role.COUNTY_LEADER, masked=_NAME),
        ),
        Purpose.ROLL_ADMINISTRATION: (
            _row(Scope.SCHOOL, Role.ROLL_ADMINISTRATOR, plain=Field),
            _row(Scope.COUNTY, Role.BUREAU_CLERK, plain=Field),
        ),
        Purpose.AID: (
            _row(
                Scope.SCHOOL,
                Role.AID_OFFICER,
                plain=_FOR_AID,
                masked=_FOR_AID_MASKED,
            ),
            _row(
                Scope.APPLICANT,
                Role.AID_OFFICER,
                plain=_FOR_AID,
                masked=_FOR_AID_MASKED,
            ),
            _row(Scope.COUNTY, Role.BUREAU_CLERK, plain=_FOR_AID, masked=_FOR_AID_MASKED),
        ),
        Purpose.DUTY: (_row(Scope.DUTY, Role.DEPARTMENT_OFFICER, plain=(Field.NAME, Field.DIVISION)),),
        Purpose.SEND_TEXT: (_row(Scope.COUNTY, "notifications", plain=(Field.NAME, Field.GUARDIAN_NAME, Field.PHONE)),),
        Purpose.VIEW_TEXT: (
            _row(Scope.CLASS, Role.HOMEROOM_TEACHER, plain=_NAME),
            _row(Scope.SCHOOL, *_SCHOOL_LEADERS, masked=_NAME),
            _row(Scope.COUNTY, *_BUREAU, masked=_NAME),
        ),
        Purpose.ABSENCE_REPORT: (
            _row(Scope.CLASS, Role.HOMEROOM_TEACHER, plain=_NAME),
            _row(Scope.SCHOOL, *_SCHOOL_LEADERS, plain=_NAME),
            _row(Scope.DIVISION, Role.TOWNSHIP_OFFICER, plain=_NAME),
            _row(Scope.COUNTY, *_BUREAU, plain=_NAME),
        ),
    }
)
"""The table of purposes. Those who work on a case without answering for the child's place are not in it, but for the parent
representative, who sees the cases in which they are named, masked (domain.md §1)."""

FINDERS: Mapping[Purpose, frozenset[Role]] = MappingProxyType(
    {
        Purpose.ROLL_ADMINISTRATION: frozenset({Role.ROLL_ADMINISTRATOR, Role.BUREAU_CLERK}),
        Purpose.AID: frozenset({Role.AID_OFFICER, Role.BUREAU_CLERK}),
        Purpose.ROLL_CALL: frozenset({Role.HOMEROOM_TEACHER}),
        Purpose.CASEWORK: frozenset(_BUREAU),
    }
)
"""Who finds a child by a number: those who read numbers plainly, a teacher of the own class by the roll, the bureau in a case.

To anybody else the answer would tell, number by number, who is behind a mask.
"""

NONE = "none"
"""What the vault holds of a group that was stated before and is not so any more."""

NAMES_A_REFERENCE = frozenset({Purpose.DUTY})
"""Purposes for which the duty must be named."""

PEOPLE_AT_MOST = 200
"""Children in one question (a ledger page)."""

PLAIN_PEOPLE_AT_MOST = 60
"""Children shown plainly in one answer: a large class; more is bulk reveal and needs an approval of its own (domain.md §11)."""
