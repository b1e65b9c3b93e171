"""Every event type of the house by its service, with the upcasters from versions written before."""

from __future__ import annotations

from typing import Any

from services.chassis.catalogue import Catalogue, Upcaster
from services.chassis.checkpoints import CheckpointSigned
from services.chassis.decider import Event
from services.chassis.republication import LogRepublished
from services.contracts import assistance, casework, identity, notifications, registry

_EVENTS: dict[str, tuple[type[Event], ...]] = {
    "identity": identity.EVENTS,
    "registry": registry.EVENTS,
    "casework": casework.EVENTS,
    "assistance": assistance.EVENTS,
    "notifications": notifications.EVENTS,
    "oversight": (),
}


def _signed_with_nobody_named(fields: dict[str, Any]) -> dict[str, Any]:
    return {**fields, "taken_by": None}


def _decided_by_a_panel_of_one(fields: dict[str, Any]) -> dict[str, Any]:
    return {**fields, "members": [fields["by_officer_id"]]}


def _without_substitutes(fields: dict[str, Any]) -> dict[str, Any]:
    return {**fields, "stood_in_for": []}


def _recounted_without_the_visit(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name != "visit_due"}


def _answered_before_the_upper_age_was_asked(fields: dict[str, Any]) -> dict[str, Any]:
    return {**fields, "reached_upper_age": None}


def _answered_without_its_term(fields: dict[str, Any]) -> dict[str, Any]:
    return {**fields, "due_on": None}


def _escalated_to_nobody_named(fields: dict[str, Any]) -> dict[str, Any]:
    return {**fields, "to_officer_id": None}


def _answered_at_no_told_instant(fields: dict[str, Any]) -> dict[str, Any]:
    return {**fields, "answered_at": None}


def _cause_of_one_level(fields: dict[str, Any]) -> dict[str, Any]:
    return {**fields, "details": []}


def _signed_over_events_alone(fields: dict[str, Any]) -> dict[str, Any]:
    return fields


UPCASTERS: dict[tuple[str, int], Upcaster] = {
    ("assistance.ApplicationSigned", 1): _signed_with_nobody_named,
    ("assistance.PanelDecided", 1): _decided_by_a_panel_of_one,
    ("assistance.PanelDecided", 2): _without_substitutes,
    ("casework.CauseRecorded", 1): _cause_of_one_level,
    ("casework.DutyCompleted", 1): _answered_without_its_term,
    ("casework.DutyDeclined", 1): _answered_without_its_term,
    ("casework.DutyEscalated", 1): _escalated_to_nobody_named,
    ("casework.MandatoryReportAnswered", 1): _answered_at_no_told_instant,
    ("chassis.CheckpointSigned", 1): _signed_over_events_alone,
    ("registry.AbsentDaysRecounted", 1): _recounted_without_the_visit,
    ("registry.AgeAnswered", 1): _answered_before_the_upper_age_was_asked,
}
"""(type, version) → what makes the fields of the next version; entries are never changed, only added."""

CATALOGUE = Catalogue(_EVENTS, UPCASTERS, everywhere=(CheckpointSigned, LogRepublished))
