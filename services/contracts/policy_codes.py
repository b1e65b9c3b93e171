"""The county's numbers by their codes: what identity accepts when a county sets one.

The number itself, its default and its source stand in the `domain/policies.py` that uses it; a test keeps both pages alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class PolicyForm(StrEnum):
    """Whether a policy is a count or a term."""

    NUMBER = "number"
    TERM = "term"


POLICY_FORMS: Mapping[str, PolicyForm] = {
    "aid.public_notice": PolicyForm.TERM,
    "aid.review": PolicyForm.TERM,
    "case.follow_up.first": PolicyForm.TERM,
    "case.follow_up.gap": PolicyForm.NUMBER,
    "case.follow_up.monthly": PolicyForm.TERM,
    "case.follow_up.second": PolicyForm.TERM,
    "case.follow_up.third": PolicyForm.TERM,
    "case.hard.after": PolicyForm.TERM,
    "case.hard.failed_visits": PolicyForm.NUMBER,
    "case.observation": PolicyForm.TERM,
    "case.recheck.enrolled_elsewhere": PolicyForm.TERM,
    "case.recheck.lost_contact": PolicyForm.TERM,
    "duty.decide_relief": PolicyForm.TERM,
    "duty.determine_condition": PolicyForm.TERM,
    "duty.escalate.first": PolicyForm.TERM,
    "duty.escalate.second": PolicyForm.TERM,
    "duty.individual_support": PolicyForm.TERM,
    "duty.inspect_child_labour": PolicyForm.TERM,
    "duty.inspect_employer": PolicyForm.TERM,
    "duty.persuade": PolicyForm.TERM,
    "duty.school_visit": PolicyForm.TERM,
    "duty.supervise_school": PolicyForm.TERM,
    "duty.support_family": PolicyForm.TERM,
    "duty.support_guardianship": PolicyForm.TERM,
    "duty.verify_destination": PolicyForm.TERM,
    "duty.verify_household_status": PolicyForm.TERM,
    "duty.verify_whereabouts": PolicyForm.TERM,
    "notifications.absence.confirmation_wait": PolicyForm.TERM,
    "notifications.guardians_texted": PolicyForm.NUMBER,
    "notifications.hours.closes": PolicyForm.TERM,
    "notifications.hours.opens": PolicyForm.TERM,
    "notifications.hours.urgent_closes": PolicyForm.TERM,
    "notifications.hours.urgent_opens": PolicyForm.TERM,
    "notifications.longest_text": PolicyForm.NUMBER,
    "notifications.longest_variable": PolicyForm.NUMBER,
    "notifications.return_reminder.at": PolicyForm.TERM,
    "registry.absence.contact_due_after": PolicyForm.NUMBER,
    "registry.absence.day_closes": PolicyForm.TERM,
    "registry.absence.suspected_beyond": PolicyForm.NUMBER,
    "registry.absence.visit_due_after": PolicyForm.NUMBER,
    "registry.registration.window": PolicyForm.TERM,
    "registry.roll_call.afternoon_due": PolicyForm.TERM,
    "registry.roll_call.correction_days": PolicyForm.NUMBER,
    "registry.roll_call.dormitory_due": PolicyForm.TERM,
    "registry.roll_call.late_days": PolicyForm.NUMBER,
    "registry.roll_call.morning_due": PolicyForm.TERM,
    "registry.suspicion.term": PolicyForm.TERM,
    "registry.transfer.term": PolicyForm.TERM,
}
