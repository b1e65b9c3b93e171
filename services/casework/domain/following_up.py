"""The follow-up file 跟踪管理档案: contacts in week 1, 2, 4 after the return, then monthly to the term's end.

Week 1, 2 and 4 are counted in school days (vacation pauses them); a late contact answers all that fell due, and two talks
within a few days (`FOLLOW_UP_GAP`) are one. Contacts go on after the closing of a returned child's case until the term's last
day by the school's calendar – where no vacation is published, before February or August – and do not alarm once a newer case
is open.
"""

from __future__ import annotations

from datetime import date
from typing import assert_never

from services.casework.domain.case_state import CaseEvent, CaseState
from services.casework.domain.errors import ContactBeforeReturn, FollowUpEmpty, NotReturned
from services.casework.domain.policies import FOLLOW_UP_GAP, FOLLOW_UPS
from services.casework.domain.standing import must_be_open, must_be_possible
from services.chassis.decider import Command
from services.chassis.envelope import Sealed
from services.contracts.casework import FollowUpFellDue, FollowUpRecorded
from services.contracts.codes import Outcome
from services.contracts.ids import CaseId, FollowUpId, OfficerId


class NoteFollowUpDue(Command, frozen=True):
    """Timer: the contact should have been made by now."""

    case_id: CaseId
    spell: int
    nth: int


class RecordFollowUp(Command, frozen=True):
    """A contact with the returned child, by whoever records it."""

    case_id: CaseId
    follow_up_id: FollowUpId
    contacted_on: date
    study: Sealed[str] | None = None
    life: Sealed[str] | None = None
    psychology: Sealed[str] | None = None
    attendance: Sealed[str] | None = None


FollowingUpCommand = NoteFollowUpDue | RecordFollowUp


def followed_up(state: CaseState) -> bool:
    """Whether contacts go on: from the return until the term's end, beyond the closing of a returned child's case."""
    return state.returned and (state.end is None or state.outcome is Outcome.RETURNED)


def decide(state: CaseState, command: FollowingUpCommand) -> list[CaseEvent]:
    match command:
        case NoteFollowUpDue():
            return _fall_due(state, command)
        case RecordFollowUp():
            return _record(state, command)
        case _:
            assert_never(command)


def _fall_due(state: CaseState, command: NoteFollowUpDue) -> list[CaseEvent]:
    spell = state.spell
    if not followed_up(state) or spell.returned is None:
        return []
    if (spell.nth, spell.follow_ups.next) != (command.spell, command.nth):
        return []
    due_on, term_ends_on = command.given.term_ended_on, spell.returned.term_ends_on
    if command.nth > len(FOLLOW_UPS) and term_ends_on is not None and due_on > term_ends_on:
        return []
    return [FollowUpFellDue(case_id=state.case_id, pupil_id=state.pupil_id, nth=command.nth, due_on=due_on, spell=command.spell)]


def _record(state: CaseState, command: RecordFollowUp) -> list[CaseEvent]:
    if command.follow_up_id in state.spell.follow_ups.ids:
        return []
    if not followed_up(state):
        must_be_open(state)
    returned = state.spell.returned
    if returned is None:
        raise NotReturned
    must_be_possible(state, command.contacted_on, command.given, field="contacted_on")
    if command.contacted_on < returned.returned_on:
        raise ContactBeforeReturn(field="contacted_on", day=command.contacted_on, returned_on=returned.returned_on)
    if not any((command.study, command.life, command.psychology, command.attendance)):
        raise FollowUpEmpty(field="study")
    return [
        FollowUpRecorded(
            case_id=state.case_id,
            pupil_id=state.pupil_id,
            follow_up_id=command.follow_up_id,
            nth=_answers(state, command),
            contacted_on=command.contacted_on,
            by_officer_id=OfficerId(command.given.actor),
            study=command.study,
            life=command.life,
            psychology=command.psychology,
            attendance=command.attendance,
            spell=state.spell.nth,
        )
    ]


def _answers(state: CaseState, command: RecordFollowUp) -> int:
    """Which due contact it is: the latest that fell due, else the next – unless the last one was only days ago."""
    known = state.spell.follow_ups
    if known.fell_due > known.counted:
        return known.fell_due
    gap = command.given.value(FOLLOW_UP_GAP)
    if known.last_on is not None and (command.contacted_on - known.last_on).days < gap:
        return known.counted
    return known.counted + 1
