"""The county in numbers, the distribution of the children in the ledgers, and the open alarms."""

from __future__ import annotations

from typing import Any

import pytest

from services.chassis.decider import Event
from services.contracts import assistance, casework, notifications, registry
from services.contracts.codes import Cause, Department, DutyKind, Placement, Role, Session
from services.contracts.ids import DutyId, MeasureId, OfficerId
from services.contracts.labels.states import ALARMS
from services.oversight.domain.policies import SMALLEST_CELL
from services.oversight.queries.alarms import alarm_counts, open_alarms
from services.oversight.queries.distribution import DIMENSIONS, distribution
from services.oversight.queries.scope import Scope
from services.oversight.queries.summary import summary
from tests.oversight.conftest import AID, CASE, CHILD, CLASS, DAY, DUTY, EPISODE, GUARDIAN, SCHOOL, SEALED, TEXT, VILLAGE, County

BUREAU = Scope(county=True, sees_restricted=True)
STRANGER = Scope(schools=("other-school",))
SECOND = DutyId("second-duty")
TUTORING = MeasureId("tutoring")
PLAN = casework.PlanMade(
    case_id=CASE, pupil_id=CHILD, measures=(casework.Measure(TUTORING, "tutoring", Cause.LEARNING, due_on=DAY),)
)

FOUND = casework.RecheckRecorded(
    case_id=CASE, pupil_id=CHILD, nth=1, checked_on=DAY, changed=True, by_officer_id=OfficerId("teacher"), finding=SEALED
)


def numbers(county: County, scope: Scope = BUREAU) -> dict[str, Any]:
    return summary(county.service.engine, scope, DAY)


def shares(county: County, by: str, scope: Scope = BUREAU) -> dict[str, tuple[str, int, int, int]]:
    return {
        item["key"]: (item["en"], item["suspected"], item["dropout"], item["under_observation"])
        for item in distribution(county.service.engine, scope, by, SMALLEST_CELL.default)
    }


def alarms(county: County, scope: Scope = BUREAU) -> list[dict[str, Any]]:
    with county.service.engine.connect() as connection:
        return [dict(row) for row in connection.execute(open_alarms(scope)).mappings()]


def kinds(county: County, scope: Scope = BUREAU) -> set[str]:
    return {alarm["kind"] for alarm in alarms(county, scope)}


def test_the_summary_counts_what_stands(county: County) -> None:
    county.live()
    for number in range(3):
        county.enrol(f"other-{number}", school="other-school", division="990126101")
    county.settle()
    told = numbers(county)
    assert told["ledgers"] == {"school_age": 3, "suspected": 0, "dropout": 1, "struck_off": 0, "under_observation": 1}
    assert told["rates"] == {
        "pupils": 4,
        "dropouts": 1,
        "returned": 1,
        "relapsed": 0,
        "dropout_rate": 0.25,
        "return_rate": 1.0,
        "relapse_rate": 0.0,
    }
    assert told["cases"] == {"open": 1}
    assert told["stages"] == {"open": 1}
    [police] = told["duties"]
    assert (police["department"], police["open"], police["overdue"], police["done"]) == ("public_security", 0, 0, 1)
    assert (told["texts"], told["aid"]) == ({"scheduled": 1}, {"draft": 1})
    assert set(told["alarms"]) == set(ALARMS)


def test_rates_without_anything_to_divide_by_are_not_numbers(county: County) -> None:
    county.found()
    assert numbers(county)["rates"]["dropout_rate"] is None
    assert numbers(county)["rates"]["return_rate"] is None


def test_a_relapse_counts_once_however_often(county: County) -> None:
    county.live()
    lost = registry.ReturnLost(pupil_id=CHILD, episode_id=EPISODE, day=DAY)
    county.tell(f"pupil-{CHILD}", lost, lost)
    county.settle()
    rates = numbers(county)["rates"]
    assert (rates["relapsed"], rates["relapse_rate"], rates["returned"]) == (1, 1.0, 1)


