"""What follows in assistance from the events of registry and casework."""

from __future__ import annotations

from datetime import date

import pytest

from services.assistance.domain.applying import SignApplication, WithdrawalReason, WithdrawApplication
from services.assistance.domain.judging import DecideInPanel, ReviewApplication
from services.assistance.projections import APPLICATION_ROWS, PROGRAMME_ROWS, PUPIL_ROWS
from services.casework.domain.causes import AID
from services.chassis.envelope import Context
from services.contracts import casework, registry
from services.contracts.assistance import (
    AidGranted,
    AidPaused,
    AidResumed,
    ApplicationDrafted,
    ApplicationWithdrawn,
    application_id,
    programme_id,
)
from services.contracts.codes import Cause, Group, Outcome, Placement, Role
from services.contracts.ids import ApplicationId, ClassId, MeasureId
from tests.assistance.conftest import World
from tests.assistance.invented import CASE_ID, EPISODE_ID, MEASURE_ID, MOTHER, PUPIL_ID, SCHOOL_ID, SITTING, YEAR
from tests.neighbours import events_of

BOARDER = application_id(PUPIL_ID, programme_id("boarder_living_junior"), YEAR)
RELIEF = application_id(PUPIL_ID, programme_id("temporary_relief"), YEAR)
DISABLED = application_id(PUPIL_ID, programme_id("disabled_pupil_allowance"), YEAR)
TODAY = date(2026, 9, 8)

dropped_out = registry.DropoutConfirmed(
    pupil_id=PUPIL_ID, episode_id=EPISODE_ID, school_id=SCHOOL_ID, confirmed_on=TODAY, by="principal"
)
returned = registry.PupilReturned(pupil_id=PUPIL_ID, episode_id=EPISODE_ID, returned_on=TODAY, placement=Placement.ORIGINAL_CLASS)
lost_again = registry.ReturnLost(pupil_id=PUPIL_ID, episode_id=EPISODE_ID, day=TODAY)
restored = registry.ReturnRestored(pupil_id=PUPIL_ID, episode_id=EPISODE_ID, day=TODAY)
PUPIL_STREAM = f"pupil-{PUPIL_ID}"
CASE_STREAM = f"case-{CASE_ID}"


def struck_off(outcome: Outcome) -> registry.PupilStruckOff:
    return registry.PupilStruckOff(pupil_id=PUPIL_ID, episode_id=EPISODE_ID, outcome=outcome, struck_off_on=TODAY)


def events(world: World, application: ApplicationId = BOARDER) -> list[object]:
    return list(events_of(world.service, f"application-{application}"))


def take_to_review(world: World, application: ApplicationId = BOARDER) -> None:
    """Signed, recommended, hung its days."""
    world.do(
        SignApplication(
            application_id=application,
            guardian_id=MOTHER,
            signed_on=TODAY,
            hardship_recognised_on=date(2026, 9, 1),
            guardians=(MOTHER,),
        ),
        DecideInPanel(application_id=application, recommended=True, **SITTING),
    )
    world.pass_days(8)


def grant(world: World, application: ApplicationId = BOARDER) -> None:
    """Granted by another person, with the child and the programme as they stand."""
    with world.service.turns.open() as turn:
        pupil = turn.row(PUPIL_ROWS, PUPIL_ID).facts()
        code = turn.row(APPLICATION_ROWS, application).programme_code
        programme = next(each for each in turn.rows(PROGRAMME_ROWS) if each.code == code)
    world.do(
        ReviewApplication(application_id=application, granted=True, role=Role.BUREAU_CLERK, pupil=pupil, programme=programme),
        context=Context(actor="county-officer"),
    )
    world.settle()


def test_a_hardship_measure_drafts_what_fits_the_child(world: World) -> None:
    world.enrol()
    world.plan_aid()
    [drafted] = events(world)
    assert isinstance(drafted, ApplicationDrafted)
    assert (drafted.programme_code, drafted.amount_fen) == ("boarder_living_junior", 150_000)
    assert (drafted.case_id, drafted.measure_id, drafted.episode_id) == (CASE_ID, MEASURE_ID, EPISODE_ID)
    assert events(world, RELIEF) == []


