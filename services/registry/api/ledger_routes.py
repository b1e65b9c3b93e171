"""The ledgers, one child's page, and what waits for somebody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog
from flask import jsonify

from services.chassis.service import Service
from services.chassis.web.access import allowed
from services.chassis.web.acting import versioned
from services.chassis.web.caller import current_caller
from services.chassis.web.frame import Blueprint, current_service
from services.chassis.web.paging import page
from services.registry import queries
from services.registry.api import schemas
from services.registry.api.scope import acting_as, masked_names, may_read_notes, pupil_of_caller
from services.registry.domain.places import EVIDENCE_PLACES, contact_note, visit_words
from services.registry.domain.pupil import PUPIL
from services.registry.projections.children import CONTACT_ROWS, SCHOOL_VISIT_ROWS

log = structlog.get_logger()

LEDGERS = Blueprint("ledgers", __name__, description="台账 · the ledgers")

SESSIONS_SHOWN = 120
"""Two sessions a day for about a term's half."""

CONTACTS_SHOWN = 100


@LEDGERS.route("/ledger", methods=["GET"])
@allowed(*queries.LEDGER_ROLES)
@LEDGERS.arguments(schemas.LedgerQuery, location="query")
@LEDGERS.response(200, schemas.PupilsPage)
def ledger(query: Mapping[str, Any]) -> Any:
    """适龄儿童、疑似辍学、辍学台账；姓名脱敏 · The three ledgers, as far as the caller may see; names are masked."""
    found = queries.ledger(
        acting_as(queries.LEDGER_ROLES),
        which=query["ledger"],
        school_id=query["school_id"],
        class_id=query["class_id"],
        township=query["township"],
        grade=query["grade"],
        missing=query["missing"],
    )
    listed = _named(page(current_service().engine, found, keys=queries.LEDGER_KEYS, asked=query))
    return jsonify(listed)  # the rows are in form already: dumping them once more would take half of the time


@LEDGERS.route("/alarms", methods=["GET"])
@allowed(*queries.LEDGER_ROLES)
@LEDGERS.arguments(schemas.AlarmsQuery, location="query")
@LEDGERS.response(200, schemas.AlarmsPage)
def alarms(query: Mapping[str, Any]) -> dict[str, Any]:
    """待办警示：未报点名、待联系、待家访、返校后流失 · Silent classes, contacts and visits due, returns lost; oldest first."""
    found, keys = queries.alarms(acting_as(queries.LEDGER_ROLES), query["kind"])
    return _named(page(current_service().engine, found, keys=keys, asked=query))


@LEDGERS.route("/pupils/<pupil_id>", methods=["GET"])
@allowed(*queries.LEDGER_ROLES)
@LEDGERS.response(200, schemas.PupilPage)
def pupil(pupil_id: str) -> Any:
    """一名学生：台账、缺勤、联系记录 · One child: ledger, absences, contacts."""
    service = current_service()
    row = pupil_of_caller(queries.LEDGER_ROLES, pupil_id)
    shown = {
        **row,
        "name": masked_names([pupil_id]).get(pupil_id),
        "sessions_away": [dict(each) for each in queries.sessions_away(service.engine, pupil_id, SESSIONS_SHOWN)],
        "contacts": _contacts(service, pupil_id),
        "visits": _visits(service, pupil_id),
        "evidence": _evidence(service, pupil_id),
    }
    with service.turns.open() as turn:
        _, version = turn.state(PUPIL, pupil_id)
    return versioned(shown, version)


def _contacts(service: Service, pupil_id: str) -> list[dict[str, Any]]:
    """The contacts; what was written is opened for those who may read it, and that it was is logged."""
    readable = may_read_notes(pupil_id)
    shown = []
    for stored in queries.contacts(service.engine, pupil_id, CONTACTS_SHOWN):
        contact = CONTACT_ROWS.read_form(dict(stored))
        note = contact.note if readable else None
        shown.append({**stored, "note": service.keyring.read(note, contact_note(contact.contact_id))})
    if any(each["note"] is not None for each in shown):
        log.info("contact_notes_opened", caller=current_caller().officer_id, pupil_id=pupil_id)
    return shown


def _visits(service: Service, pupil_id: str) -> list[dict[str, Any]]:
    """The visits by the principal's team; the words as those of contacts."""
    readable = may_read_notes(pupil_id)
    shown = []
    for stored in queries.school_visits(service.engine, pupil_id, CONTACTS_SHOWN):
        visit = SCHOOL_VISIT_ROWS.read_form(dict(stored))
        words = visit.words if readable else None
        shown.append({**stored, "words": service.keyring.read(words, visit_words(visit.visit_id))})
    if any(each["words"] is not None for each in shown):
        log.info("visit_words_opened", caller=current_caller().officer_id, pupil_id=pupil_id)
    return shown


def _evidence(service: Service, pupil_id: str) -> list[dict[str, Any]]:
    """The acts that rest on evidence; it is opened for those who may read notes, and that it was is logged."""
    readable = may_read_notes(pupil_id)
    shown = []
    for envelope in service.store.walk([PUPIL.stream_id(pupil_id)]):
        event: Any = service.model.catalogue.decode(envelope)
        place = EVIDENCE_PLACES.get(type(event))
        if place is not None and event.evidence is not None:
            text = service.keyring.read(event.evidence, place) if readable else None
            shown.append({"act": type(event).__name__, "at": envelope.occurred_at, "by": envelope.actor, "text": text})
    if any(each["text"] is not None for each in shown):
        log.info("evidence_opened", caller=current_caller().officer_id, pupil_id=pupil_id)
    return shown


def _named(listed: dict[str, Any]) -> dict[str, Any]:
    """The page with masked names."""
    names = masked_names(item["pupil_id"] for item in listed["items"] if item["pupil_id"] is not None)
    for item in listed["items"]:
        item["name"] = names.get(item["pupil_id"])
    return listed
