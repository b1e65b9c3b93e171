"""The county's numbers by their codes, and what identity accepts when a county sets one.

The number itself, its default and its source stand in the `domain/policies.py` that uses it; a test keeps both pages alike.
The bounds keep a slip of the pen from becoming an endless deadline: no county waits longer than a year for anything here.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from services.chassis.decider import Term, Unit

LONGEST_DAYS = 400
"""A term of days is a year and a month at the most."""

LONGEST_MINUTES = 7 * 24 * 60
MINUTES_A_DAY = 24 * 60
LARGEST_COUNT = 1_000

DAY_UNITS = frozenset({Unit.DAYS, Unit.TERM_DAYS, Unit.WORKING_DAYS, Unit.SCHOOL_DAYS})


TIMED_UNITS = DAY_UNITS | {Unit.RETURN_DAYS}
"""Terms of days, which may end at a time of their last day."""


class PolicyForm(msgspec.Struct, frozen=True):
    """What a value must look like: a count without units, or a term in one of the units; both bounds included."""

    units: frozenset[Unit]
    least: int
    most: int
    zh: str
    en: str

    def accepts(self, value: int | Term) -> bool:
        """Whether the value is in form."""
        if isinstance(value, Term):
            at = value.at
            in_time = at is None or (value.unit in TIMED_UNITS and 0 <= at <= MINUTES_A_DAY)
            return value.unit in self.units and self.least <= value.count <= self.most and in_time
        return not self.units and self.least <= value <= self.most


def count_from(least: int) -> PolicyForm:
    """A whole number that is at least so much."""
    return PolicyForm(
        frozenset(), least, LARGEST_COUNT, f"{least}–{LARGEST_COUNT} 的整数", f"a whole number from {least} to {LARGEST_COUNT}"
    )


COUNT = count_from(0)
"""A number of which none at all makes sense: no days for a late list, nobody unmasked, suspected beyond no missed day."""

AT_LEAST_ONE = count_from(1)
"""A number of which none would ask for a step before anything has happened, or would let no text reach anybody."""

A_PANEL = count_from(2)
"""One person is no panel."""

AN_AGE = PolicyForm(frozenset(), 15, 18, "15–18 周岁", "an age from 15 to 18 years")
"""Nine years begun at six end at fifteen at the earliest; at eighteen nobody is a child any more."""

A_TEXT = count_from(70)
"""Characters of a text: one message in UCS-2 has 70; a county that allows less could send none of its templates."""

DAYS = PolicyForm(
    DAY_UNITS,
    1,
    LONGEST_DAYS,
    f"1–{LONGEST_DAYS} 天（days、term_days、working_days 或 school_days）",
    f"1 to {LONGEST_DAYS} days, term_days, working_days or school_days",
)
MINUTES = PolicyForm(frozenset({Unit.MINUTES}), 0, LONGEST_MINUTES, f"0–{LONGEST_MINUTES} 分钟", f"0 to {LONGEST_MINUTES} minutes")
HOURS = PolicyForm(frozenset({Unit.MINUTES}), 30, LONGEST_MINUTES, f"30–{LONGEST_MINUTES} 分钟", f"30 to {LONGEST_MINUTES} minutes")
"""A clock of hours, in minutes, by day and night; one that never rests would only fill the log."""

RETURN_DAYS = PolicyForm(
    frozenset({Unit.RETURN_DAYS}), 1, LONGEST_DAYS, f"1–{LONGEST_DAYS} 个返校日（return_days）", f"1 to {LONGEST_DAYS} return_days"
)
CLOCK = PolicyForm(
    frozenset({Unit.TIME_OF_DAY}), 0, MINUTES_A_DAY, "一天中的时刻（自零点起的分钟数）", "a time of day, in minutes after midnight"
)

POLICY_FORMS: Mapping[str, PolicyForm] = {
    "aid.panel.members": A_PANEL,
    "aid.public_notice": DAYS,
    "aid.review": DAYS,
    "case.follow_up.first": DAYS,
    "case.follow_up.gap": COUNT,
    "case.follow_up.monthly": DAYS,
    "case.follow_up.second": DAYS,
    "case.follow_up.third": DAYS,
    "case.hard.after": DAYS,
    "case.hard.failed_visits": AT_LEAST_ONE,
    "case.observation": DAYS,
    "case.recheck.enrolled_elsewhere": DAYS,
    "case.recheck.lost_contact": DAYS,
    "duty.decide_relief": DAYS,
    "duty.determine_condition": DAYS,
    "duty.escalate.first": DAYS,
    "duty.escalate.second": DAYS,
    "duty.find_contact": DAYS,
    "duty.individual_support": DAYS,
    "duty.inspect_child_labour": DAYS,
    "duty.inspect_employer": DAYS,
    "duty.persuade": DAYS,
    "duty.school_visit": DAYS,
    "duty.supervise_school": DAYS,
    "duty.support_family": DAYS,
    "duty.support_guardianship": DAYS,
    "duty.verify_destination": DAYS,
    "duty.verify_household_status": DAYS,
    "duty.verify_whereabouts": DAYS,
    "mandatory_report.escalate.unacknowledged": HOURS,
    "mandatory_report.escalate.unanswered": HOURS,
    "mandatory_report.recall": HOURS,
    "mandatory_report.remind": HOURS,
    "notifications.absence.confirmation_wait": MINUTES,
    "notifications.guardians_texted": AT_LEAST_ONE,
    "notifications.hours.closes": CLOCK,
    "notifications.hours.opens": CLOCK,
    "notifications.hours.urgent_closes": CLOCK,
    "notifications.hours.urgent_opens": CLOCK,
    "notifications.longest_text": A_TEXT,
    "notifications.longest_variable": AT_LEAST_ONE,
    "notifications.return_reminder.at": CLOCK,
    "oversight.distribution.smallest_cell": AT_LEAST_ONE,
    "registry.absence.contact_due_after": AT_LEAST_ONE,
    "registry.absence.day_closes": CLOCK,
    "registry.absence.report_due_after": AT_LEAST_ONE,
    "registry.absence.suspected_beyond": COUNT,
    "registry.absence.visit_due_after": AT_LEAST_ONE,
    "registry.registration.opens": DAYS,
    "registry.registration.window": DAYS,
    "registry.reveal.people_a_day": COUNT,
    "registry.roll_call.afternoon_due": DAYS,
    "registry.roll_call.correction_days": COUNT,
    "registry.roll_call.dormitory_due": DAYS,
    "registry.roll_call.late_days": COUNT,
    "registry.roll_call.morning_due": DAYS,
    "registry.roll_call.return_day_due": RETURN_DAYS,
    "registry.school_age.review": DAYS,
    "registry.school_age.until": AN_AGE,
    "registry.suspicion.term": DAYS,
    "registry.transfer.term": DAYS,
}
