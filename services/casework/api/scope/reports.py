"""Who sees and answers a mandatory report: whoever is named in it, the bureau's lead, the police desk."""

from __future__ import annotations

from collections.abc import Iterable

from services.casework.api.scope.roles import persons
from services.casework.domain.errors import NoSuchMandatoryReport, ReporterDoesNotAnswer
from services.casework.domain.holding import Hold
from services.casework.queries import ReportScope
from services.casework.storage.rows import MandatoryReportRow
from services.chassis.web.caller import Caller
from services.contracts.codes import Department, Role


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
