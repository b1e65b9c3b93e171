"""Who reads, records and answers in casework, by role; and who must be named in person."""

from __future__ import annotations

from services.chassis.web.caller import Caller
from services.contracts.codes import Role

BUREAU = (Role.BUREAU_LEAD, Role.BUREAU_CLERK)
SCHOOL_LEADERS = (Role.PRINCIPAL, Role.VICE_PRINCIPAL, Role.CENTRAL_SCHOOL)
AREA = (Role.TOWNSHIP_OFFICER, Role.VILLAGE_CADRE)
CASE_READERS = (*BUREAU, Role.COUNTY_LEADER, *SCHOOL_LEADERS, Role.HOMEROOM_TEACHER, *AREA)
"""Who may ask for lists of cases; a teacher sees the cases in which they are named, one by one."""

LIST_READERS = (*CASE_READERS, Role.PARENT_REPRESENTATIVE)
ONE_CASE_READERS = (*LIST_READERS, Role.TEACHER)
"""A parent representative sees the cases on whose visits they went along, without causes, plans, duties and words."""

COUNTY_ROLES = frozenset({*BUREAU, Role.COUNTY_LEADER})
WORDS_READERS = (*BUREAU, *SCHOOL_LEADERS, Role.HOMEROOM_TEACHER, Role.TEACHER, *AREA)
"""Who reads what was said in a household: those who persuade, and the bureau – not the county leader."""

RECORDERS = (*SCHOOL_LEADERS, Role.HOMEROOM_TEACHER, Role.BUREAU_CLERK)
"""Who records causes and commitments: not the bureau's lead, who approves the closing."""

VISITORS = (*SCHOOL_LEADERS, Role.HOMEROOM_TEACHER, Role.TEACHER, *AREA, Role.BUREAU_CLERK)
PLANNERS = (*SCHOOL_LEADERS, Role.BUREAU_CLERK)
FOLLOWERS = (*SCHOOL_LEADERS, Role.HOMEROOM_TEACHER, Role.TEACHER)
DUTY_READERS = (Role.DEPARTMENT_OFFICER, *AREA, *BUREAU, Role.COUNTY_LEADER, *SCHOOL_LEADERS)
DUTY_ANSWERERS = (Role.DEPARTMENT_OFFICER, *AREA, *BUREAU, *SCHOOL_LEADERS)

REPORTERS = (
    *SCHOOL_LEADERS,
    Role.HOMEROOM_TEACHER,
    Role.TEACHER,
    Role.DORM_SUPERVISOR,
    Role.ROLL_ADMINISTRATOR,
    Role.AID_OFFICER,
    *AREA,
    *BUREAU,
    Role.COUNTY_LEADER,
    Role.DEPARTMENT_OFFICER,
)
"""Whoever works with children must report a sign of harm, of whatever child (law on the protection of minors, art. 11)."""

REPORT_ANSWERERS = (Role.DEPARTMENT_OFFICER, *BUREAU)


def persons(caller: Caller) -> tuple[str, ...]:
    """Who must be named in person where a name counts: the caller, and whoever they act for, lest one lend the other a name."""
    return (caller.officer_id,) if caller.on_behalf_of is None else (caller.officer_id, caller.on_behalf_of)
