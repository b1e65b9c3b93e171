"""Who sees what: the bureau the county, a school its children, township and village their residents, a department its duties."""

from __future__ import annotations

from collections.abc import Sequence

from services.chassis.errors import NotPermitted
from services.chassis.web.caller import Caller, current_caller
from services.contracts.codes import Role
from services.oversight.queries.scope import Scope

SCHOOL_ROLES = (Role.PRINCIPAL, Role.VICE_PRINCIPAL)
AREA_ROLES = (Role.TOWNSHIP_OFFICER, Role.VILLAGE_CADRE)
COUNTY_ROLES = (Role.BUREAU_LEAD, Role.BUREAU_CLERK, Role.COUNTY_LEADER, Role.AID_OFFICER)
"""An aid officer of the county sees it all, one of a school nothing here (`Caller.county_wide` tells them apart)."""

READERS = (*COUNTY_ROLES, *SCHOOL_ROLES, *AREA_ROLES)
TRACE_READERS = tuple(role for role in READERS if role is not Role.AID_OFFICER)
"""A trace tells one child's whole story; aid is granted without it."""

COUNTY_CASE_READERS = (Role.BUREAU_LEAD, Role.BUREAU_CLERK, Role.COUNTY_LEADER)
"""Who reads every case of the county one by one in casework; a school or an area reads those of its own children."""

RESTRICTED_READERS = (Role.BUREAU_LEAD, Role.BUREAU_CLERK)
"""Beside those named in the case, as casework has it (PIPL art. 28; domain.md §11)."""


def scope_of(caller: Caller, roles: Sequence[Role] = READERS) -> Scope:
    """What the caller may see in the roles; the county only where one of them is held for it."""
    county = caller.county_wide(*roles)
    return Scope(
        county=county,
        sees_restricted=caller.holds(*RESTRICTED_READERS),
        sees_reports=caller.holds(Role.BUREAU_LEAD),
        reads_cases=not county or caller.county_wide(*COUNTY_CASE_READERS),
        schools=caller.school_ids(*SCHOOL_ROLES),
        divisions=caller.divisions(*AREA_ROLES),
        departments=caller.offices(Role.DEPARTMENT_OFFICER),
        officer_id=caller.officer_id,
        on_behalf_of=caller.on_behalf_of,
    )


def children_scope() -> Scope:
    """The caller's scope; raises NotPermitted for who may see no child at all (a school's aid officer)."""
    scope = scope_of(current_caller())
    if not scope.sees_children:
        raise NotPermitted
    return scope
