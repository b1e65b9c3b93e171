"""What the school owes a missing child: one rule says when it is due, who settles it, and when its reason has gone."""

from __future__ import annotations

from datetime import date, timedelta
from functools import reduce

import pytest
from msgspec.structs import replace

from services.chassis.decider import Command, Event
from services.chassis.errors import Refusal
from services.contracts.codes import ContactMeans, ExcuseKind, Outcome, Placement, Role, Session, VisitResult
from services.contracts.identity import AppointmentRow
from services.contracts.ids import AppointmentId, BodyId, ContactId, OfficerId, ReportId, VisitId
from services.contracts.registry import (
    AbsenceEnded,
    AbsenceReportSettled,
    AttendanceNoted,
    ContactRecorded,
    PupilStruckOff,
    SchoolVisitFellDue,
    SchoolVisitRecorded,
    TransferStarted,
)
from services.registry.domain.absence_reports import WriteAbsenceReport
from services.registry.domain.attendance import CloseAbsentDay, ExcuseDay, NoteAttendance, WithdrawAbsence
from services.registry.domain.contacts import RecordContact
from services.registry.domain.dues import NoteCaseVisit, SettleDues
from services.registry.domain.errors import (
    AbsenceAlreadyReported,
    NobodyIsMissing,
    PupilNotOnRoll,
    VisitBeforeAbsence,
    VisitBelongsToCase,
    VisitNotByTeam,
    VisitNotYetMade,
    VisitorNotOfSchool,
)
from services.registry.domain.ledgers import ReturnPupil
from services.registry.domain.pupil import PUPIL
from services.registry.domain.pupil_state import PupilState
from services.registry.domain.school_visits import RecordSchoolVisit
from services.registry.domain.teams import Part, Visitor, visitor
from services.registry.domain.transfers import StartTransfer
from tests.registry.domain.children import (
    DAY,
    EPISODE,
    PUPIL_ID,
    SCHOOL_DAYS,
    SCHOOL_ID,
    SEALED,
    TODAY,
    at,
    counted,
    dropout,
    enrolled,
    missing,
    noticed,
    report_due,
    report_settled,
    reported,
    returned,
    suspected,
    visit_due,
    visit_settled,
)
from tests.scenario import due, given_now, scenario

PRINCIPAL, TEACHER = OfficerId("principal"), OfficerId("teacher")
THIRD = SCHOOL_DAYS[2]
LED = Visitor(PRINCIPAL, Part.HEAD)
HOMEROOM = Visitor(TEACHER, Part.TEACHER)
TUTOR = Visitor(OfficerId("tutor"), Part.TEACHER)
CLERK = Visitor(OfficerId("roll"), Part.OTHER)
PARENT = Visitor(OfficerId("parent"), Part.OTHER)
STRANGER = Visitor(OfficerId("stranger"), Part.NONE)


def visit(*visitors: Visitor, on: date = THIRD, result: VisitResult = VisitResult.UNDECIDED) -> RecordSchoolVisit:
    return RecordSchoolVisit(
        visit_id=VisitId("visit-1"),
        pupil_id=PUPIL_ID,
        visited_on=on,
        result=result,
        by_officer_id=PRINCIPAL,
        visitors=visitors or (LED,),
        met_child=True,
        words=SEALED,
    )


def recorded(*visitors: Visitor, on: date = THIRD, result: VisitResult = VisitResult.UNDECIDED) -> SchoolVisitRecorded:
    return SchoolVisitRecorded(
        visit_id=VisitId("visit-1"),
        pupil_id=PUPIL_ID,
        episode_id=EPISODE,
        school_id=SCHOOL_ID,
        visited_on=on,
        result=result,
        by_officer_id=PRINCIPAL,
        visitors=tuple(each.officer_id for each in visitors or (LED,)),
        met_child=True,
        words=SEALED,
    )


def home_visit(day: date) -> RecordContact:
    return RecordContact(
        contact_id=ContactId("contact-1"),
        pupil_id=PUPIL_ID,
        day=day,
        means=ContactMeans.HOME_VISIT,
        reached=True,
        by_officer_id=TEACHER,
    )


# --- the visit ----------------------------------------------------------------------------------------------------------


def test_a_visit_by_the_principals_team_settles_the_visit_that_was_due() -> None:
    scenario(PUPIL, given=missing(3), when=visit(), then=[recorded(), visit_settled("done")])


