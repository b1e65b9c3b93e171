"""The numbers of casework: terms, thresholds, levels of escalation – each with its source; a county may set them."""

from __future__ import annotations

from collections.abc import Mapping

from services.chassis.decider import Policy, Term, days, minutes, school_days, term_days, working_days
from services.contracts.codes import DutyKind, Role

# --- persuasion -----------------------------------------------------------------------------------------------------

HARD_AFTER_FAILED_VISITS = Policy(
    "case.hard.failed_visits", default=3, source="domain.md §3, hard cases (local)", unit="failed visits"
)
HARD_AFTER = Policy("case.hard.after", default=days(30), source="domain.md §3, hard cases (local)")

# --- return and follow-up -------------------------------------------------------------------------------------------

OBSERVATION = Policy("case.observation", default=school_days(20), source="domain.md §6, closing")

FOLLOW_UP_FIRST = Policy("case.follow_up.first", default=school_days(5), source="domain.md §6: week 1, as school days (local)")
FOLLOW_UP_SECOND = Policy("case.follow_up.second", default=school_days(10), source="domain.md §6: week 2, as school days (local)")
FOLLOW_UP_THIRD = Policy("case.follow_up.third", default=school_days(20), source="domain.md §6: week 4, as school days (local)")
FOLLOW_UPS = (FOLLOW_UP_FIRST, FOLLOW_UP_SECOND, FOLLOW_UP_THIRD)
"""When the first contacts are due, all counted from the return."""

FOLLOW_UP_MONTHLY = Policy("case.follow_up.monthly", default=term_days(30), source="domain.md §6: then monthly to term end (local)")
"""How long after the contact before the next is due, once the first ones are over."""

FOLLOW_UP_GAP = Policy(
    "case.follow_up.gap",
    default=3,
    source="local: two talks in one week are not the contacts of two weeks",
    unit="days between contacts that count apart",
)

# --- standing questions ---------------------------------------------------------------------------------------------

RECHECK_LOST = Policy("case.recheck.lost_contact", default=days(90), source="domain.md §3: re-checked every quarter (local)")
RECHECK_ENROLLED = Policy(
    "case.recheck.enrolled_elsewhere", default=days(150), source="domain.md §6: re-checked next term; half a school year (local)"
)

# --- duties ---------------------------------------------------------------------------------------------------------

_SECTION_4 = "domain.md §4 (local)"
_UNNAMED = "local: domain.md §4 names no term for it; as long as civil affairs have for relief"


def _duty(kind: DutyKind, term: Term, source: str) -> tuple[DutyKind, Policy[Term]]:
    return kind, Policy(f"duty.{kind}", default=term, source=source)


DUTY_TERMS: Mapping[DutyKind, Policy[Term]] = dict(
    (
        _duty(DutyKind.VERIFY_WHEREABOUTS, working_days(3), _SECTION_4),
        _duty(DutyKind.DECIDE_RELIEF, working_days(10), _SECTION_4),
        _duty(DutyKind.INSPECT_CHILD_LABOUR, working_days(3), _SECTION_4),
        _duty(DutyKind.INSPECT_EMPLOYER, working_days(3), "local: together with the inspection of suspected child labour"),
        _duty(DutyKind.PERSUADE, working_days(3), _SECTION_4),
        _duty(DutyKind.VERIFY_HOUSEHOLD_STATUS, working_days(10), _UNNAMED),
        _duty(DutyKind.SUPPORT_FAMILY, working_days(10), _UNNAMED),
        _duty(DutyKind.SCHOOL_VISIT, school_days(1), _SECTION_4),
        _duty(DutyKind.FIND_CONTACT, school_days(3), "local: domain.md §8 names no term; as soon as the school's team must visit"),
        _duty(DutyKind.SUPERVISE_SCHOOL, working_days(10), _UNNAMED),
        _duty(DutyKind.DETERMINE_CONDITION, working_days(15), _SECTION_4),
        _duty(DutyKind.SUPPORT_GUARDIANSHIP, working_days(10), _UNNAMED),
        _duty(DutyKind.VERIFY_DESTINATION, working_days(10), _UNNAMED),
        _duty(DutyKind.INDIVIDUAL_SUPPORT, working_days(10), _UNNAMED),
    )
)
"""How long a department has; a kind that is not here (the returned pupil's safety) is standing and has no term."""

ESCALATE_FIRST = Policy("duty.escalate.first", default=working_days(1), source="local: domain.md §4 says by clock")
ESCALATE_SECOND = Policy("duty.escalate.second", default=working_days(3), source="local: domain.md §4 says by clock")
ESCALATION = ((ESCALATE_FIRST, Role.BUREAU_LEAD), (ESCALATE_SECOND, Role.COUNTY_LEADER))
"""Who is told of an overdue duty, and how long after the step before: the bureau's lead (who signs the reminder 提醒函), then
the county leader (who signs the supervision order 督办单)."""

# --- mandatory reports ----------------------------------------------------------------------------------------------

_AT_ONCE = "local: domain.md §3 says at once, outside all working-day clocks; art. 11 names no hours"
REMIND = Policy("mandatory_report.remind", default=minutes(2 * 60), source=_AT_ONCE)
"""How long between the reminders of a report that nobody has acknowledged."""

ESCALATE_UNACKNOWLEDGED = Policy("mandatory_report.escalate.unacknowledged", default=minutes(6 * 60), source=_AT_ONCE)
"""How long after its opening the county leader is told that nobody has acknowledged it."""

ESCALATE_UNANSWERED = Policy("mandatory_report.escalate.unanswered", default=minutes(72 * 60), source=_AT_ONCE)
"""How long after the acknowledgement the county leader is told that nobody has answered."""

RECALL = Policy(
    "mandatory_report.recall", default=minutes(7 * 24 * 60), source="local: a child whose family nobody visits is looked at weekly"
)
"""How long after an answer that still holds, and after each recall, lead and police desk are asked again."""
