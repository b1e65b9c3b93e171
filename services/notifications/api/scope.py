"""Who sees and does what: a homeroom teacher the own class, a principal the own school, the bureau the county."""

from __future__ import annotations

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


def scope_of(caller: Caller) -> Scope:
    """Whose texts the caller may see."""
    return Scope(
        county=caller.holds(*COUNTY_ROLES),
        school_ids=tuple(SchoolId(school) for school in caller.school_ids(*SCHOOL_ROLES)),
        class_ids=tuple(ClassId(each) for each in caller.class_ids(*CLASS_ROLES)),
    )