def test_the_episode_is_the_correlation_of_all_that_follows(world: World) -> None:
    world.enrol()
    world.plan_aid()
    take_to_review(world)
    envelopes = list(world.service.store.walk([f"application-{BOARDER}"]))
    assert len(envelopes) == 5
    assert {envelope.correlation_id for envelope in envelopes} == {EPISODE_ID}
    assert {envelope.partition_key for envelope in envelopes} == {PUPIL_ID}


@pytest.mark.parametrize(
    ("facts", "code", "fen"),
    [
        ({"grade": 3}, "boarder_living_primary", 125_000),
        ({"grade": 3, "boarding": False}, "day_living_primary", 62_500),
        ({"boarding": False}, "day_living_junior", 75_000),
        ({"groups": ()}, "boarder_living_junior", 150_000),
        ({"boarding": False, "groups": ()}, "temporary_relief", 100_000),
    ],
)
def test_grade_boarding_and_groups_decide_what_is_drafted(world: World, facts: dict[str, object], code: str, fen: int) -> None:
    world.enrol(**facts)
    world.plan_aid()
    [drafted] = events(world, application_id(PUPIL_ID, programme_id(code), YEAR))
    assert isinstance(drafted, ApplicationDrafted)
    assert drafted.amount_fen == fen
    with world.service.turns.open() as turn:
        assert len(turn.rows(APPLICATION_ROWS, pupil_id=PUPIL_ID)) == 1


def test_a_disabled_boarder_applies_for_both_allowances(world: World) -> None:
    world.enrol(groups=(Group.DISABLED,))
    world.plan_aid()
    assert len(events(world)) == len(events(world, DISABLED)) == 1


def test_a_plan_that_comes_before_the_child_drafts_on_enrolment(world: World) -> None:
    world.plan_aid()
    assert events(world) == []
    world.enrol()
    [drafted] = events(world)
    assert isinstance(drafted, ApplicationDrafted)
    assert drafted.episode_id == EPISODE_ID


def test_a_plan_withdrawn_before_the_child_comes_drafts_nothing(world: World) -> None:
    world.plan_aid()
    world.told(
        CASE_STREAM,
        casework.CaseWithdrawn(case_id=CASE_ID, pupil_id=PUPIL_ID, withdrawn_on=TODAY, reason="attended"),
    )
    world.enrol()
    assert events(world) == []


def test_a_measure_planned_again_drafts_nothing_twice(world: World) -> None:
    world.enrol()
    world.plan_aid()
    world.plan_aid(measure_id=MeasureId("measure-1"))
    assert world.happened(f"application-{BOARDER}") == ["ApplicationDrafted"]


def test_a_withdrawn_case_takes_its_undecided_applications_with_it(world: World) -> None:
    world.enrol()
    world.plan_aid()
    world.told(
        CASE_STREAM,
        casework.CaseWithdrawn(case_id=CASE_ID, pupil_id=PUPIL_ID, withdrawn_on=TODAY, reason="attended"),
    )
    withdrawn = events(world)[-1]
    assert isinstance(withdrawn, ApplicationWithdrawn)
    assert withdrawn.reason == "case_withdrawn"
    world.told(CASE_STREAM, casework.CaseReopened(case_id=CASE_ID, pupil_id=PUPIL_ID, reopened_on=TODAY, spell=2))
    assert world.happened(f"application-{BOARDER}")[-1] == "ApplicationDrafted"