def test_a_school_and_a_township_count_their_own(county: County) -> None:
    county.live()
    county.enrol("other", school="other-school", division="990126101001")
    county.settle()
    assert numbers(county, Scope(schools=(SCHOOL,)))["rates"]["pupils"] == 1
    stranger = numbers(county, STRANGER)
    assert (stranger["ledgers"]["dropout"], stranger["duties"], stranger["texts"], stranger["aid"]) == (0, [], {}, {})
    assert numbers(county, Scope(divisions=("990126101",)))["rates"]["pupils"] == 1
    assert numbers(county, Scope(divisions=(VILLAGE,)))["ledgers"]["dropout"] == 1


def test_the_children_in_the_ledgers_are_distributed_by_every_dimension(county: County) -> None:
    county.live()
    county.enrol("at-school")
    county.settle()
    assert shares(county, "cause") == {"hardship": ("family hardship", 0, 0, 1)}
    assert shares(county, "grade") == {"8": ("grade 8", 0, 0, 1)}
    assert shares(county, "township") == {VILLAGE[:9]: ("Qingshi Town", 0, 0, 1)}
    assert shares(county, "school") == {SCHOOL: ("Qingshi Central Primary", 0, 0, 1)}
    assert shares(county, "sex") == {"female": ("female", 0, 0, 1)}
    assert shares(county, "group") == {
        "relief_household": ("relief household", 0, 0, 1),
        "left_behind": ("left behind", 0, 0, 1),
    }
    assert all(shares(county, by, STRANGER) == {} for by in DIMENSIONS)


def test_a_suspected_child_without_a_cause_is_counted_as_not_recorded(county: County) -> None:
    county.enrol()
    county.suspect()
    county.settle()
    assert shares(county, "cause") == {"": ("not recorded", 1, 0, 0)}


def test_a_restricted_cause_is_named_to_the_bureau_only(county: County) -> None:
    county.live(Cause.EARLY_MARRIAGE)
    assert shares(county, "cause") == {"early_marriage": ("early marriage or childbirth", 0, 0, 1)}
    for scope in (Scope(schools=(SCHOOL,)), Scope(county=True)):
        assert shares(county, "cause", scope) == {"": ("not recorded or restricted", 0, 0, 1)}


def test_a_share_does_not_tell_a_restricted_cause_from_one_that_is_not_recorded(county: County) -> None:
    county.enrol()
    county.suspect()
    county.settle()
    assert shares(county, "cause", Scope(schools=(SCHOOL,))) == {"": ("not recorded or restricted", 1, 0, 0)}


@pytest.mark.parametrize(
    ("scope", "seen"),
    [
        (BUREAU, True),
        (Scope(schools=(SCHOOL,), officer_id="principal"), True),
        (Scope(schools=(SCHOOL,), officer_id="vice-principal"), False),
        (Scope(county=True, officer_id="another-leader"), False),
    ],
    ids=["the bureau", "named in the case", "of the school", "the county leader"],
)
def test_the_duties_of_a_restricted_case_are_in_no_sum_and_alarm_of_who_may_not_know_its_cause(
    county: County, scope: Scope, *, seen: bool
) -> None:
    county.enrol()
    county.suspect()
    county.drop_out(Cause.EARLY_MARRIAGE)
    county.tell(f"duty-{DUTY}", casework.DutyOverdue(duty_id=DUTY, case_id=CASE, pupil_id=CHILD, due_on=DAY))
    lost = casework.RecheckFellDue(case_id=CASE, pupil_id=CHILD, reason="lost_contact", nth=1, due_on=DAY)
    county.tell(f"case-{CASE}", lost)
    county.settle()
    told = numbers(county, scope)
    assert told["alarms"]["recheck_due"] == int(seen)
    assert bool(told["duties"]) is seen
    assert told["alarms"]["duty_overdue"] == int(seen)
    assert ("duty_overdue" in kinds(county, scope)) is seen


