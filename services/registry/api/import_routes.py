"""Importing the list of schools and the rosters: upload, how it stands, what was wrong, resuming."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from services.chassis.envelope import Context
from services.chassis.errors import NotPermitted
from services.chassis.turn import Turn
from services.chassis.web.access import allowed
from services.chassis.web.acting import act
from services.chassis.web.caller import Caller, current_caller
from services.chassis.web.forms import PageQuery
from services.chassis.web.frame import Blueprint, current, current_service
from services.chassis.web.language import current_language
from services.chassis.web.paging import page
from services.contracts.codes import Role
from services.contracts.ids import ImportId
from services.registry import queries
from services.registry.adapters.imports.intake import Intake, Upload
from services.registry.adapters.imports.tables import columns_of
from services.registry.api import import_schemas as schemas
from services.registry.domain import file_rules as rules
from services.registry.domain.accepted_words import FileKind, accepted_form
from services.registry.domain.errors import NoSuchImport, NotYourSchool
from services.registry.domain.roster_import import IMPORT, ResumeImport
from services.registry.storage.vault_tables import IMPORT_FINDINGS, IMPORTS

IMPORT_ROUTES = Blueprint("imports", __name__, url_prefix="/imports", description="名册导入 · importing schools and rosters")

_UPLOADERS = (Role.ROLL_ADMINISTRATOR, Role.BUREAU_CLERK)


@IMPORT_ROUTES.route("", methods=["POST"])
@allowed(*_UPLOADERS)
@IMPORT_ROUTES.arguments(schemas.ImportFile, location="files")
@IMPORT_ROUTES.arguments(schemas.ImportForm, location="form")
@IMPORT_ROUTES.response(201, schemas.ImportAnswer)
def upload(files: Mapping[str, Any], form: Mapping[str, Any]) -> Any:
    """上传学校班级名单或学生名册 · Upload the list of schools or a roster; with any error nothing of it is applied."""
    taken = Upload(form["kind"], files["file"].read(), form["school_code"], form["dry_run"], form["again"])
    caller = current_caller()
    _may_upload(caller, taken)
    intake = current(Intake)
    checked = intake.check(taken, caller.context())
    try:
        return act(lambda turn, context: intake.decide(turn, context, checked), status=201)
    finally:
        intake.settle(checked)


def _may_upload(caller: Caller, taken: Upload) -> None:
    if caller.holds(Role.BUREAU_CLERK):
        return
    if taken.kind == "schools":
        raise NotPermitted
    if taken.school_id not in caller.school_ids(Role.ROLL_ADMINISTRATOR):
        raise NotYourSchool(field="school_code")


@IMPORT_ROUTES.route("", methods=["GET"])
@allowed(*_UPLOADERS)
@IMPORT_ROUTES.arguments(PageQuery, location="query")
@IMPORT_ROUTES.response(200, schemas.ImportsPage)
def imports(query: Mapping[str, Any]) -> dict[str, Any]:
    """导入记录 · The imports, the latest first."""
    return page(
        current_service().engine,
        queries.imports(schools_of(current_caller())),
        keys=(IMPORTS.c.import_id,),
        asked=query,
        item=_shown,
        descending=True,
    )


@IMPORT_ROUTES.route("/<import_id>", methods=["GET"])
@allowed(*_UPLOADERS)
@IMPORT_ROUTES.response(200, schemas.ImportShown)
def one_import(import_id: str) -> dict[str, Any]:
    """一次导入的进展 · How an import stands."""
    return _shown(_import(import_id))


@IMPORT_ROUTES.route("/<import_id>/errors", methods=["GET"])
@allowed(*_UPLOADERS)
@IMPORT_ROUTES.arguments(schemas.FindingsQuery, location="query")
@IMPORT_ROUTES.response(200, schemas.FindingsPage)
def errors(query: Mapping[str, Any], import_id: str) -> dict[str, Any]:
    """导入问题清单：行、列、规则与可接受的格式 · What was wrong: row, column, rule and accepted form, never the value."""
    kind = _import(import_id)["kind"]
    columns = columns_of(kind)
    return page(
        current_service().engine,
        queries.import_findings(import_id, query["severity"]),
        keys=(IMPORT_FINDINGS.c.number,),
        asked=query,
        item=lambda row: _finding(row, kind, columns),
    )


@IMPORT_ROUTES.route("/<import_id>:resume", methods=["POST"])
@allowed(*_UPLOADERS)
@IMPORT_ROUTES.response(200, schemas.ResumedAnswer)
def resume(import_id: str) -> Any:
    """继续中断的导入 · Resume an import that was interrupted."""
    _import(import_id)

    def resuming(turn: Turn, context: Context) -> dict[str, Any]:
        happened = turn.execute(ResumeImport(import_id=ImportId(import_id)), context)
        state, _ = turn.state(IMPORT, import_id)
        return {"import_id": import_id, "status": state.phase, "repeated": not happened}

    return act(resuming)


def _import(import_id: str) -> Mapping[str, Any]:
    row = queries.import_of(current_service().engine, import_id, schools_of(current_caller()))
    if row is None:
        raise NoSuchImport
    return dict(row)


def schools_of(caller: Caller) -> Sequence[str] | None:
    """The schools whose imports the caller sees; None for the bureau's clerk, who sees all."""
    return None if caller.holds(Role.BUREAU_CLERK) else caller.school_ids(Role.ROLL_ADMINISTRATOR)


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    shown = dict(row)
    return {"status": shown.pop("state"), **shown}


def _finding(row: Mapping[str, Any], kind: FileKind, columns: Mapping[str, str]) -> dict[str, Any]:
    rule = rules.RULES[row["rule"]]
    chinese = current_language() == "zh"
    accepted = accepted_form(kind, row["column"], rule)[0 if chinese else 1]
    if rule.code.startswith("roster.column_"):
        accepted = f"{accepted}（{'、'.join(columns)}）" if chinese else f"{accepted} ({', '.join(columns)})"
    return {
        "number": row["number"],
        "sheet": row["sheet"],
        "row": row["row"],
        "column": row["column"],
        "column_name": row["column"] if chinese else columns.get(row["column"], row["column"]),
        "rule": rule.code,
        "severity": row["severity"],
        "message": rule.zh if chinese else rule.en,
        "accepted": accepted,
    }
