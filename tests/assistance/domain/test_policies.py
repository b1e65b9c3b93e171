"""Whom a programme is for, and what a hardship measure is matched with."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.assistance.domain.policies import exclusive, in_force, ineligible, matching, named_in_public, stage_of
from services.contracts.codes import Group
from tests.assistance.invented import LIVING, PUPIL, programme

DAY = date(2026, 9, 8)


@pytest.mark.parametrize(("grade", "stage"), [(1, "primary"), (6, "primary"), (7, "junior"), (9, "junior")])
def test_a_grade_belongs_to_its_stage(grade: int, stage: str) -> None:
    assert stage_of(grade) == stage


@pytest.mark.parametrize(
    ("change", "condition"),
    [
        ({"on_roll": False}, "not_on_roll"),
        ({"grade": 6}, "stage"),
        ({"boarding": False}, "boarding"),
        ({"groups": ()}, "group"),
        ({}, None),
    ],
)
def test_each_condition_of_a_programme_excludes_who_does_not_meet_it(change: dict[str, object], condition: str | None) -> None:
    terms = programme("x", stages=("junior",), boarding=True, groups=(Group.RELIEF_HOUSEHOLD, Group.ORPHAN))
    assert ineligible(terms, msgspec.structs.replace(PUPIL, **change)) == condition


def test_a_programme_for_all_groups_takes_a_child_of_none() -> None:
    assert ineligible(LIVING, msgspec.structs.replace(PUPIL, groups=())) is None


def test_the_terms_begun_last_hold_until_they_end() -> None:
    old = programme("x", amount_fen=100_000)
    new = programme("x", amount_fen=125_000, effective_from=date(2026, 9, 1), effective_until=date(2027, 7, 31))
    assert in_force([new, old], date(2026, 8, 31)) == [old]
    assert in_force([old, new], date(2026, 9, 1)) == [new]
    assert in_force([old, new], date(2027, 7, 31)) == [new]
    assert in_force([old, new], date(2027, 8, 1)) == []
    assert in_force([old, new], date(2024, 2, 29)) == []


def test_exclusion_holds_both_ways() -> None:
    one, other = programme("one", excludes=("other",)), programme("other")
    assert exclusive(one, other)
    assert exclusive(other, one)
    assert not exclusive(other, programme("third"))


def test_a_hardship_measure_is_matched_with_what_fits_by_application() -> None:
    day_pupils = programme("day_living_junior", stages=("junior",), boarding=False)
    for_all = programme("fee_waiver", by_application=False)
    assert matching([LIVING, day_pupils, for_all], PUPIL, DAY) == [LIVING]


def test_the_fallback_is_matched_only_where_nothing_else_fits() -> None:
    relief = programme("temporary_relief", fallback=True, amount_fen=900_000)
    assert matching([LIVING, relief], PUPIL, DAY) == [LIVING]
    assert matching([LIVING, relief], msgspec.structs.replace(PUPIL, boarding=False), DAY) == [relief]


def test_of_programmes_that_exclude_each_other_the_larger_is_matched() -> None:
    small = programme("small", amount_fen=50_000, excludes=(LIVING.code,))
    beside = programme("beside", amount_fen=60_000)
    assert matching([small, LIVING, beside], PUPIL, DAY) == [LIVING, beside]


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(1, 5), st.sets(st.sampled_from("abcdef")))))
def test_a_match_never_holds_two_programmes_that_exclude_each_other(terms: list[tuple[str, int, set[str]]]) -> None:
    settings = [programme(code, amount_fen=fen, excludes=tuple(excludes - {code})) for code, fen, excludes in terms]
    matched = matching(settings, PUPIL, DAY)
    assert all(not exclusive(one, other) for one in matched for other in matched if one is not other)
    assert bool(matched) == bool(settings)


def test_a_notice_does_not_name_a_programme_of_a_sensitive_group() -> None:
    assert named_in_public(LIVING)
    assert named_in_public(programme("x", groups=(Group.RELIEF_HOUSEHOLD, Group.DISABLED)))
    assert not named_in_public(programme("x", groups=(Group.DISABLED,)))


@pytest.mark.parametrize("group", [Group.MINIMUM_LIVING_MARGIN, Group.EXPENSE_DRIVEN, Group.IN_DIFFICULTY])
def test_a_programme_of_the_county_takes_the_children_of_a_newer_group(group: Group) -> None:
    terms = programme("x", stages=("junior",), boarding=True, groups=(group,))
    assert ineligible(terms, msgspec.structs.replace(PUPIL, groups=(group,))) is None
    assert ineligible(terms, PUPIL) == "group"


def test_a_notice_gives_no_child_in_difficulty_away() -> None:
    assert not named_in_public(programme("x", groups=(Group.IN_DIFFICULTY,)))
    assert named_in_public(programme("x", groups=(Group.EXPENSE_DRIVEN,)))
