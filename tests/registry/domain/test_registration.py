"""The registration window: who is waited for, who came, who did not."""

from __future__ import annotations

from datetime import date
from typing import Literal

import pytest
from msgspec.structs import replace

from services.chassis.decider import Command, Event, derived_id
from services.chassis.errors import Refusal
from services.contracts.codes import ExcuseKind, Ledger
from services.contracts.ids import EpisodeId
from services.contracts.registry import (
    AbsenceEnded,
    AbsenceExcused,
    AbsenceWithdrawn,
    AttendanceNoted,
    PupilRegistered,
    PupilSuspected,
    RegistrationExpected,
)
from services.registry.domain.attendance import ExcuseDay, NoteAttendance, WithdrawAbsence
from services.registry.domain.errors import (
    AlreadyInDropoutLedger,
    NotExpected,
    PupilNotOnRoll,
)
from services.registry.domain.pupil import PUPIL
from services.registry.domain.registration import CloseRegistration, ExpectRegistration, RegisterPupil
from tests.registry.domain.children import (
    CLASS_ID,
    DAY,
    DIVISION,
    EPISODE,
    JUNIOR,
    JUNIOR_CLASS,
    MORNING,
    PUPIL_ID,
    SCHOOL_DAYS,
    SCHOOL_ID,
    TODAY,
    at,
    by_clock,
    dropout,
    enrol,
    enrolled,
    lifted,
    missing,
    noticed,
)
from tests.scenario import NOW, due, scenario

TERM = "2026-1"

expect = ExpectRegistration(
    pupil_id=PUPIL_ID,
    term=TERM,
    school_id=JUNIOR,
    class_id=JUNIOR_CLASS,
    grade=7,
    residence_division=DIVISION,
    opened_on=date(2026, 9, 1),
)
expected = RegistrationExpected(
    pupil_id=PUPIL_ID,
    term=TERM,
    school_id=JUNIOR,
    class_id=JUNIOR_CLASS,
    grade=7,
    residence_division=DIVISION,
    opened_on=date(2026, 9, 1),
)
expected_here = replace(expected, school_id=SCHOOL_ID, class_id=CLASS_ID)
awaited_here = [enrolled, noticed(DAY, first=True), expected_here]
"""On the roll, and missing on the first day of the term."""

excused = AbsenceExcused(
    pupil_id=PUPIL_ID, episode_id=EPISODE, day=DAY, session=MORNING, kind=ExcuseKind.ILLNESS_WITH_PROOF
)  # fmt: skip
registered = PupilRegistered(pupil_id=PUPIL_ID, term=TERM, school_id=JUNIOR, registered_on=TODAY)
register = RegisterPupil(pupil_id=PUPIL_ID, term=TERM, school_id=JUNIOR, registered_on=TODAY)
not_registered = PupilSuspected(
    pupil_id=PUPIL_ID,
    episode_id=EpisodeId(derived_id("episode", PUPIL_ID, "registration", TERM)),
    school_id=JUNIOR,
    class_id=JUNIOR_CLASS,
    grade=7,
    residence_division=DIVISION,
    suspected_on=date(2026, 9, 5),
    last_attended_on=None,
    reason="not_registered",
)
never_came = replace(
    not_registered, episode_id=EPISODE, school_id=SCHOOL_ID, class_id=CLASS_ID, suspected_on=SCHOOL_DAYS[2]
)  # fmt: skip


def test_an_expected_child_has_until_the_window_closes() -> None:
    deadline = due(PUPIL, expected)["registration"]
    assert (deadline.since, deadline.school_id) == (date(2026, 8, 31), JUNIOR)
    assert deadline.command == CloseRegistration(pupil_id=PUPIL_ID, term=TERM)


def test_an_expectation_said_twice_is_said_once() -> None:
    scenario(PUPIL, when=[expect, expect], then=[expected])


def test_whoever_has_not_registered_when_the_window_closes_is_suspected() -> None:
    close = CloseRegistration(pupil_id=PUPIL_ID, term=TERM, given=by_clock(at(date(2026, 9, 5), 0, 0)))
    scenario(PUPIL, given=[expected], when=close, then=[not_registered])


def test_a_registered_child_is_no_longer_waited_for() -> None:
    scenario(PUPIL, given=[expected], when=[register, register], then=[registered])
    assert due(PUPIL, expected, registered) == {}
    scenario(PUPIL, given=[expected, registered], when=CloseRegistration(pupil_id=PUPIL_ID, term=TERM), then=[])


