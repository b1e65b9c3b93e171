"""A case begins, gets its number, moves with the child, and goes with the suspicion."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from services.casework.domain.case import CASE
from services.casework.domain.errors import CaseAlreadyClosed, CaseHasNumber, CaseWasWithdrawn, NoSuchCase
from services.casework.domain.opening import MoveCase, NumberCase, OpenCase, WithdrawCase
from services.contracts.casework import CaseMoved, CaseReopened
from services.contracts.ids import ClassId, SchoolId
from tests.casework.invented import (
    CASE_ID,
    CLASS_ID,
    EPISODE_ID,
    OPENED_ON,
    PUPIL_ID,
    SCHOOL_ID,
    TODAY,
    VILLAGE,
    closed,
    numbered,
    opened,
    withdrawn,
)
from tests.scenario import given_now, scenario

open_case = OpenCase(
    case_id=CASE_ID,
    pupil_id=PUPIL_ID,
    episode_id=EPISODE_ID,
    school_id=SCHOOL_ID,
    class_id=CLASS_ID,
    grade=8,
    division=VILLAGE,
    opened_on=OPENED_ON,
)
withdraw = WithdrawCase(case_id=CASE_ID, pupil_id=PUPIL_ID, withdrawn_on=date(2026, 9, 3), reason="attended")
number = NumberCase(
    case_id=CASE_ID,
    dropout_on=date(2026, 9, 2),
    given=msgspec.structs.replace(given_now(), number=1),
)


def test_suspicion_opens_a_case() -> None:
    scenario(CASE, when=open_case, then=[opened])


def test_an_open_case_is_not_opened_again() -> None:
    scenario(CASE, given=[opened], when=open_case, then=[])


def test_a_lifted_suspicion_withdraws_the_case() -> None:
    scenario(CASE, given=[opened], when=withdraw, then=[withdrawn])


def test_a_withdrawn_case_is_not_withdrawn_again() -> None:
    scenario(CASE, given=[opened, withdrawn], when=withdraw, then=[])


def test_a_cancel_that_came_first_keeps_the_case_from_being_opened() -> None:
    scenario(CASE, when=[withdraw, open_case], then=[withdrawn])


def test_a_later_suspicion_is_not_cancelled_by_an_earlier_cancel() -> None:
    later = msgspec.structs.replace(open_case, opened_on=date(2026, 9, 4))
    scenario(CASE, given=[withdrawn], when=later, then=[msgspec.structs.replace(opened, opened_on=date(2026, 9, 4))])


def test_a_case_suspected_again_goes_on_in_its_next_spell() -> None:
    again = msgspec.structs.replace(open_case, opened_on=date(2026, 9, 4))
    state = scenario(
        CASE,
        given=[opened, withdrawn],
        when=again,
        then=[CaseReopened(case_id=CASE_ID, pupil_id=PUPIL_ID, reopened_on=date(2026, 9, 4), spell=2)],
    )
    scenario(
        CASE,
        given=[opened, withdrawn, CaseReopened(case_id=CASE_ID, pupil_id=PUPIL_ID, reopened_on=TODAY, spell=2)],
        when=number,
        then=[numbered],
    )
    assert state.spell.away_since == date(2026, 9, 4)


def test_a_dropout_gives_the_case_its_number() -> None:
    scenario(CASE, given=[opened], when=number, then=[numbered])


def test_a_numbered_case_keeps_its_number() -> None:
    scenario(CASE, given=[opened, numbered], when=number, then=[])


def test_a_number_is_never_invented() -> None:
    with pytest.raises(ValueError, match="counter"):
        CASE.decide(CASE.evolve(CASE.initial(), opened), NumberCase(case_id=CASE_ID, dropout_on=TODAY, given=given_now()))


def test_a_number_needs_a_case() -> None:
    scenario(CASE, when=number, then=NoSuchCase)


def test_a_withdrawn_case_gets_no_number() -> None:
    scenario(CASE, given=[opened, withdrawn], when=number, then=CaseWasWithdrawn)


def test_a_numbered_case_is_not_withdrawn() -> None:
    scenario(CASE, given=[opened, numbered], when=withdraw, then=CaseHasNumber)


def test_a_closed_case_is_not_withdrawn() -> None:
    scenario(CASE, given=[opened, numbered, closed()], when=withdraw, then=CaseAlreadyClosed)


def test_the_case_moves_with_the_child() -> None:
    moved = CaseMoved(
        case_id=CASE_ID, pupil_id=PUPIL_ID, school_id=SchoolId("school-2"), class_id=ClassId("class-2"), grade=9, division=VILLAGE
    )
    move = MoveCase(case_id=CASE_ID, school_id=SchoolId("school-2"), class_id=ClassId("class-2"), grade=9)
    state = scenario(CASE, given=[opened], when=[move, move], then=[moved])
    assert state.school_id == "school-2"


def test_an_ended_case_does_not_move() -> None:
    move = MoveCase(case_id=CASE_ID, division="990126101201")
    scenario(CASE, given=[opened, withdrawn], when=move, then=[])
    scenario(CASE, when=move, then=[])