def test_a_home_visit_by_the_homeroom_teacher_alone_is_a_contact_and_leaves_the_visit_due() -> None:
    state = scenario(
        PUPIL,
        given=missing(3),
        when=home_visit(THIRD),
        then=[
            ContactRecorded(
                contact_id=ContactId("contact-1"),
                pupil_id=PUPIL_ID,
                episode_id=EPISODE,
                day=THIRD,
                means=ContactMeans.HOME_VISIT,
                reached=True,
                by_officer_id=TEACHER,
            )
        ],
    )
    assert state.visit_due_on == THIRD


def test_a_visit_at_which_nobody_was_met_was_made_all_the_same() -> None:
    found_nobody = recorded(result=VisitResult.NOT_FOUND)
    state = scenario(
        PUPIL,
        given=missing(3),
        when=visit(result=VisitResult.NOT_FOUND),
        then=[found_nobody, visit_settled("done")],
    )
    assert state.contacted_on is None


def test_a_team_that_went_before_the_third_day_goes_again_and_one_of_that_day_need_not() -> None:
    close = CloseAbsentDay(pupil_id=PUPIL_ID, day=THIRD)
    early = [*missing(2), recorded(on=SCHOOL_DAYS[1]), noticed(THIRD)]
    scenario(PUPIL, given=early, when=close, then=[counted(THIRD, 3), visit_due, report_due], now=at(THIRD, 18))
    in_time = [*missing(2), noticed(THIRD), recorded(on=THIRD)]
    scenario(PUPIL, given=in_time, when=close, then=[counted(THIRD, 3), report_due], now=at(THIRD, 18))
    late_record = [recorded(on=SCHOOL_DAYS[1])]
    scenario(PUPIL, given=missing(3), when=visit(on=SCHOOL_DAYS[1]), then=late_record)


def test_a_visit_of_an_absence_that_is_over_does_not_settle_the_next_one() -> None:
    back_on, again = SCHOOL_DAYS[3], SCHOOL_DAYS[4:7]
    over = [
        AttendanceNoted(pupil_id=PUPIL_ID, episode_id=EPISODE, day=back_on, session=Session.MORNING),
        AbsenceEnded(pupil_id=PUPIL_ID, episode_id=EPISODE, back_on=back_on, reason="attended"),
    ]
    missed = [event for count, day in enumerate(again, start=1) for event in (noticed(day, first=count == 1), counted(day, count))]
    given = [*missing(3), recorded(), visit_settled("done", THIRD), *over, *missed[:-1]]
    close = CloseAbsentDay(pupil_id=PUPIL_ID, day=again[-1])
    fell_due = [event for event in decided(given, close) if isinstance(event, SchoolVisitFellDue)]
    assert [event.day for event in fell_due] == [again[-1]]


def state_after(events: list[Event]) -> PupilState:
    return reduce(PUPIL.evolve, events, PUPIL.initial())


def decided(given: list[Event], command: Command) -> list[Event]:
    return PUPIL.decide(state_after(given), replace(command, given=given_now()))


@pytest.mark.parametrize(
    ("given", "command", "refusal"),
    [
        ([], visit(), PupilNotOnRoll),
        ([enrolled], visit(), NobodyIsMissing),
        (missing(3), visit(on=TODAY + timedelta(days=1)), VisitNotYetMade),
        (missing(3), visit(on=DAY - timedelta(days=1)), VisitBeforeAbsence),
        (missing(6), visit(), VisitBelongsToCase),
        ([*missing(6), dropout], visit(), VisitBelongsToCase),
        (missing(3), visit(LED, STRANGER), VisitorNotOfSchool),
        (missing(3), visit(HOMEROOM), VisitNotByTeam),
        (missing(3), visit(CLERK), VisitNotByTeam),
        (missing(3), visit(HOMEROOM, CLERK, PARENT), VisitNotByTeam),
    ],
)
def test_a_visit_without_an_absence_of_another_day_or_not_by_the_schools_team_is_refused(
    given: list[Event], command: Command, refusal: type[Refusal]
) -> None:
    scenario(PUPIL, given=given, when=command, then=refusal)


@pytest.mark.parametrize("team", [(LED,), (HOMEROOM, LED), (LED, PARENT), (HOMEROOM, TUTOR)])
def test_a_team_is_a_head_of_the_school_or_two_teachers(team: tuple[Visitor, ...]) -> None:
    scenario(PUPIL, given=missing(3), when=visit(*team), then=[recorded(*team), visit_settled("done")])


