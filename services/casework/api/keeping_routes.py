"""Whether plan and commitment are kept: measures done, promises of the household checked."""

from __future__ import annotations

from typing import Any

from services.casework.api import schemas
from services.casework.api.acting import act_on_case, always, sealed
from services.casework.api.scope.cases import sees_cause
from services.casework.api.scope.roles import VISITORS
from services.casework.domain.holding import goes_to_family
from services.casework.domain.keeping import CheckCommitment, RecordMeasureDone
from services.casework.domain.places import checked_id
from services.casework.storage.rows import CaseRow
from services.chassis.turn import Turn
from services.chassis.web.access import allowed
from services.chassis.web.caller import current_caller
from services.chassis.web.frame import Blueprint
from services.contracts.casework import CommitmentChecked, MeasureDone
from services.contracts.ids import MeasureId

KEEPING = Blueprint("keeping", __name__, description="方案落实与承诺核查 · whether plan and commitment are kept")


@KEEPING.route("/cases/<key>/measures/<measure_id>:done", methods=["POST"])
@allowed(*VISITORS)
@KEEPING.arguments(schemas.MeasureDoneForm)
@KEEPING.response(200, schemas.CaseAnswer)
def measure_done(body: dict[str, Any], key: str, measure_id: str) -> Any:
    """登记措施完成 · A measure of the plan was carried out."""
    caller = current_caller()

    def command(turn: Turn, row: CaseRow) -> RecordMeasureDone:
        return RecordMeasureDone(
            case_id=row.case_id,
            measure_id=MeasureId(measure_id),
            knows_causes=sees_cause(caller, row, turn.today),
            done_on=body["done_on"],
            **sealed(turn, row, MeasureDone, body, "note", record_id=measure_id),
        )

    def with_family(row: CaseRow) -> bool:
        return goes_to_family((each.cause, each.kind) for each in row.plan if each.measure_id == measure_id)

    return act_on_case(key, VISITORS, command, status=200, with_family=with_family)


@KEEPING.route("/cases/<key>/commitments:check", methods=["POST"])
@allowed(*VISITORS)
@KEEPING.arguments(schemas.CheckForm)
@KEEPING.response(200, schemas.CaseAnswer)
def check_commitment(body: dict[str, Any], key: str) -> Any:
    """核查承诺书履行情况 · Whether the household keeps one of its promises."""

    def command(turn: Turn, row: CaseRow) -> CheckCommitment:
        record = checked_id(row.case_id, body["promise"], body["checked_on"])
        return CheckCommitment(
            case_id=row.case_id,
            promise=body["promise"],
            checked_on=body["checked_on"],
            kept=body["kept"],
            **sealed(turn, row, CommitmentChecked, body, "note", record_id=record),
        )

    return act_on_case(key, VISITORS, command, status=200, with_family=always)
