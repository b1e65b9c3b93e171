"""The pupils: one to three children a household, each in one class, with the papers that children there really have."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from services.contracts.identity_numbers import Sex, check_character
from services.demo.county import names, places
from services.demo.county.chance import Deck
from services.demo.county.households import Household, Households, Papers
from services.demo.county.places import Township
from services.demo.county.schools import FIRST_JUNIOR_GRADE, School, SchoolClass

# Invented shares; every form of paper occurs at least once in any county.
_PAPERS = {
    "newcomer": 0.012,  # has an ID, but only a temporary roll number
    "unregistered": 0.006,  # no household registration, hence no ID, and a J roll number
    "unregistered_newcomer": 0.004,  # no ID, temporary roll number
    "old_number": 0.004,  # the roll number was made from an ID that was replaced since
    "permit": 0.001,
    "passport": 0.001,
}
_BLANK_ROLL_NUMBER_SHARE = 0.027  # of grade 1 only, which still waits for its numbers
_SIBLING_SHARE = 0.24
_CHILDREN_AT_MOST = 3
_YEAR_LATE_SHARE = 0.06
_OLDEST_YEARS = 16  # of a pupil in grade 9 who started a year late
_RARE_HANZI_SHARE = 0.005  # of the Han children
_HAN_SHARE_AT_LEAST = 0.4
_BOARDING_SHARES = {"primary": 0.25, "junior": 0.55}
_FIRST_BOARDING_GRADE = 4
_NO_GROUPS: tuple[str, ...] = ()
_PUPIL_GROUPS: dict[tuple[str, ...], float] = {("残疾",): 0.01}
UPPER_AGE = 16  # domain.md section 2: until then a child is of school age
_PERMIT_DIVISION = "815701"  # the form of a Hong Kong resident's permit, of a division that issues none


@dataclass(frozen=True, slots=True)
class Pupil:
    roll_number: str
    name: str
    sex: Sex
    paper: str
    paper_number: str
    born_on: date
    school_code: str
    grade: int
    class_number: int
    boards: bool
    household: int
    groups: tuple[str, ...]

    @property
    def sixteen_on(self) -> date:
        """When school age ends; a birthday on 29 February is kept on 1 March."""
        years = self.born_on.year + UPPER_AGE
        leap_day = (self.born_on.month, self.born_on.day) == (2, 29) and years % 4 != 0
        return date(years, 3, 1) if leap_day else self.born_on.replace(year=years)

    @property
    def class_key(self) -> tuple[str, int, int]:
        return self.school_code, self.grade, self.class_number


class Admission:
    """Admits children one by one and remembers which households may still have a child at school."""

    def __init__(
        self,
        chance: Random,
        papers: Papers,
        schools: Sequence[School],
        townships: Sequence[Township],
        *,
        count: int,
        year: int,
    ) -> None:
        self.pupils: list[Pupil] = []
        self.households: list[Household] = []  # where `Pupil.household` points
        self._chance = chance
        self._numbers = papers
        self._schools = {school.code: school for school in schools}
        self._townships = townships
        self._year = year
        eldest_born_on = date(year - _OLDEST_YEARS, 9, 1)
        self._founding = Households(chance, papers, count=count, eldest_born_on=eldest_born_on)
        self._children: defaultdict[str, list[tuple[int, set[int]]]] = defaultdict(list)
        self._papers = Deck(chance, count, _PAPERS, rest="resident_id")
        self._groups = Deck(chance, count, _PUPIL_GROUPS, rest=_NO_GROUPS)
        self._rare = Deck(chance, round(_HAN_SHARE_AT_LEAST * count), {True: _RARE_HANZI_SHARE}, rest=False)

    def admit(self, each: SchoolClass) -> None:
        school = self._schools[each.school_code]
        sex: Sex = self._chance.choice(["male", "female"])
        born_on = self._birth_date(each.grade)
        place = self._household(self._townships[self._chance.choice(school.serves)], each.grade)
        household = self.households[place]
        name = self._name(household, sex)
        paper, number, roll_number = self._paper(self._papers.draw(), household, born_on, sex, each.grade)
        pupil = Pupil(
            roll_number=roll_number,
            name=name,
            sex=sex,
            paper=paper,
            paper_number=number,
            born_on=born_on,
            school_code=each.school_code,
            grade=each.grade,
            class_number=each.number,
            boards=self._boards(school, each.grade),
            household=place,
            groups=household.groups + self._groups.draw(),
        )
        self.pupils.append(pupil)

    def _name(self, household: Household, sex: Sex) -> str:
        name = names.full_name(self._chance, household.ethnicity, sex, family=household.family, father=household.father)
        rare = household.ethnicity == names.HAN and self._rare.draw()
        return names.with_rare_hanzi(self._chance, name) if rare else name

    def _birth_date(self, grade: int) -> date:
        """Six years old by 31 August of the year of entering grade 1, a few a year later."""
        year = self._year - grade - 6 + 1
        oldest = date(year - 1, 9, 1)
        late = 1 if self._chance.random() < _YEAR_LATE_SHARE else 0
        return oldest.replace(year=oldest.year - late) + timedelta(days=self._chance.randrange(365))

    def _household(self, township: Township, grade: int) -> int:
        open_ones = self._children[township.code]
        with_place = [entry for entry in open_ones if grade not in entry[1] and len(entry[1]) < _CHILDREN_AT_MOST]
        if with_place and self._chance.random() < _SIBLING_SHARE:
            place, grades = self._chance.choice(with_place)
            grades.add(grade)
            return place
        self.households.append(self._founding.found(township))
        place = len(self.households) - 1
        open_ones.append((place, {grade}))
        return place

    def _paper(self, kind: str, household: Household, born_on: date, sex: Sex, grade: int) -> tuple[str, str, str]:
        """Kind of paper as the roster names it, its number, and the roll number."""
        division = places.NEIGHBOUR_CODE if household.migrant else places.COUNTY_CODE
        number = self._numbers.resident_id(division, born_on, sex)
        match kind:
            case "newcomer":
                return "居民身份证", number, self._numbers.temporary_roll_number(born_on)
            case "unregistered":
                return "无", "", f"J{number}"
            case "unregistered_newcomer":
                return "无", "", self._numbers.temporary_roll_number(born_on)
            case "old_number":
                return "居民身份证", number, f"G{self._numbers.resident_id(division, born_on, sex)}"
            case "permit":
                permit = _PERMIT_DIVISION + number[6:17]
                return "港澳台居民居住证", permit + check_character(permit), f"J{number}"
            case "passport":
                return "护照", self._numbers.passport(), f"J{number}"
            case _:
                blank = grade == 1 and self._chance.random() < _BLANK_ROLL_NUMBER_SHARE
                return "居民身份证", number, "" if blank else f"G{number}"

    def _boards(self, school: School, grade: int) -> bool:
        stage = "junior" if grade >= FIRST_JUNIOR_GRADE else "primary"
        may_board = school.boarding and grade >= _FIRST_BOARDING_GRADE
        return may_board and self._chance.random() < _BOARDING_SHARES[stage]


def admit_all(
    chance: Random,
    papers: Papers,
    schools: Sequence[School],
    classes: Sequence[SchoolClass],
    townships: Sequence[Township],
    *,
    first_day: date,
) -> Admission:
    """All pupils in the order of their classes, with their households."""
    count = sum(each.pupils for each in classes)
    admission = Admission(chance, papers, schools, townships, count=count, year=first_day.year)
    for each in classes:
        for _ in range(each.pupils):
            admission.admit(each)
    return admission
