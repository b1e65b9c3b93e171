"""Named officers on both lines, and who is named without anybody asking."""

from __future__ import annotations

from datetime import date

import pytest

from services.casework.domain.case import CASE
from services.casework.domain.errors import CaseAlreadyClosed, CaseWasWithdrawn, OfficerNotOfLine
from services.casework.domain.lines import NameOfficer, ReleaseOfficer
from services.casework.domain.naming import Place, holder, named, roles_held
from services.contracts.casework import Line, OfficerNamed, OfficerReleased, lines_of
from services.contracts.codes import Department, Role
from services.contracts.identity import AppointmentRow
from services.contracts.ids import AppointmentId, BodyId, ClassId, OfficerId, SchoolId
from tests.casework.invented import (
    CASE_ID,
    CLASS_ID,
    PRINCIPAL,
    PUPIL_ID,
    SCHOOL_ID,
    TODAY,
    TOWNSHIP,
    VILLAGE,
    closed,
    numbered,
    opened,
    withdrawn,
)
from tests.scenario import scenario

name = NameOfficer(case_id=CASE_ID, line="school", officer_id=PRINCIPAL, roles=(Role.PRINCIPAL,))
principal_named = OfficerNamed(case_id=CASE_ID, pupil_id=PUPIL_ID, line="school", officer_id=PRINCIPAL)
release = ReleaseOfficer(case_id=CASE_ID, line="school", officer_id=PRINCIPAL, until_on=date(2026, 9, 30))
released = OfficerReleased(case_id=CASE_ID, pupil_id=PUPIL_ID, line="school", officer_id=PRINCIPAL, until_on=date(2026, 9, 30))
PLACE = Place(SCHOOL_ID, CLASS_ID, VILLAGE, SchoolId("central"))


def test_an_officer_of_the_line_is_named_once() -> None:
    scenario(CASE, given=[opened], when=[name, name], then=[principal_named])


def test_an_officer_who_begins_later_is_named_from_that_day() -> None:
    later = NameOfficer(case_id=CASE_ID, line="school", officer_id=PRINCIPAL, roles=(Role.PRINCIPAL,), from_on=date(2026, 10, 1))
    named_later = OfficerNamed(case_id=CASE_ID, pupil_id=PUPIL_ID, line="school", officer_id=PRINCIPAL, from_on=date(2026, 10, 1))
    scenario(CASE, given=[opened], when=later, then=[named_later])


def test_nobody_is_named_on_a_line_that_is_not_theirs() -> None:
    wrong = NameOfficer(case_id=CASE_ID, line="bureau", officer_id=PRINCIPAL, roles=(Role.PRINCIPAL,))
    scenario(CASE, given=[opened], when=wrong, then=OfficerNotOfLine)


def test_a_withdrawn_case_names_nobody() -> None:
    scenario(CASE, given=[opened, withdrawn], when=name, then=CaseWasWithdrawn)


def test_a_closed_case_names_nobody() -> None:
    scenario(CASE, given=[opened, numbered, closed()], when=name, then=CaseAlreadyClosed)


def test_an_officer_who_leaves_is_released_once_and_may_be_named_again() -> None:
    scenario(CASE, given=[opened, principal_named], when=[release, release, name], then=[released, principal_named])


def test_who_is_not_named_is_not_released() -> None:
    other = ReleaseOfficer(case_id=CASE_ID, line="school", officer_id=OfficerId("other"), until_on=TODAY)
    scenario(CASE, given=[opened, principal_named], when=other, then=[])


def test_an_ended_case_releases_nobody() -> None:
    scenario(CASE, given=[opened, principal_named, withdrawn], when=release, then=[])


@pytest.mark.parametrize(
    ("division", "missing"),
    [("990126", {"township", "village"}), (TOWNSHIP, {"village"}), (VILLAGE, set[str]())],
)
def test_a_case_has_the_lines_that_its_division_knows(division: str, missing: set[str]) -> None:
    assert {"bureau", "school", "class", "county", "township", "village"} - set(lines_of(division)) == missing


