"""Schools and their classes: central primaries, teaching points under them, junior schools, nine-year schools."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from services.contracts.codes import Session
from services.demo.county.chance import split
from services.demo.county.places import COUNTY_CODE, Township

PUPILS_PER_CLASS_AT_MOST = 45  # above it a primary class counts as too large (大班额)
GRADES = range(1, 10)
FIRST_JUNIOR_GRADE = 7

_GRADES_TAUGHT = {"小学": range(1, 7), "初中": range(7, 10), "九年一贯": range(1, 10), "教学点": range(1, 4)}
_KIND_DIGITS = {"小学": "21", "初中": "31", "九年一贯": "32", "教学点": "22"}
_CODE = rf"({'|'.join(_KIND_DIGITS.values())}){COUNTY_CODE[:2]}{COUNTY_CODE[3:]}[0-9]{{3}}"
_SESSIONS = {
    "小学": (Session.MORNING,),
    "教学点": (Session.MORNING,),
    "九年一贯": (Session.MORNING, Session.AFTERNOON),
    "初中": (Session.MORNING, Session.AFTERNOON, Session.DORMITORY, Session.RETURN_DAY),
}  # invented: older children also leave at noon, and of a junior school more than half board
_WEIGHT_OF_THE_SEAT = 1.6  # the county seat's schools are larger
_WEIGHT_OF_A_POINT = 0.3
_NINE_YEAR_EVERY = 5  # townships
_JUNIOR_EVERY = 2


@dataclass(frozen=True, slots=True)
class School:
    code: str
    name: str
    english: str
    kind: str
    division: str
    serves: tuple[int, ...]  # places of its townships in the county's list
    boarding: bool
    central_code: str
    weight: float

    @property
    def grades(self) -> range:
        return _GRADES_TAUGHT[self.kind]

    @property
    def sessions(self) -> tuple[Session, ...]:
        """When each of its classes calls the roll."""
        return _SESSIONS[self.kind]


@dataclass(frozen=True, slots=True)
class SchoolClass:
    school_code: str
    grade: int
    number: int
    pupils: int
    entered_in: int


def schools(places: Sequence[Township]) -> tuple[School, ...]:
    founded: list[School] = []
    for place, township in enumerate(places):
        weight = _WEIGHT_OF_THE_SEAT if place == 0 else 1.0
        kind = "九年一贯" if place % _NINE_YEAR_EVERY == 1 else "小学"
        title = ("九年一贯制学校", "Nine-Year School") if kind == "九年一贯" else ("中心小学", "Central Primary School")
        founded.append(_school(kind, township, title, (place,), weight=weight, boarding=place > 0))
        central = founded[-1]
        if place % _JUNIOR_EVERY == 0:
            serves = (place,) if place + 1 == len(places) else (place, place + 1)
            founded.append(_school("初中", township, ("初级中学", "Junior School"), serves, weight=weight, boarding=True))
        if place > 0:
            founded.append(_teaching_point(township, place, central))
    return tuple(founded)


def _school(
    kind: str, township: Township, title: tuple[str, str], serves: tuple[int, ...], *, weight: float, boarding: bool
) -> School:
    code = f"{_KIND_DIGITS[kind]}{township.code[:2]}{township.code[3:]}"
    name = f"{township.name[:-1]}{title[0]}"
    english = f"{township.english.rsplit(' ', 1)[0]} {title[1]}"
    return School(code, name, english, kind, township.code, serves, boarding, "", weight)


def _teaching_point(township: Township, place: int, central: School) -> School:
    village = township.villages[-1]
    return School(
        code=f"{_KIND_DIGITS['教学点']}{township.code[:2]}{township.code[3:]}",
        name=f"{village.name}教学点",
        english=f"{village.english} Teaching Point",
        kind="教学点",
        division=village.code,
        serves=(place,),
        boarding=False,
        central_code=central.code,
        weight=_WEIGHT_OF_A_POINT,
    )


def may_be_code(text: str) -> bool:
    """Whether a school of the invented county could have this code, which no real one has: no place has the county's digits."""
    return re.fullmatch(_CODE, text) is not None


def classes(founded: Sequence[School], *, pupils: int, first_day: date) -> tuple[SchoolClass, ...]:
    """Classes with their sizes; the sizes add up to `pupils` exactly."""
    opened: list[SchoolClass] = []
    for grade, in_grade in zip(GRADES, split(pupils, [1.0] * len(GRADES)), strict=True):
        teaching = [school for school in founded if grade in school.grades]
        for school, in_school in zip(teaching, split(in_grade, [school.weight for school in teaching]), strict=True):
            count = -(-in_school // PUPILS_PER_CLASS_AT_MOST)
            sizes = split(in_school, [1.0] * count)
            entered_in = first_day.year - (grade - (FIRST_JUNIOR_GRADE if grade >= FIRST_JUNIOR_GRADE else 1))
            opened += [SchoolClass(school.code, grade, number, size, entered_in) for number, size in enumerate(sizes, start=1)]
    return tuple(sorted(opened, key=lambda each: (each.school_code, each.grade, each.number)))
