"""Measures done and overdue, promises checked; each refusal once."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from services.casework.domain import errors
from services.casework.domain.case import CASE, deadlines
from services.casework.domain.case_state import CaseState, evolve
from services.casework.domain.keeping import CheckCommitment, NoteMeasureOverdue, RecordMeasureDone
from services.contracts.casework import CommitmentChecked, CommitmentSigned, Measure, MeasureDone, MeasureFellOverdue
from services.contracts.codes import Cause, Promise
from services.contracts.ids import MeasureId, OfficerId
from tests.casework.domain.duties import by_clock
from tests.casework.invented import CASE_ID, OPENED_ON, PUPIL_ID, SEALED, TODAY, cause, closed, measure_id, numbered, opened, plan
from tests.scenario import scenario

OF_CASE = {"case_id": CASE_ID, "pupil_id": PUPIL_ID}
TALK = measure_id(Cause.FAMILY_ATTITUDE, "regular_talks")
DUE_ON, LATER = date(2026, 9, 4), date(2026, 9, 20)
FACTS = (opened, cause(Cause.FAMILY_ATTITUDE))
record = RecordMeasureDone(case_id=CASE_ID, measure_id=TALK, done_on=TODAY, note=SEALED)
done = MeasureDone(**OF_CASE, measure_id=TALK, done_on=TODAY, by_officer_id=OfficerId("officer-1"), note=SEALED)
overdue = MeasureFellOverdue(**OF_CASE, measure_id=TALK, due_on=DUE_ON)
note_overdue = by_clock(NoteMeasureOverdue(case_id=CASE_ID, measure_id=TALK, due_on=DUE_ON), DUE_ON)
signed = CommitmentSigned(**OF_CASE, signed_on=OPENED_ON, signed_by="guardian", promises=(Promise.NO_WORK,))


def planned(due_on: date | None = DUE_ON) -> Any:
    return plan(Measure(TALK, "regular_talks", Cause.FAMILY_ATTITUDE, due_on=due_on))


def awaited(*events: Any) -> list[tuple[str, Any]]:
    state = CaseState()
    for event in events:
        state = evolve(state, event)
    return [(each.purpose, each.since) for each in deadlines(state) if each.purpose.startswith("measure-")]


def test_a_measure_of_the_plan_is_done_once() -> None:
    scenario(CASE, given=[*FACTS, planned()], when=[record, record], then=[done])


def test_a_measure_that_is_not_in_the_plan_in_force_cannot_be_done() -> None:
    other = RecordMeasureDone(case_id=CASE_ID, measure_id=MeasureId("another"), done_on=TODAY)
    scenario(CASE, given=[*FACTS, planned()], when=other, then=errors.NoSuchMeasure)
    scenario(CASE, given=FACTS, when=record, then=errors.NoSuchMeasure)


@pytest.mark.parametrize(("on", "refusal"), [(date(2026, 9, 9), errors.InTheFuture), (date(2026, 8, 31), errors.BeforeTheCase)])
def test_a_measure_is_done_between_the_opening_and_today(on: date, refusal: type[Exception]) -> None:
    command = RecordMeasureDone(case_id=CASE_ID, measure_id=TALK, done_on=on)
    scenario(CASE, given=[*FACTS, planned()], when=command, then=refusal)


def test_a_measure_falls_overdue_once_and_may_be_done_afterwards() -> None:
    given = [*FACTS, planned()]
    scenario(CASE, given=given, when=[note_overdue, note_overdue, record], then=[overdue, done])


def test_a_measure_that_is_done_or_has_another_day_by_now_is_not_overdue() -> None:
    scenario(CASE, given=[*FACTS, planned(), done], when=note_overdue, then=[])
    scenario(CASE, given=[*FACTS, planned(), planned(LATER)], when=note_overdue, then=[])
    scenario(CASE, given=[*FACTS, planned(), numbered, closed()], when=note_overdue, then=[])


def test_the_clock_waits_for_the_day_of_each_measure_that_is_not_done() -> None:
    assert awaited(*FACTS, planned()) == [(f"measure-{TALK}", DUE_ON)]
    assert awaited(*FACTS, planned(), planned(LATER)) == [(f"measure-{TALK}", LATER)]
    for last in (done, overdue):
        assert awaited(*FACTS, planned(), last) == []
    assert awaited(*FACTS, planned(None)) == []
    assert awaited(*FACTS, planned(), numbered, closed()) == []


def test_a_promise_of_the_commitment_is_checked() -> None:
    check = CheckCommitment(case_id=CASE_ID, promise=Promise.NO_WORK, checked_on=TODAY, kept=False, note=SEALED)
    checked = CommitmentChecked(
        **OF_CASE, promise=Promise.NO_WORK, checked_on=TODAY, kept=False, by_officer_id=OfficerId("officer-1"), note=SEALED
    )
    scenario(CASE, given=[*FACTS, signed], when=check, then=[checked])


def test_what_was_not_promised_cannot_be_checked() -> None:
    check = CheckCommitment(case_id=CASE_ID, promise=Promise.KEEPS_CONTACT, checked_on=TODAY, kept=True)
    scenario(CASE, given=[*FACTS, signed], when=check, then=errors.PromiseNotGiven)
    scenario(CASE, given=FACTS, when=check, then=errors.PromiseNotGiven)


def test_a_promise_is_not_checked_in_the_future() -> None:
    check = CheckCommitment(case_id=CASE_ID, promise=Promise.NO_WORK, checked_on=LATER, kept=True)
    scenario(CASE, given=[*FACTS, signed], when=check, then=errors.InTheFuture)