def post(
    officer: str,
    role: Role,
    body: str = SCHOOL_ID,
    *,
    class_id: str | None = None,
    division: str = VILLAGE,
    from_on: date = date(2020, 9, 1),
    until_on: date | None = None,
) -> AppointmentRow:
    return AppointmentRow(
        appointment_id=AppointmentId(f"{officer}-{role}"),
        officer_id=OfficerId(officer),
        role=role,
        body_id=BodyId(body),
        class_id=None if class_id is None else ClassId(class_id),
        division=division,
        department=Department.EDUCATION,
        from_on=from_on,
        until_on=until_on,
    )


def found(line: Line, *posts: AppointmentRow, place: Place = PLACE, day: date = TODAY) -> str | None:
    appointment = holder(lambda role: [each for each in posts if each.role is role], line, place, day)
    return None if appointment is None else appointment.officer_id


@pytest.mark.parametrize(
    ("line", "right", "wrong"),
    [
        ("class", post("a", Role.HOMEROOM_TEACHER, class_id=CLASS_ID), post("b", Role.HOMEROOM_TEACHER, class_id="class-2")),
        ("school", post("a", Role.PRINCIPAL), post("b", Role.PRINCIPAL, "school-2")),
        ("bureau", post("a", Role.BUREAU_CLERK, "bureau"), post("b", Role.BUREAU_LEAD, "bureau")),
        ("county", post("a", Role.COUNTY_LEADER, "county"), post("b", Role.BUREAU_LEAD, "bureau")),
        (
            "township",
            post("a", Role.TOWNSHIP_OFFICER, "township", division=TOWNSHIP),
            post("b", Role.TOWNSHIP_OFFICER, "township-2", division="990126101"),
        ),
        (
            "village",
            post("a", Role.VILLAGE_CADRE, "village", division=VILLAGE),
            post("b", Role.VILLAGE_CADRE, "village-2", division="990126100202"),
        ),
    ],
)
def test_the_holder_of_the_post_is_found(line: Line, right: AppointmentRow, wrong: AppointmentRow) -> None:
    assert found(line, wrong, right) == "a"
    assert found(line, wrong) is None


def test_a_point_without_a_principal_is_led_by_its_central_school() -> None:
    central = post("central", Role.PRINCIPAL, "central")
    deputy = post("deputy", Role.CENTRAL_SCHOOL, "central")
    assert found("school", central) == "central"
    assert found("school", central, deputy) == "deputy"
    assert found("school", central, deputy, post("own", Role.PRINCIPAL)) == "own"


def test_the_longest_in_office_is_found_and_those_who_left_are_not() -> None:
    old, new = post("old", Role.BUREAU_CLERK), post("new", Role.BUREAU_CLERK, from_on=date(2025, 9, 1))
    assert found("bureau", new, old) == "old"
    left = post("left", Role.BUREAU_CLERK, until_on=date(2026, 9, 7))
    assert found("bureau", left, new) == "new"
    assert found("bureau", left) is None


def test_who_begins_later_is_named_from_that_day() -> None:
    later = post("later", Role.BUREAU_CLERK, from_on=date(2026, 10, 1))
    assert found("bureau", later) == "later"
    assert named(CASE_ID, "bureau", later, TODAY).from_on == date(2026, 10, 1)


def test_a_line_that_the_division_does_not_have_has_no_holder() -> None:
    cadre = post("cadre", Role.VILLAGE_CADRE, division=TOWNSHIP)
    assert found("village", cadre, place=Place(SCHOOL_ID, CLASS_ID, TOWNSHIP)) is None


def test_the_roles_that_count_for_a_place_are_those_held_there_that_day() -> None:
    posts = [
        post("a", Role.TEACHER),
        post("a", Role.HOMEROOM_TEACHER, class_id="class-2"),
        post("a", Role.VICE_PRINCIPAL, from_on=date(2026, 10, 1)),
    ]
    assert roles_held(posts, "class", PLACE, TODAY) == (Role.TEACHER,)
    assert roles_held(posts, "school", PLACE, TODAY) == ()
    assert roles_held(posts, "school", PLACE, date(2026, 10, 1)) == (Role.VICE_PRINCIPAL,)
