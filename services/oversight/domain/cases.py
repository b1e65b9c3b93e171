"""What stands now for each case and each duty."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal

import msgspec
from msgspec.structs import replace

from services.chassis.decider import Event
from services.contracts import casework
from services.contracts.casework import lines_of
from services.contracts.codes import Cause, Department, DutyKind, Outcome, any_restricted
from services.contracts.ids import CaseId, DutyId, EpisodeId, OfficerId, PupilId
from services.oversight.domain.children import recorded_on

CaseState = Literal["open", "withdrawn", "closed"]
DutyState = Literal["assigned", "acknowledged", "completed", "declined", "returned", "withdrawn"]


class CaseRow(msgspec.Struct, frozen=True, kw_only=True):
    """A case: who answers for it and who is missing, why the child left, what is due."""

    case_id: CaseId
    pupil_id: PupilId
    episode_id: EpisodeId
    division: str
    opened_on: date
    state: CaseState = "open"
    number: str | None = None
    cause: Cause | None = None
    restricted: bool = False
    officers: dict[str, OfficerId] = msgspec.field(default_factory=dict)
    missing_lines: str = ""
    missing_since: date | None = None
    hard: bool = False
    follow_ups_due: dict[str, date] = msgspec.field(default_factory=dict)
    follow_up_due_on: date | None = None
    recheck_due_on: date | None = None
    last_visit_on: date | None = None
    outcome: Outcome | None = None
    closed_on: date | None = None


def case_row(row: CaseRow | None, event: Event, recorded_at: str) -> CaseRow | None:
    """The case after one of its events."""
    if isinstance(event, casework.CaseOpened):
        opened = CaseRow(
            case_id=event.case_id,
            pupil_id=event.pupil_id,
            episode_id=event.episode_id,
            division=event.division,
            opened_on=event.opened_on,
        )
        return _lines(opened, {}, recorded_at)
    return None if row is None else _following_up(_changed(row, event, recorded_at), event)


def _changed(row: CaseRow, event: Event, recorded_at: str) -> CaseRow:
    match event:
        case casework.CaseWithdrawn():
            return replace(row, state="withdrawn", follow_ups_due={}, recheck_due_on=None)
        case casework.CaseReopened():
            return replace(row, state="open")
        case casework.CaseNumbered():
            return replace(row, number=event.number)
        case casework.CaseMoved():
            return _lines(replace(row, division=event.division), row.officers, recorded_at)
        case casework.OfficerNamed():
            return _lines(row, {**row.officers, event.line: event.officer_id}, recorded_at)
        case casework.OfficerReleased():
            others = {line: officer for line, officer in row.officers.items() if line != event.line}
            return _lines(row, others, recorded_at)
        case casework.CauseRecorded():
            restricted = row.restricted or any_restricted((event.primary, *event.others))
            return replace(row, cause=event.primary, restricted=restricted)
        case casework.VisitRecorded():
            return replace(row, last_visit_on=event.visited_on)
        case casework.CaseGrewHard():
            return replace(row, hard=True)
        case casework.CaseClosed():
            ended = replace(row, state="closed", follow_ups_due={}, recheck_due_on=None)
            return replace(ended, outcome=event.outcome, closed_on=event.closed_on)
        case casework.RecheckFellDue():
            return replace(row, recheck_due_on=event.due_on)
        case casework.RecheckRecorded():
            return replace(row, recheck_due_on=None)
        case _:
            return row


def _lines(row: CaseRow, officers: Mapping[str, OfficerId], recorded_at: str) -> CaseRow:
    missing = ",".join(line for line in lines_of(row.division) if line not in officers)
    since = (row.missing_since or recorded_on(recorded_at)) if missing else None
    return replace(row, officers=dict(officers), missing_lines=missing, missing_since=since)


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


class DutyRow(msgspec.Struct, frozen=True, kw_only=True):
    """A duty of a department: open while assigned, acknowledged or returned."""

    duty_id: DutyId
    case_id: CaseId
    pupil_id: PupilId
    number: str
    department: Department
    division: str
    kind: DutyKind
    assigned_on: date
    state: DutyState = "assigned"
    overdue_since: date | None = None
    level: int = 0


OPEN_DUTY: tuple[DutyState, ...] = ("assigned", "acknowledged", "returned")


def duty_row(row: DutyRow | None, event: Event, _recorded_at: str) -> DutyRow | None:
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
            return replace(row, state="declined", overdue_since=None)
        case casework.DutyReturned():
            return replace(row, state="returned", overdue_since=None)
        case casework.DutyWithdrawn():
            return replace(row, state="withdrawn", overdue_since=None)
        case casework.DutyOverdue():
            return replace(row, overdue_since=event.due_on)
        case casework.DutyEscalated():
            return replace(row, level=event.level)
        case _:
            return row
