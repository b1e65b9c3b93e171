"""Who sees and answers a duty: the body that owes it, the bureau, a county leader."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from services.casework.api.scope.cases import privy_to
from services.casework.api.scope.roles import BUREAU, SCHOOL_LEADERS
from services.casework.domain.errors import NoSuchDuty
from services.casework.queries import DutyScope
from services.casework.storage.rows import CaseRow, DutyRow
from services.chassis.web.caller import Caller
from services.contracts.codes import TOWNSHIP_DIGITS, Department, Role


def duty_scope(caller: Caller, restricted_seen: Sequence[str]) -> DutyScope:
    """The duties whose list the caller may ask for; `restricted_seen` are the restricted cases whose causes a leader may know."""
    return DutyScope(
        everything=caller.holds(*BUREAU),
        follows=caller.holds(Role.COUNTY_LEADER),
        restricted_seen=restricted_seen,
        offices=caller.offices(Role.DEPARTMENT_OFFICER),
        townships=caller.divisions(Role.TOWNSHIP_OFFICER),
        villages=caller.divisions(Role.VILLAGE_CADRE),
        school_ids=caller.school_ids(*SCHOOL_LEADERS),
    )


def owes(caller: Caller, duty: DutyRow) -> bool:
    """Whether the duty is the caller's own department's (in the office's own division), township's, village's or school's."""
    if caller.is_office_for(duty.department, duty.division, Role.DEPARTMENT_OFFICER):
        return True
    if duty.department is Department.TOWNSHIP:
        in_township = duty.division[:TOWNSHIP_DIGITS] in caller.divisions(Role.TOWNSHIP_OFFICER)
        return in_township or duty.division in caller.divisions(Role.VILLAGE_CADRE)
    if duty.school_id is not None:
        return duty.school_id in caller.school_ids(*SCHOOL_LEADERS)
    return duty.department is Department.EDUCATION and caller.holds(*BUREAU)


def may_see_duty(caller: Caller, duty: DutyRow, case: CaseRow | None, today: date) -> bool:
    """Its own body, the bureau, and the county leader; of a restricted case the latter when named in it or told of the delay."""
    if owes(caller, duty) or caller.holds(*BUREAU):
        return True
    known = case is None or not case.restricted or privy_to(caller, case, today) or duty.told is Role.COUNTY_LEADER
    return caller.holds(Role.COUNTY_LEADER) and known


def answers_for(caller: Caller, duty: DutyRow, case: CaseRow | None) -> str | None:
    """On whose behalf the caller answers: nobody's for an own duty, else the department's.

    The bureau's clerk and the township's officer of the child's township enter the replies of departments that are not online.
    Raises NoSuchDuty for everybody else.
    """
    if owes(caller, duty):
        return None
    of_township = case is not None and case.division[:TOWNSHIP_DIGITS] in caller.divisions(Role.TOWNSHIP_OFFICER)
    if caller.holds(Role.BUREAU_CLERK) or (of_township and duty.department is not Department.EDUCATION):
        return f"department:{duty.department}"
    raise NoSuchDuty
