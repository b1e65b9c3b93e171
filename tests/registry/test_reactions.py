"""What follows from roll calls and from casework, over the bus and by the clock."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest
from msgspec.structs import replace

from services.chassis.envelope import Context, stamp
from services.contracts import casework
from services.contracts.casework import CaseClosed, CaseNumbered, CaseReopened, ReturnConfirmed
from services.contracts.codes import ExcuseKind, Ledger, Outcome, Placement, Session
from services.contracts.ids import OfficerId, PupilId, case_id
from services.contracts.registry import ClassTermEnded, DropoutConfirmed, PupilSuspected, RollCallMissing, TermRegistrationOpened
from services.registry.domain.attendance import ExcuseDay
from services.registry.domain.calling import CorrectRollCall
from services.registry.domain.contacts import ConfirmAbsence
from services.registry.domain.enrolment import WritePupilRecord
from services.registry.domain.leavers import GraduatePupil, NoteLeaver
from services.registry.domain.ledgers import ConfirmDropout
from services.registry.domain.pupil import PUPIL
from services.registry.domain.registration import ExpectRegistration
from services.registry.domain.terms import OpenClassTerm
from services.registry.domain.transfers import TransferPupil
from services.registry.projections.pupils import PUPIL_ROWS
from services.registry.projections.schools import ROLL_CALL_ROWS
from services.registry.reactions import expect_members, open_next_term
from services.registry.storage.rows import PupilRow
from tests.contracts.example_events import example_event
from tests.registry.county import (
    ANNE,
    BEI,
    DONG,
    EIGHTH,
    JUNIOR,
    OTHER_TOWNSHIP,
    PRIMARY,
    SCHOOL_DAYS,
    SEVENTH,
    THIRD,
    County,
    at,
    enrol,
)

PRINCIPAL = Context(actor="principal")


def row(county: County, pupil_id: str = ANNE) -> PupilRow:
    with county.service.turns.open() as turn:
        found: PupilRow = turn.row(PUPIL_ROWS, pupil_id)
        return found


def suspected_episode(county: County) -> PupilSuspected:
    [event] = [event for event in county.events(f"pupil-{ANNE}") if isinstance(event, PupilSuspected)]
    return event


def evidence(county: County) -> None:
    """The principal confirms the dropout."""
    county.service.turns.run(
        lambda turn: turn.execute(
            ConfirmDropout(pupil_id=ANNE, evidence=turn.seal(ANNE, "dropout/evidence", "told by the village")),
            PRINCIPAL,
        )
    )
    county.settle()


def back_at_school(county: County) -> ReturnConfirmed:
    """Six days missing, confirmed, and back on the eighth school day."""
    county.live(6, ANNE)
    county.advance(at(SCHOOL_DAYS[6], 9))
    evidence(county)
    county.live(1, ANNE, first=6)
    county.advance(at(SCHOOL_DAYS[7], 9))
    episode = suspected_episode(county).episode_id
    case = case_id(ANNE, episode)
    numbered = CaseNumbered(case_id=case, pupil_id=ANNE, number="2026-0001", dropout_on=SCHOOL_DAYS[6])
    county.told(f"case-{case}", numbered)
    returned = ReturnConfirmed(
        case_id=case,
        pupil_id=ANNE,
        episode_id=episode,
        returned_on=SCHOOL_DAYS[7],
        placement=Placement.ORIGINAL_CLASS,
    )
    county.told(f"case-{case}", returned)
    return returned


def closed(county: County, returned: ReturnConfirmed, outcome: Outcome) -> None:
    event = CaseClosed(
        case_id=returned.case_id,
        pupil_id=ANNE,
        episode_id=returned.episode_id,
        outcome=outcome,
        closed_on=SCHOOL_DAYS[8],
        by_officer_id=OfficerId("bureau-lead"),
    )
    county.told(f"case-{returned.case_id}", event)


def test_a_case_that_goes_on_brings_the_struck_off_child_back_into_its_episode(county: County) -> None:
    returned = back_at_school(county)
    closed(county, returned, Outcome.ENROLLED_ELSEWHERE)
    assert (row(county).ledger, row(county).enrolment, row(county).outcome) == (Ledger.STRUCK_OFF, "left", "enrolled_elsewhere")
    reopen(county, returned)
    assert (row(county).ledger, row(county).enrolment, row(county).outcome) == (Ledger.DROPOUT, "left", None)
    county.do(enrol(ANNE, SEVENTH))
    assert (row(county).ledger, row(county).enrolment) == (Ledger.DROPOUT, "enrolled")
    county.told(f"case-{returned.case_id}", returned)
    assert row(county).returned_on == returned.returned_on


def reopen(county: County, returned: ReturnConfirmed) -> None:
    event = CaseReopened(case_id=returned.case_id, pupil_id=ANNE, reopened_on=SCHOOL_DAYS[8], spell=2)
    county.told(f"case-{returned.case_id}", event, correlation_id=returned.episode_id)


def test_six_missed_school_days_make_a_suspicion_on_the_evening_of_the_sixth(county: County) -> None:
    county.live(5, ANNE)
    assert row(county).ledger is Ledger.SCHOOL_AGE
    assert (row(county).absent_days, row(county).visit_due_on) == (5, SCHOOL_DAYS[2])
    county.live(1, ANNE, first=5)
    found = row(county)
    assert (found.ledger, found.suspected_on, found.absent_days) == (Ledger.SUSPECTED, SCHOOL_DAYS[5], 6)
    assert (found.contact_due_on, found.visit_due_on) == (SCHOOL_DAYS[0], SCHOOL_DAYS[2])
    assert row(county, BEI).ledger is Ledger.SCHOOL_AGE


def test_all_events_of_an_episode_carry_it_as_correlation(county: County) -> None:
    county.live(6, ANNE)
    episode = suspected_episode(county).episode_id
    of_episode = list(county.service.store.walk([f"pupil-{ANNE}"]))[2:]  # after its enrolment and registration
    assert {envelope.correlation_id for envelope in of_episode} == {episode}


def test_the_suspect_was_last_seen_on_the_day_of_the_list_before(county: County) -> None:
    county.live(1)
    county.live(6, ANNE, first=1)
    assert suspected_episode(county).last_attended_on == SCHOOL_DAYS[0]


def test_the_visit_of_a_suspected_child_is_due_until_a_team_of_the_school_goes_in_the_case(county: County) -> None:
    county.live(6, ANNE)
    alone = replace(
        example_event(casework.VisitRecorded),
        pupil_id=ANNE,
        visited_on=SCHOOL_DAYS[5],
        by_officer_id=OfficerId("teacher-7"),
        accompanied_by=(OfficerId("township"),),
    )
    county.told("case-1", alone)
    assert row(county).visit_due_on == SCHOOL_DAYS[2]
    county.told("case-1", replace(alone, accompanied_by=(OfficerId("principal"),)))
    assert row(county).visit_due_on is None
    assert county.happened(ANNE)[-1] == "SchoolVisitSettled"


def test_after_thirty_days_of_term_the_clock_confirms_the_dropout(county: County) -> None:
    county.live(6, ANNE)
    county.advance(at(SCHOOL_DAYS[6].replace(month=10), 9))
    [dropout] = [event for event in county.events(f"pupil-{ANNE}") if isinstance(event, DropoutConfirmed)]
    assert (dropout.by, dropout.confirmed_on) == ("clock", SCHOOL_DAYS[6].replace(month=10, day=9))
    assert row(county).ledger is Ledger.DROPOUT


def test_a_corrected_list_takes_the_child_out_of_the_ledger_again(county: County) -> None:
    county.live(6, ANNE)
    members = frozenset({ANNE, BEI})
    wrong = [
        CorrectRollCall(class_id=SEVENTH, day=day, session=Session.MORNING, members=members, present=(ANNE,))
        for day in SCHOOL_DAYS[:6]
    ]
    county.do(*wrong)
    found = row(county)
    assert (found.ledger, found.absent_days, found.missing_since) == (Ledger.SCHOOL_AGE, 0, None)
    assert (found.contact_due_on, found.visit_due_on, found.case_id) == (None, None, None)
    assert county.happened(ANNE)[-1] == "AbsenceEnded"


def test_the_child_that_is_seen_again_ends_its_run_and_the_suspicion(county: County) -> None:
    county.live(6, ANNE)
    county.live(1, first=6)
    assert county.happened(ANNE)[-5:-2] == ["AttendanceNoted", "SuspicionLifted", "AbsenceEnded"]
    assert county.happened(ANNE)[-2:] == ["SchoolVisitSettled", "AbsenceReportSettled"]
    assert row(county).last_attended_on == SCHOOL_DAYS[6]


def test_a_silent_class_is_unknown_and_neither_counts_nor_resets(county: County) -> None:
    county.live(2, ANNE)
    county.advance(at(SCHOOL_DAYS[2], 22))
    events = county.events(f"class_term-{SEVENTH}:2026-1")
    missing = [event for event in events if isinstance(event, RollCallMissing)]
    assert [event.day for event in missing] == [SCHOOL_DAYS[2]]
    assert row(county).absent_days == 2
    county.live(1, ANNE, first=3)
    assert row(county).absent_days == 3


def test_every_school_day_without_a_list_raises_its_own_alarm_and_no_other_day_does(county: County) -> None:
    county.advance(at(SCHOOL_DAYS[5], 23))
    for of_class in (SEVENTH, EIGHTH, THIRD):
        events = county.events(f"class_term-{of_class}:2026-1")
        assert [event.day for event in events if isinstance(event, RollCallMissing)] == list(SCHOOL_DAYS[:6])


def test_a_later_list_resolves_the_alarm_of_a_silent_class(county: County) -> None:
    county.advance(at(SCHOOL_DAYS[0], 12))
    key = (SEVENTH, SCHOOL_DAYS[0].isoformat(), "morning")
    with county.service.turns.open() as turn:
        assert turn.row(ROLL_CALL_ROWS, key).status == "missing"
    county.advance(at(SCHOOL_DAYS[1], 8))
    county.roll(SCHOOL_DAYS[0], ANNE)
    with county.service.turns.open() as turn:
        assert turn.row(ROLL_CALL_ROWS, key).status == "taken"
    [noticed] = [event for event in county.events(f"pupil-{ANNE}") if type(event).__name__ == "AbsenceNoticed"]
    assert noticed.silent
    assert row(county).absent_days == 1


def test_the_term_after_is_expected_from_its_first_school_day_on(county: County) -> None:
    county.advance(at(SCHOOL_DAYS[0].replace(year=2027, month=2), 23))
    assert type(county.events(f"class_term-{SEVENTH}:2026-1")[-1]).__name__ == "ClassTermEnded"
    opened, first, *_ = county.events(f"class_term-{SEVENTH}:2026-2")
    assert type(opened).__name__ == "ClassTermOpened"
    assert (type(first), first.day) == (RollCallMissing, SCHOOL_DAYS[0].replace(year=2027, month=2))


def unconfirmed(county: County) -> list[str]:
    """The children whose absence waits for the homeroom teacher, as the teacher sees it."""
    alarms = county.caller("teacher-7").get("/alarms", kind="absence_unconfirmed").json["items"]
    return [alarm["pupil_id"] for alarm in alarms]


def test_an_absence_waits_for_the_teacher_from_the_roll_call_until_it_is_confirmed(county: County) -> None:
    county.advance(at(SCHOOL_DAYS[0], 8, 20))
    county.roll(SCHOOL_DAYS[0], ANNE)
    assert unconfirmed(county) == [ANNE]
    county.do(ConfirmAbsence(pupil_id=ANNE, day=SCHOOL_DAYS[0]))
    assert unconfirmed(county) == []
    county.advance(at(SCHOOL_DAYS[1], 8, 20))
    county.roll(SCHOOL_DAYS[1], ANNE)
    assert unconfirmed(county) == [ANNE]
    county.do(ExcuseDay(pupil_id=ANNE, day=SCHOOL_DAYS[1], kind=ExcuseKind.LEAVE))
    assert unconfirmed(county) == []


def test_of_a_suspected_child_the_case_answers_for_each_absence(county: County) -> None:
    county.live(6, ANNE)
    assert unconfirmed(county) == []
    county.live(1, ANNE, first=6)
    assert unconfirmed(county) == []


def test_the_ledger_can_be_asked_for_the_missing_only(county: County) -> None:
    county.live(1, ANNE)
    teacher = county.caller("teacher-7")
    assert [child["pupil_id"] for child in teacher.get("/ledger", missing="true").json["items"]] == [ANNE]
    assert [child["pupil_id"] for child in teacher.get("/ledger", missing="false").json["items"]] == [BEI]


EMIL, FEN = PupilId("pupil-e"), PupilId("pupil-f")


def test_whoever_never_comes_in_the_first_school_days_of_a_term_is_suspected_and_the_others_are_registered(county: County) -> None:
    county.do(enrol(EMIL, SEVENTH), enrol(FEN, SEVENTH))
    county.live(3, EMIL)
    found = row(county, EMIL)
    assert (found.ledger, found.suspected_on, found.suspected_for) == (Ledger.SUSPECTED, SCHOOL_DAYS[2], "not_registered")
    assert county.happened(FEN) == ["PupilEnrolled", "PupilRegistered"]
    assert (row(county, FEN).enrolment, row(county, FEN).registered_term) == ("enrolled", "2026-1")


def test_every_child_of_a_silent_class_is_expected_and_its_first_list_registers_them(county: County) -> None:
    county.do(enrol(EMIL, SEVENTH))
    county.advance(at(SCHOOL_DAYS[0], 22))
    assert row(county, EMIL).enrolment == "expected"
    county.live(1, first=1)
    assert county.happened(EMIL) == ["PupilEnrolled", "RegistrationExpected", "PupilRegistered"]
    county.advance(at(SCHOOL_DAYS[4], 22))
    assert row(county, EMIL).ledger is Ledger.SCHOOL_AGE


def test_in_the_next_term_everybody_is_expected_anew(county: County) -> None:
    county.live(1)
    county.advance(at(SCHOOL_DAYS[0].replace(year=2027, month=2), 23))
    assert row(county, BEI).enrolment == "expected"
    assert county.happened(BEI)[-1] == "RegistrationExpected"


@pytest.mark.parametrize(("next_term", "opened"), [("2028-2", ["2028-2"]), ("2029-1", [])])
def test_a_class_that_has_left_its_school_is_no_longer_waited_for(county: County, next_term: str, opened: list[str]) -> None:
    ended = ClassTermEnded(
        class_id=SEVENTH,
        school_id=JUNIOR,
        term="2026-1",
        next_term=next_term,
        until_on=SCHOOL_DAYS[0],
        sessions=(Session.MORNING,),
    )
    [envelope, *_] = county.service.store.walk([f"class_term-{SEVENTH}:2026-1"])
    with county.service.turns.open() as turn:
        followed = list(open_next_term(ended, envelope, turn))
    assert [command.term for command in followed if isinstance(command, OpenClassTerm)] == opened
    graduates = [command.pupil_id for command in followed if isinstance(command, GraduatePupil)]
    assert graduates == ([] if opened else [ANNE, BEI])


def test_after_the_last_grade_of_a_primary_whoever_no_school_has_taken_is_an_alarm(county: County) -> None:
    ended = ClassTermEnded(
        class_id=THIRD,
        school_id=PRIMARY,
        term="2029-2",
        next_term="2030-1",
        until_on=SCHOOL_DAYS[0].replace(year=2030, month=7),
        sessions=(Session.MORNING,),
    )
    [envelope, *_] = county.service.store.walk([f"class_term-{THIRD}:2026-1"])
    with county.service.turns.open() as turn:
        followed = list(open_next_term(ended, envelope, turn))
    assert followed == [NoteLeaver(pupil_id=DONG, term="2030-1", since_on=envelope.occurred_on)]
    county.do(*followed)
    assert row(county, DONG).leaver_since == envelope.occurred_on
    for officer, seen in (("bureau", [DONG]), ("principal", [])):
        answer = county.caller(officer).get("/alarms", kind="leaver_without_school").json
        assert [alarm["pupil_id"] for alarm in answer["items"]] == seen


def test_a_confirmed_return_is_observed_in_the_dropout_ledger(county: County) -> None:
    back_at_school(county)
    found = row(county)
    assert (found.ledger, found.returned_on, found.missing_since) == (Ledger.DROPOUT, SCHOOL_DAYS[7], None)


def test_a_dropout_that_is_missing_every_day_sets_off_nothing_new(county: County) -> None:
    county.live(6, ANNE)
    county.advance(at(SCHOOL_DAYS[6], 9))
    evidence(county)
    before = len(county.happened(ANNE))
    county.live(3, ANNE, first=6)
    assert county.happened(ANNE)[before:] == ["AbsenceNoticed"] * 3
    assert all(event.silent for event in county.events(f"pupil-{ANNE}")[before:])


def test_a_dropout_seen_at_a_roll_call_is_not_returned_by_that(county: County) -> None:
    county.live(6, ANNE)
    county.advance(at(SCHOOL_DAYS[6], 9))
    evidence(county)
    county.live(2, first=6)
    assert county.happened(ANNE)[-1] == "AttendanceNoted"
    assert row(county).ledger is Ledger.DROPOUT


def test_an_absence_after_the_return_loses_it_at_the_end_of_the_day(county: County) -> None:
    returned = back_at_school(county)
    county.live(1, first=7)
    county.advance(at(SCHOOL_DAYS[8], 8, 20))
    county.roll(SCHOOL_DAYS[8], ANNE)
    assert row(county).lost_on is None
    county.advance(at(SCHOOL_DAYS[8], 18))
    assert row(county).lost_on == SCHOOL_DAYS[8]
    noticed = [event for event in county.events(f"pupil-{ANNE}") if type(event).__name__ == "AbsenceNoticed"][-1]
    assert (noticed.first, noticed.episode_id, noticed.silent) == (True, returned.episode_id, False)


def test_leave_brought_afterwards_restores_the_return(county: County) -> None:
    back_at_school(county)
    county.live(1, ANNE, first=8)
    assert row(county).lost_on == SCHOOL_DAYS[8]
    county.do(ExcuseDay(pupil_id=ANNE, day=SCHOOL_DAYS[8], kind=ExcuseKind.LEAVE))
    assert county.happened(ANNE)[-3:] == ["AbsenceExcused", "ReturnRestored", "AbsenceEnded"]
    assert row(county).lost_on is None


def test_a_case_closed_as_returned_leads_back_to_school_age(county: County) -> None:
    returned = back_at_school(county)
    closed(county, returned, Outcome.RETURNED)
    found = row(county)
    assert (found.ledger, found.outcome, found.struck_off_on) == (Ledger.SCHOOL_AGE, Outcome.RETURNED, SCHOOL_DAYS[8])


def test_a_case_closed_as_moved_abroad_leaves_the_ledgers(county: County) -> None:
    returned = back_at_school(county)
    closed(county, returned, Outcome.MOVED_ABROAD)
    assert row(county).ledger is Ledger.STRUCK_OFF
    with county.service.turns.open() as turn:
        state, _ = turn.state(PUPIL, ANNE)
    assert not state.known


def test_the_return_of_a_child_that_never_dropped_out_moves_nothing(county: County) -> None:
    county.live(6, ANNE)
    episode = suspected_episode(county).episode_id
    case = case_id(ANNE, episode)
    early = ReturnConfirmed(
        case_id=case, pupil_id=ANNE, episode_id=episode, returned_on=SCHOOL_DAYS[6], placement=Placement.ORIGINAL_CLASS
    )
    county.told(f"case-{case}", early)
    assert row(county).ledger is Ledger.SUSPECTED
    assert county.service.store.parked() == []


def test_a_childs_row_follows_record_class_and_transfer(county: County) -> None:
    expected = ExpectRegistration(
        pupil_id=PupilId("pupil-new"),
        term="2026-1",
        school_id=JUNIOR,
        class_id=SEVENTH,
        grade=7,
        residence_division=OTHER_TOWNSHIP,
        opened_on=SCHOOL_DAYS[0],
    )
    county.do(expected)
    waiting = row(county, "pupil-new")
    assert (waiting.enrolment, waiting.sex, waiting.ledger) == ("expected", None, Ledger.SCHOOL_AGE)
    county.do(enrol(PupilId("pupil-new"), EIGHTH, grade=8))
    on_roll = row(county, "pupil-new")
    assert (on_roll.enrolment, on_roll.sex, on_roll.class_id, on_roll.grade) == ("enrolled", "female", EIGHTH, 8)
    record = WritePupilRecord(
        pupil_id=PupilId("pupil-new"), record_version=2, guardians=(), residence_division=OTHER_TOWNSHIP, boarding=True
    )
    county.do(record, TransferPupil(pupil_id=PupilId("pupil-new"), school_id=PRIMARY, class_id=THIRD, grade=3))
    moved = row(county, "pupil-new")
    assert (moved.record_version, moved.boarding, moved.residence_division) == (2, True, OTHER_TOWNSHIP)
    assert (moved.school_id, moved.class_id, moved.grade) == (PRIMARY, THIRD, 3)


@pytest.mark.parametrize(("days_late", "expected"), [(0, 1), (30, 1), (31, 0)])
def test_of_a_term_that_a_former_release_has_lived_nobody_is_expected(county: County, days_late: int, expected: int) -> None:
    opened = TermRegistrationOpened(class_id=SEVENTH, school_id=JUNIOR, term="2030-1", opened_on=SCHOOL_DAYS[0])
    [first, *_] = county.service.store.walk([f"class_term-{SEVENTH}:2026-1"])
    told = at(SCHOOL_DAYS[0], 18) + timedelta(days=days_late)
    envelope = msgspec.structs.replace(first, recorded_at=stamp(told))
    with county.service.turns.open() as turn:
        asked = [one for one in expect_members(opened, envelope, turn) if one.pupil_id == ANNE]
    assert len(asked) == expected
