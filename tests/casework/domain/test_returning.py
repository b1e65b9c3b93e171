"""The agreed day, the return, its observation, and the relapse."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest

from services.casework.domain import errors
from services.casework.domain.case import CASE
from services.casework.domain.policies import OBSERVATION
from services.casework.domain.returning import (
    AgreeReturn,
    CallOffReturn,
    CompleteObservation,
    ConfirmReturn,
    RaiseRelapse,
    WithdrawRelapse,
)
from services.contracts.casework import RelapseWithdrawn, ReturnAgreed, ReturnCalledOff
from services.contracts.codes import Placement
from tests.casework.invented import (
    CASE_ID,
    EPISODE_ID,
    IN_OBSERVATION,
    OBSERVED,
    PUPIL_ID,
    SCHOOL_ID,
    SEALED,
    TODAY,
    closed,
    midnight_after,
    numbered,
    observed,
    opened,
    proposed,
    relapsed,
    returned,
    withdrawn,
)
from tests.scenario import due, given_now, scenario

agree = AgreeReturn(case_id=CASE_ID, return_on=TODAY)
agreed = ReturnAgreed(case_id=CASE_ID, pupil_id=PUPIL_ID, return_on=TODAY, episode_id=EPISODE_ID)
call_off = CallOffReturn(case_id=CASE_ID)
called_off = ReturnCalledOff(case_id=CASE_ID, pupil_id=PUPIL_ID, return_on=TODAY, episode_id=EPISODE_ID)
raise_relapse = RaiseRelapse(case_id=CASE_ID, day=date(2026, 9, 7))
restored = RelapseWithdrawn(case_id=CASE_ID, pupil_id=PUPIL_ID, day=TODAY, spell=1)


def confirm(on: date = date(2026, 9, 4), placement: Placement = Placement.ORIGINAL_CLASS, **facts: Any) -> ConfirmReturn:
    facts = {"term_ends_on": date(2027, 1, 20), **facts}
    return ConfirmReturn(case_id=CASE_ID, returned_on=on, placement=placement, **facts)


# --- agreed -----------------------------------------------------------------------------------------------------------


def test_a_day_of_return_is_agreed_once_and_called_off() -> None:
    scenario(CASE, given=[opened], when=[agree, agree, call_off], then=[agreed, called_off])


def test_a_past_day_is_not_agreed() -> None:
    past = AgreeReturn(case_id=CASE_ID, return_on=date(2026, 9, 7))
    scenario(CASE, given=[opened], when=past, then=errors.AgreedDayPast)


def test_what_is_not_agreed_is_not_called_off() -> None:
    scenario(CASE, given=[opened], when=call_off, then=errors.NoReturnAgreed)


def test_a_returned_child_needs_no_agreement() -> None:
    scenario(CASE, given=IN_OBSERVATION, when=agree, then=errors.AlreadyReturned)


def test_a_return_keeps_the_agreement() -> None:
    scenario(CASE, given=[opened, numbered, agreed, returned, relapsed], when=call_off, then=errors.NoReturnAgreed)


# --- confirmed --------------------------------------------------------------------------------------------------------


def test_the_school_confirms_the_return_once() -> None:
    scenario(CASE, given=[opened, numbered], when=[confirm(), confirm()], then=[returned])


def test_another_return_of_a_returned_child_is_refused() -> None:
    scenario(CASE, given=IN_OBSERVATION, when=confirm(date(2026, 9, 5)), then=errors.AlreadyReturned)


def test_a_suspected_child_has_no_return_to_confirm() -> None:
    scenario(CASE, given=[opened], when=confirm(), then=errors.CaseNotNumbered)


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        ([], errors.NoSuchCase),
        ([opened, withdrawn], errors.CaseWasWithdrawn),
        ([opened, numbered, closed()], errors.CaseAlreadyClosed),
    ],
)
@pytest.mark.parametrize("command", [confirm(), agree, call_off, raise_relapse, WithdrawRelapse(case_id=CASE_ID, day=TODAY)])
def test_only_to_an_open_case_a_child_returns(given: list[Any], command: Any, refused: type[Any]) -> None:
    scenario(CASE, given=given, when=command, then=refused)


@pytest.mark.parametrize(("on", "refused"), [(date(2026, 9, 9), errors.InTheFuture), (date(2026, 8, 31), errors.BeforeTheCase)])
def test_a_return_lies_between_the_opening_and_today(on: date, refused: type[Any]) -> None:
    scenario(CASE, given=[opened, numbered], when=confirm(on), then=refused)


def test_a_return_after_a_relapse_is_not_before_it() -> None:
    given = [*IN_OBSERVATION, relapsed]
    scenario(CASE, given=given, when=confirm(date(2026, 9, 5)), then=errors.ReturnBeforeAbsence)


DECIDED = (
    Placement.MAINSTREAM_WITH_DISABILITY,
    Placement.SPECIAL_SCHOOL,
    Placement.HOME_TEACHING,
    Placement.SPECIALISED_SCHOOL,
)


@pytest.mark.parametrize("placement", DECIDED)
def test_special_placements_cite_their_decision(placement: Placement) -> None:
    scenario(CASE, given=[opened, numbered], when=confirm(placement=placement), then=errors.PlacementNeedsDecision)
    decided = msgspec.structs.replace(returned, placement=placement, decision_reference=SEALED)
    scenario(CASE, given=[opened, numbered], when=confirm(placement=placement, decision_reference=SEALED), then=[decided])


@pytest.mark.parametrize("placement", [placement for placement in Placement if placement not in DECIDED])
def test_ordinary_placements_need_no_decision(placement: Placement) -> None:
    then = [msgspec.structs.replace(returned, placement=placement)]
    scenario(CASE, given=[opened, numbered], when=confirm(placement=placement), then=then)


def test_a_return_sweeps_a_proposal_to_close() -> None:
    state = scenario(CASE, given=[opened, numbered, proposed], when=confirm(), then=[returned])
    assert state.proposal is None


# --- observation ------------------------------------------------------------------------------------------------------


def test_the_observation_counts_school_days_of_the_childs_school_and_ends_once() -> None:
    deadline = due(CASE, *IN_OBSERVATION)["observation-1"]
    assert (deadline.since, deadline.term, deadline.school_id) == (returned.returned_on, OBSERVATION, SCHOOL_ID)
    fired = msgspec.structs.replace(
        deadline.command, given=msgspec.structs.replace(given_now(), due_at=midnight_after(date(2026, 9, 7)))
    )
    scenario(CASE, given=IN_OBSERVATION, when=[fired, fired], then=[observed])
    assert "observation-1" not in due(CASE, *OBSERVED)


def test_an_observation_of_an_earlier_spell_ends_nothing() -> None:
    complete = CompleteObservation(case_id=CASE_ID, spell=1)
    again = msgspec.structs.replace(returned, returned_on=TODAY, spell=2)
    for given in ([*IN_OBSERVATION, relapsed], [*IN_OBSERVATION, relapsed, again], [*OBSERVED, closed()], [opened]):
        scenario(CASE, given=given, when=complete, then=[])


# --- relapse ----------------------------------------------------------------------------------------------------------


def test_a_relapse_begins_the_next_spell_and_sweeps_a_proposal() -> None:
    state = scenario(CASE, given=[*OBSERVED, proposed], when=[raise_relapse, raise_relapse], then=[relapsed])
    assert (state.returned, state.proposal, state.spell.nth) == (False, None, 2)


def test_a_new_return_is_observed_anew() -> None:
    again = msgspec.structs.replace(returned, returned_on=TODAY, spell=2)
    given = [*OBSERVED, relapsed]
    scenario(CASE, given=given, when=confirm(TODAY), then=[again])
    assert due(CASE, *given, again)["observation-2"].since == TODAY


def test_an_absence_that_was_none_gives_the_return_back() -> None:
    withdraw = WithdrawRelapse(case_id=CASE_ID, day=TODAY)
    state = scenario(CASE, given=[*OBSERVED, relapsed], when=[withdraw, withdraw], then=[restored])
    assert state.spell.observed_on == observed.completed_on
    assert "observation-1" in due(CASE, *IN_OBSERVATION, relapsed, restored)


def test_a_new_return_is_not_taken_back_by_the_old_absence() -> None:
    again = msgspec.structs.replace(returned, returned_on=TODAY, spell=2)
    scenario(CASE, given=[*IN_OBSERVATION, relapsed, again], when=WithdrawRelapse(case_id=CASE_ID, day=TODAY), then=[])


def test_a_second_relapse_never_takes_the_spell_of_a_withdrawn_one() -> None:
    third = msgspec.structs.replace(relapsed, spell=3)
    scenario(CASE, given=[*IN_OBSERVATION, relapsed, restored], when=raise_relapse, then=[third])