def decline(county: County) -> None:
    """Civil affairs say that a second duty is not theirs."""
    second = casework.DutyAssigned(
        duty_id=SECOND,
        case_id=CASE,
        pupil_id=CHILD,
        number="D2026-0002",
        department=Department.CIVIL_AFFAIRS,
        division="990126",
        kind=DutyKind.DECIDE_RELIEF,
        cause=Cause.HARDSHIP,
        case_number="2026-0001",
        assigned_on=DAY,
        term_days=10,
    )
    declined = casework.DutyDeclined(duty_id=SECOND, case_id=CASE, pupil_id=CHILD, by_officer_id=OfficerId("civil"), reason=SEALED)
    county.tell(f"duty-{SECOND}", second, declined)
    county.settle()


BUREAU_SAYS = {"duty_id": SECOND, "case_id": CASE, "pupil_id": CHILD, "by_officer_id": OfficerId("clerk")}


@pytest.mark.parametrize(
    ("answer", "column"),
    [
        (casework.DutyReturned(**BUREAU_SAYS, reason=SEALED, returned_on=DAY), "open"),
        (casework.DeclineAccepted(**BUREAU_SAYS, accepted_on=DAY), "declined"),
    ],
)
def test_a_declined_duty_is_not_counted_as_done_and_alarms_until_the_bureau_has_answered(
    county: County, answer: Event, column: str
) -> None:
    county.live()
    decline(county)
    [alarm] = [each for each in alarms(county) if each["kind"] == "duty_declined"]
    assert (alarm["duty_id"], alarm["detail"]) == (SECOND, "civil_affairs")
    told = numbers(county)["duties"][0]
    assert {name: told[name] for name in ("open", "done", "declined")} == {"open": 0, "done": 0, "declined": 1}
    county.tell(f"duty-{SECOND}", answer)
    county.settle()
    assert "duty_declined" not in kinds(county)
    told = numbers(county)["duties"][0]
    assert {name: told[name] for name in ("open", "done", "declined")} == {"open": 0, "done": 0, "declined": 0, column: 1}


NOT_RAISED = {"event_parked", "mandatory_report"}


def raise_everything(county: County) -> None:
    """One alarm of each kind but those of the machine, and of mandatory reports, which no post but one is told of."""
    county.found()
    county.enrol()
    county.tell(
        f"class_term-{CLASS}/2026-1",
        registry.RollCallMissing(class_id=CLASS, school_id=SCHOOL, day=DAY, session=Session.AFTERNOON),
    )
    county.miss()
    county.suspect()
    county.drop_out()
    county.tell(
        f"pupil-{CHILD}",
        registry.AbsenceNoticed(
            pupil_id=CHILD, episode_id=EPISODE, school_id=SCHOOL, class_id=CLASS, day=DAY, session=Session.MORNING, first=False
        ),
        registry.ContactFellDue(pupil_id=CHILD, episode_id=EPISODE, school_id=SCHOOL, class_id=CLASS, day=DAY),
        registry.SchoolVisitFellDue(pupil_id=CHILD, episode_id=EPISODE, school_id=SCHOOL, day=DAY),
        registry.AbsenceReportFellDue(pupil_id=CHILD, episode_id=EPISODE, school_id=SCHOOL, day=DAY),
        registry.UpperAgeReached(pupil_id=CHILD, episode_id=EPISODE, noticed_on=DAY),
        registry.LeaverWithoutSchool(pupil_id=CHILD, term="2026-1", school_id=SCHOOL, residence_division=VILLAGE, since_on=DAY),
    )
    county.tell(f"duty-{DUTY}", casework.DutyOverdue(duty_id=DUTY, case_id=CASE, pupil_id=CHILD, due_on=DAY))
    decline(county)
    county.tell(
        f"case-{CASE}",
        casework.RelapseRaised(case_id=CASE, pupil_id=CHILD, day=DAY),
        casework.CaseGrewHard(case_id=CASE, pupil_id=CHILD, reason="days"),
        PLAN,
        casework.MeasureFellOverdue(case_id=CASE, pupil_id=CHILD, measure_id=TUTORING, due_on=DAY),
        casework.FollowUpFellDue(case_id=CASE, pupil_id=CHILD, nth=1, due_on=DAY),
        FOUND,
        casework.RecheckFellDue(case_id=CASE, pupil_id=CHILD, reason="lost_contact", nth=1, due_on=DAY),
    )
    named = {"pupil_id": CHILD, "guardian_id": GUARDIAN}
    county.tell(f"notification-{TEXT}", notifications.NotificationUncertain(notification_id=TEXT, **named))
    call = notifications.CallTaskRaised(
        notification_id="call", template="absence_query", reason_event_id="e", reason="no_number", **named
    )
    county.tell("notification-call", call, notifications.ContactUnreachable(notification_id="call", reason="no_number", **named))
    county.tell(
        f"application-{AID}",
        assistance.PublicNoticeEnded(application_id=AID, pupil_id=CHILD, ended_on=DAY),
        assistance.ReviewFellOverdue(application_id=AID, pupil_id=CHILD, overdue_on=DAY),
    )
    county.settle()


