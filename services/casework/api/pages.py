"""How cases, duties and reports are shown: rows and streams as bodies, sealed texts opened for those who may read them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import msgspec
from msgspec.structs import replace

from services.casework import queries
from services.casework.api.scope.cases import persuades, sees_cause, sees_restricted
from services.casework.domain.duty_kinds import DEPARTMENTS, DUTY_KINDS, Finding, findings_of
from services.casework.domain.places import note_place, place_of
from services.casework.storage.rows import CaseRow, DutyRow, MandatoryReportRow
from services.chassis.envelope import Envelope, Sealed
from services.chassis.service import Service
from services.chassis.web.caller import Caller
from services.contracts.casework import MandatoryReportAnswered, PlanMade, lines_of
from services.contracts.codes import Department, DutyKind, HarmSign
from services.contracts.labels import names_of

ABOUT_THE_CAUSE = frozenset(
    {"CauseRecorded", "PlanMade", "AidMeasurePlanned", "MeasureDone", "MeasureFellOverdue", "RecheckFellDue"}
)
"""Events that tell the cause by themselves; who may not see a restricted cause is not shown them."""

RECHECK_CLOSED, LOST_CONTACT = "recheck-closed", "lost_contact"
SET_BY_A_CAUSE = re.compile(rf"measure-|recheck-(?!{RECHECK_CLOSED.removeprefix('recheck-')})")
"""The terms of measures, and of the recheck that a lost contact asks for: only a cause sets them."""

NOT_SHOWN = frozenset({"case_id", "pupil_id", "episode_id"})
"""What every event of a case says again."""


# --- what happened ----------------------------------------------------------------------------------------------------


def happenings(service: Service, stream_id: str, *, readable: bool, sees_causes: bool = True) -> list[dict[str, Any]]:
    """The stream's events; `texts` are opened for readers, and null where the child's data were erased."""
    shown = (_happening(service, envelope, readable=readable) for envelope in service.store.walk([stream_id]))
    return [each for each in shown if sees_causes or each["event"] not in ABOUT_THE_CAUSE]


def hidden_events(service: Service, row: CaseRow, caller: Caller, today: date) -> int:
    """How many of the case's events the caller is not shown.

    The version that a caller is told counts what the caller sees: one that moved with anything else would tell that it is there.
    """
    if sees_cause(caller, row, today):
        return 0
    events = (service.model.catalogue.decode(envelope) for envelope in service.store.walk([f"case-{row.case_id}"]))
    return sum(type(event).__name__ in ABOUT_THE_CAUSE for event in events)


def _happening(service: Service, envelope: Envelope, *, readable: bool) -> dict[str, Any]:
    event: Any = service.model.catalogue.decode(envelope)
    sealed = {name: value for name in event.__struct_fields__ if isinstance(value := getattr(event, name), Sealed)}
    texts: dict[str, str | None] = {}
    if readable:
        texts = {name: service.keyring.read(value, place_of(event, name)) for name, value in sealed.items()}
    facts = {
        name: msgspec.to_builtins(_without_notes(event) if name == "measures" else getattr(event, name))
        for name in event.__struct_fields__
        if name not in sealed and name not in NOT_SHOWN
    }
    if isinstance(event, PlanMade) and readable:
        for measure in event.measures:
            if measure.note is not None:
                texts[f"measures.{measure.kind}"] = service.keyring.read(measure.note, note_place(event, measure))
    return {
        "event": type(event).__name__,
        "occurred_at": envelope.occurred_at,
        "recorded_at": envelope.recorded_at,
        "actor": envelope.actor,
        "on_behalf_of": envelope.on_behalf_of,
        "facts": facts,
        "texts": texts,
    }


def _without_notes(event: PlanMade) -> list[Any]:
    return [replace(measure, note=None) for measure in event.measures]


# --- cases ------------------------------------------------------------------------------------------------------------


def case_item(row: CaseRow, caller: Caller, today: date) -> dict[str, Any]:
    """A case in a list; a restricted cause, and whether there is one, only for those who would be told it.

    Everybody else is answered as if no cause were recorded, and is told of no case whether it is restricted.
    """
    item = msgspec.structs.asdict(row)
    if not sees_restricted(caller, row, today):
        item["restricted"] = None
    if not sees_cause(caller, row, today):
        item |= {"primary_cause": None, "other_causes": [], "cause_details": []}
    return item


def case_detail(service: Service, row: CaseRow, caller: Caller, central_school_id: str | None, today: date) -> dict[str, Any]:
    """The whole case; to whoever may not know a restricted cause it looks as if neither it nor any words were recorded."""
    seen, persuading = sees_cause(caller, row, today), persuades(caller, row, central_school_id, today)
    readable = seen and persuading
    rechecked = seen or row.recheck_reason != LOST_CONTACT
    timeline = happenings(service, f"case-{row.case_id}", readable=readable, sees_causes=seen)
    return {
        **case_item(row, caller, today),
        "reads_words": persuading,
        "recheck_reason": row.recheck_reason if rechecked else None,
        "recheck_due_on": row.recheck_due_on if rechecked else None,
        "recheck_changed_on": row.recheck_changed_on if seen else None,
        "lead_id": row.lead_id if seen else None,
        "groups": row.groups if persuading else (),
        "under_16_at_work": row.child_labour if seen and row.primary_cause is not None else None,
        "officers": list(_officers(row, today)),
        "lines_without_officer": [line for line in lines_of(row.division) if row.answers(line, today) is None],
        "plan": [msgspec.structs.asdict(measure) for measure in row.plan] if seen else [],
        "promises": [msgspec.structs.asdict(promise) for promise in row.promises],
        "falling_due": [
            {"purpose": purpose, "due_on": day}
            for purpose, day in queries.falling_due(service.engine, f"case-{row.case_id}")
            if seen or not SET_BY_A_CAUSE.match(purpose)
        ],
        "visit_records": [each for each in timeline if each["event"] == "VisitRecorded"],
        "follow_up_records": [each for each in timeline if each["event"] == "FollowUpRecorded"],
        "duties": [duty_of_case(stored) for stored in queries.duties_of(service.engine, row.case_id)] if seen else [],
        "other_cases": [msgspec.structs.asdict(other) for other in queries.other_cases(service.engine, row)],
        "timeline": timeline,
    }


def _officers(row: CaseRow, today: date) -> Iterator[dict[str, Any]]:
    for line in lines_of(row.division):
        for named in row.officers.get(line, ()):
            answers = named.officer_id == row.answers(line, today)
            yield {"line": line, **msgspec.structs.asdict(named), "answers_today": answers}


# --- duties -----------------------------------------------------------------------------------------------------------


def duty_of_case(stored: Mapping[str, Any]) -> dict[str, Any]:
    """A duty as its case's page shows it."""
    ends = {"due_on": queries.due_on(stored), "answered_late": queries.answered_late(stored)}
    return {**msgspec.structs.asdict(queries.duty_row(stored)), **ends}


