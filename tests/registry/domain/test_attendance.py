"""The absence run of a child, as its sessions are told."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from services.chassis.decider import Command, Event
from services.contracts.codes import ContactMeans, ExcuseKind, Session
from services.contracts.ids import ContactId, OfficerId
from services.contracts.registry import (
    AbsenceEnded,
    AbsenceExcused,
    AbsenceWithdrawn,
    AbsentDaysRecounted,
    AttendanceNoted,
    ContactRecorded,
    SuspicionLifted,
)
from services.registry.domain.attendance import (
    CloseAbsentDay,
    ExcuseAbsence,
    ExcuseDay,
    NoteAttendance,
    NoticeAbsence,
    WithdrawAbsence,
)
from services.registry.domain.errors import AbsenceNotNoticed, PupilNotOnRoll
from services.registry.domain.pupil import PUPIL
from tests.registry.domain.children import (
    AFTERNOON,
    CLASS_ID,
    DAY,
    EPISODE,
    MORNING,
    PUPIL_ID,
    SCHOOL_DAYS,
    SCHOOL_ID,
    SEALED,
    at,
    by_clock,
    contact_due,
    counted,
    enrolled,
    missing,
    noticed,
    report_due,
    suspected,
    visit_due,
    visit_settled,
)
from tests.scenario import due, scenario

LEAVE = ExcuseKind.LEAVE


def notice(day: date, session: Session = MORNING, *, stale: bool = False) -> NoticeAbsence:
    return NoticeAbsence(pupil_id=PUPIL_ID, school_id=SCHOOL_ID, class_id=CLASS_ID, day=day, session=session, stale=stale)


def close(day: date) -> CloseAbsentDay:
    return CloseAbsentDay(pupil_id=PUPIL_ID, day=day, given=by_clock(at(day, 18, 0)))


def attend(day: date, session: Session = MORNING) -> NoteAttendance:
    return NoteAttendance(pupil_id=PUPIL_ID, day=day, session=session)


def withdraw(day: date, session: Session = MORNING) -> WithdrawAbsence:
    return WithdrawAbsence(pupil_id=PUPIL_ID, day=day, session=session)


def was_there(day: date, session: Session = MORNING) -> AttendanceNoted:
    return AttendanceNoted(pupil_id=PUPIL_ID, episode_id=EPISODE, day=day, session=session)


def ended(on: date, reason: str = "attended") -> AbsenceEnded:
    return AbsenceEnded(pupil_id=PUPIL_ID, episode_id=EPISODE, back_on=on, reason=reason)


def lifted(on: date, reason: str = "attended") -> SuspicionLifted:
    return SuspicionLifted(pupil_id=PUPIL_ID, episode_id=EPISODE, lifted_on=on, reason=reason)


def withdrawn(day: date, session: Session = MORNING) -> AbsenceWithdrawn:
    return AbsenceWithdrawn(pupil_id=PUPIL_ID, episode_id=EPISODE, day=day, session=session)


def excused(day: date, *, session: Session = MORNING, in_episode: bool = True) -> AbsenceExcused:
    episode = EPISODE if in_episode else None
    return AbsenceExcused(pupil_id=PUPIL_ID, episode_id=episode, day=day, session=session, kind=LEAVE)


def recounted(count: int, last_on: date | None, *, contact: bool = True) -> AbsentDaysRecounted:
    return AbsentDaysRecounted(pupil_id=PUPIL_ID, episode_id=EPISODE, count=count, last_on=last_on, contact_due=contact)


def test_the_first_absence_mints_an_episode_and_the_next_ones_keep_it() -> None:
    scenario(
        PUPIL,
        given=[enrolled],
        when=[notice(DAY), notice(DAY, AFTERNOON)],
        then=[noticed(DAY, first=True), noticed(DAY, AFTERNOON)],
    )


def test_an_absence_told_twice_is_told_once() -> None:
    scenario(PUPIL, given=[enrolled, noticed(DAY, first=True)], when=notice(DAY), then=[])


def test_a_list_entered_late_is_noticed_silently() -> None:
    scenario(PUPIL, given=[enrolled], when=notice(DAY, stale=True), then=[noticed(DAY, first=True, silent=True)])


def test_a_missed_day_is_due_to_be_closed_at_the_end_of_the_school_day() -> None:
    [deadline] = due(PUPIL, enrolled, noticed(DAY, first=True)).values()
    assert (deadline.since, deadline.command) == (DAY, CloseAbsentDay(pupil_id=PUPIL_ID, day=DAY))


def test_a_closed_day_is_not_due_again() -> None:
    assert due(PUPIL, *missing(1)) == {}


def test_one_missed_day_makes_a_contact_due() -> None:
    scenario(PUPIL, given=[enrolled, noticed(DAY, first=True)], when=close(DAY), then=[counted(DAY, 1), contact_due])


def contact(*, reached: bool) -> ContactRecorded:
    return ContactRecorded(
        contact_id=ContactId("contact-1"),
        pupil_id=PUPIL_ID,
        episode_id=EPISODE,
        day=DAY,
        means=ContactMeans.CALL,
        reached=reached,
        by_officer_id=OfficerId("teacher"),
    )


def test_no_contact_falls_due_when_the_household_was_reached_that_day() -> None:
    given = [enrolled, noticed(DAY, first=True), contact(reached=True)]
    scenario(PUPIL, given=given, when=close(DAY), then=[counted(DAY, 1)])


def test_a_call_that_nobody_answered_does_not_settle_the_contact() -> None:
    given = [enrolled, noticed(DAY, first=True), contact(reached=False)]
    scenario(PUPIL, given=given, when=close(DAY), then=[counted(DAY, 1), contact_due])


def test_three_missed_days_make_a_visit_of_the_school_and_a_report_due() -> None:
    third = SCHOOL_DAYS[2]
    given = [*missing(2), noticed(third)]
    scenario(PUPIL, given=given, when=close(third), then=[counted(third, 3), visit_due, report_due])


def test_five_missed_days_are_no_suspicion_yet_and_six_are() -> None:
    fifth, sixth = SCHOOL_DAYS[4], SCHOOL_DAYS[5]
    scenario(
        PUPIL,
        given=[*missing(4), noticed(fifth)],
        when=[close(fifth), notice(sixth), close(sixth)],
        then=[counted(fifth, 5), noticed(sixth), counted(sixth, 6), suspected],
    )


def test_a_county_may_suspect_earlier() -> None:
    second = SCHOOL_DAYS[1]
    close_second = CloseAbsentDay(pupil_id=PUPIL_ID, day=second)
    state = scenario(
        PUPIL,
        given=[*missing(1), noticed(second)],
        when=close_second,
        then=[counted(second, 2), replace(suspected, suspected_on=second)],
        now=at(second, 18, 0),
        policies={"registry.absence.suspected_beyond": 1},
    )
    assert state.ledger == "suspected"


@pytest.mark.parametrize("number", [f"registry.absence.{due}_due_after" for due in ("contact", "visit", "report")])
def test_before_a_day_is_missed_nothing_is_due_whatever_the_number(number: str) -> None:
    scenario(PUPIL, given=[enrolled], when=notice(DAY), then=[noticed(DAY, first=True)], policies={number: 0})


def test_a_child_missing_in_the_morning_and_back_in_the_afternoon_has_not_missed_the_day() -> None:
    back = [was_there(DAY, AFTERNOON), ended(DAY)]
    given = [enrolled, noticed(DAY, first=True)]
    scenario(PUPIL, given=given, when=[attend(DAY, AFTERNOON), close(DAY)], then=back)
    assert due(PUPIL, *given, *back) == {}


def test_days_of_which_nothing_is_known_neither_count_nor_reset() -> None:
    monday = SCHOOL_DAYS[4]
    then = [noticed(monday), counted(monday, 3), _visit(monday), replace(report_due, day=monday)]
    scenario(PUPIL, given=missing(2), when=[notice(monday), close(monday)], then=then)


def _visit(day: date) -> Event:
    return replace(visit_due, day=day)


def test_an_excused_day_within_a_run_does_not_count_and_does_not_end_it() -> None:
    second, third = SCHOOL_DAYS[1], SCHOOL_DAYS[2]
    excuse = ExcuseAbsence(pupil_id=PUPIL_ID, day=second, session=MORNING, kind=LEAVE)
    scenario(
        PUPIL,
        given=missing(1),
        when=[excuse, notice(third), close(third)],
        then=[excused(second, in_episode=False), noticed(third), counted(third, 2)],
    )


def test_a_child_back_from_leave_is_nothing_new() -> None:
    scenario(PUPIL, given=[enrolled, excused(DAY, in_episode=False)], when=attend(SCHOOL_DAYS[1]), then=[])


def test_missing_in_the_dormitory_is_noticed_but_is_no_school_day() -> None:
    night = noticed(DAY, Session.DORMITORY, first=True)
    assert due(PUPIL, enrolled, night) == {}
    scenario(PUPIL, given=[enrolled, night], when=close(DAY), then=[])


def test_the_child_that_comes_back_ends_its_run() -> None:
    second = SCHOOL_DAYS[1]
    scenario(PUPIL, given=missing(1), when=attend(second), then=[was_there(second), ended(second)])


def test_attendance_lifts_the_suspicion() -> None:
    back_on = SCHOOL_DAYS[6]
    scenario(
        PUPIL,
        given=missing(6),
        when=attend(back_on),
        then=[was_there(back_on), lifted(back_on), ended(back_on)],
        now=at(back_on),
    )


def test_the_next_absence_after_a_run_is_another_episode() -> None:
    second, third = SCHOOL_DAYS[1], SCHOOL_DAYS[2]
    given = [*missing(1), was_there(second), ended(second)]
    [event] = PUPIL.decide(scenario(PUPIL, given=given, when=attend(second), then=[]), notice(third))
    assert event.episode_id != EPISODE
    assert event.first


def test_a_wrong_absence_is_withdrawn_with_all_that_it_caused() -> None:
    scenario(PUPIL, given=missing(1), when=withdraw(DAY), then=[withdrawn(DAY), ended(DAY, "withdrawn")])


def test_withdrawing_twice_is_withdrawing_once() -> None:
    given = [*missing(1), withdrawn(DAY), ended(DAY, "withdrawn")]
    scenario(PUPIL, given=given, when=withdraw(DAY), then=[])


def test_a_withdrawn_last_day_means_that_the_child_was_back() -> None:
    second = SCHOOL_DAYS[1]
    scenario(PUPIL, given=missing(2), when=withdraw(second), then=[withdrawn(second), ended(second)])


def test_a_correction_within_the_run_counts_back_and_lifts_the_suspicion() -> None:
    second, sixth = SCHOOL_DAYS[1], SCHOOL_DAYS[5]
    scenario(
        PUPIL,
        given=missing(6),
        when=withdraw(second),
        then=[withdrawn(second), recounted(4, sixth), lifted(sixth, "withdrawn")],
        now=at(sixth, 19),
    )


def test_a_visit_is_no_longer_due_when_the_count_goes_back() -> None:
    second, third = SCHOOL_DAYS[1], SCHOOL_DAYS[2]
    scenario(
        PUPIL,
        given=missing(3),
        when=withdraw(second),
        then=[withdrawn(second), recounted(1, third), visit_settled("withdrawn")],
    )


def test_a_wrong_presence_is_corrected_and_the_run_goes_on_under_its_episode() -> None:
    seventh = SCHOOL_DAYS[6]
    attended = [was_there(seventh), lifted(seventh), ended(seventh)]
    state = scenario(
        PUPIL,
        given=[*missing(6), *attended],
        when=notice(seventh),
        then=[
            noticed(seventh, first=True),
            recounted(6, SCHOOL_DAYS[5], contact=False),
            replace(contact_due, day=SCHOOL_DAYS[5]),
            suspected,
        ],
        now=at(seventh, 12),
    )
    assert state.ledger == "suspected"


def test_a_list_that_comes_last_of_an_earlier_day_makes_the_suspicion_no_older_than_its_sixth_day() -> None:
    first, others = SCHOOL_DAYS[0], SCHOOL_DAYS[1:6]
    owed = {1: [replace(contact_due, day=others[0])], 3: [replace(visit_due, day=others[2]), replace(report_due, day=others[2])]}
    given: list[Event] = [enrolled]
    for count, day in enumerate(others, 1):
        given += [noticed(day, first=count == 1), counted(day, count), *owed.get(count, [])]
    scenario(
        PUPIL,
        given=[*given, noticed(first)],
        when=close(first),
        then=[counted(first, 6), suspected],
        now=at(others[-1], 18, 30),
    )


def test_a_late_list_that_saw_the_child_splits_the_run() -> None:
    unknown = [event for event in missing(6) if getattr(event, "day", None) != SCHOOL_DAYS[1]]
    assert due(PUPIL, *unknown).keys() == {"suspicion"}
    scenario(
        PUPIL,
        given=unknown,
        when=attend(SCHOOL_DAYS[1]),
        then=[was_there(SCHOOL_DAYS[1]), recounted(4, SCHOOL_DAYS[5]), lifted(SCHOOL_DAYS[6])],
        now=at(SCHOOL_DAYS[6]),
    )


def test_leave_brought_afterwards_excuses_the_whole_day() -> None:
    note = ExcuseDay(pupil_id=PUPIL_ID, day=DAY, kind=LEAVE, note=SEALED)
    sealed = [
        AbsenceExcused(pupil_id=PUPIL_ID, episode_id=EPISODE, day=DAY, session=session, kind=LEAVE, note=SEALED)
        for session in (MORNING, AFTERNOON)
    ]
    given = [enrolled, noticed(DAY, first=True), noticed(DAY, AFTERNOON)]
    scenario(PUPIL, given=given, when=[note, note], then=[*sealed, ended(DAY, "excused")])


def test_an_excused_day_never_promotes() -> None:
    sixth = SCHOOL_DAYS[5]
    excuse = ExcuseDay(pupil_id=PUPIL_ID, day=SCHOOL_DAYS[0], kind=LEAVE)
    scenario(
        PUPIL,
        given=[*missing(5), noticed(sixth)],
        when=[excuse, close(sixth)],
        then=[excused(SCHOOL_DAYS[0]), recounted(4, SCHOOL_DAYS[4]), counted(sixth, 5)],
    )


def test_excusing_lifts_a_suspicion_whose_count_is_no_longer_reached() -> None:
    sixth = SCHOOL_DAYS[5]
    scenario(
        PUPIL,
        given=missing(6),
        when=ExcuseDay(pupil_id=PUPIL_ID, day=sixth, kind=LEAVE),
        then=[excused(sixth), recounted(5, SCHOOL_DAYS[4]), lifted(sixth, "excused")],
        now=at(sixth, 20),
    )


def test_an_excuse_that_is_already_there_is_none_again() -> None:
    given = [enrolled, excused(DAY, in_episode=False)]
    excuse = ExcuseAbsence(pupil_id=PUPIL_ID, day=DAY, session=MORNING, kind=LEAVE)
    scenario(PUPIL, given=given, when=[excuse, ExcuseDay(pupil_id=PUPIL_ID, day=DAY, kind=LEAVE)], then=[])


def test_a_day_on_which_nothing_was_missed_cannot_be_excused() -> None:
    excuse = ExcuseDay(pupil_id=PUPIL_ID, day=SCHOOL_DAYS[3], kind=LEAVE)
    scenario(PUPIL, given=missing(1), when=excuse, then=AbsenceNotNoticed)


@pytest.mark.parametrize("command", [notice(DAY), attend(DAY), withdraw(DAY)])
def test_nothing_is_noted_of_a_child_that_is_not_on_the_roll(command: Command) -> None:
    scenario(PUPIL, when=command, then=PupilNotOnRoll)
