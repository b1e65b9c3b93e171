"""What each event of a case makes of its row."""

from __future__ import annotations

from typing import Any, assert_never

from msgspec.structs import asdict, replace

from services.casework.domain.case_state import (
    FAILED,
    CaseEvent,
    ClosingEvent,
    KeepingEvent,
    LineEvent,
    OpeningEvent,
    PersuadingEvent,
    ReturningEvent,
)
from services.casework.storage.rows import Back, CaseRow, PlannedMeasure, PromiseGiven, Stage, Standing
from services.casework.storage.tables import CASES
from services.chassis.envelope import Envelope
from services.chassis.projections import Projection
from services.contracts.case_lines import on_line
from services.contracts.casework import (
    CASE_EVENTS,
    AidMeasurePlanned,
    CaseClosed,
    CaseGrewHard,
    CaseMoved,
    CaseNumbered,
    CaseOpened,
    CaseReopened,
    CaseWithdrawn,
    CauseRecorded,
    ClosingConfirmed,
    ClosingProposed,
    ClosingSentBack,
    CommitmentChecked,
    CommitmentSigned,
    FollowUpFellDue,
    FollowUpRecorded,
    Measure,
    MeasureDone,
    MeasureFellOverdue,
    ObservationCompleted,
    PlanMade,
    RecheckFellDue,
    RecheckRecorded,
    RelapseRaised,
    RelapseWithdrawn,
    ReturnAgreed,
    ReturnCalledOff,
    ReturnConfirmed,
    VisitRecorded,
    WhereaboutsRecorded,
    lines_of,
)
from services.contracts.codes import Cause, any_restricted


def case_row(row: CaseRow | None, event: CaseEvent, envelope: Envelope) -> CaseRow | None:
    """The case after the event; a case that was withdrawn before it was opened has no row."""
    if isinstance(event, CaseOpened):
        row = CaseRow(
            case_id=event.case_id,
            version=envelope.version,
            pupil_id=event.pupil_id,
            episode_id=event.episode_id,
            school_id=event.school_id,
            class_id=event.class_id,
            grade=event.grade,
            division=event.division,
            groups=event.groups,
            opened_on=event.opened_on,
        )
    elif row is not None:
        row = replace(row, version=envelope.version, **_changes(row, event, envelope))
    else:
        return None
    waits = [day for line in lines_of(row.division) if (day := row.waits_from(line)) is not None]
    return replace(row, vacant_from=min(waits, default=None))


def _changes(row: CaseRow, event: CaseEvent, envelope: Envelope) -> dict[str, Any]:
    if isinstance(event, OpeningEvent):
        return _opening(row, event)
    if isinstance(event, LineEvent):
        return {"officers": {**row.officers, event.line: on_line(row.officers.get(event.line, ()), event, envelope)}}
    if isinstance(event, PersuadingEvent):
        return _persuading(row, event, envelope)
    if isinstance(event, KeepingEvent):
        return _keeping(row, event)
    if isinstance(event, ReturningEvent):
        return _returning(row, event)
    return _closing(event)


def _opening(row: CaseRow, event: OpeningEvent) -> dict[str, Any]:
    match event:
        case CaseNumbered():
            return {"number": event.number, "dropout_on": event.dropout_on, "stage": Stage.OPEN}
        case CaseMoved():
            return {
                "school_id": event.school_id,
                "class_id": event.class_id,
                "grade": event.grade,
                "division": event.division,
            }
        case CaseReopened():
            again = {"standing": Standing.OPEN, "ended_on": None, "outcome": None, "spell": event.spell, "failed_visits": 0}
            away = {**_AWAY_AGAIN, **_NOT_HARD, "relapsed_on": None, "before_relapse": None}
            return {**again, **away, "stage": Stage.SUSPECTED if row.number is None else Stage.OPEN}
        case CaseWithdrawn():
            return {"stage": Stage.WITHDRAWN, "standing": Standing.ENDED, "ended_on": event.withdrawn_on, **_LOOKED_AFTER}
        case CaseOpened():
            return {}
        case _:
            assert_never(event)


def _persuading(row: CaseRow, event: PersuadingEvent, envelope: Envelope) -> dict[str, Any]:
    match event:
        case CauseRecorded():
            return {
                "primary_cause": event.primary,
                "other_causes": event.others,
                "cause_details": event.details,
                # the history holds a restricted cause still that another has replaced
                "restricted": row.restricted or any_restricted((event.primary, *event.others)),
                "child_labour": event.under_16_at_work is True,
                **_LOOKED_AFTER,
                **({} if Cause.LOST_CONTACT in (event.primary, *event.others) else _NO_RECHECK),
            }
        case PlanMade():
            return {**_planned(tuple(_measure(row, each) for each in event.measures)), "lead_id": event.lead_id}
        case VisitRecorded():
            return {
                "companions": tuple(sorted({*row.companions, *event.accompanied_by, *filter(None, (event.witness_id,))})),
                "visits": event.nth,
                "failed_visits": row.failed_visits + (event.result in FAILED),
                "first_visit_on": min(row.first_visit_on or event.visited_on, event.visited_on),
                "last_visit_on": max(row.last_visit_on or event.visited_on, event.visited_on),
                **_LOOKED_AFTER,
            }
        case CaseGrewHard():
            return {"hard": True, "hard_on": envelope.recorded_on}
        case CommitmentSigned():
            return {"promises": tuple(PromiseGiven(each) for each in event.promises)}
        case WhereaboutsRecorded() | AidMeasurePlanned():
            return {}
        case _:
            assert_never(event)


