"""What the teacher does about an absence: make sure of it, and reach the household."""

from __future__ import annotations

from datetime import date
from typing import assert_never

from services.chassis.decider import Command
from services.chassis.envelope import Sealed
from services.contracts.codes import ContactMeans
from services.contracts.ids import ContactId, OfficerId, PupilId
from services.contracts.registry import AbsenceConfirmed, ContactRecorded
from services.registry.domain.absence import Standing
from services.registry.domain.errors import AbsenceNotNoticed, AskTheBureauFirst, ContactNotYetMade, NoOpenAbsence
from services.registry.domain.pupil_events import PupilEvent
from services.registry.domain.pupil_state import PupilState


class ConfirmAbsence(Command, frozen=True):
    """The homeroom teacher has made sure that the child is missing."""

    pupil_id: PupilId
    day: date


class RecordContact(Command, frozen=True):
    """Somebody reached the household, or tried to; `held` is whether it is left alone for now."""

    contact_id: ContactId
    pupil_id: PupilId
    day: date
    means: ContactMeans
    reached: bool
    by_officer_id: OfficerId
    note: Sealed[str] | None = None
    held: bool = False


ContactCommand = ConfirmAbsence | RecordContact


def decide(state: PupilState, command: ContactCommand) -> list[PupilEvent]:
    match command:
        case ConfirmAbsence():
            return _confirmed(state, command)
        case RecordContact():
            return _contact(state, command)
        case _:
            assert_never(command)


def _confirmed(state: PupilState, command: ConfirmAbsence) -> list[PupilEvent]:
    episode = next(
        (fact.episode_id for at, fact in state.facts.items() if at[0] == command.day and fact.standing is Standing.ABSENT),
        None,
    )
    if episode is None:
        raise AbsenceNotNoticed(field="day", day=command.day)
    if command.day in state.confirmed:
        return []
    return [AbsenceConfirmed(pupil_id=state.pupil_id, episode_id=episode, day=command.day)]


def _contact(state: PupilState, command: RecordContact) -> list[PupilEvent]:
    if command.day > command.given.today:
        raise ContactNotYetMade(field="day", day=command.day)
    if state.episode_id is None or not (state.told_run or state.in_case):
        raise NoOpenAbsence
    if command.held:
        raise AskTheBureauFirst
    return [
        ContactRecorded(
            contact_id=command.contact_id,
            pupil_id=state.pupil_id,
            episode_id=state.episode_id,
            day=command.day,
            means=command.means,
            reached=command.reached,
            by_officer_id=command.by_officer_id,
            note=command.note,
        )
    ]
