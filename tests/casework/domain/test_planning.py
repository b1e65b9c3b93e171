"""Causes, whereabouts, the plan and the commitment; each refusal once."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest

from services.casework.domain import errors
from services.casework.domain.case import CASE
from services.casework.domain.causes import CAUSES, duties_raised, measure_kind
from services.casework.domain.duty_kinds import DEPARTMENTS, DUTY_KINDS, findings_of
from services.casework.domain.planning import MakePlan, Planned, RecordCause, RecordCommitment, RecordWhereabouts
from services.contracts.casework import AidMeasurePlanned, CaseGrewHard, CommitmentSigned, Measure, WhereaboutsRecorded
from services.contracts.cause_details import CAUSE_OF, DETAILS, CauseDetail
from services.contracts.codes import Cause, Department, DutyKind, Promise, Role, VisitResult
from services.contracts.ids import OfficerId
from tests.casework.invented import (
    AID_MEASURE,
    CASE_ID,
    PUPIL_ID,
    SEALED,
    TODAY,
    cause,
    closed,
    measure_id,
    numbered,
    opened,
    plan,
    relapsed,
    returned,
    visited,
    withdrawn,
)
from tests.scenario import scenario

TUTOR = OfficerId("officer-tutor")


def record(primary: Cause, *others: Cause, **facts: Any) -> RecordCause:
    return RecordCause(case_id=CASE_ID, primary=primary, others=others, **facts)


def make(*measures: Planned, **facts: Any) -> MakePlan:
    return MakePlan(case_id=CASE_ID, measures=measures, **facts)


# --- causes ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("said", [True, False])
def test_child_labour_is_not_said_against_what_the_registry_answered(said: bool) -> None:
    command = record(Cause.LABOUR, under_16_at_work=said, worked_on=TODAY)
    recorded = cause(Cause.LABOUR, under_16_at_work=said, worked_on=TODAY)
    for known in (None, said):
        scenario(CASE, given=[opened], when=msgspec.structs.replace(command, known_under_16=known), then=[recorded])
    against = msgspec.structs.replace(command, known_under_16=not said)
    scenario(CASE, given=[opened], when=against, then=errors.WorkingAgeContradicted)


def test_nobody_has_worked_in_the_future() -> None:
    command = record(Cause.LABOUR, under_16_at_work=True, worked_on=date(2026, 9, 9))
    scenario(CASE, given=[opened], when=command, then=errors.InTheFuture)


def test_a_cause_is_recorded_once() -> None:
    both = record(Cause.HARDSHIP, Cause.LEARNING)
    scenario(CASE, given=[opened], when=[both, both], then=[cause(Cause.HARDSHIP, Cause.LEARNING)])


def test_another_cause_takes_its_place_and_the_history_is_the_stream() -> None:
    scenario(
        CASE,
        given=[opened, cause(Cause.HARDSHIP)],
        when=record(Cause.LEARNING, note=SEALED),
        then=[cause(Cause.LEARNING, note=SEALED)],
    )


def test_the_same_cause_counts_anew_after_a_relapse() -> None:
    given = [opened, numbered, cause(Cause.HARDSHIP), returned, relapsed]
    scenario(CASE, given=given, when=record(Cause.HARDSHIP), then=[cause(Cause.HARDSHIP, spell=2)])


def test_a_cause_is_not_named_twice() -> None:
    scenario(CASE, given=[opened], when=record(Cause.HARDSHIP, Cause.HARDSHIP), then=errors.CauseNamedTwice)


@pytest.mark.parametrize(
    ("details", "then"),
    [
        ((CauseDetail.ILLNESS,), errors.DetailNotOfCause),
        ((CauseDetail.CANNOT_FOLLOW, CauseDetail.WEARY_OF_SCHOOL), errors.DetailNamedTwice),
        ((CauseDetail.CHILD_LABOUR,), errors.DetailContradictsAge),
        ((CauseDetail.LEFT_FOR_WORK, CauseDetail.WEARY_OF_SCHOOL), None),
    ],
)
def test_a_detail_is_of_a_recorded_cause_one_each_and_agrees_with_the_age(details: Any, then: Any) -> None:
    said = msgspec.structs.replace(record(Cause.LEARNING, Cause.LABOUR), details=details, under_16_at_work=False)
    kept = cause(Cause.LEARNING, Cause.LABOUR, details=details, under_16_at_work=False)
    scenario(CASE, given=[opened], when=said, then=[kept] if then is None else then)


@pytest.mark.parametrize("main", [each for each in Cause if each is not Cause.OTHER])
def test_every_main_cause_but_other_has_a_second_level_of_its_own(main: Cause) -> None:
    assert len(DETAILS[main]) > 1
    assert {CAUSE_OF[detail] for detail in DETAILS[main]} == {main}


def test_work_as_a_cause_says_whether_it_is_child_labour() -> None:
    scenario(CASE, given=[opened], when=record(Cause.OTHER, Cause.LABOUR), then=errors.WorkingAgeNotStated)


def test_the_working_age_is_kept_for_work_only() -> None:
    scenario(
        CASE,
        given=[opened],
        when=[record(Cause.LABOUR, under_16_at_work=True), record(Cause.OTHER, under_16_at_work=True)],
        then=[cause(Cause.LABOUR, under_16_at_work=True), cause(Cause.OTHER)],
    )


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        ([], errors.NoSuchCase),
        ([opened, withdrawn], errors.CaseWasWithdrawn),
        ([opened, numbered, closed()], errors.CaseAlreadyClosed),
    ],
)
@pytest.mark.parametrize(
    "command",
    [
        record(Cause.HARDSHIP),
        make(Planned(Cause.HARDSHIP, "aid")),
        RecordWhereabouts(case_id=CASE_ID, place=SEALED),
        RecordCommitment(case_id=CASE_ID, signed_on=TODAY, signed_by="guardian"),
    ],
)
def test_only_an_open_case_is_planned_for(given: list[Any], command: Any, refused: type[Any]) -> None:
    scenario(CASE, given=given, when=command, then=refused)


# --- the table of causes --------------------------------------------------------------------------------------------

RAISED = {
    Cause.HARDSHIP: {("civil_affairs", "decide_relief"), ("rural_revitalisation", "verify_household_status")},
    Cause.LEARNING: {("education", "school_visit")},
    Cause.FAMILY_ATTITUDE: {("township", "persuade"), ("womens_federation", "support_family")},
    Cause.SCHOOL_FACTOR: {("education", "supervise_school")},
    Cause.LABOUR: {
        ("human_resources", "inspect_child_labour"),
        ("public_security", "verify_whereabouts"),
        ("market_regulation", "inspect_employer"),
    },
    Cause.EARLY_MARRIAGE: {
        ("civil_affairs", "support_family"),
        ("womens_federation", "support_family"),
        ("public_security", "verify_whereabouts"),
    },
    Cause.DISABILITY_ILLNESS: {("disabled_federation", "determine_condition"), ("health", "determine_condition")},
    Cause.NO_GUARDIANSHIP: {("civil_affairs", "support_guardianship"), ("justice", "support_guardianship")},
    Cause.RELIGION: {("township", "persuade")},
    Cause.MIGRATION: {("public_security", "verify_whereabouts"), ("education", "verify_destination")},
    Cause.LOST_CONTACT: {("public_security", "verify_whereabouts")},
    Cause.OFFENCE: {("justice", "individual_support")},
    Cause.OTHER: set(),
}
"""domain.md §3, last column."""


@pytest.mark.parametrize("of", list(Cause))
def test_each_cause_raises_the_duties_of_its_row(of: Cause) -> None:
    raised = duties_raised([of], child_labour=True)
    assert {(str(asked.department), str(asked.kind)) for _, asked in raised} == RAISED[of]
    assert CAUSES[of].measures


def test_legal_work_of_a_minor_raises_no_inspection() -> None:
    raised = {asked.department for _, asked in duties_raised([Cause.LABOUR], child_labour=False)}
    assert raised == {Department.PUBLIC_SECURITY}


def test_two_causes_ask_a_department_once_for_the_same_thing() -> None:
    raised = duties_raised([Cause.LOST_CONTACT, Cause.MIGRATION], child_labour=False)
    assert [(of, asked.kind) for of, asked in raised] == [
        (Cause.LOST_CONTACT, DutyKind.VERIFY_WHEREABOUTS),
        (Cause.MIGRATION, DutyKind.VERIFY_DESTINATION),
    ]


def test_the_four_causes_of_the_county_plan_are_marked() -> None:
    marked = {of for of, row in CAUSES.items() if row.county_plan}
    assert marked == {Cause.HARDSHIP, Cause.LEARNING, Cause.FAMILY_ATTITUDE, Cause.SCHOOL_FACTOR}


def test_every_kind_of_duty_and_every_department_has_its_names() -> None:
    assert set(DUTY_KINDS) == set(DutyKind)
    assert set(DEPARTMENTS) == set(Department)
    for kind in DutyKind:
        codes = [finding.code for finding in findings_of(kind)]
        assert "done" in codes
        assert len(codes) == len(set(codes))


def test_a_measure_is_found_under_its_cause_only() -> None:
    assert measure_kind(Cause.HARDSHIP, "aid") is not None
    assert measure_kind(Cause.LEARNING, "aid") is None


# --- the plan -------------------------------------------------------------------------------------------------------


def test_a_plan_is_made_once_and_an_aid_measure_is_told() -> None:
    aid = make(Planned(Cause.HARDSHIP, "aid"))
    scenario(
        CASE,
        given=[opened, cause(Cause.HARDSHIP)],
        when=[aid, aid],
        then=[
            plan(AID_MEASURE),
            AidMeasurePlanned(case_id=CASE_ID, pupil_id=PUPIL_ID, measure_id=AID_MEASURE.measure_id),
        ],
    )


def test_a_later_plan_does_not_ask_for_the_same_aid_again() -> None:
    told = AidMeasurePlanned(case_id=CASE_ID, pupil_id=PUPIL_ID, measure_id=AID_MEASURE.measure_id)
    goods = Measure(measure_id(Cause.HARDSHIP, "donation_in_kind"), "donation_in_kind", Cause.HARDSHIP)
    scenario(
        CASE,
        given=[opened, cause(Cause.HARDSHIP), plan(AID_MEASURE), told],
        when=make(Planned(Cause.HARDSHIP, "aid"), Planned(Cause.HARDSHIP, "donation_in_kind")),
        then=[plan(AID_MEASURE, goods)],
    )


def test_a_plan_names_its_tutor_dates_and_notes() -> None:
    tutoring = Planned(Cause.LEARNING, "tutoring", responsible_id=TUTOR, due_on=date(2026, 10, 1), note=SEALED)
    scenario(
        CASE,
        given=[opened, cause(Cause.LEARNING)],
        when=make(tutoring),
        then=[
            plan(
                Measure(
                    measure_id(Cause.LEARNING, "tutoring"),
                    "tutoring",
                    Cause.LEARNING,
                    responsible_id=TUTOR,
                    due_on=date(2026, 10, 1),
                    note=SEALED,
                )
            )
        ],
    )


@pytest.mark.parametrize(
    ("measures", "refused"),
    [
        ([], errors.PlanEmpty),
        ([Planned(Cause.HARDSHIP, "aid"), Planned(Cause.HARDSHIP, "aid")], errors.MeasureNamedTwice),
        ([Planned(Cause.LEARNING, "assessment")], errors.MeasureNotOfCause),
        ([Planned(Cause.HARDSHIP, "assessment")], errors.MeasureNotOfCause),
    ],
)
def test_a_plan_holds_measures_of_the_recorded_causes(measures: list[Planned], refused: type[Any]) -> None:
    scenario(CASE, given=[opened, cause(Cause.HARDSHIP)], when=make(*measures), then=refused)


def test_there_is_no_plan_without_a_cause() -> None:
    scenario(CASE, given=[opened], when=make(Planned(Cause.HARDSHIP, "aid")), then=errors.CauseNotRecorded)


def test_tutoring_needs_a_named_tutor() -> None:
    given = [opened, cause(Cause.LEARNING)]
    scenario(CASE, given=given, when=make(Planned(Cause.LEARNING, "tutoring")), then=errors.MeasureNeedsOfficer)


def test_a_rectification_needs_a_date() -> None:
    given = [opened, cause(Cause.SCHOOL_FACTOR)]
    rectify = make(Planned(Cause.SCHOOL_FACTOR, "school_rectification"))
    scenario(CASE, given=given, when=rectify, then=errors.MeasureNeedsDate)


def test_legal_steps_are_planned_after_a_refusal_only() -> None:
    legal = make(Planned(Cause.FAMILY_ATTITUDE, "legal_steps"))
    given = [opened, cause(Cause.FAMILY_ATTITUDE)]
    scenario(CASE, given=given, when=legal, then=errors.NobodyHasRefused)
    planned = Measure(measure_id(Cause.FAMILY_ATTITUDE, "legal_steps"), "legal_steps", Cause.FAMILY_ATTITUDE)
    scenario(CASE, given=[*given, visited(1, VisitResult.REFUSED)], when=legal, then=[plan(planned)])


def test_an_employer_is_reported_for_child_labour_only() -> None:
    report = make(Planned(Cause.LABOUR, "employer_report"))
    scenario(CASE, given=[opened, cause(Cause.LABOUR, under_16_at_work=False)], when=report, then=errors.NotChildLabour)
    planned = Measure(measure_id(Cause.LABOUR, "employer_report"), "employer_report", Cause.LABOUR)
    scenario(CASE, given=[opened, cause(Cause.LABOUR, under_16_at_work=True)], when=report, then=[plan(planned)])


def test_a_hard_case_needs_a_special_plan_with_a_lead_from_the_bureau() -> None:
    given = [opened, cause(Cause.OTHER), CaseGrewHard(case_id=CASE_ID, pupil_id=PUPIL_ID, reason="days")]
    alone = make(Planned(Cause.OTHER, "individual"))
    scenario(CASE, given=given, when=alone, then=errors.SpecialPlanNeedsLead)
    led = msgspec.structs.replace(alone, lead_id=OfficerId("clerk"), lead_roles=(Role.BUREAU_CLERK,))
    measure = Measure(measure_id(Cause.OTHER, "individual"), "individual", Cause.OTHER)
    scenario(CASE, given=given, when=led, then=[plan(measure, lead_id=OfficerId("clerk"))])


def test_nobody_but_the_bureau_leads_a_special_plan() -> None:
    led = make(Planned(Cause.OTHER, "individual"), lead_id=TUTOR, lead_roles=(Role.TEACHER,))
    scenario(CASE, given=[opened, cause(Cause.OTHER)], when=led, then=errors.SpecialPlanNeedsLead)


# --- whereabouts and commitment -------------------------------------------------------------------------------------


def test_whereabouts_are_kept_sealed() -> None:
    scenario(
        CASE,
        given=[opened],
        when=RecordWhereabouts(case_id=CASE_ID, place=SEALED, employer=SEALED, contact=SEALED),
        then=[WhereaboutsRecorded(case_id=CASE_ID, pupil_id=PUPIL_ID, place=SEALED, employer=SEALED, contact=SEALED)],
    )


def test_whereabouts_say_something() -> None:
    scenario(CASE, given=[opened], when=RecordWhereabouts(case_id=CASE_ID), then=errors.WhereaboutsEmpty)


def test_a_commitment_is_recorded_with_its_day() -> None:
    scenario(
        CASE,
        given=[opened],
        when=RecordCommitment(case_id=CASE_ID, signed_on=TODAY, signed_by="both", note=SEALED),
        then=[
            CommitmentSigned(
                case_id=CASE_ID,
                pupil_id=PUPIL_ID,
                signed_on=TODAY,
                signed_by="both",
                note=SEALED,
                promises=tuple(Promise),
            )
        ],
    )


@pytest.mark.parametrize(("day", "refused"), [(date(2026, 9, 9), errors.InTheFuture), (date(2026, 8, 31), errors.BeforeTheCase)])
def test_a_commitment_is_signed_within_the_case(day: date, refused: type[Any]) -> None:
    commitment = RecordCommitment(case_id=CASE_ID, signed_on=day, signed_by="child")
    scenario(CASE, given=[opened], when=commitment, then=refused)
