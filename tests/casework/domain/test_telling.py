"""What a department's system is told: every step, in public words, and nothing of the child or its cause."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from services.casework.domain.duty import DUTY
from services.casework.domain.duty_state import DutyEvent, evolve
from services.casework.domain.telling import tell
from services.contracts import department
from services.contracts.casework import DUTY_EVENTS, DutyAssigned
from services.contracts.codes import Cause, Department, DutyKind, Evidence, Role
from services.contracts.department import DutyTold, written
from services.contracts.ids import SchoolId
from services.contracts.topics import Desk
from tests.casework.domain.duties import accepted, declined, escalated, overdue, returned, withdrawn
from tests.casework.invented import CASE_ID, DUTY_ID, EPISODE_ID, PUPIL_ID, acknowledged, assigned, completed

DUE = date(2026, 9, 22)
EVERY_STEP: tuple[DutyEvent, ...] = (
    assigned,
    acknowledged,
    completed,
    declined,
    accepted,
    returned,
    withdrawn,
    overdue,
    escalated(1, Role.BUREAU_LEAD),
)


def said(event: DutyEvent, of: DutyAssigned = assigned) -> list[tuple[Desk, DutyTold]]:
    state = evolve(DUTY.initial(), of)
    return list(tell(evolve(state, event), event, {"term": DUE}))


def test_what_is_asked_is_told_with_its_last_day_and_the_evidence_wanted() -> None:
    desk, told = said(assigned)[0]
    assert desk == Desk(Department.CIVIL_AFFAIRS, assigned.division)
    assert told == department.DutyAssigned(
        duty_id=DUTY_ID,
        number=assigned.number,
        division=assigned.division,
        assigned_on=assigned.assigned_on,
        due_on=DUE,
        kind=DutyKind.DECIDE_RELIEF,
        evidence=Evidence.RELIEF_DECISION,
        case_number=assigned.case_number,
    )


def test_every_step_is_told_once_to_the_same_desk_so_that_numbers_have_no_gap() -> None:
    assert {type(event) for event in EVERY_STEP} == set(DUTY_EVENTS)
    told = [said(event) for event in EVERY_STEP]
    assert [len(each) for each in told] == [1] * len(EVERY_STEP)
    assert {desk for each in told for desk, _ in each} == {Desk(Department.CIVIL_AFFAIRS, assigned.division)}
    assert {type(event) for each in told for _, event in each} == set(DutyTold.__args__)


@pytest.mark.parametrize("event", EVERY_STEP, ids=lambda event: type(event).__name__)
def test_no_step_tells_of_child_case_cause_words_or_officers(event: DutyEvent) -> None:
    data = written(said(event)[0]).data
    secret = (PUPIL_ID, CASE_ID, EPISODE_ID, assigned.cause, "officer", "sealed", completed.finding)
    assert not [each for each in secret if str(each).encode() in data]


@pytest.mark.parametrize("cause", [Cause.EARLY_MARRIAGE, Cause.DISABILITY_ILLNESS, Cause.RELIGION, Cause.OFFENCE])
def test_of_a_restricted_duty_only_that_there_is_one_and_until_when(cause: Cause) -> None:
    restricted = msgspec.structs.replace(assigned, cause=cause)
    told = written(said(restricted, restricted)[0])
    assert set(msgspec.json.decode(told.data)) == {"duty_id", "number", "division", "assigned_on", "due_on", "restricted"}


def test_a_schools_own_duty_is_told_to_no_department() -> None:
    of_school = msgspec.structs.replace(assigned, department=Department.EDUCATION, school_id=SchoolId("school-1"))
    assert said(of_school, of_school) == []


def test_a_duty_of_a_village_is_told_to_its_township() -> None:
    of_village = msgspec.structs.replace(assigned, department=Department.TOWNSHIP, division="990126100201")
    assert said(acknowledged, of_village)[0][0] == Desk(Department.TOWNSHIP, "990126100")


def test_a_reply_that_somebody_else_entered_says_so() -> None:
    on_behalf = msgspec.structs.replace(completed, on_behalf_of="department:civil_affairs")
    assert said(on_behalf)[0][1] == department.DutyCompleted(duty_id=DUTY_ID, number=assigned.number, on_behalf=True)
