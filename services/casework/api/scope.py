"""Who sees and does what with a case, a duty or a report: own class, school, township, village, department – or the county."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import sqlalchemy as sa

from services.casework import queries
from services.casework.domain.errors import (
    CausesNotYours,
    NamedBySubstitute,
    NamingNotYours,
    NoSuchCase,
    NoSuchDuty,
    NoSuchMandatoryReport,
    ReporterDoesNotAnswer,
    SubstituteOfAStandIn,
)
from services.casework.domain.holding import Hold
from services.casework.queries import DutyScope, ReportScope, Scope
from services.casework.storage.rows import CaseRow, DutyRow, MandatoryReportRow
from services.chassis.web.caller import Caller
from services.contracts.case_lines import privy
from services.contracts.codes import TOWNSHIP_DIGITS, Department, Role
from services.contracts.ids import OfficerId

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
"""Who records causes and commitments."""

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


# --- cases ------------------------------------------------------------------------------------------------------------


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


# --- duties -----------------------------------------------------------------------------------------------------------


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


# --- mandatory reports --------------------------------------------------------------------------------------------------


def report_scope(caller: Caller) -> ReportScope:
    """The mandatory reports whose list the caller may ask for."""
    held = caller.offices(Role.DEPARTMENT_OFFICER)
    return ReportScope(
        everything=caller.holds(Role.BUREAU_LEAD),
        officers=persons(caller),
        offices=[area for department, area in held if department == Department.PUBLIC_SECURITY],
    )


def is_police_desk(caller: Caller, report: MandatoryReportRow) -> bool:
    """Whether the report went to the caller's office."""
    return caller.is_office_for(Department.PUBLIC_SECURITY, report.division, Role.DEPARTMENT_OFFICER)


def may_see_report(caller: Caller, report: MandatoryReportRow) -> bool:
    """The reporter, the officers named in it, the bureau's lead and the police desk: nobody else by any post."""
    return caller.holds(Role.BUREAU_LEAD) or _is_named(caller, report) or is_police_desk(caller, report)


def _is_named(caller: Caller, report: MandatoryReportRow) -> bool:
    """Whether the caller is named in the report; whoever acts for another only if both are."""
    return {*persons(caller)} <= {*report.officers}


def reads_answer(caller: Caller, report: MandatoryReportRow) -> bool:
    """Whether the caller reads what the police wrote: whoever only reported is told that they have answered, not what."""
    return report.by_officer_id not in persons(caller) or caller.holds(Role.BUREAU_LEAD) or is_police_desk(caller, report)


def answers_report_for(caller: Caller, report: MandatoryReportRow) -> str | None:
    """On whose behalf the caller answers: nobody's at the desk, else that of the police, whose written reply is entered.

    The bureau's lead does so, and a clerk whom the lead has named in the report; never whoever reported, nor their substitute.
    Raises ReporterDoesNotAnswer, NoSuchMandatoryReport.
    """
    if not may_see_report(caller, report):
        raise NoSuchMandatoryReport
    if report.by_officer_id in persons(caller):
        raise ReporterDoesNotAnswer
    if is_police_desk(caller, report):
        return None
    if caller.holds(Role.BUREAU_LEAD) or (caller.holds(Role.BUREAU_CLERK) and {*persons(caller)} <= {*report.chosen}):
        return f"department:{Department.PUBLIC_SECURITY}"
    raise NoSuchMandatoryReport


def hold_for(caller: Caller, reports: Iterable[MandatoryReportRow]) -> Hold:
    """Whether a family must be left alone because of these reports about its child, and whether the caller may know why."""
    holding = [report for report in reports if report.held]
    if not holding:
        return Hold.NONE
    return Hold.KNOWN if any(may_see_report(caller, report) for report in holding) else Hold.UNKNOWN
