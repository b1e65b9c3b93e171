"""Standing questions: the lost child every quarter, the other school next term."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from services.casework.domain import errors
from services.casework.domain.case import CASE
from services.casework.domain.policies import RECHECK_ENROLLED, RECHECK_LOST
from services.casework.domain.rechecks import NoteRecheckDue, RecordRecheck
from services.contracts.casework import CaseReopened, RecheckFellDue, RecheckRecorded
from services.contracts.codes import Cause, Outcome
from services.contracts.ids import OfficerId
from tests.casework.invented import (
    CASE_ID,
    OPENED_ON,
    PUPIL_ID,
    SEALED,
    TODAY,
    cause,
    closed,
    confirmed,
    midnight_after,
    numbered,
    opened,
    proposed,
    returned,
)
from tests.scenario import due, given_now, scenario

LOST = [opened, numbered, cause(Cause.LOST_CONTACT)]
ELSEWHERE = [opened, numbered, closed(Outcome.ENROLLED_ELSEWHERE, date(2026, 9, 5))]
fired = msgspec.structs.replace(given_now(), due_at=midnight_after(TODAY))


def fell_due(reason: Any, nth: int = 1) -> RecheckFellDue:
    return RecheckFellDue(case_id=CASE_ID, pupil_id=PUPIL_ID, reason=reason, nth=nth, due_on=TODAY)


record = RecordRecheck(case_id=CASE_ID, checked_on=TODAY, changed=False, finding=SEALED)
recorded = RecheckRecorded(
    case_id=CASE_ID,
    pupil_id=PUPIL_ID,
    nth=1,
    checked_on=TODAY,
    changed=False,
    by_officer_id=OfficerId("officer-1"),
    finding=SEALED,
)


def note(nth: int = 1) -> NoteRecheckDue:
    return NoteRecheckDue(case_id=CASE_ID, nth=nth, given=fired)


def test_a_lost_child_is_asked_for_every_quarter() -> None:
    first = due(CASE, *LOST)["recheck-1"]
    assert (first.since, first.term) == (OPENED_ON, RECHECK_LOST)
    scenario(CASE, given=LOST, when=[note(), note()], then=[fell_due("lost_contact")])
    assert "recheck-2" not in due(CASE, *LOST, fell_due("lost_contact"))
    assert due(CASE, *LOST, fell_due("lost_contact"), recorded)["recheck-2"].since == TODAY


def test_a_child_at_another_school_is_asked_for_once() -> None:
    deadline = due(CASE, *ELSEWHERE)["recheck-closed"]
    assert (deadline.since, deadline.term) == (date(2026, 9, 5), RECHECK_ENROLLED)
    scenario(CASE, given=ELSEWHERE, when=[note(), record], then=[fell_due("enrolled_elsewhere"), recorded])
    assert not due(CASE, *ELSEWHERE, fell_due("enrolled_elsewhere"), recorded)


GONE = msgspec.structs.replace(record, changed=True)
gone = msgspec.structs.replace(recorded, changed=True)
reopened = CaseReopened(case_id=CASE_ID, pupil_id=PUPIL_ID, reopened_on=TODAY, spell=2)


def test_a_child_that_is_not_at_the_other_school_any_more_reopens_its_case_with_its_history() -> None:
    closing = [proposed, confirmed, closed(Outcome.ENROLLED_ELSEWHERE, date(2026, 9, 5))]
    given = [opened, numbered, cause(Cause.HARDSHIP), *closing, fell_due("enrolled_elsewhere")]
    state = scenario(CASE, given=given, when=GONE, then=[gone, reopened])
    assert (state.number, state.causes, state.spell.away_since) == (numbered.number, (Cause.HARDSHIP,), TODAY)
    assert (state.end, state.outcome, state.proposal, state.confirmation) == (None, None, None, None)
    assert "recheck-closed" not in due(CASE, *given, gone, reopened)
    assert "recheck-closed" in due(CASE, *given, gone, reopened, closed(Outcome.ENROLLED_ELSEWHERE)), "it is asked once more"


def test_a_child_that_is_on_a_roll_here_again_leaves_its_old_case_closed() -> None:
    known = msgspec.structs.replace(GONE, elsewhere_known=True)
    scenario(CASE, given=[*ELSEWHERE, fell_due("enrolled_elsewhere")], when=known, then=[gone])


def test_a_lost_child_that_is_found_has_an_open_case_already() -> None:
    scenario(CASE, given=[*LOST, fell_due("lost_contact")], when=GONE, then=[gone])


@pytest.mark.parametrize(
    "given",
    [
        [opened, numbered, cause(Cause.HARDSHIP)],
        [*LOST, cause(Cause.HARDSHIP)],
        [*LOST, returned],
        [opened, numbered, closed(Outcome.GRADUATED)],
    ],
)
def test_nobody_else_is_asked_for(given: list[Any]) -> None:
    assert not [purpose for purpose in due(CASE, *given) if purpose.startswith("recheck")]
    scenario(CASE, given=given, when=note(), then=[])


def test_a_question_that_is_not_due_is_not_answered() -> None:
    scenario(CASE, given=LOST, when=record, then=errors.NoRecheckDue)


def test_an_answer_is_not_dated_in_the_future() -> None:
    future = msgspec.structs.replace(record, checked_on=TODAY + timedelta(days=1))
    scenario(CASE, given=[*LOST, fell_due("lost_contact")], when=future, then=errors.InTheFuture)


def test_the_question_goes_with_its_reason_and_comes_again_with_it() -> None:
    found = [*LOST, fell_due("lost_contact"), cause(Cause.HARDSHIP)]
    scenario(CASE, given=found, when=record, then=errors.NoRecheckDue)
    assert "recheck-1" in due(CASE, *found, cause(Cause.LOST_CONTACT))
