"""Who sees and does what with a case: own class, school, township, village – or the county."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa

from services.casework import queries
from services.casework.api.scope.roles import BUREAU, CASE_READERS, COUNTY_ROLES, SCHOOL_LEADERS, WORDS_READERS, persons
from services.casework.domain.errors import CausesNotYours, NamedBySubstitute, NamingNotYours, NoSuchCase, SubstituteOfAStandIn
from services.casework.queries import Scope
from services.casework.storage.rows import CaseRow
from services.chassis.web.caller import Caller
from services.contracts.case_lines import privy
from services.contracts.codes import TOWNSHIP_DIGITS, Role
from services.contracts.ids import OfficerId


def case_scope(caller: Caller) -> Scope:
    """The cases whose list the caller may ask for."""
    if caller.holds(*COUNTY_ROLES):
        return Scope(everything=True)
    return Scope(
        class_ids=caller.class_ids(Role.HOMEROOM_TEACHER),
        school_ids=caller.school_ids(*SCHOOL_LEADERS),
        central_ids=caller.school_ids(Role.CENTRAL_SCHOOL, Role.PRINCIPAL),
        townships=caller.divisions(Role.TOWNSHIP_OFFICER),
        villages=caller.divisions(Role.VILLAGE_CADRE),
        companions=persons(caller),
        companion_schools=caller.school_ids(Role.PARENT_REPRESENTATIVE),
    )


def is_for(caller: Caller, roles: Sequence[Role], row: CaseRow, central_school_id: str | None, today: date) -> bool:
    """Whether the caller holds one of the roles for the places of this case."""
    leaders = [role for role in roles if role in SCHOOL_LEADERS]
    points = {Role.PRINCIPAL, Role.CENTRAL_SCHOOL} & set(roles)
    return (
        caller.holds(*(role for role in roles if role in COUNTY_ROLES))
        or (bool(leaders) and row.school_id in caller.school_ids(*leaders))
        or (bool(points) and central_school_id is not None and central_school_id in caller.school_ids(*points))
        or (Role.HOMEROOM_TEACHER in roles and row.class_id in caller.class_ids(Role.HOMEROOM_TEACHER))
        or (Role.TEACHER in roles and caller.holds(Role.TEACHER) and {row.answers("class", today)} == {*persons(caller)})
        or (Role.PARENT_REPRESENTATIVE in roles and _went_along(caller, row))
        or (Role.TOWNSHIP_OFFICER in roles and row.division[:TOWNSHIP_DIGITS] in caller.divisions(Role.TOWNSHIP_OFFICER))
        or (Role.VILLAGE_CADRE in roles and row.division in caller.divisions(Role.VILLAGE_CADRE))
    )


def _went_along(caller: Caller, row: CaseRow) -> bool:
    """Whether the caller, a parent representative of the case's school, is named in one of its visits."""
    return row.school_id in caller.school_ids(Role.PARENT_REPRESENTATIVE) and {*persons(caller)} <= {*row.companions}


def must_be_for(caller: Caller, roles: Sequence[Role], row: CaseRow, central_school_id: str | None, today: date) -> None:
    """Raises NoSuchCase where the case is not the caller's in one of the roles."""
    if not is_for(caller, roles, row, central_school_id, today):
        raise NoSuchCase


def privy_to(caller: Caller, row: CaseRow, today: date) -> bool:
    """Whether the caller answers for the case that day on one of its lines; a county leader by somebody's choice.

    Whoever acts for another is privy only if both are.
    """
    return all(privy(row.officers, each, today) for each in persons(caller))


def restricted_seen(engine: sa.Engine, caller: Caller, today: date) -> list[str]:
    """The restricted cases to whose causes the caller is privy."""
    return [row.case_id for row in queries.restricted_naming(engine, caller.officer_id) if privy_to(caller, row, today)]


def sees_restricted(caller: Caller, row: CaseRow, today: date) -> bool:
    """Whether the caller would be told a restricted cause of this case: the bureau, and those named in it (PIPL art. 28)."""
    return caller.holds(*BUREAU) or privy_to(caller, row, today)


def sees_cause(caller: Caller, row: CaseRow, today: date) -> bool:
    """Whether the caller is told the causes of this case: whoever only went along on a visit is not."""
    if sees_restricted(caller, row, today):
        return True
    only_went_along = _went_along(caller, row) and not is_for(caller, (*CASE_READERS, Role.TEACHER), row, None, today)
    return not row.restricted and not only_went_along


def must_record_causes(caller: Caller, row: CaseRow, today: date) -> None:
    """Raises CausesNotYours for whoever would not be told a restricted cause, recorded or not.

    Refusing over a recorded one only would tell that there is one; not refusing would replace it.
    """
    if not sees_restricted(caller, row, today):
        raise CausesNotYours


def must_name_officer(caller: Caller, row: CaseRow, named: OfficerId, today: date) -> None:
    """Raises NamingNotYours for whoever would not be told a restricted cause: else they might name themselves and be told.

    In every case, as with causes: refusing in a restricted one only would tell that it is. Raises NamedBySubstitute where a
    substitute names themselves or whom they act for: what either knows in person is not given by the other.
    """
    if not sees_restricted(caller, row, today):
        raise NamingNotYours
    if caller.on_behalf_of is not None and named in persons(caller):
        raise NamedBySubstitute(field="officer_id")


def persuades(caller: Caller, row: CaseRow, central_school_id: str | None, today: date) -> bool:
    """Whether the caller is of those who persuade the household, or of the bureau."""
    return is_for(caller, WORDS_READERS, row, central_school_id, today)


def reads_words(caller: Caller, row: CaseRow, central_school_id: str | None, today: date) -> bool:
    """Whether the caller reads what was typed about the child; words tell a restricted cause."""
    return persuades(caller, row, central_school_id, today) and sees_cause(caller, row, today)


def substituted_by(caller: Caller, row: CaseRow, today: date) -> str | None:
    """For whom the caller acts: a vice principal for the principal named in the case, who then cannot take another step.

    A substitute (AB角) acts for whom they say. Raises SubstituteOfAStandIn where that is a vice principal who stands in.
    """
    if caller.holds(Role.PRINCIPAL, Role.CENTRAL_SCHOOL):
        return caller.on_behalf_of
    named = row.answers("school", today)
    if named is None or named == caller.officer_id:
        return caller.on_behalf_of
    if caller.on_behalf_of not in (None, named):
        raise SubstituteOfAStandIn
    return named
