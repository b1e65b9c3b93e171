"""The named officers on both lines 双线包保: naming, hand-over, and who may stand on which line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import assert_never

from services.casework.domain.case_state import CaseEvent, CaseState
from services.casework.domain.errors import OfficerNotOfLine
from services.casework.domain.standing import must_be_open
from services.chassis.decider import Command
from services.contracts.casework import Line, OfficerNamed, OfficerReleased
from services.contracts.codes import Role
from services.contracts.ids import CaseId, OfficerId

LINE_ROLES: Mapping[Line, frozenset[Role]] = {
    "bureau": frozenset({Role.BUREAU_CLERK, Role.BUREAU_LEAD}),
    "school": frozenset({Role.PRINCIPAL, Role.VICE_PRINCIPAL, Role.CENTRAL_SCHOOL}),
    "class": frozenset({Role.HOMEROOM_TEACHER, Role.TEACHER}),
    "county": frozenset({Role.COUNTY_LEADER}),
    "township": frozenset({Role.TOWNSHIP_OFFICER}),
    "village": frozenset({Role.VILLAGE_CADRE}),
}
"""Who may be named on a line: bureau–school–class and county–township–village."""


class NameOfficer(Command, frozen=True):
    """An officer answers for the case on a line; `roles` are those that the officer holds for this case's places.

    `anew` where somebody chooses an officer who stands on the line by the post alone: to be chosen is more.
    """

    case_id: CaseId
    line: Line
    officer_id: OfficerId
    roles: tuple[Role, ...]
    from_on: date | None = None
    anew: bool = False


class ReleaseOfficer(Command, frozen=True):
    """The officer's appointment ends; `until_on` is its last day."""

    case_id: CaseId
    line: Line
    officer_id: OfficerId
    until_on: date


LineCommand = NameOfficer | ReleaseOfficer


def decide(state: CaseState, command: LineCommand) -> list[CaseEvent]:
    match command:
        case NameOfficer():
            must_be_open(state)
            if LINE_ROLES[command.line].isdisjoint(command.roles):
                raise OfficerNotOfLine(field="officer_id")
            if state.officers.get(command.line) == (command.officer_id, None) and not command.anew:
                return []
            later = command.from_on is not None and command.from_on > command.given.today
            return [
                OfficerNamed(
                    case_id=state.case_id,
                    pupil_id=state.pupil_id,
                    line=command.line,
                    officer_id=command.officer_id,
                    from_on=command.from_on if later else None,
                )
            ]
        case ReleaseOfficer():
            named = state.officers.get(command.line)
            if state.end is not None or named is None or named[0] != command.officer_id or named[1] == command.until_on:
                return []
            return [
                OfficerReleased(
                    case_id=state.case_id,
                    pupil_id=state.pupil_id,
                    line=command.line,
                    officer_id=command.officer_id,
                    until_on=command.until_on,
                )
            ]
        case _:
            assert_never(command)
