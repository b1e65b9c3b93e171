"""The ledgers, one child's page, and what waits for somebody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from flask import jsonify
from msgspec.structs import asdict

from services.chassis.envelope import Envelope, Sealed
from services.chassis.service import Service
from services.chassis.web.access import allowed
from services.chassis.web.acting import versioned
from services.chassis.web.caller import current_caller
from services.chassis.web.frame import Blueprint, current_service
from services.chassis.web.paging import page
from services.registry import queries
from services.registry.api import access_log, schemas
from services.registry.api.scope import acting_as, masked_names, may_read_notes, pupil_of_caller
from services.registry.domain.places import EVIDENCE_PLACES, contact_note, visit_words
from services.registry.domain.pupil import PUPIL
from services.registry.domain.purposes import Purpose
from services.registry.projections.children import CONTACT_ROWS, SCHOOL_VISIT_ROWS

LEDGERS = Blueprint("ledgers", __name__, description="台账 · the ledgers")

ONE_DAY = timedelta(days=1)

SESSIONS_SHOWN = 120
"""Two sessions a day for about a term's half."""

CONTACTS_SHOWN = 100


@LEDGERS.route("/ledger", methods=["GET"])
@allowed(*queries.LEDGER_ROLES)
@LEDGERS.arguments(schemas.LedgerQuery, location="query")
@LEDGERS.response(200, schemas.PupilsPage)
def ledger(query: Mapping[str, Any]) -> Any:
    """适龄儿童、疑似辍学、辍学台账，按学校、班级；姓名脱敏 · The three ledgers by school and class; names are masked."""
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
    _missing_by_now(listed["items"])
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
    """一名学生：台账、缺勤、联系记录；查阅所写内容留痕 · One child: ledger, absences, contacts; that words were read is logged."""
    service = current_service()
    row = pupil_of_caller(queries.LEDGER_ROLES, pupil_id)
    shown: dict[str, Any] = {
        **row,
        "name": masked_names([pupil_id]).get(pupil_id),
        "sessions_away": [dict(each) for each in queries.sessions_away(service.engine, pupil_id, SESSIONS_SHOWN)],
        **_written(service, pupil_id),
    }
    _missing_by_now([shown])
    with service.turns.open() as turn:
        _, version = turn.state(PUPIL, pupil_id)
    return versioned(shown, version)


def _written(service: Service, pupil_id: str) -> dict[str, list[dict[str, Any]]]:
    """Contacts, visits and evidence; what was written is opened for those who may read it, once that is in the access log."""
    contacts = [CONTACT_ROWS.read_form(dict(each)) for each in queries.contacts(service.engine, pupil_id, CONTACTS_SHOWN)]
    visits = [SCHOOL_VISIT_ROWS.read_form(dict(each)) for each in queries.school_visits(service.engine, pupil_id, CONTACTS_SHOWN)]
    acts = list(_acts_on_evidence(service, pupil_id))
    sealed = {
        "contact_notes": [each.note for each in contacts],
        "visit_words": [each.words for each in visits],
        "evidence": [event.evidence for _, event in acts],
    }
    read = frozenset(kind for kind, texts in sealed.items() if any(text is not None for text in texts))
    opens = bool(read) and may_read_notes(pupil_id)
    if opens:
        caller, shown = current_caller(), access_log.Shown(pupil_id, plain=read, masked=frozenset())
        reason = access_log.Reason(Purpose.CASEWORK)
        service.turns.run(lambda turn: access_log.write(turn, service.engine, caller, reason, [shown]))

    def opened(text: Sealed[str] | None, place: str) -> str | None:
        return service.keyring.read(text, place) if opens else None

    return {
        "contacts": [{**asdict(each), "note": opened(each.note, contact_note(each.contact_id))} for each in contacts],
        "visits": [{**asdict(each), "words": opened(each.words, visit_words(each.visit_id))} for each in visits],
        "evidence": [
            {
                "act": type(event).__name__,
                "at": envelope.occurred_at,
                "by": envelope.actor,
                "text": opened(event.evidence, EVIDENCE_PLACES[type(event)]),
            }
            for envelope, event in acts
        ],
    }


def _acts_on_evidence(service: Service, pupil_id: str) -> Iterator[tuple[Envelope, Any]]:
    """The child's events that rest on evidence."""
    for envelope in service.store.walk([PUPIL.stream_id(pupil_id)]):
        event: Any = service.model.catalogue.decode(envelope)
        if type(event) in EVIDENCE_PLACES and event.evidence is not None:
            yield envelope, event


def _missing_by_now(items: list[dict[str, Any]]) -> None:
    """Write beside each child how long it is missing by now; children of a school since the same day are counted once."""
    alike: dict[tuple[str, str], int] = {}
    for item in items:
        since, school_id = item["missing_since"], item["school_id"]
        if since is not None and (since, school_id) not in alike:
            alike[since, school_id] = _school_days_since(since, school_id)
        item["school_days_missing"] = None if since is None else max(item["absent_days"], alike[since, school_id])


def _school_days_since(since: str, school_id: str) -> int:
    """The school days from the first missed one to yesterday: the count of missed days ends with the dropout."""
    service, first_on = current_service(), date.fromisoformat(since)
    return service.turns.county.calendars.school_days_after(first_on - ONE_DAY, service.today - ONE_DAY, school_id)


def _named(listed: dict[str, Any]) -> dict[str, Any]:
    """The page with masked names."""
    names = masked_names(item["pupil_id"] for item in listed["items"] if item["pupil_id"] is not None)
    for item in listed["items"]:
        item["name"] = names.get(item["pupil_id"])
    return listed
