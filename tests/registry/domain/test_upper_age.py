"""The upper age ends the ledger of school age: nothing that is open is dropped by it, and the child stays on the roll."""

from __future__ import annotations

from datetime import date

import pytest

from services.chassis.decider import Event
from services.contracts.codes import Ledger, Session
from services.contracts.registry import (
    AbsenceEnded,
    AbsenceNoticed,
    AttendanceNoted,
    PupilGraduated,
    PupilRecordWritten,
    RegistrationExpected,
    SchoolAgeEnded,
    TransferStarted,
    UpperAgeReached,
)
from services.registry.domain.age import EndSchoolAge, is_under
from services.registry.domain.attendance import CloseAbsentDay, NoteAttendance, NoticeAbsence
from services.registry.domain.enrolment import WritePupilRecord
from services.registry.domain.leavers import GraduatePupil, NoteLeaver
from services.registry.domain.pupil import PUPIL
from tests.registry.domain.children import (
    CLASS_ID,
    DAY,
    DIVISION,
    EPISODE,
    PUPIL_ID,
    SCHOOL_DAYS,
    SCHOOL_ID,
    TODAY,
    at,
    by_clock,
    dropout,
    enrol,
    enrolled,
    missing,
    returned,
)
from tests.scenario import scenario

end = EndSchoolAge(pupil_id=PUPIL_ID)
ended = SchoolAgeEnded(pupil_id=PUPIL_ID, school_id=SCHOOL_ID, ended_on=TODAY)
reached = UpperAgeReached(pupil_id=PUPIL_ID, episode_id=EPISODE, noticed_on=TODAY)
expected = RegistrationExpected(
    pupil_id=PUPIL_ID,
    term="2026-1",
    school_id=SCHOOL_ID,
    class_id=CLASS_ID,
    grade=7,
    residence_division=DIVISION,
    opened_on=TODAY,
)


@pytest.mark.parametrize(
    ("age", "day", "under"),
    [(16, date(2026, 9, 7), True), (16, date(2026, 9, 8), False), (17, date(2026, 9, 8), True), (15, date(2026, 9, 7), False)],
)
def test_the_age_is_reached_on_the_birthday(age: int, day: date, under: bool) -> None:
    assert is_under(age, date(2010, 9, 8), day) is under


def test_at_the_upper_age_a_child_leaves_the_ledger_of_school_age_once() -> None:
    state = scenario(PUPIL, given=[enrolled], when=[end, end], then=[ended])
    assert (state.ledger, state.enrolled) == (Ledger.STRUCK_OFF, True)


@pytest.mark.parametrize(
    "given",
    [
        missing(1),
        [*missing(6), dropout, returned(SCHOOL_DAYS[7])],
        [enrolled, expected],
        [enrolled, TransferStarted(pupil_id=PUPIL_ID, from_school_id=SCHOOL_ID, to_school_id=None, started_on=TODAY)],
    ],
)
def test_an_absence_a_case_a_registration_or_a_transfer_comes_to_its_end_first(given: list[Event]) -> None:
    scenario(PUPIL, given=given, when=end, then=[])


@pytest.mark.parametrize("given", [missing(6), [*missing(6), dropout]])
def test_the_case_of_a_child_that_is_away_is_told_of_the_upper_age_once_an_episode(given: list[Event]) -> None:
    state = scenario(PUPIL, given=given, when=[end, end], then=[reached])
    assert state.ledger is not Ledger.STRUCK_OFF


def test_a_child_that_was_missing_and_is_back_leaves_at_the_next_review() -> None:
    second = SCHOOL_DAYS[1]
    back = [
        AttendanceNoted(pupil_id=PUPIL_ID, episode_id=None, day=second, session=Session.MORNING),
        AbsenceEnded(pupil_id=PUPIL_ID, episode_id=missing(1)[1].episode_id, back_on=second, reason="attended"),
    ]
    scenario(PUPIL, given=[*missing(1), *back], when=end, then=[ended])


# --- still on the roll --------------------------------------------------------------------------------------------------


def test_its_absence_is_noticed_and_asked_about_but_makes_no_suspicion() -> None:
    notice = [
        NoticeAbsence(pupil_id=PUPIL_ID, school_id=SCHOOL_ID, class_id=CLASS_ID, day=day, session=Session.MORNING)
        for day in SCHOOL_DAYS[:7]
    ]
    state = PUPIL.initial()
    for event in (enrolled, ended):
        state = PUPIL.evolve(state, event)
    happened: list[Event] = []
    for command in notice:
        close = CloseAbsentDay(pupil_id=PUPIL_ID, day=command.day, given=by_clock(at(command.day, 18)))
        for each in (command, close):
            for event in PUPIL.decide(state, each):
                state = PUPIL.evolve(state, event)
                happened.append(event)
    names = [type(event).__name__ for event in happened]
    assert names == ["AbsenceNoticed", "AbsentDayCounted", "ContactFellDue"] + ["AbsenceNoticed", "AbsentDayCounted"] * 6
    assert (state.ledger, state.visit_due_on, state.report_due_on) == (Ledger.STRUCK_OFF, None, None)


def test_an_old_episode_is_not_taken_up_again_by_its_absence() -> None:
    given = [*missing(1), AbsenceEnded(pupil_id=PUPIL_ID, episode_id=missing(1)[1].episode_id, back_on=DAY, reason="attended")]
    again = SCHOOL_DAYS[4]
    seen = AttendanceNoted(pupil_id=PUPIL_ID, episode_id=None, day=SCHOOL_DAYS[1], session=Session.MORNING)
    state = PUPIL.initial()
    for event in (*given, seen, ended):
        state = PUPIL.evolve(state, event)
    notice = NoticeAbsence(pupil_id=PUPIL_ID, school_id=SCHOOL_ID, class_id=CLASS_ID, day=again, session=Session.MORNING)
    [noticed] = PUPIL.decide(state, notice)
    assert isinstance(noticed, AbsenceNoticed)
    assert noticed.episode_id != missing(1)[1].episode_id


def test_being_at_school_is_nothing_new() -> None:
    attend = NoteAttendance(pupil_id=PUPIL_ID, day=DAY, session=Session.MORNING)
    scenario(PUPIL, given=[enrolled, ended], when=attend, then=[])


def test_a_roster_that_names_it_again_changes_nothing() -> None:
    scenario(PUPIL, given=[enrolled, ended], when=enrol, then=[])


def test_its_record_goes_on() -> None:
    write = WritePupilRecord(pupil_id=PUPIL_ID, record_version=2, guardians=(), residence_division=DIVISION)
    then = PupilRecordWritten(pupil_id=PUPIL_ID, record_version=2, guardians=(), residence_division=DIVISION)
    scenario(PUPIL, given=[enrolled, ended], when=write, then=[then])


def test_it_graduates_with_its_class_and_needs_no_other_school() -> None:
    graduated = PupilGraduated(pupil_id=PUPIL_ID, school_id=SCHOOL_ID, graduated_on=TODAY)
    state = scenario(PUPIL, given=[enrolled, ended], when=GraduatePupil(pupil_id=PUPIL_ID, graduated_on=TODAY), then=[graduated])
    assert not state.known
    note = NoteLeaver(pupil_id=PUPIL_ID, term="2027-1", since_on=TODAY)
    scenario(PUPIL, given=[enrolled, ended], when=note, then=[])
