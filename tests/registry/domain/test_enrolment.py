"""Being on the roll: once, with the class and the record that the roster says."""

from __future__ import annotations

from msgspec.structs import replace

from services.contracts.ids import ClassId
from services.contracts.registry import (
    PupilRecordWritten,
    PupilTransferred,
)
from services.registry.domain.enrolment import WritePupilRecord
from services.registry.domain.errors import (
    PupilNotOnRoll,
)
from services.registry.domain.pupil import PUPIL
from tests.registry.domain.children import (
    DIVISION,
    PUPIL_ID,
    SCHOOL_ID,
    enrol,
    enrolled,
)
from tests.scenario import scenario


def test_a_child_is_put_on_the_roll_once() -> None:
    scenario(PUPIL, when=[enrol, enrol], then=[enrolled])


def test_a_roster_with_another_record_and_class_says_both() -> None:
    moved = replace(enrol, class_id=ClassId("class-2"), record_version=2, boarding=True)
    record = PupilRecordWritten(
        pupil_id=PUPIL_ID, record_version=2, guardians=(), residence_division=DIVISION, groups=(), boarding=True
    )
    transferred = PupilTransferred(pupil_id=PUPIL_ID, school_id=SCHOOL_ID, class_id=ClassId("class-2"), grade=7)
    scenario(PUPIL, given=[enrolled], when=moved, then=[transferred, record])


def test_a_record_written_twice_is_written_once() -> None:
    write = WritePupilRecord(pupil_id=PUPIL_ID, record_version=2, guardians=(), residence_division=DIVISION)
    record = PupilRecordWritten(pupil_id=PUPIL_ID, record_version=2, guardians=(), residence_division=DIVISION)
    scenario(PUPIL, given=[enrolled], when=[write, write], then=[record])


def test_no_record_is_written_of_a_child_that_is_not_on_the_roll() -> None:
    write = WritePupilRecord(pupil_id=PUPIL_ID, record_version=2, guardians=(), residence_division=DIVISION)
    scenario(PUPIL, when=write, then=PupilNotOnRoll)
