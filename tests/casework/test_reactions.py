"""What follows in casework from the events of registry and identity, and from its own."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from services.casework.domain.answering import CompleteDuty
from services.casework.domain.closing import ApproveClosing, ConfirmClosing, ProposeClosing
from services.casework.domain.duty_state import DutyStatus
from services.casework.domain.lines import NameOfficer
from services.casework.domain.planning import MakePlan, Planned, RecordCause
from services.casework.domain.returning import ConfirmReturn
from services.casework.domain.visiting import RecordVisit
from services.casework.storage.rows import Stage
from services.contracts import notifications, registry
from services.contracts.casework import DutyAssigned
from services.contracts.codes import Cause, DutyKind, Outcome, Placement, Role, SchoolKind, VisitResult
from services.contracts.ids import ClassId, EpisodeId, GuardianId, NotificationId, OfficerId, PupilId, SchoolId, VisitId
from tests.callers import appoint
from tests.casework.conftest import World
from tests.casework.invented import CASE_ID, EPISODE_ID, PUPIL_ID, SCHOOL_ID, SEALED, TODAY, TOWNSHIP, VILLAGE
from tests.neighbours import events_of

MOTHER, FATHER = GuardianId("mother"), GuardianId("father")
record_cause = RecordCause(case_id=CASE_ID, primary=Cause.HARDSHIP)
confirm_return = ConfirmReturn(case_id=CASE_ID, returned_on=TODAY, placement=Placement.ORIGINAL_CLASS)
lost = registry.ReturnLost(pupil_id=PUPIL_ID, episode_id=EPISODE_ID, day=TODAY)
restored = registry.ReturnRestored(pupil_id=PUPIL_ID, episode_id=EPISODE_ID, day=TODAY)


def lifted(pupil: PupilId = PUPIL_ID, episode: EpisodeId = EPISODE_ID) -> registry.SuspicionLifted:
    return registry.SuspicionLifted(pupil_id=pupil, episode_id=episode, lifted_on=TODAY, reason="attended")


def named(world: World, day: date = TODAY) -> dict[str, str | None]:
    row = world.case()
    return {line: row.answers(line, day) for line in ("bureau", "school", "class", "county", "township", "village")}


# --- the ledgers ------------------------------------------------------------------------------------------------------


def test_suspicion_opens_the_case_with_officers_on_both_lines(world: World) -> None:
    world.staff()
    world.suspect()
    assert world.case().stage is Stage.SUSPECTED
    assert named(world) == {
        "bureau": "clerk",
        "school": "principal",
        "class": "teacher",
        "county": "leader",
        "township": "township",
        "village": "cadre",
    }
    correlated = {envelope.correlation_id for envelope in world.service.store.walk([f"case-{CASE_ID}"])}
    assert correlated == {EPISODE_ID}


def test_a_household_outside_the_county_belongs_to_the_schools_township(world: World) -> None:
    world.staff()
    world.suspect(division="440301001002")
    assert world.case().division == TOWNSHIP
    assert named(world)["township"] == "township"


def test_officers_who_are_appointed_after_the_opening_are_named(world: World) -> None:
    world.suspect()
    assert set(named(world).values()) == {None}
    world.staff()
    assert None not in named(world).values()


def test_a_lifted_suspicion_withdraws_the_case_and_its_duties(world: World) -> None:
    world.suspect()
    world.do(record_cause)
    world.told(lifted())
    assert world.case().stage is Stage.WITHDRAWN
    assert {duty.status for duty in world.duties()} == {DutyStatus.WITHDRAWN}


def test_a_case_suspected_again_goes_on_and_asks_the_departments_again(world: World) -> None:
    world.staff()
    world.suspect()
    world.do(record_cause)
    world.told(lifted())
    world.suspect()
    assert (world.case().stage, world.case().spell) == (Stage.SUSPECTED, 2)
    assert [duty.status for duty in world.duties()] == [DutyStatus.WITHDRAWN] * 2 + [DutyStatus.ASSIGNED] * 2


def test_numbers_are_taken_without_gaps_by_dropouts_only(world: World) -> None:
    for child in ("a", "b", "c"):
        world.suspect(PupilId(child), EpisodeId(f"episode-{child}"))
    world.told(lifted(PupilId("b"), EpisodeId("episode-b")))
    numbers = []
    for child in ("a", "c"):
        world.drop_out(PupilId(child), EpisodeId(f"episode-{child}"))
        world.drop_out(PupilId(child), EpisodeId(f"episode-{child}"))
        case = world.suspect(PupilId(child), EpisodeId(f"episode-{child}"))
        numbers.append(world.case(case).number)
    assert numbers == ["C2026-0001", "C2026-0002"]


def test_the_numbers_of_a_year_begin_at_one(world: World) -> None:
    world.suspect()
    world.drop_out()
    world.clock.instant += timedelta(days=365)
    case = world.suspect(PupilId("later"), EpisodeId("later"))
    world.drop_out(PupilId("later"), EpisodeId("later"))
    assert (world.case().number, world.case(case).number) == ("C2026-0001", "C2027-0001")


def test_a_dropout_without_a_case_is_parked_for_a_person(world: World) -> None:
    world.drop_out()
    assert [parked.reason for parked in world.service.store.parked()] == ["no-such-case"]
    case = world.suspect(PupilId("other"), EpisodeId("other"))
    world.drop_out(PupilId("other"), EpisodeId("other"))
    assert world.case(case).number == "C2026-0001", "a refused command takes no number"


# --- the child moves, officers come and go --------------------------------------------------------------------------


def test_the_case_follows_the_child_into_another_school(world: World) -> None:
    world.staff()
    world.suspect()
    appoint(world.others, "other-principal", Role.PRINCIPAL, "school-2")
    world.told(registry.PupilTransferred(pupil_id=PUPIL_ID, school_id=SchoolId("school-2"), class_id=ClassId("class-2"), grade=8))
    assert world.case().school_id == "school-2"
    tomorrow = TODAY + timedelta(days=1)
    assert named(world, tomorrow)["school"] == "other-principal"
    assert named(world, tomorrow)["class"] is None
    assert named(world, tomorrow)["bureau"] == "clerk"


def test_another_class_of_the_school_keeps_the_principal(world: World) -> None:
    world.staff()
    world.suspect()
    appoint(world.others, "second", Role.HOMEROOM_TEACHER, SCHOOL_ID, class_id="class-2")
    world.told(registry.PupilTransferred(pupil_id=PUPIL_ID, school_id=SCHOOL_ID, class_id=ClassId("class-2"), grade=8))
    assert (named(world)["school"], named(world)["class"]) == ("principal", "second")


def rehoused(division: str) -> registry.PupilRecordWritten:
    return registry.PupilRecordWritten(pupil_id=PUPIL_ID, record_version=2, guardians=(), residence_division=division)


def test_the_case_follows_the_household_within_the_county(world: World) -> None:
    world.staff()
    world.suspect()
    world.told(rehoused("440301001002"), rehoused(VILLAGE))
    assert "CaseMoved" not in world.happened()
    appoint(world.others, "township-2", Role.TOWNSHIP_OFFICER, "township-2", division="990126101")
    world.told(rehoused("990126101201"))
    assert world.case().division == "990126101201"
    assert named(world)["township"] == "township-2"


def test_a_hand_over_is_an_event_and_the_successor_is_named(world: World) -> None:
    world.staff()
    world.suspect()
    appoint(world.others, "second-clerk", Role.BUREAU_CLERK, "bureau")
    world.leave("clerk", date(2026, 9, 30))
    assert named(world, date(2026, 9, 30))["bureau"] == "clerk"
    assert named(world, date(2026, 10, 1))["bureau"] == "second-clerk"
    assert world.happened().count("OfficerReleased") == 1


def test_a_line_without_a_successor_waits_for_one(world: World) -> None:
    world.staff()
    world.suspect()
    world.leave("clerk", date(2026, 9, 8))
    assert named(world, date(2026, 9, 9))["bureau"] is None
    appoint(world.others, "second-clerk", Role.BUREAU_CLERK, "bureau")
    world.settle()
    assert named(world, date(2026, 9, 9))["bureau"] == "second-clerk"


def test_who_keeps_another_post_of_the_line_is_not_released(world: World) -> None:
    world.staff()
    world.suspect()
    appoint(world.others, "teacher", Role.TEACHER, SCHOOL_ID)
    world.leave("teacher", date(2026, 9, 8))
    assert named(world, date(2026, 9, 9))["class"] == "teacher"


def test_a_teaching_point_is_led_by_its_central_school(world: World) -> None:
    world.staff()
    point = registry.SchoolRegistered(
        school_id=SchoolId("point"),
        code="2199012602",
        name="教学点",
        name_en="Point",
        kind=SchoolKind.TEACHING_POINT,
        division=VILLAGE,
        boarding=False,
        central_school_id=SCHOOL_ID,
    )
    world.others.tell("school-point", point)
    world.suspect(school_id=SchoolId("point"))
    assert named(world)["school"] == "principal"


# --- duties -----------------------------------------------------------------------------------------------------------


def assigned(world: World) -> list[tuple[str, str, str, str | None]]:
    return [(duty.number, str(duty.department), str(duty.kind), duty.school_id) for duty in world.duties()]


def test_a_cause_raises_its_duties_with_numbers_and_the_cases_pseudonym(world: World) -> None:
    world.suspect()
    world.drop_out()
    world.do(record_cause)
    assert assigned(world) == [
        ("D2026-0001", "civil_affairs", "decide_relief", None),
        ("D2026-0002", "rural_revitalisation", "verify_household_status", None),
    ]
    event = events_of(world.service, f"duty-{world.duties()[0].duty_id}")[0]
    assert isinstance(event, DutyAssigned)
    assert (event.case_number, event.division, event.episode_id) == ("C2026-0001", "990126", EPISODE_ID)


def test_another_cause_does_not_ask_twice_for_the_same(world: World) -> None:
    world.suspect()
    world.do(
        RecordCause(case_id=CASE_ID, primary=Cause.LOST_CONTACT),
        RecordCause(case_id=CASE_ID, primary=Cause.MIGRATION),
    )
    assert [duty.kind for duty in world.duties()] == [DutyKind.VERIFY_WHEREABOUTS, DutyKind.VERIFY_DESTINATION]


def test_the_townships_duty_is_of_the_childs_division(world: World) -> None:
    world.suspect()
    world.do(RecordCause(case_id=CASE_ID, primary=Cause.RELIGION))
    assert [duty.division for duty in world.duties()] == [VILLAGE]


def test_a_measure_that_the_township_carries_out_raises_its_duty(world: World) -> None:
    world.suspect()
    world.do(record_cause, MakePlan(case_id=CASE_ID, measures=(Planned(Cause.HARDSHIP, "livelihood_talk"),)))
    assert world.duties()[-1].kind is DutyKind.PERSUADE


def visit_by(officer: str, name: str, world: World) -> None:
    visit = RecordVisit(case_id=CASE_ID, visit_id=VisitId(name), visited_on=TODAY, result=VisitResult.UNDECIDED)
    world.do(visit, by=officer)


def test_a_visit_of_the_school_answers_the_schools_duty_and_another_does_not(world: World) -> None:
    world.staff()
    world.suspect()
    world.do(RecordCause(case_id=CASE_ID, primary=Cause.LEARNING))
    assert assigned(world) == [("D2026-0001", "education", "school_visit", SCHOOL_ID)]
    visit_by("cadre", "first", world)
    assert world.duties()[0].status is DutyStatus.ASSIGNED
    visit_by("teacher", "second", world)
    assert (world.duties()[0].status, world.duties()[0].finding) == (DutyStatus.COMPLETED, "visited")
    visit_by("teacher", "third", world)
    assert not world.service.store.parked()


def unreachable(world: World, text: str, guardian: GuardianId = MOTHER) -> None:
    event = notifications.ContactUnreachable(
        notification_id=NotificationId(text), pupil_id=PUPIL_ID, guardian_id=guardian, reason="dead_number"
    )
    world.others.tell(f"notification-{text}", event, key=PUPIL_ID)
    world.settle()


def record_written(*renumbered: GuardianId, version: int = 2) -> registry.PupilRecordWritten:
    return registry.PupilRecordWritten(
        pupil_id=PUPIL_ID,
        record_version=version,
        guardians=tuple(registry.GuardianRef(each, "母亲", carer=True, reachable=True) for each in (MOTHER, FATHER)),
        residence_division=VILLAGE,
        renumbered=renumbered,
    )


def test_the_school_is_asked_once_for_the_new_contact_of_a_guardian_until_the_number_is_another(world: World) -> None:
    world.suspect()
    unreachable(world, "first")
    unreachable(world, "second")
    unreachable(world, "third", FATHER)
    assert assigned(world) == [
        ("D2026-0001", "education", "find_contact", SCHOOL_ID),
        ("D2026-0002", "education", "find_contact", SCHOOL_ID),
    ]
    assert {duty.guardian_id for duty in world.duties()} == {MOTHER, FATHER}
    world.told(record_written())
    assert {duty.status for duty in world.duties()} == {DutyStatus.ASSIGNED}, "another address is no new number"
    world.told(record_written(MOTHER, version=3))
    assert [duty.status for duty in world.duties()] == [DutyStatus.WITHDRAWN, DutyStatus.ASSIGNED]
    world.told(registry.PupilRecordWritten(pupil_id=PUPIL_ID, record_version=4, guardians=(), residence_division=VILLAGE))
    assert {duty.status for duty in world.duties()} == {DutyStatus.WITHDRAWN}
    unreachable(world, "fourth")
    assert len(world.duties()) == 3
    assert not world.service.store.parked()


def test_nobody_in_casework_searches_for_the_contact_of_a_child_without_an_open_case(world: World) -> None:
    unreachable(world, "first")
    world.suspect()
    world.told(lifted())
    unreachable(world, "second")
    assert world.duties() == []


def test_a_return_asks_the_police_to_protect_and_a_relapse_ends_it(world: World) -> None:
    world.suspect()
    world.drop_out()
    world.do(confirm_return)
    assert assigned(world) == [("D2026-0001", "public_security", "protect_returned", None)]
    world.told(lost)
    assert (world.case().stage, world.case().spell, world.case().returned_on) == (Stage.OPEN, 2, None)
    assert world.duties()[0].status is DutyStatus.WITHDRAWN
    world.do(confirm_return)
    assert [duty.status for duty in world.duties()] == [DutyStatus.WITHDRAWN, DutyStatus.ASSIGNED]


def test_an_absence_that_was_none_gives_return_and_protection_back(world: World) -> None:
    world.suspect()
    world.drop_out()
    world.do(confirm_return)
    world.told(lost, restored)
    row = world.case()
    assert (row.stage, row.spell, row.returned_on, row.relapsed_on) == (Stage.RETURNED, 1, TODAY, None)
    assert [duty.status for duty in world.duties()] == [DutyStatus.WITHDRAWN, DutyStatus.ASSIGNED]


def close(world: World) -> None:
    world.do(ProposeClosing(case_id=CASE_ID, outcome=Outcome.RETURNED, evidence=SEALED), by="principal")
    world.do(ConfirmClosing(case_id=CASE_ID), by="township")
    world.do(ApproveClosing(case_id=CASE_ID), by="lead")


def test_the_whole_way_to_the_closing_withdraws_what_is_still_asked(world: World) -> None:
    world.staff()
    world.suspect()
    world.drop_out()
    world.do(record_cause, confirm_return)
    relief = world.duties()[0].duty_id
    world.do(CompleteDuty(duty_id=relief, finding="granted"))
    world.pass_days(29)
    assert world.case().stage is Stage.OBSERVED
    close(world)
    assert (world.case().stage, world.case().outcome) == (Stage.CLOSED, Outcome.RETURNED)
    assert [duty.status for duty in world.duties()] == [
        DutyStatus.COMPLETED,
        DutyStatus.WITHDRAWN,
        DutyStatus.WITHDRAWN,
    ]
    world.told(lost)
    assert world.case().stage is Stage.CLOSED
    assert not world.service.store.parked()


def test_the_police_are_asked_again_each_quarter_for_a_lost_child(world: World) -> None:
    world.suspect()
    world.drop_out()
    world.do(RecordCause(case_id=CASE_ID, primary=Cause.LOST_CONTACT))
    world.clock.instant += timedelta(days=91)
    world.settle()
    assert world.case().recheck_reason == "lost_contact"
    assert [duty.kind for duty in world.duties()] == [DutyKind.VERIFY_WHEREABOUTS] * 2


# --- by clock ---------------------------------------------------------------------------------------------------------


def test_a_late_duty_is_escalated_to_the_bureaus_lead_and_then_to_the_county(world: World) -> None:
    world.staff()
    world.suspect()
    world.do(RecordCause(case_id=CASE_ID, primary=Cause.LOST_CONTACT))
    world.pass_days(4)
    assert [duty.overdue_on for duty in world.duties()] == [date(2026, 9, 11)]
    world.pass_days(3)
    assert [(duty.level, duty.told, duty.told_officer_id) for duty in world.duties()] == [(1, Role.BUREAU_LEAD, "lead")]
    world.pass_days(3)
    assert [(duty.level, duty.told, duty.told_officer_id) for duty in world.duties()] == [(2, Role.COUNTY_LEADER, "leader")]


def test_a_late_duty_is_escalated_to_the_leader_named_on_the_line_before_the_longest_in_office(world: World) -> None:
    world.staff()
    world.suspect()
    appoint(world.others, "second-lead", Role.BUREAU_LEAD, "bureau", division="990126")
    world.settle()
    world.do(NameOfficer(case_id=CASE_ID, line="bureau", officer_id=OfficerId("second-lead"), roles=(Role.BUREAU_LEAD,)))
    world.do(RecordCause(case_id=CASE_ID, primary=Cause.LOST_CONTACT))
    world.pass_days(7)
    assert [(duty.level, duty.told_officer_id) for duty in world.duties()] == [(1, "second-lead")]


def test_where_the_post_is_vacant_the_role_is_told_and_nobody_named(world: World) -> None:
    world.suspect()
    world.do(RecordCause(case_id=CASE_ID, primary=Cause.LOST_CONTACT))
    world.pass_days(7)
    assert [(duty.level, duty.told, duty.told_officer_id) for duty in world.duties()] == [(1, Role.BUREAU_LEAD, None)]


@pytest.mark.parametrize(("days", "hard"), [(30, False), (31, True)])
def test_a_case_of_thirty_days_is_hard(world: World, days: int, hard: bool) -> None:
    world.suspect()
    world.clock.instant += timedelta(days=days)
    world.settle()
    assert world.case().hard is hard


def test_contacts_fall_due_in_school_weeks_and_are_answered_late(world: World) -> None:
    world.suspect()
    world.drop_out()
    world.do(confirm_return)
    world.pass_days(8)
    assert (world.case().follow_up_due, world.case().follow_up_due_on) == (1, date(2026, 9, 15))
