"""What stands now for each case and each duty."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from services.chassis.decider import Event
from services.chassis.envelope import Envelope
from services.chassis.projections import Projection
from services.contracts import casework
from services.contracts.case_lines import by_person, makes_privy
from services.contracts.casework import lines_of
from services.contracts.codes import any_restricted
from services.contracts.ids import OfficerId
from services.oversight.storage.rows import CaseRow, DutyRow
from services.oversight.storage.tables import CASES, DUTIES


def case_row(row: CaseRow | None, event: Event, envelope: Envelope) -> CaseRow | None:
    """The case after one of its events."""
    if isinstance(event, casework.CaseOpened):
        opened = CaseRow(
            case_id=event.case_id,
            pupil_id=event.pupil_id,
            episode_id=event.episode_id,
            division=event.division,
            opened_on=event.opened_on,
        )
        return _lines(opened, {}, envelope)
    if row is None:
        return None
    return _measures(_following_up(_staged(_changed(row, event, envelope), event), event), event)


def _changed(row: CaseRow, event: Event, envelope: Envelope) -> CaseRow:
    match event:
        case casework.CaseWithdrawn():
            return replace(row, state="withdrawn", follow_ups_due={}, recheck_due_on=None, recheck_changed_on=None)
        case casework.CaseReopened():
            again = replace(row, state="open", hard_since=None, relapsed_on=None)
            return replace(again, outcome=None, closed_on=None)
        case casework.CaseNumbered():
            return replace(row, number=event.number)
        case casework.CaseMoved():
            return _lines(replace(row, division=event.division), row.officers, envelope)
        case casework.OfficerNamed():
            named = replace(row, privy=_privy(row, event, envelope))
            return _lines(named, {**row.officers, event.line: event.officer_id}, envelope)
        case casework.OfficerReleased():
            others = {line: officer for line, officer in row.officers.items() if line != event.line}
            privy = {line: officer for line, officer in row.privy.items() if line != event.line}
            return _lines(replace(row, privy=privy), others, envelope)
        case casework.CauseRecorded():
            restricted = row.restricted or any_restricted((event.primary, *event.others))
            return replace(row, cause=event.primary, restricted=restricted, recheck_changed_on=None)
        case casework.VisitRecorded():
            return replace(row, last_visit_on=event.visited_on, recheck_changed_on=None)
        case casework.CaseGrewHard():
            return replace(row, hard_since=envelope.recorded_on)
        case casework.RelapseRaised():
            return replace(row, relapsed_on=event.day)
        case casework.ReturnConfirmed():
            return replace(row, relapsed_on=None, hard_since=None, recheck_changed_on=None)
        case casework.RelapseWithdrawn():
            return replace(row, relapsed_on=None, hard_since=None)
        case casework.CaseClosed():
            ended = replace(row, state="closed", follow_ups_due={}, recheck_due_on=None, recheck_changed_on=None)
            return replace(ended, outcome=event.outcome, closed_on=event.closed_on)
        case casework.RecheckFellDue():
            return replace(row, recheck_due_on=event.due_on)
        case casework.RecheckRecorded():
            return replace(row, recheck_due_on=None, recheck_changed_on=event.checked_on if event.changed else None)
        case _:
            return row


def _staged(row: CaseRow, event: Event) -> CaseRow:
    match event:
        case casework.CaseReopened():
            return replace(row, stage="suspected" if row.number is None else "open", stage_before=None)
        case casework.CaseNumbered():
            return replace(row, stage="open")
        case casework.ReturnConfirmed():
            return replace(row, stage="returned", stage_before=None)
        case casework.ObservationCompleted():
            return replace(row, stage="observed")
        case casework.RelapseRaised():
            return replace(row, stage="open", stage_before=row.stage)
        case casework.RelapseWithdrawn():
            return replace(row, stage=row.stage_before or row.stage, stage_before=None)
        case casework.CaseWithdrawn():
            return replace(row, stage="withdrawn")
        case casework.CaseClosed():
            return replace(row, stage="closed")
        case _:
            return row


def _lines(row: CaseRow, officers: Mapping[str, OfficerId], envelope: Envelope) -> CaseRow:
    missing = ",".join(line for line in lines_of(row.division) if line not in officers)
    since = (row.missing_since or envelope.recorded_on) if missing else None
    return replace(row, officers=dict(officers), missing_lines=missing, missing_since=since)


def _privy(row: CaseRow, event: casework.OfficerNamed, envelope: Envelope) -> dict[str, OfficerId]:
    others = {line: officer for line, officer in row.privy.items() if line != event.line}
    return {**others, event.line: event.officer_id} if makes_privy(event.line, chosen=by_person(envelope)) else others


def _following_up(row: CaseRow, event: Event) -> CaseRow:
    due = dict(row.follow_ups_due)
    match event:
        case casework.FollowUpFellDue():
            due[f"{event.spell}/{event.nth}"] = event.due_on
        case casework.FollowUpRecorded():
            due.pop(f"{event.spell}/{event.nth}", None)
        case casework.RelapseRaised():
            due = {}
    return replace(row, follow_ups_due=due, follow_up_due_on=min(due.values(), default=None))


def _measures(row: CaseRow, event: Event) -> CaseRow:
    """Which measures are overdue: until they are done, or a later plan leaves them out or gives them another day."""
    late, planned = dict(row.measures_overdue), row.measures
    match event:
        case casework.PlanMade():
            planned = {each.measure_id: each.due_on for each in event.measures}
            late = {measure: day for measure, day in late.items() if planned.get(measure) == day}
        case casework.MeasureFellOverdue() if event.measure_id in planned:
            late[event.measure_id] = event.due_on
        case casework.MeasureDone():
            late.pop(event.measure_id, None)
    return replace(row, measures=planned, measures_overdue=late, measure_overdue_on=min(late.values(), default=None))


def duty_row(row: DutyRow | None, event: Event, envelope: Envelope) -> DutyRow | None:
    """The duty after one of its events."""
    if isinstance(event, casework.DutyAssigned):
        return DutyRow(
            duty_id=event.duty_id,
            case_id=event.case_id,
            pupil_id=event.pupil_id,
            number=event.number,
            department=event.department,
            division=event.division,
            kind=event.kind,
            assigned_on=event.assigned_on,
        )
    if row is None:
        return None
    match event:
        case casework.DutyAcknowledged():
            return replace(row, state="acknowledged")
        case casework.DutyCompleted():
            return replace(row, state="completed", overdue_since=None)
        case casework.DutyDeclined():
            return replace(row, state="declined", overdue_since=None, declined_since=envelope.recorded_on)
        case casework.DeclineAccepted():
            return replace(row, state="excused", declined_since=None)
        case casework.DutyReturned():
            return replace(row, state="returned", overdue_since=None, declined_since=None, told_officer_id=None)
        case casework.DutyWithdrawn():
            return replace(row, state="withdrawn", overdue_since=None)
        case casework.DutyOverdue():
            return replace(row, overdue_since=event.due_on)
        case casework.DutyEscalated():
            return replace(row, level=event.level, told_officer_id=event.to_officer_id)
        case _:
            return row


CASE_ROWS = Projection(
    CASES, CaseRow, dict.fromkeys(casework.CASE_EVENTS, lambda e: e.case_id), case_row, afresh=(casework.CaseOpened,)
)
DUTY_ROWS = Projection(
    DUTIES, DutyRow, dict.fromkeys(casework.DUTY_EVENTS, lambda e: e.duty_id), duty_row, afresh=(casework.DutyAssigned,)
)