def test_a_new_plan_without_the_measure_withdraws_and_one_with_it_does_not(world: World) -> None:
    world.enrol()
    world.plan_aid()
    kept = casework.Measure(MEASURE_ID, "aid", Cause.HARDSHIP)
    world.told(CASE_STREAM, casework.PlanMade(case_id=CASE_ID, pupil_id=PUPIL_ID, measures=(kept,)))
    assert world.happened(f"application-{BOARDER}") == ["ApplicationDrafted"]
    world.told(CASE_STREAM, casework.PlanMade(case_id=CASE_ID, pupil_id=PUPIL_ID, measures=()))
    withdrawn = events(world)[-1]
    assert isinstance(withdrawn, ApplicationWithdrawn)
    assert withdrawn.reason == "measure_gone"
    world.told(CASE_STREAM, casework.PlanMade(case_id=CASE_ID, pupil_id=PUPIL_ID, measures=(kept,)))
    assert world.happened(f"application-{BOARDER}")[-1] == "ApplicationDrafted"


def test_a_new_plan_does_not_bring_back_what_the_household_withdrew(world: World) -> None:
    world.enrol()
    world.plan_aid()
    world.do(WithdrawApplication(application_id=BOARDER, reason=WithdrawalReason.HOUSEHOLD))
    again = casework.Measure(MEASURE_ID, "aid", Cause.HARDSHIP)
    world.told(
        CASE_STREAM,
        casework.PlanMade(case_id=CASE_ID, pupil_id=PUPIL_ID, measures=()),
        casework.PlanMade(case_id=CASE_ID, pupil_id=PUPIL_ID, measures=(again,)),
        casework.CaseWithdrawn(case_id=CASE_ID, pupil_id=PUPIL_ID, withdrawn_on=TODAY, reason="attended"),
        casework.CaseReopened(case_id=CASE_ID, pupil_id=PUPIL_ID, reopened_on=TODAY, spell=2),
    )
    assert world.happened(f"application-{BOARDER}")[-1] == "ApplicationWithdrawn"


def test_a_plan_after_a_relapse_with_another_aid_measure_keeps_the_application(world: World) -> None:
    world.enrol()
    world.plan_aid()
    take_to_review(world)
    world.plan_aid(measure_id=MeasureId("measure-2"))
    assert world.happened(f"application-{BOARDER}")[-1] == "PublicNoticeEnded"


def test_the_aid_measure_is_the_one_of_caseworks_table() -> None:
    assert AID == casework.AID_MEASURE


def test_granted_aid_outlives_its_case(world: World) -> None:
    world.enrol()
    world.plan_aid()
    take_to_review(world)
    grant(world)
    world.told(
        CASE_STREAM,
        casework.CaseWithdrawn(case_id=CASE_ID, pupil_id=PUPIL_ID, withdrawn_on=TODAY, reason="attended"),
    )
    assert isinstance(events(world)[-1], AidGranted)


def test_granted_aid_pauses_at_dropout_resumes_on_return_and_pauses_at_relapse(world: World) -> None:
    world.enrol()
    world.plan_aid()
    take_to_review(world)
    grant(world)
    world.told(PUPIL_STREAM, dropped_out)
    assert isinstance(events(world)[-1], AidPaused)
    world.told(PUPIL_STREAM, returned)
    assert isinstance(events(world)[-1], AidResumed)
    world.told(PUPIL_STREAM, lost_again)
    paused = events(world)[-1]
    assert isinstance(paused, AidPaused)
    assert paused.reason == "relapse"
    world.told(PUPIL_STREAM, restored)
    assert isinstance(events(world)[-1], AidResumed)


def test_aid_granted_during_dropout_begins_paused_and_is_paid_from_the_return(world: World) -> None:
    world.enrol()
    world.told(PUPIL_STREAM, dropped_out)
    world.plan_aid()
    take_to_review(world)
    grant(world)
    assert world.happened(f"application-{BOARDER}")[-2:] == ["AidGranted", "AidPaused"]
    world.told(PUPIL_STREAM, returned)
    assert isinstance(events(world)[-1], AidResumed)


