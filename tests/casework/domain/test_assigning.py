"""A duty assigned with its number and term, and withdrawn; each refusal once."""

from __future__ import annotations

import msgspec
import pytest

from services.casework.domain.duty import DUTY
from services.casework.domain.policies import DUTY_TERMS
from services.chassis.decider import Unit, school_days, working_days
from services.contracts.casework import (
    DutyAssigned,
)
from services.contracts.codes import Cause, Department, DutyKind
from tests.casework.domain.duties import (
    ANSWERED,
    THE_DUTY,
    assign,
    overdue,
    withdraw,
    withdrawn,
)
from tests.casework.invented import (
    EPISODE_ID,
    SCHOOL_ID,
    TODAY,
    assigned,
)
from tests.scenario import due, given_now, scenario


def test_a_duty_is_assigned_once_with_its_number_and_term() -> None:
    today = msgspec.structs.replace(assigned, assigned_on=TODAY)
    scenario(DUTY, when=[assign(), assign()], then=[today])


def test_a_number_is_never_invented() -> None:
    with pytest.raises(ValueError, match="counter"):
        DUTY.decide(DUTY.initial(), assign(given=given_now()))


DEFAULT_TERMS = {
    DutyKind.VERIFY_WHEREABOUTS: working_days(3),
    DutyKind.DECIDE_RELIEF: working_days(10),
    DutyKind.INSPECT_CHILD_LABOUR: working_days(3),
    DutyKind.PERSUADE: working_days(3),
    DutyKind.SCHOOL_VISIT: school_days(1),
    DutyKind.DETERMINE_CONDITION: working_days(15),
}
"""domain.md §4."""


@pytest.mark.parametrize("kind", list(DEFAULT_TERMS))
def test_the_terms_are_those_of_the_field(kind: DutyKind) -> None:
    assert DUTY_TERMS[kind].default == DEFAULT_TERMS[kind]


def test_every_duty_has_a_term_but_the_standing_protection() -> None:
    assert set(DutyKind) - set(DUTY_TERMS) == {DutyKind.PROTECT_RETURNED}


def test_the_county_may_set_a_term() -> None:
    policies = {"duty.decide_relief": working_days(5)}
    command = assign(given=msgspec.structs.replace(given_now(policies=policies), number=1))
    scenario(DUTY, when=command, then=[msgspec.structs.replace(assigned, assigned_on=TODAY, term_days=5)])


def test_a_schools_duty_counts_its_school_days() -> None:
    visit = assign(DutyKind.SCHOOL_VISIT, school_id=SCHOOL_ID, department=Department.EDUCATION)
    event = DutyAssigned(
        **THE_DUTY,
        number="D2026-0001",
        department=Department.EDUCATION,
        division="990126",
        kind=DutyKind.SCHOOL_VISIT,
        cause=Cause.HARDSHIP,
        case_number="C2026-0001",
        assigned_on=TODAY,
        term_days=1,
        unit=Unit.SCHOOL_DAYS,
        school_id=SCHOOL_ID,
        episode_id=EPISODE_ID,
    )
    scenario(DUTY, when=visit, then=[event])
    assert due(DUTY, event)["term"].school_id == SCHOOL_ID


def test_an_open_duty_is_withdrawn_once_and_an_answered_one_stays() -> None:
    scenario(DUTY, given=[assigned, overdue], when=[withdraw, withdraw], then=[withdrawn])
    scenario(DUTY, given=ANSWERED, when=withdraw, then=[])
    scenario(DUTY, when=withdraw, then=[])