def duty_item(stored: Mapping[str, Any]) -> dict[str, Any]:
    """A duty as a department sees it in its list: a pseudonymous case number, no cause, no child."""
    item = {**duty_of_case(stored), queries.CASE_NUMBER: stored[queries.CASE_NUMBER]}
    kind, department = DUTY_KINDS[DutyKind(item["kind"])], DEPARTMENTS[Department(item["department"])]
    named = {"kind_zh": kind.zh, "kind_en": kind.en, "department_zh": department[0], "department_en": department[1]}
    return {**item, **named}


def duty_detail(service: Service, stored: Mapping[str, Any], *, with_case: bool, readable: bool) -> dict[str, Any]:
    """One duty for those who owe it or follow it; the child's id serves the registry's look-up, with purpose, logged."""
    row: DutyRow = queries.duty_row(stored)
    kind = DUTY_KINDS[row.kind]
    timeline = happenings(service, f"duty-{row.duty_id}", readable=readable)
    for each in timeline:
        each["facts"].pop("cause", None)
    return {
        **duty_item(stored),
        "case_id": row.case_id if with_case else None,
        "evidence_zh": kind.evidence_zh,
        "evidence_en": kind.evidence_en,
        "findings": [finding_shown(finding) for finding in findings_of(row.kind)],
        "timeline": timeline,
    }


def finding_shown(finding: Finding) -> dict[str, str]:
    """A finding with its names."""
    return {"code": finding.code, "zh": finding.zh, "en": finding.en}


# --- mandatory reports ------------------------------------------------------------------------------------------------


def report_item(row: MandatoryReportRow) -> dict[str, Any]:
    """A report in a list."""
    zh, en = names_of(HarmSign, row.sign)
    return {**msgspec.structs.asdict(row), "sign_zh": zh, "sign_en": en}


def report_detail(service: Service, row: MandatoryReportRow, *, reads_answer: bool) -> dict[str, Any]:
    """One report with its words; without `reads_answer` not those of the police."""
    timeline = happenings(service, f"mandatory_report-{row.report_id}", readable=True)
    for each in timeline:
        if each["event"] == MandatoryReportAnswered.__name__ and not reads_answer:
            each["texts"] = {}
    return {**report_item(row), "timeline": timeline}
