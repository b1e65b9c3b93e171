"""A class's roll calls: taken by exceptions, corrected, late, missing."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from services.chassis.decider import Command
from services.chassis.errors import Refusal
from services.contracts.codes import ExcuseKind, Session
from services.contracts.ids import PupilId
from services.contracts.registry import (
    ClassSessionsChanged,
    ClassTermEnded,
    ClassTermOpened,
    Excuse,
    RollCallCorrected,
    RollCallMissing,
    RollCallTaken,
    Seen,
    TermRegistrationOpened,
)
from services.registry.domain.calling import CorrectRollCall, TakeRollCall
from services.registry.domain.class_term import CLASS_TERM, stream_of
from services.registry.domain.errors import (
    CorrectionTooLate,
    DayNotYetCome,
    NotASchoolDay,
    PupilNamedTwice,
    PupilNotOfClass,
    RollCallDiffers,
    RollCallNotTaken,
    RollCallTooOld,
)
from services.registry.domain.policies import REGISTRATION_OPENS, ROLL_CALL_DUE
from services.registry.domain.terms import ChangeSessions, NoteMissingRollCall, OpenClassTerm, OpenRegistration
from tests.registry.domain.children import AFTERNOON, CLASS_ID, MORNING, SCHOOL_ID, at, by_clock
from tests.scenario import due, scenario

MONDAY, TUESDAY, WEDNESDAY = date(2026, 9, 7), date(2026, 9, 8), date(2026, 9, 9)
"""Tuesday is today."""

A, B, C = PupilId("a"), PupilId("b"), PupilId("c")
MEMBERS = frozenset({A, B, C})
LEAVE = ExcuseKind.LEAVE

take = TakeRollCall(
    class_id=CLASS_ID, school_id=SCHOOL_ID, day=TUESDAY, session=MORNING, roll_is_called=True, late_by=0, members=MEMBERS
)
correct = CorrectRollCall(class_id=CLASS_ID, day=TUESDAY, session=MORNING, members=MEMBERS)
taken = RollCallTaken(class_id=CLASS_ID, school_id=SCHOOL_ID, day=TUESDAY, session=MORNING)
corrected = RollCallCorrected(class_id=CLASS_ID, school_id=SCHOOL_ID, day=TUESDAY, session=MORNING)
opened = ClassTermOpened(class_id=CLASS_ID, school_id=SCHOOL_ID, term="2026-1", from_on=date(2026, 8, 31), sessions=(MORNING,))


SUNDAY, RETURN_DAY = date(2026, 9, 13), Session.RETURN_DAY
"""On which boarders come back."""


def of_boarders() -> RollCallTaken:
    return replace(taken, day=SUNDAY, session=RETURN_DAY)


def on_monday(*absent: PupilId) -> RollCallTaken:
    return replace(taken, day=MONDAY, absent=absent)


def test_all_present_is_one_act_that_names_nobody() -> None:
    scenario(CLASS_TERM, when=take, then=[taken])


def test_only_those_who_are_away_are_named() -> None:
    command = replace(take, absent=(B, A), excused=(Excuse(C, LEAVE),))
    scenario(CLASS_TERM, when=command, then=[replace(taken, absent=(A, B), excused=(Excuse(C, LEAVE),))])


def test_the_same_list_sent_twice_is_one_list() -> None:
    command = replace(take, absent=(A, B))
    again = replace(take, absent=(B, A))
    scenario(CLASS_TERM, when=[command, again], then=[replace(taken, absent=(A, B))])


def test_back_are_those_who_were_away_at_the_list_before() -> None:
    before = replace(on_monday(A, B), excused=(Excuse(C, LEAVE),))
    command = replace(take, absent=(A,))
    scenario(CLASS_TERM, given=[before], when=command, then=[replace(taken, absent=(A,), back=(B, C), before=MONDAY)])


def test_back_are_also_those_whom_another_class_or_term_has_missed() -> None:
    scenario(CLASS_TERM, when=replace(take, awaited=frozenset({A, B}), absent=(B,)), then=[replace(taken, absent=(B,), back=(A,))])


def test_whoever_has_left_the_class_is_not_back() -> None:
    command = replace(take, members=frozenset({A, C}))
    scenario(CLASS_TERM, given=[on_monday(A, B)], when=command, then=[replace(taken, back=(A,), before=MONDAY)])


def test_a_list_entered_a_day_later_is_stale() -> None:
    late = replace(take, day=MONDAY, absent=(A,))
    scenario(CLASS_TERM, when=late, then=[replace(on_monday(A), stale=True)])


def test_a_late_list_tells_who_was_seen_since() -> None:
    late = replace(take, day=MONDAY, absent=(A, B))
    scenario(
        CLASS_TERM,
        given=[replace(taken, absent=(B,))],
        when=late,
        then=[replace(on_monday(A, B), stale=True, seen=(Seen(A, TUESDAY, MORNING),))],
    )


def test_a_late_list_looks_beyond_leave_for_when_the_child_was_seen() -> None:
    on_leave = replace(taken, excused=(Excuse(A, LEAVE),))
    there = replace(taken, session=AFTERNOON)
    scenario(
        CLASS_TERM,
        given=[on_leave, there],
        when=replace(take, day=MONDAY, absent=(A,)),
        then=[replace(on_monday(A), stale=True, seen=(Seen(A, TUESDAY, AFTERNOON),))],
    )


def test_a_correction_says_only_what_was_wrong() -> None:
    given = [replace(taken, absent=(A,), excused=(Excuse(B, LEAVE),))]
    command = replace(correct, present=(A,), absent=(B,), excused=(Excuse(C, LEAVE),))
    then = replace(corrected, withdrawn=(A,), added=(B,), excused=(Excuse(C, LEAVE),))
    scenario(CLASS_TERM, given=given, when=[command, command], then=[then])


def test_a_correction_of_an_earlier_list_tells_who_was_seen_since() -> None:
    given = [on_monday(), taken]
    command = replace(correct, day=MONDAY, absent=(A,))
    then = replace(corrected, day=MONDAY, added=(A,), stale=True, seen=(Seen(A, TUESDAY, MORNING),))
    scenario(CLASS_TERM, given=given, when=command, then=[then])


def test_a_term_is_opened_once_for_the_sessions_of_the_school() -> None:
    command = OpenClassTerm(
        class_id=CLASS_ID,
        school_id=SCHOOL_ID,
        term="2026-1",
        from_on=date(2026, 8, 31),
        sessions=(MORNING, RETURN_DAY),
    )
    scenario(CLASS_TERM, when=[command, command], then=[replace(opened, sessions=(MORNING, RETURN_DAY))])


def test_a_boarding_class_that_is_silent_on_the_return_day_is_unknown() -> None:
    boarding = replace(opened, sessions=(MORNING, RETURN_DAY))
    timer = due(CLASS_TERM, boarding, taken)["missing:return_day"]
    assert (timer.since, timer.term, timer.school_id) == (date(2026, 8, 31), ROLL_CALL_DUE[RETURN_DAY], SCHOOL_ID)
    command = replace(timer.command, given=by_clock(at(SUNDAY, 20)))
    silent = RollCallMissing(class_id=CLASS_ID, school_id=SCHOOL_ID, day=SUNDAY, session=RETURN_DAY)
    scenario(CLASS_TERM, given=[boarding, taken], when=command, then=[silent])
    scenario(CLASS_TERM, given=[boarding, of_boarders()], when=command, then=[])


def test_changed_sessions_are_expected_from_the_next_day_on_and_keep_what_is_settled() -> None:
    command = ChangeSessions(class_id=CLASS_ID, term="2026-1", from_on=TUESDAY, sessions=(MORNING, RETURN_DAY))
    changed = ClassSessionsChanged(
        class_id=CLASS_ID, school_id=SCHOOL_ID, term="2026-1", from_on=TUESDAY, sessions=(MORNING, RETURN_DAY)
    )
    scenario(CLASS_TERM, given=[opened, on_monday()], when=[command, command], then=[changed])
    timers = due(CLASS_TERM, opened, on_monday(), changed)
    assert {purpose: timer.since for purpose, timer in timers.items() if purpose != "registration"} == {
        "missing:morning": MONDAY,
        "missing:return_day": TUESDAY,
    }


def test_a_class_whose_term_has_ended_gets_its_sessions_with_the_next_one() -> None:
    ended = ClassTermEnded(
        class_id=CLASS_ID, school_id=SCHOOL_ID, term="2026-1", next_term="2026-2", until_on=TUESDAY, sessions=(MORNING,)
    )
    command = ChangeSessions(class_id=CLASS_ID, term="2026-1", from_on=TUESDAY, sessions=(MORNING, RETURN_DAY))
    scenario(CLASS_TERM, given=[opened, ended], when=command, then=[])
    scenario(CLASS_TERM, when=command, then=[])


def test_the_term_that_ends_on_a_return_day_is_followed_from_its_last_lesson() -> None:
    boarding = replace(opened, sessions=(MORNING, RETURN_DAY))
    lived = [boarding, of_boarders(), replace(taken, day=date(2027, 1, 15))]
    command = replace(due(CLASS_TERM, *lived)["missing:return_day"].command, given=by_clock(at(date(2027, 2, 28), 20)))
    ended = ClassTermEnded(
        class_id=CLASS_ID,
        school_id=SCHOOL_ID,
        term="2026-1",
        next_term="2026-2",
        until_on=date(2027, 1, 15),
        sessions=(MORNING, RETURN_DAY),
    )
    scenario(CLASS_TERM, given=lived, when=command, then=[ended])


def test_a_list_of_boarders_says_nothing_of_the_other_children() -> None:
    command = replace(
        take, day=SUNDAY, session=RETURN_DAY, boarders=frozenset({B}), awaited=frozenset({A, B}), unregistered=MEMBERS
    )
    then = replace(of_boarders(), back=(B,), before=MONDAY, registered=(B,))
    scenario(CLASS_TERM, given=[on_monday(A, B)], when=command, then=[then], now=at(SUNDAY, 20))


def test_who_does_not_board_is_back_at_the_lesson_after_the_return_day() -> None:
    day = date(2026, 9, 14)
    command = replace(take, day=day, boarders=frozenset({B}))
    then = replace(taken, day=day, back=(A,), before=MONDAY)
    scenario(CLASS_TERM, given=[on_monday(A, B), of_boarders()], when=command, then=[then], now=at(day))


def test_only_boarders_are_seen_on_a_return_day_by_a_list_that_comes_later() -> None:
    command = replace(take, absent=(A, B), boarders=frozenset({B}))
    then = replace(taken, absent=(A, B), stale=True, seen=(Seen(B, SUNDAY, RETURN_DAY),))
    scenario(CLASS_TERM, given=[of_boarders()], when=command, then=[then], now=at(SUNDAY, 21))


def test_a_list_is_expected_on_the_school_day_after_the_last_settled_one() -> None:
    first = due(CLASS_TERM, opened)["missing:morning"]
    assert (first.since, first.term, first.school_id) == (date(2026, 8, 31), ROLL_CALL_DUE[MORNING], SCHOOL_ID)
    then = due(CLASS_TERM, opened, taken)["missing:morning"]
    assert then.since == TUESDAY
    late = due(CLASS_TERM, opened, taken, on_monday())["missing:morning"]
    assert late.since == TUESDAY


def test_a_list_registers_all_who_have_not_registered_and_are_not_missing() -> None:
    command = replace(take, absent=(A,), excused=(Excuse(B, LEAVE),), unregistered=MEMBERS | {PupilId("moved away")})
    then = replace(taken, absent=(A,), excused=(Excuse(B, LEAVE),), registered=(B, C))
    scenario(CLASS_TERM, when=command, then=[then])


def test_the_registration_of_a_term_opens_once_when_its_first_school_day_is_over() -> None:
    deadline = due(CLASS_TERM, opened)["registration"]
    assert (deadline.since, deadline.term, deadline.school_id) == (date(2026, 8, 31), REGISTRATION_OPENS, SCHOOL_ID)
    met = OpenRegistration(class_id=CLASS_ID, term="2026-1", given=by_clock(at(date(2026, 9, 1), 18, 0)))
    begun = TermRegistrationOpened(class_id=CLASS_ID, school_id=SCHOOL_ID, term="2026-1", opened_on=date(2026, 9, 1))
    scenario(CLASS_TERM, given=[opened], when=[met, met], then=[begun])
    assert "registration" not in due(CLASS_TERM, opened, begun)


def test_a_class_that_sent_nothing_is_unknown() -> None:
    note = NoteMissingRollCall(class_id=CLASS_ID, term="2026-1", session=MORNING, given=by_clock(at(TUESDAY, 10, 30)))
    missing = RollCallMissing(class_id=CLASS_ID, school_id=SCHOOL_ID, day=TUESDAY, session=MORNING)
    scenario(CLASS_TERM, given=[opened], when=[note, note], then=[missing])
    next_one = due(CLASS_TERM, opened, missing)["missing:morning"]
    assert next_one.since == TUESDAY


def test_a_timer_fired_late_speaks_of_the_day_on_which_it_was_due() -> None:
    late = replace(by_clock(at(TUESDAY, 10, 30)), now=at(date(2026, 9, 11), 7))
    note = NoteMissingRollCall(class_id=CLASS_ID, term="2026-1", session=MORNING, given=late)
    missing = RollCallMissing(class_id=CLASS_ID, school_id=SCHOOL_ID, day=TUESDAY, session=MORNING)
    scenario(CLASS_TERM, given=[opened], when=note, then=[missing])


def test_the_first_school_day_of_the_next_term_ends_this_one() -> None:
    first_day = date(2027, 2, 22)
    note = NoteMissingRollCall(class_id=CLASS_ID, term="2026-1", session=MORNING, given=by_clock(at(first_day, 10, 30)))
    ended = ClassTermEnded(
        class_id=CLASS_ID,
        school_id=SCHOOL_ID,
        term="2026-1",
        next_term="2026-2",
        until_on=TUESDAY,
        sessions=(MORNING,),
    )
    scenario(CLASS_TERM, given=[opened, taken], when=[note, note], then=[ended])
    assert due(CLASS_TERM, opened, taken, ended) == {}


def test_each_term_of_a_class_is_a_stream_of_its_own() -> None:
    assert stream_of(take) == f"{CLASS_ID}:2026-1"
    assert stream_of(replace(take, day=date(2027, 3, 1))) == f"{CLASS_ID}:2026-2"


@pytest.mark.parametrize(
    ("command", "refusal"),
    [
        (replace(take, day=WEDNESDAY), DayNotYetCome),
        (replace(take, day=MONDAY, late_by=6), RollCallTooOld),
        (replace(take, roll_is_called=False), NotASchoolDay),
        (replace(take, absent=(A, PupilId("stranger"))), PupilNotOfClass),
        (replace(take, absent=(A,), excused=(Excuse(A, LEAVE),)), PupilNamedTwice),
        (replace(take, day=MONDAY, absent=(B,)), RollCallDiffers),
        (correct, RollCallNotTaken),
        (replace(correct, day=WEDNESDAY), DayNotYetCome),
        (replace(correct, day=date(2026, 8, 8)), CorrectionTooLate),
        (replace(correct, day=MONDAY, present=(A,), absent=(A,)), PupilNamedTwice),
        (replace(correct, day=MONDAY, absent=(PupilId("stranger"),)), PupilNotOfClass),
    ],
)
def test_a_list_or_correction_of_a_wrong_day_or_child_is_refused(command: Command, refusal: type[Refusal]) -> None:
    scenario(CLASS_TERM, given=[on_monday(A)], when=command, then=refusal)