def test_every_kind_of_alarm_is_raised_and_shown_to_those_whose_it_is(county: County) -> None:
    raise_everything(county)
    assert kinds(county) == set(ALARMS) - NOT_RAISED
    assert kinds(county, Scope(schools=(SCHOOL,))) == set(ALARMS) - NOT_RAISED
    assert kinds(county, Scope(divisions=(VILLAGE[:9],))) == set(ALARMS) - NOT_RAISED
    assert alarms(county, STRANGER) == []
    counts = alarm_counts(county.service.engine, BUREAU)
    assert counts == {kind: 0 if kind in NOT_RAISED else 1 for kind in ALARMS}


def test_who_reads_no_cases_is_told_of_texts_and_applications_only(county: County) -> None:
    raise_everything(county)
    aid_officer = Scope(county=True, reads_cases=False)
    assert kinds(county, aid_officer) == {"text_uncertain", "call_due", "contact_unreachable", "review_overdue"}
    counts = alarm_counts(county.service.engine, aid_officer)
    assert {kind for kind, count in counts.items() if count} == kinds(county, aid_officer)


def test_the_duties_of_the_departments_are_summed_for_those_only_who_read_the_cases(county: County) -> None:
    raise_everything(county)
    assert numbers(county, Scope(county=True))["duties"] != []
    assert numbers(county, Scope(county=True, reads_cases=False))["duties"] == []


def test_an_alarm_names_what_it_is_about(county: County) -> None:
    raise_everything(county)
    by_kind = {alarm["kind"]: alarm for alarm in alarms(county)}
    assert (by_kind["duty_overdue"]["duty_id"], by_kind["duty_overdue"]["detail"]) == (DUTY, "public_security")
    assert (by_kind["silent_class"]["class_id"], by_kind["silent_class"]["detail"]) == (CLASS, "afternoon")
    assert by_kind["officer_missing"]["detail"] == "village"
    escalated = casework.DutyEscalated(
        duty_id=DUTY,
        case_id=CASE,
        pupil_id=CHILD,
        to_role=Role.BUREAU_LEAD,
        level=1,
        escalated_on=DAY,
        to_officer_id=OfficerId("lead"),
    )
    county.tell(f"duty-{DUTY}", escalated)
    county.settle()
    [overdue] = [alarm for alarm in alarms(county) if alarm["kind"] == "duty_overdue"]
    assert overdue["told_officer_id"] == "lead"
    assert by_kind["text_uncertain"]["notification_id"] == TEXT
    assert by_kind["contact_due"]["since"] == DAY.isoformat()