@pytest.mark.parametrize(
    ("role", "body", "from_on", "part"),
    [
        (Role.PRINCIPAL, SCHOOL_ID, DAY, Part.HEAD),
        (Role.VICE_PRINCIPAL, SCHOOL_ID, DAY, Part.HEAD),
        (Role.CENTRAL_SCHOOL, "central", DAY, Part.HEAD),
        (Role.TEACHER, SCHOOL_ID, DAY, Part.TEACHER),
        (Role.HOMEROOM_TEACHER, SCHOOL_ID, DAY, Part.TEACHER),
        (Role.ROLL_ADMINISTRATOR, SCHOOL_ID, DAY, Part.OTHER),
        (Role.ACCOUNT_ADMIN, SCHOOL_ID, DAY, Part.OTHER),
        (Role.PARENT_REPRESENTATIVE, SCHOOL_ID, DAY, Part.OTHER),
        (Role.PRINCIPAL, "another", DAY, Part.NONE),
        (Role.PRINCIPAL, SCHOOL_ID, THIRD + timedelta(days=1), Part.NONE),
    ],
)
def test_what_somebody_is_of_the_team_follows_from_the_posts_of_the_day(role: Role, body: str, from_on: date, part: Part) -> None:
    post = AppointmentRow(
        appointment_id=AppointmentId("a"),
        officer_id=TEACHER,
        role=role,
        body_id=BodyId(body),
        class_id=None,
        division=None,
        department=None,
        from_on=from_on,
    )
    assert visitor(TEACHER, [post], (SCHOOL_ID, "central"), THIRD) == Visitor(TEACHER, part)


# --- the reason goes ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "command",
    [
        WithdrawAbsence(pupil_id=PUPIL_ID, day=SCHOOL_DAYS[1], session=Session.MORNING),
        ExcuseDay(pupil_id=PUPIL_ID, day=SCHOOL_DAYS[0], kind=ExcuseKind.LEAVE),
        StartTransfer(pupil_id=PUPIL_ID),
    ],
)
def test_what_was_due_is_withdrawn_when_the_child_was_not_missing_or_leaves(command: Command) -> None:
    then = decided(missing(3, in_writing=False), command)
    assert then[-2:] == [visit_settled("withdrawn"), report_settled("withdrawn")]


def test_a_child_that_is_back_on_the_fourth_day_was_not_reported_and_need_not_be_visited() -> None:
    back = NoteAttendance(pupil_id=PUPIL_ID, day=SCHOOL_DAYS[3], session=Session.MORNING)
    then = decided(missing(3, in_writing=False), back)
    assert then[-2:] == [visit_settled("withdrawn"), report_settled("unreported")]


# --- the visit, once there is a case ------------------------------------------------------------------------------------


def of_case(*visitors: Visitor, on: date = SCHOOL_DAYS[6]) -> NoteCaseVisit:
    return NoteCaseVisit(pupil_id=PUPIL_ID, visited_on=on, visitors=visitors)


@pytest.mark.parametrize("more", [[], [dropout]])
def test_neither_suspicion_nor_dropout_makes_the_visit_but_a_teams_visit_in_the_case_does(more: list[Event]) -> None:
    given = [*missing(6, visited=False), *more]
    assert state_after(given).visit_due_on == THIRD
    scenario(PUPIL, given=given, when=of_case(HOMEROOM), then=[])
    scenario(PUPIL, given=given, when=of_case(LED, on=SCHOOL_DAYS[1]), then=[])
    scenario(PUPIL, given=given, when=of_case(HOMEROOM, LED), then=[visit_settled("done")])
    again = CloseAbsentDay(pupil_id=PUPIL_ID, day=SCHOOL_DAYS[6])
    after_it = [*missing(6), noticed(SCHOOL_DAYS[6])]
    assert SchoolVisitFellDue not in {type(event) for event in decided(after_it, again)}


def test_what_a_former_release_left_to_the_case_is_not_asked_for_again() -> None:
    left = [*missing(6, visited=False), visit_settled("case", SCHOOL_DAYS[5]), noticed(SCHOOL_DAYS[6])]
    then = decided(left, CloseAbsentDay(pupil_id=PUPIL_ID, day=SCHOOL_DAYS[6]))
    assert then == [counted(SCHOOL_DAYS[6], 7)]


# --- the report ---------------------------------------------------------------------------------------------------------

write = WriteAbsenceReport(report_id=ReportId("report-1"), pupil_id=PUPIL_ID, by_officer_id=PRINCIPAL, report=SEALED)


def test_the_report_that_is_due_is_written_to_the_childs_township_and_settled() -> None:
    then = [reported, report_settled("done", THIRD)]
    scenario(PUPIL, given=missing(3, in_writing=False), when=write, then=then, now=at(THIRD, 19))


