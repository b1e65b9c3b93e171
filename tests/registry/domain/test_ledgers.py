"""The moves between the ledgers: dropout, return, a return lost and restored, striking off."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from services.chassis.decider import Command, Event
from services.chassis.errors import Refusal
from services.contracts.codes import ContactMeans, ExcuseKind, Ledger, Outcome, Placement
from services.contracts.ids import ContactId, EpisodeId, OfficerId
from services.contracts.registry import (
    AbsenceEnded,
    AbsenceExcused,
    AbsenceWithdrawn,
    AttendanceNoted,
    ContactRecorded,
    DropoutConfirmed,
    PupilStruckOff,
    ReturnLost,
    ReturnRestored,
    StrikeOffWithdrawn,
)
from services.registry.domain.attendance import CloseAbsentDay, ExcuseDay, NoteAttendance, NoticeAbsence, WithdrawAbsence
from services.registry.domain.errors import NotInDropoutLedger, NotSuspected, OtherEpisode
from services.registry.domain.ledgers import CloseSuspicion, ConfirmDropout, ReturnPupil, StrikeOffPupil, WithdrawStrikeOff
from services.registry.domain.pupil import PUPIL
from tests.registry.domain.children import (
    AFTERNOON,
    CLASS_ID,
    EPISODE,
    MORNING,
    PUPIL_ID,
    SCHOOL_DAYS,
    SCHOOL_ID,
    SEALED,
    at,
    by_clock,
    counted,
    dropout,
    enrolled,
    missing,
    noticed,
    returned,
)
from tests.scenario import due, scenario

SIXTH, SEVENTH, EIGHTH, NINTH = SCHOOL_DAYS[5:9]

confirm_dropout = ConfirmDropout(pupil_id=PUPIL_ID, evidence=SEALED)
give_back = ReturnPupil(pupil_id=PUPIL_ID, episode_id=EPISODE, returned_on=EIGHTH, placement=Placement.ORIGINAL_CLASS)
strike_off = StrikeOffPupil(pupil_id=PUPIL_ID, episode_id=EPISODE, outcome=Outcome.RETURNED, closed_on=NINTH)
struck_off = PupilStruckOff(pupil_id=PUPIL_ID, episode_id=EPISODE, outcome=Outcome.RETURNED, struck_off_on=NINTH)

DROPPED_OUT: list[Event] = [*missing(6), dropout]
OBSERVED: list[Event] = [*DROPPED_OUT, returned(EIGHTH)]
lost = ReturnLost(pupil_id=PUPIL_ID, episode_id=EPISODE, day=NINTH)


def notice(day: date) -> NoticeAbsence:
    return NoticeAbsence(pupil_id=PUPIL_ID, school_id=SCHOOL_ID, class_id=CLASS_ID, day=day, session=MORNING)


def close(day: date) -> CloseAbsentDay:
    return CloseAbsentDay(pupil_id=PUPIL_ID, day=day, given=by_clock(at(day, 18, 0)))


# --- dropout ----------------------------------------------------------------------------------------------------------


def test_the_principal_confirms_a_suspected_dropout_with_evidence() -> None:
    scenario(PUPIL, given=missing(6), when=[confirm_dropout, confirm_dropout], then=[dropout], now=at(SEVENTH, 9))


def test_a_suspicion_ends_by_the_clock_after_its_term() -> None:
    deadline = due(PUPIL, *missing(6))["suspicion"]
    assert (deadline.since, deadline.school_id) == (SIXTH, SCHOOL_ID)
    on = date(2026, 10, 9)
    by_itself = DropoutConfirmed(pupil_id=PUPIL_ID, episode_id=EPISODE, school_id=SCHOOL_ID, confirmed_on=on, by="clock")
    command = replace(deadline.command, given=by_clock(at(on, 0, 0)))
    scenario(PUPIL, given=missing(6), when=command, then=[by_itself])


def test_a_suspicion_ends_on_the_day_on_which_it_was_due_however_late_the_clock_comes_to_it() -> None:
    on = date(2026, 10, 9)
    late = replace(by_clock(at(on, 0, 0)), now=at(date(2026, 10, 12)))
    by_itself = DropoutConfirmed(pupil_id=PUPIL_ID, episode_id=EPISODE, school_id=SCHOOL_ID, confirmed_on=on, by="clock")
    scenario(PUPIL, given=missing(6), when=CloseSuspicion(pupil_id=PUPIL_ID, given=late), then=[by_itself])


def test_the_clock_confirms_nothing_once_the_suspicion_is_gone() -> None:
    scenario(PUPIL, given=missing(5), when=CloseSuspicion(pupil_id=PUPIL_ID), then=[])


def test_in_the_dropout_ledger_the_clock_has_nothing_left_to_do() -> None:
    assert due(PUPIL, *DROPPED_OUT, noticed(SEVENTH, silent=True)) == {}


def test_a_dropout_missing_at_roll_call_is_noted_silently() -> None:
    scenario(PUPIL, given=DROPPED_OUT, when=notice(SEVENTH), then=[noticed(SEVENTH, silent=True)])


def test_a_dropout_seen_at_roll_call_is_noted_and_stays_in_the_ledger() -> None:
    seen = AttendanceNoted(pupil_id=PUPIL_ID, episode_id=EPISODE, day=SEVENTH, session=MORNING)
    command = NoteAttendance(pupil_id=PUPIL_ID, day=SEVENTH, session=MORNING)
    state = scenario(PUPIL, given=DROPPED_OUT, when=command, then=[seen])
    assert state.ledger is Ledger.DROPOUT


# --- return -----------------------------------------------------------------------------------------------------------


def test_the_case_says_that_the_child_is_back() -> None:
    state = scenario(PUPIL, given=DROPPED_OUT, when=[give_back, give_back], then=[returned(EIGHTH)])
    assert (state.ledger, state.observed) == (Ledger.DROPOUT, True)


def test_sessions_before_the_return_are_history() -> None:
    withdraw = WithdrawAbsence(pupil_id=PUPIL_ID, day=SEVENTH, session=MORNING)
    scenario(PUPIL, given=OBSERVED, when=[notice(SEVENTH), withdraw], then=[])


def test_a_day_missed_after_the_return_loses_it_when_it_closes() -> None:
    reached = ContactRecorded(
        contact_id=ContactId("contact-2"),
        pupil_id=PUPIL_ID,
        episode_id=EPISODE,
        day=NINTH,
        means=ContactMeans.CALL,
        reached=True,
        by_officer_id=OfficerId("teacher"),
    )
    scenario(
        PUPIL,
        given=[*OBSERVED, noticed(NINTH, first=True), reached],
        when=close(NINTH),
        then=[counted(NINTH, 1), lost],
    )


def test_a_child_back_in_the_afternoon_keeps_its_return() -> None:
    given = [*OBSERVED, noticed(NINTH, first=True)]
    command = WithdrawAbsence(pupil_id=PUPIL_ID, day=NINTH, session=MORNING)
    withdrawn = AbsenceWithdrawn(pupil_id=PUPIL_ID, episode_id=EPISODE, day=NINTH, session=MORNING)
    over = AbsenceEnded(pupil_id=PUPIL_ID, episode_id=EPISODE, back_on=NINTH, reason="withdrawn")
    state = scenario(PUPIL, given=given, when=command, then=[withdrawn, over])
    assert state.observed


@pytest.mark.parametrize(
    ("command", "first"),
    [
        (
            WithdrawAbsence(pupil_id=PUPIL_ID, day=NINTH, session=MORNING),
            AbsenceWithdrawn(pupil_id=PUPIL_ID, episode_id=EPISODE, day=NINTH, session=MORNING),
        ),
        (
            ExcuseDay(pupil_id=PUPIL_ID, day=NINTH, kind=ExcuseKind.LEAVE),
            AbsenceExcused(pupil_id=PUPIL_ID, episode_id=EPISODE, day=NINTH, session=MORNING, kind=ExcuseKind.LEAVE),
        ),
    ],
)
def test_a_return_lost_by_mistake_is_restored(command: Command, first: Event) -> None:
    given = [*OBSERVED, noticed(NINTH, first=True), counted(NINTH, 1), lost]
    restored = ReturnRestored(pupil_id=PUPIL_ID, episode_id=EPISODE, day=NINTH)
    reason = "excused" if isinstance(first, AbsenceExcused) else "withdrawn"
    over = AbsenceEnded(pupil_id=PUPIL_ID, episode_id=EPISODE, back_on=NINTH, reason=reason)
    state = scenario(PUPIL, given=given, when=command, then=[first, restored, over])
    assert state.observed


def test_a_return_stays_lost_while_another_session_of_its_day_was_missed() -> None:
    given = [*OBSERVED, noticed(NINTH, first=True), noticed(NINTH, AFTERNOON), counted(NINTH, 1), lost]
    command = WithdrawAbsence(pupil_id=PUPIL_ID, day=NINTH, session=MORNING)
    withdrawn = AbsenceWithdrawn(pupil_id=PUPIL_ID, episode_id=EPISODE, day=NINTH, session=MORNING)
    state = scenario(PUPIL, given=given, when=command, then=[withdrawn])
    assert state.away


def test_a_return_that_was_lost_is_not_restored_by_being_seen_again() -> None:
    given = [*OBSERVED, noticed(NINTH, first=True), counted(NINTH, 1), lost]
    on = date(2026, 9, 14)
    seen = AttendanceNoted(pupil_id=PUPIL_ID, episode_id=EPISODE, day=on, session=MORNING)
    command = NoteAttendance(pupil_id=PUPIL_ID, day=on, session=MORNING)
    state = scenario(PUPIL, given=given, when=command, then=[seen])
    assert state.away


def test_a_child_can_be_returned_again_after_a_relapse() -> None:
    given = [*OBSERVED, noticed(NINTH, first=True), counted(NINTH, 1), lost]
    again = replace(give_back, returned_on=date(2026, 9, 14))
    state = scenario(PUPIL, given=given, when=again, then=[returned(date(2026, 9, 14))])
    assert state.observed


# --- striking off -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outcome", "ledger"),
    [
        (Outcome.RETURNED, Ledger.SCHOOL_AGE),
        (Outcome.HOME_TEACHING, Ledger.SCHOOL_AGE),
        (Outcome.DEFERRED, Ledger.SCHOOL_AGE),
        (Outcome.ENROLLED_ELSEWHERE, Ledger.STRUCK_OFF),
        (Outcome.VOCATIONAL, Ledger.STRUCK_OFF),
        (Outcome.MOVED_ABROAD, Ledger.STRUCK_OFF),
        (Outcome.DECEASED, Ledger.STRUCK_OFF),
        (Outcome.INFORMATION_ERROR, Ledger.STRUCK_OFF),
        (Outcome.GRADUATED, Ledger.STRUCK_OFF),
        (Outcome.OVER_AGE, Ledger.STRUCK_OFF),
    ],
)
def test_a_closed_case_leads_to_the_ledger_of_its_outcome(outcome: Outcome, ledger: Ledger) -> None:
    command = replace(strike_off, outcome=outcome)
    state = scenario(PUPIL, given=OBSERVED, when=[command, command], then=[replace(struck_off, outcome=outcome)])
    assert state.ledger is ledger


def test_a_struck_off_child_that_was_back_begins_a_new_episode_when_it_is_missing() -> None:
    state = scenario(PUPIL, given=[*OBSERVED, struck_off], when=[], then=[])
    [event] = PUPIL.decide(state, notice(NINTH))
    assert event.episode_id != EPISODE


def test_a_reopened_case_brings_the_child_back_into_the_ledger_of_dropouts_in_its_old_episode() -> None:
    gone = replace(struck_off, outcome=Outcome.ENROLLED_ELSEWHERE)
    again = WithdrawStrikeOff(pupil_id=PUPIL_ID, episode_id=EPISODE, reopened_on=NINTH)
    withdrawn = StrikeOffWithdrawn(pupil_id=PUPIL_ID, episode_id=EPISODE, withdrawn_on=NINTH)
    state = scenario(PUPIL, given=[*OBSERVED, gone], when=[again, again], then=[withdrawn])
    assert (state.ledger, state.away, state.enrolled) == (Ledger.DROPOUT, True, False)
    scenario(PUPIL, given=[*OBSERVED, gone, withdrawn], when=give_back, then=[returned(EIGHTH)])


@pytest.mark.parametrize("after", [[], [replace(struck_off, outcome=Outcome.ENROLLED_ELSEWHERE), enrolled]])
def test_a_reopened_case_moves_nobody_who_is_in_a_ledger_or_on_a_roll_again(after: list[Event]) -> None:
    again = WithdrawStrikeOff(pupil_id=PUPIL_ID, episode_id=EPISODE, reopened_on=NINTH)
    scenario(PUPIL, given=[*OBSERVED, *after], when=again, then=[])


def test_a_child_that_has_left_can_be_enrolled_again() -> None:
    gone = replace(struck_off, outcome=Outcome.MOVED_ABROAD)
    state = scenario(PUPIL, given=[*OBSERVED, gone, enrolled], when=[], then=[])
    assert (state.ledger, state.known, state.facts) == (Ledger.SCHOOL_AGE, True, {})


# --- refusals ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "command", "refusal"),
    [
        (missing(5), confirm_dropout, NotSuspected),
        (missing(6), give_back, NotInDropoutLedger),
        (DROPPED_OUT, replace(give_back, episode_id=EpisodeId("another")), OtherEpisode),
        ([enrolled], strike_off, NotInDropoutLedger),
        (DROPPED_OUT, replace(strike_off, episode_id=EpisodeId("another")), OtherEpisode),
    ],
)
def test_no_child_leaves_a_ledger_in_which_it_does_not_stand_or_in_another_episode(
    given: list[Event], command: Command, refusal: type[Refusal]
) -> None:
    scenario(PUPIL, given=given, when=command, then=refusal)