def test_a_child_that_leaves_the_county_takes_its_applications_and_its_aid_with_it(world: World) -> None:
    world.enrol(groups=(Group.DISABLED,))
    world.plan_aid()
    take_to_review(world)
    grant(world)
    world.told(PUPIL_STREAM, struck_off(Outcome.MOVED_ABROAD))
    paused, withdrawn = events(world)[-1], events(world, DISABLED)[-1]
    assert isinstance(paused, AidPaused)
    assert paused.reason == "left"
    assert isinstance(withdrawn, ApplicationWithdrawn)
    assert withdrawn.reason == "left_school"
    world.enrol()
    assert isinstance(events(world)[-1], AidResumed)


def test_a_transfer_out_of_the_county_ends_what_is_undecided(world: World) -> None:
    world.enrol()
    world.plan_aid()
    with world.service.turns.open() as turn:
        evidence = turn.seal(PUPIL_ID, "transfer/evidence", "proof")
    world.told(PUPIL_STREAM, registry.TransferCompleted(pupil_id=PUPIL_ID, completed_on=TODAY, evidence=evidence))
    assert isinstance(events(world)[-1], ApplicationWithdrawn)


def test_a_child_struck_off_as_returned_keeps_its_aid(world: World) -> None:
    world.enrol()
    world.plan_aid()
    take_to_review(world)
    grant(world)
    world.told(PUPIL_STREAM, dropped_out, returned, struck_off(Outcome.RETURNED))
    assert isinstance(events(world)[-1], AidResumed)


def test_the_notice_ends_after_its_fifth_working_day_and_the_review_falls_overdue(world: World) -> None:
    world.enrol()
    world.plan_aid()
    world.do(
        SignApplication(
            application_id=BOARDER,
            guardian_id=MOTHER,
            signed_on=TODAY,
            hardship_recognised_on=date(2026, 9, 1),
            guardians=(MOTHER,),
        ),
        DecideInPanel(application_id=BOARDER, recommended=True, **SITTING),
    )
    world.pass_days(7)
    assert world.happened(f"application-{BOARDER}")[-1] == "PublicNoticePosted"
    world.pass_days(30)
    [ended, overdue] = events(world)[-2:]
    assert type(ended).__name__ == "PublicNoticeEnded"
    assert ended.ended_on == date(2026, 9, 15)
    assert type(overdue).__name__ == "ReviewFellOverdue"
    assert overdue.overdue_on == date(2026, 9, 30)


def test_the_childs_record_follows_the_registry(world: World) -> None:
    world.enrol()
    world.told(
        PUPIL_STREAM,
        registry.PupilRecordWritten(
            pupil_id=PUPIL_ID, record_version=2, guardians=(), residence_division="990126100", groups=(Group.ORPHAN,)
        ),
        registry.PupilTransferred(pupil_id=PUPIL_ID, school_id=SCHOOL_ID, class_id=ClassId("class-2"), grade=9),
        registry.PupilSuspected(
            pupil_id=PUPIL_ID,
            episode_id=EPISODE_ID,
            school_id=SCHOOL_ID,
            class_id=ClassId("class-2"),
            grade=9,
            residence_division="990126100",
            suspected_on=TODAY,
            last_attended_on=None,
            reason="absent",
        ),
    )
    with world.service.turns.open() as turn:
        row = turn.row(PUPIL_ROWS, PUPIL_ID)
    assert (row.grade, row.boarding, row.groups, row.guardian_ids) == (9, False, (Group.ORPHAN,), ())
    assert (row.ledger, row.episode_id, row.away) == ("suspected", EPISODE_ID, None)
    world.told(
        PUPIL_STREAM,
        registry.SuspicionLifted(pupil_id=PUPIL_ID, episode_id=EPISODE_ID, lifted_on=TODAY, reason="attended"),
    )
    with world.service.turns.open() as turn:
        row = turn.row(PUPIL_ROWS, PUPIL_ID)
    assert (row.ledger, row.episode_id) == ("school_age", None)
