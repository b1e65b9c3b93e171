"""What an event names, and what of it may be shown."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from services.chassis.envelope import Sealed
from services.contracts import casework, registry
from services.contracts.catalogue import CATALOGUE
from services.contracts.codes import Cause, ExcuseKind, Session, VisitResult
from services.contracts.ids import CaseId, ClassId, GuardianId, MeasureId, OfficerId, PupilId, SchoolId, VisitId
from services.oversight.domain.subjects import facts, subjects

DAY = date(2026, 9, 8)


def test_every_id_is_named_alone_in_lists_and_in_parts() -> None:
    roll_call = registry.RollCallTaken(
        class_id=ClassId("class"),
        school_id=SchoolId("school"),
        day=DAY,
        session=Session.MORNING,
        absent=(PupilId("a"), PupilId("b")),
        excused=(registry.Excuse(PupilId("c"), ExcuseKind.LEAVE),),
    )
    assert subjects(roll_call) == {"class", "school", "a", "b", "c"}
    enrolled = registry.PupilEnrolled(
        pupil_id=PupilId("p"),
        school_id=SchoolId("school"),
        class_id=ClassId("class"),
        grade=3,
        sex="male",
        boarding=False,
        residence_division="990126100",
        guardians=(registry.GuardianRef(GuardianId("g"), "father", carer=True, reachable=True),),
        record_version=1,
    )
    assert subjects(enrolled) == {"p", "school", "class", "g"}
    plan = casework.PlanMade(
        case_id=CaseId("case"),
        pupil_id=PupilId("p"),
        measures=(casework.Measure(MeasureId("m"), "tutoring", Cause.LEARNING, OfficerId("tutor")),),
    )
    assert subjects(plan) == {"case", "p", "m", "tutor"}


def test_what_is_sealed_and_what_names_other_children_is_not_among_the_facts_and_officers_are_counted() -> None:
    words = Sealed[str](suite="A256GCM", key="p", text="c2VjcmV0")
    visit = casework.VisitRecorded(
        case_id=CaseId("case"),
        pupil_id=PupilId("p"),
        visit_id=VisitId("v"),
        nth=2,
        visited_on=DAY,
        by_officer_id=OfficerId("o"),
        result=VisitResult.REFUSED,
        parents_words=words,
        accompanied_by=(OfficerId("x"),),
    )
    assert facts(visit) == {
        "case_id": "case",
        "pupil_id": "p",
        "visit_id": "v",
        "nth": 2,
        "visited_on": "2026-09-08",
        "by_officer_id": "o",
        "result": "refused",
        "accompanied_by": 1,
    }
    assert subjects(visit) == {"case", "p", "v", "o", "x"}


@pytest.mark.parametrize("name", sorted(CATALOGUE.types()))
def test_each_event_type_that_has_an_id_field_is_found_by_it(name: str) -> None:
    cls = CATALOGUE.types()[name]
    values = {
        field.name: f"<{field.name}>"
        for field in msgspec.structs.fields(cls)
        if field.name.endswith("_id") and field.name != "key_id"
    }
    event = cls(**{field.name: values.get(field.name) for field in msgspec.structs.fields(cls)})
    assert set(values.values()) <= subjects(event)
