"""The numbers of identity, each with its source."""

from __future__ import annotations

from collections.abc import Mapping

from services.contracts.codes import BodyKind, Role

PASSWORD_LEAST_CHARACTERS = 10
"""Characters; GB/T 22239-2019 (等保 2.0, level 2–3) asks for eight with complexity, length replaces complexity here."""

FAILED_LOGINS_ALLOWED = 10
"""Attempts on one login name within the window; GB/T 22239-2019 8.1.4.1 asks for a limit."""

FAILED_LOGINS_WINDOW_SECONDS = 15 * 60

FAILURES_OF_AN_ADDRESS_ALLOWED = 30
"""Attempts from one address on whatever names within the window below; local: a school's office behind one address mistypes
less, and who tries one password on every name is stopped after thirty. GB/T 22239-2019 8.1.4.1 asks for a limit, not which."""

FAILURES_OF_AN_ADDRESS_WINDOW_SECONDS = 10 * 60

SECRETS_IN_FORCE = 2
"""Of one department system: the new one and, until the system has gone over to it, the one before."""

TOKEN_SECONDS = 15 * 60
"""Life of a token; short, because services verify it without asking identity (architecture.md §6)."""

_SCHOOL = frozenset({BodyKind.SCHOOL})
_BUREAU = frozenset({BodyKind.BUREAU})

PLACES_OF_ROLES: Mapping[Role, frozenset[BodyKind]] = {
    Role.BUREAU_LEAD: _BUREAU,
    Role.BUREAU_CLERK: _BUREAU,
    Role.PRINCIPAL: _SCHOOL,
    Role.VICE_PRINCIPAL: _SCHOOL,
    Role.HOMEROOM_TEACHER: _SCHOOL,
    Role.TEACHER: _SCHOOL,
    Role.DORM_SUPERVISOR: _SCHOOL,
    Role.PARENT_REPRESENTATIVE: _SCHOOL,
    Role.ROLL_ADMINISTRATOR: _SCHOOL,
    Role.CENTRAL_SCHOOL: _SCHOOL,
    Role.AID_OFFICER: _SCHOOL | _BUREAU,
    Role.TOWNSHIP_OFFICER: frozenset({BodyKind.TOWNSHIP}),
    Role.VILLAGE_CADRE: frozenset({BodyKind.VILLAGE}),
    Role.DEPARTMENT_OFFICER: frozenset({BodyKind.DEPARTMENT, BodyKind.BUREAU}),
    Role.COUNTY_LEADER: frozenset({BodyKind.COUNTY_OFFICE, BodyKind.BUREAU}),
    Role.ACCOUNT_ADMIN: frozenset({BodyKind.BUREAU, BodyKind.SCHOOL, BodyKind.COUNTY_OFFICE}),
}
"""In which bodies a role is held (domain.md §1); the operator is nobody's appointment."""

PLACES_OF_SYSTEMS = frozenset({BodyKind.DEPARTMENT, BodyKind.BUREAU, BodyKind.TOWNSHIP})
"""Which bodies' systems answer duties; a township's is its department officer, which no person there is: people see cases too."""

ROLES_OF_A_CLASS = frozenset({Role.HOMEROOM_TEACHER})

ROLES_WITH_SUBSTITUTES = frozenset(Role) - {
    Role.TEACHER,
    Role.DORM_SUPERVISOR,
    Role.PARENT_REPRESENTATIVE,
    Role.ACCOUNT_ADMIN,
    Role.OPERATOR,
}
"""Approvers (domain.md §1): whoever confirms, signs, decides or answers for a body. Who teaches or supervises is replaced by an
appointment, and who administers accounts is never handed on."""

NO_OFFICE_TO_STAND_IN_FROM = frozenset({Role.PARENT_REPRESENTATIVE, Role.ACCOUNT_ADMIN, Role.OPERATOR})
"""By these one is not in office in a body as far as its children are concerned."""

ROLES_OVER_THE_COUNTY = frozenset({Role.BUREAU_LEAD, Role.BUREAU_CLERK, Role.COUNTY_LEADER, Role.ACCOUNT_ADMIN})
"""Once the county ever had a bureau lead, only the lead gives and ends these roles (`domain.authority`): an account
administrator must not make himself a reader. The county's aid officer is one of them by the division, as in every service."""

COUNTY_DIGITS = 6
"""Of a county's division code (GB/T 2260); who is appointed for it reaches over the whole county."""