def test_a_report_of_before_the_third_day_is_kept_and_the_third_day_still_asks_for_one() -> None:
    second = SCHOOL_DAYS[1]
    early = replace(reported, written_on=second)
    scenario(PUPIL, given=missing(2), when=write, then=[early], now=at(second, 19))
    close = CloseAbsentDay(pupil_id=PUPIL_ID, day=THIRD)
    scenario(PUPIL, given=[*missing(2), early, noticed(THIRD)], when=close, then=[counted(THIRD, 3), visit_due, report_due])
    owed = [*missing(2), early, noticed(THIRD), counted(THIRD, 3), visit_due, report_due]
    scenario(PUPIL, given=owed, when=write, then=[reported, report_settled("done", THIRD)], now=at(THIRD, 19))
    scenario(PUPIL, given=[*missing(2), early], when=write, then=AbsenceAlreadyReported, now=at(second, 20))


def test_neither_suspicion_nor_dropout_writes_the_report() -> None:
    given = [*missing(6, in_writing=False), dropout]
    assert state_after(given).report_due_on == THIRD
    seen = NoteAttendance(pupil_id=PUPIL_ID, day=SCHOOL_DAYS[7], session=Session.MORNING)
    assert not any(isinstance(event, AbsenceReportSettled) for event in decided(given, seen)), "seen is not yet returned"
    late = replace(reported, written_on=TODAY)
    scenario(PUPIL, given=given, when=write, then=[late, report_settled("done")])


def test_a_report_is_due_of_a_child_that_is_suspected_already() -> None:
    unregistered = replace(suspected, suspected_on=THIRD, reason="not_registered")
    given = [*missing(2), noticed(THIRD), unregistered]
    close = CloseAbsentDay(pupil_id=PUPIL_ID, day=THIRD)
    scenario(PUPIL, given=given, when=close, then=[counted(THIRD, 3), visit_due, report_due], now=at(THIRD, 18))


def test_the_return_takes_the_reason_away() -> None:
    given = [*missing(6, in_writing=False, visited=False), dropout]
    back = ReturnPupil(pupil_id=PUPIL_ID, episode_id=EPISODE, returned_on=SCHOOL_DAYS[7], placement=Placement.ORIGINAL_CLASS)
    scenario(
        PUPIL, given=given, when=back, then=[returned(SCHOOL_DAYS[7]), visit_settled("withdrawn"), report_settled("unreported")]
    )


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ([enrolled], NobodyIsMissing),
        (missing(3), AbsenceAlreadyReported),
        ([*missing(6), dropout, returned(SCHOOL_DAYS[7])], NobodyIsMissing),
    ],
)
def test_a_report_of_nobody_missing_or_a_second_one_is_refused(given: list[Event], refusal: type[Refusal]) -> None:
    scenario(PUPIL, given=given, when=write, then=refusal)


# --- what a former release has left ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("after", "reason"),
    [
        ([AbsenceEnded(pupil_id=PUPIL_ID, episode_id=EPISODE, back_on=SCHOOL_DAYS[3], reason="attended")], "withdrawn"),
        ([TransferStarted(pupil_id=PUPIL_ID, from_school_id=SCHOOL_ID, to_school_id=None, started_on=TODAY)], "withdrawn"),
    ],
)
def test_a_visit_that_a_former_release_left_as_due_is_settled_by_the_clock(after: list[Event], reason: str) -> None:
    attended = AttendanceNoted(pupil_id=PUPIL_ID, episode_id=EPISODE, day=SCHOOL_DAYS[3], session=Session.MORNING)
    given = [*missing(3), *([attended] if isinstance(after[0], AbsenceEnded) else []), *after]
    assert due(PUPIL, *given)["dues"].command == SettleDues(pupil_id=PUPIL_ID)
    scenario(PUPIL, given=given, when=SettleDues(pupil_id=PUPIL_ID), then=[visit_settled(reason)])


def test_a_visit_that_a_former_release_left_with_a_child_that_is_gone_is_settled_too() -> None:
    gone = PupilStruckOff(pupil_id=PUPIL_ID, episode_id=EPISODE, outcome=Outcome.MOVED_ABROAD, struck_off_on=TODAY)
    given = [*missing(5), gone]
    assert due(PUPIL, *given).keys() == {"dues"}
    scenario(PUPIL, given=given, when=SettleDues(pupil_id=PUPIL_ID), then=[visit_settled("withdrawn")])


def test_while_it_is_due_and_when_it_is_settled_there_is_nothing_for_the_clock() -> None:
    assert "dues" not in due(PUPIL, *missing(3))
    assert "dues" not in due(PUPIL, *missing(6))
    assert "dues" not in due(PUPIL, *missing(6), dropout, returned(SCHOOL_DAYS[8]))
    assert visit_due in missing(3)
