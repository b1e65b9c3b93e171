"""Who sees and does what: a homeroom teacher the own class, a principal the own school, the bureau the county."""

from __future__ import annotations

from collections.abc import Sequence

from services.chassis.web.caller import Caller
from services.contracts.codes import Role
from services.contracts.ids import ClassId, SchoolId
from services.notifications.queries import Scope

COUNTY_ROLES = (Role.BUREAU_LEAD, Role.BUREAU_CLERK)
SCHOOL_ROLES = (Role.PRINCIPAL, Role.VICE_PRINCIPAL)
CLASS_ROLES = (Role.HOMEROOM_TEACHER,)

READERS = (*COUNTY_ROLES, *SCHOOL_ROLES, *CLASS_ROLES)
ACTORS = (Role.BUREAU_CLERK, *SCHOOL_ROLES, *CLASS_ROLES)
"""Who decides about an uncertain text and calls in place of one."""


def scope_of(caller: Caller, roles: Sequence[Role]) -> Scope:
    """Whose texts are the caller's in the roles of a route; each place is of an appointment with one of them."""
    appointed = [each for each in caller.appointments if each.role in roles]
    return Scope(
        county=any(each.role in COUNTY_ROLES for each in appointed),
        school_ids=tuple(SchoolId(each.body_id) for each in appointed if each.role in SCHOOL_ROLES),
        class_ids=tuple(ClassId(each.class_id) for each in appointed if each.role in CLASS_ROLES and each.class_id is not None),
    )