def test_a_number_found_afterwards_ends_the_alarm_of_the_unreachable_guardian(county: County) -> None:
    raise_everything(county)
    written = registry.PupilRecordWritten(pupil_id=CHILD, record_version=2, guardians=(), residence_division=VILLAGE)
    county.tell(f"pupil-{CHILD}", written)
    county.settle()
    assert "contact_unreachable" not in kinds(county)


@pytest.mark.parametrize(
    "ended",
    [
        casework.RelapseWithdrawn(case_id=CASE, pupil_id=CHILD, day=DAY, spell=1),
        casework.ReturnConfirmed(
            case_id=CASE, pupil_id=CHILD, episode_id=EPISODE, returned_on=DAY, placement=Placement.ORIGINAL_CLASS
        ),
    ],
)
def test_a_child_that_is_back_after_all_ends_the_alarms_of_relapse_and_hard_case(county: County, ended: Event) -> None:
    raise_everything(county)
    assert {"relapse", "hard_case"} <= kinds(county)
    county.tell(f"case-{CASE}", ended)
    county.settle()
    assert not {"relapse", "hard_case"} & kinds(county)


def test_a_child_that_is_back_is_not_closed_as_over_age(county: County) -> None:
    raise_everything(county)
    assert "upper_age_reached" in kinds(county)
    placement = Placement.ORIGINAL_CLASS
    back = casework.ReturnConfirmed(case_id=CASE, pupil_id=CHILD, episode_id=EPISODE, returned_on=DAY, placement=placement)
    county.tell(f"case-{CASE}", back)
    county.settle()
    assert "upper_age_reached" not in kinds(county)


@pytest.mark.parametrize(
    "ended",
    [
        casework.MeasureDone(case_id=CASE, pupil_id=CHILD, measure_id=TUTORING, done_on=DAY, by_officer_id=OfficerId("teacher")),
        casework.PlanMade(case_id=CASE, pupil_id=CHILD, measures=()),
    ],
)
def test_a_measure_done_or_no_longer_planned_is_not_overdue(county: County, ended: Event) -> None:
    raise_everything(county)
    county.tell(f"case-{CASE}", PLAN)
    county.settle()
    assert "measure_overdue" in kinds(county), "the same plan written again keeps what is overdue"
    county.tell(f"case-{CASE}", ended)
    county.settle()
    assert "measure_overdue" not in kinds(county)


def test_a_closed_case_raises_no_alarm(county: County) -> None:
    raise_everything(county)
    county.strike_off()
    county.settle()
    assert not {
        "officer_missing",
        "follow_up_due",
        "recheck_due",
        "contact_due",
        "hard_case",
        "relapse",
        "duty_declined",
        "measure_overdue",
        "upper_age_reached",
        "recheck_changed",
    } & kinds(county)


def test_an_event_that_waits_in_oversight_itself_is_an_alarm_of_the_county(county: County) -> None:
    county.enrol()
    lost = county.others.tell(f"case-{CASE}", casework.CaseGrewHard(case_id=CASE, pupil_id=CHILD, reason="days"), key=CHILD)
    county.settle()
    with county.service.store.exclusive() as writer:
        writer.execute("DELETE FROM received WHERE stream_id = ?", (lost.stream_id,))
    officer = casework.OfficerNamed(case_id=CASE, pupil_id=CHILD, line="school", officer_id=OfficerId("principal"))
    county.others.tell(f"case-{CASE}", officer, key=CHILD)
    county.settle()
    assert kinds(county) == {"event_parked"}
    assert kinds(county, Scope(schools=(SCHOOL,))) == set()


@pytest.mark.parametrize("by", DIMENSIONS)
def test_a_distribution_of_nobody_is_empty(county: County, by: str) -> None:
    assert distribution(county.service.engine, BUREAU, by, SMALLEST_CELL.default) == []
