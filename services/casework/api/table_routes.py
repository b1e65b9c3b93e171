"""The tables of the field: causes with measures, outcomes with evidence, kinds of duty with findings, departments."""

from __future__ import annotations

from typing import Any

from services.casework.api.duty_schemas import Tables
from services.casework.api.pages import finding_shown
from services.casework.domain.causes import CAUSES, CauseRow
from services.casework.domain.duty_kinds import DEPARTMENTS, DUTY_KINDS, DutyRow, findings_of
from services.casework.domain.outcomes import OUTCOMES, OutcomeRow
from services.chassis.web.access import signed_in
from services.chassis.web.frame import Blueprint
from services.contracts.cause_details import DETAILS, CauseDetail
from services.contracts.codes import RESTRICTED_CAUSES, Cause, DutyKind, Outcome
from services.contracts.labels import names_of

TABLES = Blueprint("tables", __name__, description="代码表 · the tables of the field")


@TABLES.route("/tables", methods=["GET"])
@signed_in
@TABLES.response(200, Tables)
def tables() -> dict[str, Any]:
    """代码表：原因与措施、销号结果与佐证、协办事项、部门 · Causes with measures, outcomes with evidence, duties, departments."""
    return {
        "causes": [_cause(code, row) for code, row in CAUSES.items()],
        "outcomes": [_outcome(code, row) for code, row in OUTCOMES.items()],
        "duty_kinds": [_duty_kind(code, row) for code, row in DUTY_KINDS.items()],
        "departments": [{"code": code, "zh": zh, "en": en} for code, (zh, en) in DEPARTMENTS.items()],
    }


def _cause(code: Cause, row: CauseRow) -> dict[str, Any]:
    zh, en = names_of(Cause, code)
    return {
        "code": code,
        "zh": zh,
        "en": en,
        "county_plan": row.county_plan,
        "restricted": code in RESTRICTED_CAUSES,
        "details": [_detail(each) for each in DETAILS[code]],
        "measures": row.measures,
    }


def _detail(code: CauseDetail) -> dict[str, str]:
    zh, en = names_of(CauseDetail, code)
    return {"code": code, "zh": zh, "en": en}


def _outcome(code: Outcome, row: OutcomeRow) -> dict[str, Any]:
    zh, en = names_of(Outcome, code)
    return {
        "code": code,
        "zh": zh,
        "en": en,
        "counts_as_returned": row.counts_as_returned,
        "evidence": [{"code": kind, "zh": zh, "en": en} for kind, (zh, en) in row.evidence.items()],
    }


def _duty_kind(code: DutyKind, row: DutyRow) -> dict[str, Any]:
    return {
        "code": code,
        "zh": row.zh,
        "en": row.en,
        "evidence_zh": row.evidence_zh,
        "evidence_en": row.evidence_en,
        "findings": [finding_shown(finding) for finding in findings_of(code)],
    }