def _keeping(row: CaseRow, event: KeepingEvent) -> dict[str, Any]:
    match event:
        case MeasureDone():
            done = {"done_on": event.done_on, "overdue": False}
            return _planned(tuple(replace(each, **done) if each.measure_id == event.measure_id else each for each in row.plan))
        case MeasureFellOverdue():
            is_late = (event.measure_id, event.due_on)
            late = (replace(each, overdue=True) if (each.measure_id, each.due_on) == is_late else each for each in row.plan)
            return _planned(tuple(late))
        case CommitmentChecked():
            checked = PromiseGiven(event.promise, event.checked_on, event.kept)
            return {"promises": tuple(checked if each.promise is event.promise else each for each in row.promises)}
        case _:
            assert_never(event)


def _measure(row: CaseRow, planned: Measure) -> PlannedMeasure:
    """A measure of the new plan; one that the plan before had as well is done or overdue as it was."""
    known = next((each for each in row.plan if each.measure_id == planned.measure_id), None)
    return PlannedMeasure(
        planned.measure_id,
        planned.kind,
        planned.cause,
        planned.responsible_id,
        planned.due_on,
        done_on=None if known is None else known.done_on,
        overdue=known is not None and known.overdue and known.due_on == planned.due_on,
    )


def _planned(plan: tuple[PlannedMeasure, ...]) -> dict[str, Any]:
    return {"plan": plan, "measure_overdue_on": min((each.due_on for each in plan if each.overdue and each.due_on), default=None)}


def _returning(row: CaseRow, event: ReturningEvent) -> dict[str, Any]:
    match event:
        case ReturnAgreed():
            return {"agreed_on": event.return_on}
        case ReturnCalledOff():
            return {"agreed_on": None}
        case ReturnConfirmed():
            return {
                "stage": Stage.RETURNED,
                "returned_on": event.returned_on,
                "placement": event.placement,
                "term_ends_on": event.term_ends_on,
                "agreed_on": None,
                **_NOT_HARD,
                "relapsed_on": None,
                "before_relapse": None,
                **_NO_RECHECK,
                **_LOOKED_AFTER,
                **_NOTHING_PROPOSED,
            }
        case RelapseRaised():
            return {
                "stage": Stage.OPEN,
                "spell": event.spell,
                "relapsed_on": event.day,
                "before_relapse": Back(**{name: getattr(row, name) for name in Back.__struct_fields__}),
                "failed_visits": 0,
                **_AWAY_AGAIN,
                **_NOTHING_PROPOSED,
            }
        case RelapseWithdrawn():
            kept = {} if row.before_relapse is None else asdict(row.before_relapse)
            return {**kept, "relapsed_on": None, "before_relapse": None, **_NOT_HARD}
        case ObservationCompleted():
            return {"stage": Stage.OBSERVED, "observed_on": event.completed_on}
        case FollowUpFellDue():
            return {"follow_up_due": event.nth, "follow_up_due_on": event.due_on}
        case FollowUpRecorded():
            answers = event.nth >= row.follow_up_due
            due_on = None if answers else row.follow_up_due_on
            return {"follow_ups": max(event.nth, row.follow_ups), "follow_up_due_on": due_on}
        case _:
            assert_never(event)


def _closing(event: ClosingEvent) -> dict[str, Any]:
    match event:
        case ClosingProposed():
            return {"proposed_outcome": event.outcome, "confirmed": False}
        case ClosingConfirmed():
            return {"confirmed": True}
        case ClosingSentBack():
            return _NOTHING_PROPOSED
        case CaseClosed():
            ended = {"stage": Stage.CLOSED, "standing": Standing.ENDED, "ended_on": event.closed_on}
            return {**ended, "outcome": event.outcome, **_NO_RECHECK, **_LOOKED_AFTER, **_NOTHING_PROPOSED}
        case RecheckFellDue():
            return {"recheck_reason": event.reason, "recheck_due_on": event.due_on}
        case RecheckRecorded():
            return {**_NO_RECHECK, "recheck_changed_on": event.checked_on if event.changed else None}
        case _:
            assert_never(event)


_NOT_HARD = {"hard": False, "hard_on": None}
_NO_RECHECK = {"recheck_reason": None, "recheck_due_on": None}
_LOOKED_AFTER = {"recheck_changed_on": None}
"""What a recheck found is no alarm any more: somebody has gone there, knows the cause, or the case is at its end."""

_NOTHING_PROPOSED = {"proposed_outcome": None, "confirmed": False}
_AWAY_AGAIN = {
    "returned_on": None,
    "placement": None,
    "term_ends_on": None,
    "observed_on": None,
    "agreed_on": None,
    "follow_ups": 0,
    "follow_up_due": 0,
    "follow_up_due_on": None,
}

CASE_ROWS = Projection(CASES, CaseRow, dict.fromkeys(CASE_EVENTS, lambda e: e.case_id), case_row, afresh=(CaseOpened,))