def test_being_put_on_the_roll_is_registering() -> None:
    at_junior = replace(enrol, school_id=JUNIOR, class_id=JUNIOR_CLASS)
    on_roll = replace(enrolled, school_id=JUNIOR, class_id=JUNIOR_CLASS)
    scenario(PUPIL, given=[expected], when=at_junior, then=[on_roll, registered])


def test_the_first_list_without_the_child_among_the_missing_registers_it() -> None:
    by_list = replace(register, by_list=True, registered_on=DAY)
    scenario(PUPIL, given=[enrolled], when=[by_list, by_list], then=[replace(registered, registered_on=DAY)])


def came(on: date) -> PupilRegistered:
    return replace(registered, school_id=SCHOOL_ID, registered_on=on)


def run_over(on: date, reason: Literal["attended", "withdrawn", "excused"]) -> AbsenceEnded:
    return AbsenceEnded(pupil_id=PUPIL_ID, episode_id=EPISODE, back_on=on, reason=reason)


def test_a_child_that_comes_within_the_window_is_registered_on_the_day_it_came() -> None:
    back = NoteAttendance(pupil_id=PUPIL_ID, day=SCHOOL_DAYS[1], session=MORNING)
    seen = AttendanceNoted(pupil_id=PUPIL_ID, episode_id=EPISODE, day=SCHOOL_DAYS[1], session=MORNING)
    then = [seen, run_over(SCHOOL_DAYS[1], "attended"), came(SCHOOL_DAYS[1])]
    scenario(PUPIL, given=awaited_here, when=back, then=then)
    assert "registration" in due(PUPIL, *awaited_here)
    assert "registration" not in due(PUPIL, *awaited_here, *then)


def test_leave_accounts_for_an_awaited_child() -> None:
    ill = ExcuseDay(pupil_id=PUPIL_ID, day=DAY, kind=ExcuseKind.ILLNESS_WITH_PROOF)
    scenario(PUPIL, given=awaited_here, when=ill, then=[excused, run_over(DAY, "excused"), came(DAY)])


def test_a_corrected_list_accounts_for_an_awaited_child() -> None:
    wrong = WithdrawAbsence(pupil_id=PUPIL_ID, day=DAY, session=MORNING)
    withdrawn = AbsenceWithdrawn(pupil_id=PUPIL_ID, episode_id=EPISODE, day=DAY, session=MORNING)
    scenario(PUPIL, given=awaited_here, when=wrong, then=[withdrawn, run_over(DAY, "withdrawn"), came(DAY)])


def test_leave_brought_after_the_window_lifts_the_suspicion_that_nobody_came() -> None:
    ill = ExcuseDay(pupil_id=PUPIL_ID, day=DAY, kind=ExcuseKind.ILLNESS_WITH_PROOF)
    then = [excused, run_over(DAY, "excused"), came(DAY), lifted(never_came, "registered")]
    scenario(PUPIL, given=[*awaited_here, never_came], when=ill, then=then)


def test_a_child_missing_through_the_window_is_suspected_in_the_episode_of_its_absence() -> None:
    close = CloseRegistration(pupil_id=PUPIL_ID, term=TERM, given=by_clock(at(SCHOOL_DAYS[2], 18, 0)))
    scenario(PUPIL, given=awaited_here, when=close, then=[never_came])


def test_a_child_that_its_absence_made_suspected_is_not_suspected_again_for_its_registration() -> None:
    scenario(PUPIL, given=[*missing(6), expected_here], when=CloseRegistration(pupil_id=PUPIL_ID, term=TERM), then=[])


def test_late_registration_lifts_the_suspicion() -> None:
    state = scenario(
        PUPIL,
        given=[expected, not_registered],
        when=register,
        then=[registered, lifted(not_registered, "registered")],
    )
    assert state.ledger is Ledger.SCHOOL_AGE


def test_a_child_registered_already_is_not_expected_again() -> None:
    scenario(PUPIL, given=[expected, registered], when=expect, then=[])


@pytest.mark.parametrize(
    ("given", "command", "refusal"),
    [
        ([], register, PupilNotOnRoll),
        ([enrolled], register, NotExpected),
        ([*missing(6), dropout], expect, AlreadyInDropoutLedger),
    ],
)
def test_only_who_is_expected_registers_and_nobody_in_the_dropout_ledger_is_expected(
    given: list[Event], command: Command, refusal: type[Refusal]
) -> None:
    scenario(PUPIL, given=given, when=command, then=refusal, now=NOW)
