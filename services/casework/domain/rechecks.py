"""Standing questions: is the lost child found (every quarter), is the child at the other school still there (next term)?

The police are asked as well where the child is lost. An answer that it is not so any more is an alarm until somebody has
visited, recorded the causes anew, or the child is back; a closed case goes on by it (`CaseReopened`, its next spell), unless
the child is on a roll of the county again or has a newer case.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Literal, assert_never

from services.casework.domain.case_state import CaseEvent, CaseState
from services.casework.domain.errors import NoRecheckDue
from services.casework.domain.policies import RECHECK_ENROLLED, RECHECK_LOST
from services.casework.domain.standing import must_be_possible
from services.chassis.decider import Command, Deadline
from services.chassis.envelope import Sealed
from services.contracts.casework import CaseReopened, RecheckFellDue, RecheckRecorded
from services.contracts.codes import Cause, Outcome
from services.contracts.ids import CaseId, OfficerId

Reason = Literal["lost_contact", "enrolled_elsewhere"]


class NoteRecheckDue(Command, frozen=True):
    """Timer: the question is to be asked again."""

    case_id: CaseId
    nth: int


class RecordRecheck(Command, frozen=True):
    """The question was asked: `changed` where the child was found, or is no longer at the other school.

    Without `knows_causes` the question that a lost contact raises is refused as if it did not stand. `elsewhere_known` says that
    the child is on a roll of the county again or has another case: then a closed one stays closed.
    """

    case_id: CaseId
    checked_on: date
    changed: bool
    finding: Sealed[str]
    knows_causes: bool = True
    elsewhere_known: bool = False


RecheckCommand = NoteRecheckDue | RecordRecheck


def reason_of(state: CaseState) -> Reason | None:
    """Which question stands, if any."""
    if state.end == "closed":
        return "enrolled_elsewhere" if state.outcome is Outcome.ENROLLED_ELSEWHERE else None
    if state.end is None and Cause.LOST_CONTACT in state.causes and not state.returned:
        return "lost_contact"
    return None


def decide(state: CaseState, command: RecheckCommand) -> list[CaseEvent]:
    match command:
        case NoteRecheckDue():
            reason = reason_of(state)
            if reason is None or state.rechecks.waiting or command.nth != state.rechecks.nth + 1:
                return []
            return [
                RecheckFellDue(
                    case_id=state.case_id,
                    pupil_id=state.pupil_id,
                    reason=reason,
                    nth=command.nth,
                    due_on=command.given.term_ended_on,
                )
            ]
        case RecordRecheck():
            if not state.rechecks.waiting or (reason_of(state) == "lost_contact" and not command.knows_causes):
                raise NoRecheckDue
            must_be_possible(state, command.checked_on, command.given, field="checked_on")
            return _recorded(state, command)
        case _:
            assert_never(command)


def _recorded(state: CaseState, command: RecordRecheck) -> list[CaseEvent]:
    """A child that is not at the other school any more is away again: the case goes on, as after a relapse."""
    recorded = RecheckRecorded(
        case_id=state.case_id,
        pupil_id=state.pupil_id,
        nth=state.rechecks.nth,
        checked_on=command.checked_on,
        changed=command.changed,
        by_officer_id=OfficerId(command.given.actor),
        finding=command.finding,
    )
    if state.end != "closed" or not command.changed or command.elsewhere_known:
        return [recorded]
    reopened = CaseReopened(case_id=state.case_id, pupil_id=state.pupil_id, reopened_on=command.checked_on, spell=state.spells + 1)
    return [recorded, reopened]


def deadlines(state: CaseState) -> Iterator[Deadline]:
    """The next time that the question is asked: a quarter after the last, or once in the next term."""
    nth = state.rechecks.nth + 1
    command = NoteRecheckDue(case_id=state.case_id, nth=nth)
    match reason_of(state):
        case "lost_contact" if not state.rechecks.waiting:
            since = state.rechecks.since or state.spell.away_since
            yield Deadline(f"recheck-{nth}", since, RECHECK_LOST, command)
        case "enrolled_elsewhere" if nth == 1 and state.closed_on is not None:
            yield Deadline("recheck-closed", state.closed_on, RECHECK_ENROLLED, command)
        case _:
            return
