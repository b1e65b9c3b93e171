"""Schools and classes: registered once, described anew, opened once."""

from __future__ import annotations

from datetime import date

from msgspec.structs import replace

from services.contracts.codes import SchoolKind, Session
from services.contracts.ids import class_id, school_id
from services.contracts.registry import AgeReviewFellDue, ClassOpened, SchoolChanged, SchoolRegistered, SchoolSessionsSet
from services.registry.domain.policies import AGE_REVIEW
from services.registry.domain.school import AT_ONCE, NEVER_YET, SCHOOL, RegisterSchool, ReviewAges
from services.registry.domain.school_class import SCHOOL_CLASS, OpenClass
from tests.scenario import due, scenario

CODE = "2199012600"
register = RegisterSchool(
    code=CODE, name="测试小学", name_en="Test School", kind=SchoolKind.PRIMARY, division="990126101", boarding=True
)
registered = SchoolRegistered(
    school_id=school_id(CODE),
    code=CODE,
    name="测试小学",
    name_en="Test School",
    kind=SchoolKind.PRIMARY,
    division="990126101",
    boarding=True,
    sessions=(Session.MORNING, Session.RETURN_DAY),
)
renamed = SchoolChanged(
    school_id=school_id(CODE),
    name="测试中心小学",
    name_en="Test School",
    kind=SchoolKind.PRIMARY,
    division="990126101",
    boarding=True,
)
open_class = OpenClass(class_id=class_id(CODE, 2026, 4, 1), school_id=school_id(CODE), cohort=2023, number=1)
opened = ClassOpened(class_id=class_id(CODE, 2026, 4, 1), school_id=school_id(CODE), cohort=2023, number=1)


def test_a_school_is_registered() -> None:
    scenario(SCHOOL, when=register, then=[registered])


def test_where_nobody_boards_nobody_is_expected_on_a_return_day() -> None:
    of_day_pupils = replace(registered, boarding=False, sessions=(Session.MORNING,))
    scenario(SCHOOL, when=replace(register, boarding=False), then=[of_day_pupils])


def test_sessions_are_as_the_list_says_and_stay_where_it_says_nothing() -> None:
    sessions = (Session.MORNING, Session.AFTERNOON)
    named = replace(register, sessions=sessions)
    scenario(SCHOOL, when=named, then=[replace(registered, sessions=sessions)])
    changed = SchoolSessionsSet(school_id=school_id(CODE), sessions=sessions)
    scenario(SCHOOL, given=[registered], when=[named, named, register], then=[changed])


def test_the_same_description_again_says_nothing() -> None:
    scenario(SCHOOL, given=[registered], when=register, then=[])


def test_another_description_is_a_change() -> None:
    scenario(SCHOOL, given=[registered], when=replace(register, name="测试中心小学"), then=[renamed])


def test_a_change_that_was_told_is_not_told_again() -> None:
    scenario(SCHOOL, given=[registered, renamed], when=replace(register, name="测试中心小学"), then=[])


def test_a_class_is_opened_once() -> None:
    scenario(SCHOOL_CLASS, when=open_class, then=[opened])
    scenario(SCHOOL_CLASS, given=[opened], when=open_class, then=[])


def test_a_class_keeps_its_id_as_it_moves_up() -> None:
    assert class_id(CODE, 2026, 4, 1) == class_id(CODE, 2027, 5, 1)


def test_the_ages_of_its_children_are_looked_over_at_once_and_then_every_so_often() -> None:
    review = ReviewAges(school_id=school_id(CODE))
    first = due(SCHOOL, registered)["ages"]
    assert (first.since, first.term, first.command) == (NEVER_YET, AT_ONCE, review)
    fell_due = AgeReviewFellDue(school_id=school_id(CODE), due_on=date(2026, 9, 8))
    scenario(SCHOOL, given=[registered], when=review, then=[fell_due])
    following = due(SCHOOL, registered, fell_due)["ages"]
    assert (following.since, following.term) == (fell_due.due_on, AGE_REVIEW)
