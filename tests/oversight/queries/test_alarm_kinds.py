"""Oversight's alarms beside those of the other services: nothing that somebody has to look at there is missing here."""

from __future__ import annotations

from services.assistance import queries as assistance
from services.casework import queries as casework
from services.contracts.labels.states import ALARMS
from services.notifications.domain.notification_state import Status
from services.registry import queries as registry

MATCHED = {
    ("registry", "contact_due"): "contact_due",
    ("registry", "visit_due"): "visit_due",
    ("registry", "report_due"): "report_due",
    ("registry", "return_lost"): "relapse",
    ("registry", "roll_call_missing"): "silent_class",
    ("casework", "no_officer"): "officer_missing",
    ("casework", "hard_case"): "hard_case",
    ("casework", "relapse"): "relapse",
    ("casework", "follow_up_overdue"): "follow_up_due",
    ("registry", "absence_unconfirmed"): "absence_unconfirmed",
    ("registry", "leaver_without_school"): "leaver_without_school",
    ("casework", "measure_overdue"): "measure_overdue",
    ("casework", "recheck_due"): "recheck_due",
    ("casework", "recheck_changed"): "recheck_changed",
    ("casework", "upper_age_reached"): "upper_age_reached",
    ("casework", "duty_overdue"): "duty_overdue",
    ("casework", "duty_declined"): "duty_declined",
    ("assistance", "review_overdue"): "review_overdue",
    ("notifications", "uncertain"): "text_uncertain",
    ("notifications", "to_call"): "call_due",
}
"""What waits for somebody in a service, and as what it is an alarm of oversight."""

LEFT_OUT = {
    ("notifications", status) for status in ("none", "waiting", "postponed", "released", "sent", "failed", "not_sent", "cancelled")
}
"""Texts in these states wait for the clock or the gateway, or are done with; a failed one is a call that is due."""

OF_EVENTS = {"contact_unreachable", "event_parked", "mandatory_report"}
"""No list of alarms of another service: a text told of a number, what waits in oversight itself, a report told to few."""


def test_every_alarm_of_the_other_services_is_one_of_oversights_or_left_out_by_name() -> None:
    of_services = {
        *(("registry", kind) for kind in registry.ALARM_KINDS),
        *(("casework", kind) for kind in casework.ALARM_KINDS),
        ("assistance", assistance.REVIEW_OVERDUE),
        *(("notifications", status.value) for status in Status),
    }
    assert of_services == set(MATCHED) | LEFT_OUT
    assert set(ALARMS) == set(MATCHED.values()) | OF_EVENTS
