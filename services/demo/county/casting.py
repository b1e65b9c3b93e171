"""Chooses the children of the stories and names the officers who will have to do with them; no child is in two stories."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from random import Random
from typing import Literal

from services.demo.county.households import Household, Papers
from services.demo.county.officers import head_login, homeroom_login, office_login, parent_login, teacher_login
from services.demo.county.pupils import Admission, Pupil
from services.demo.county.schools import FIRST_JUNIOR_GRADE, School

Phones = Literal["any", "one", "none"]
"""How many of a household's guardians have a phone: as it comes, or counted."""


class CountyTooSmall(ValueError):
    """There are not enough children left for another story; a county needs about sixty pupils."""


@dataclass(frozen=True, slots=True)
class Cast:
    """One child and the logins of those around it."""

    child: Pupil
    phones: tuple[str, ...]  # mobiles of guardians: each gets a text of its own
    homeroom: str
    principal: str  # for a teaching point its central school
    aid_officer: str
    tutor: str
    parent: str  # speaks for the parents of the school
    village_cadre: str
    township_officer: str

    @property
    def stage(self) -> str:
        return "junior" if self.child.grade >= FIRST_JUNIOR_GRADE else "primary"


class Casting:
    """Holds the children who are still free, of school age on all played days; a chosen child's siblings are left alone too."""

    def __init__(self, chance: Random, papers: Papers, admission: Admission, founded: Sequence[School], *, last_day: date) -> None:
        self.schools = {school.code: school for school in founded}
        self.pupils = list(admission.pupils)
        self.households = list(admission.households)
        self._chance = chance
        self._papers = papers
        self._siblings: defaultdict[int, set[int]] = defaultdict(set)
        for place, pupil in enumerate(self.pupils):
            self._siblings[pupil.household].add(place)
        order = [place for place, pupil in enumerate(self.pupils) if pupil.roll_number and pupil.sixteen_on > last_day]
        self.of_age = [pupil for pupil in self.pupils if pupil.sixteen_on <= last_day]
        chance.shuffle(order)
        self._free = dict.fromkeys(order)

    def choose(
        self,
        suits: Callable[[Pupil], bool],
        phones: Phones = "any",
        groups: Sequence[tuple[str, ...]] = (),
        *,
        boards: bool = False,
        nobody_else: bool = False,
    ) -> Cast:
        """A free child, if possible one who suits; with `nobody_else` no other one will do. Raises CountyTooSmall.

        With `one` phone its household is left with one guardian who can get a text, so that texts can be counted, with `none`
        with nobody; with `groups` the child gets one of these sets of groups, with `boards` it lives at school.
        """
        if not self._free:
            raise CountyTooSmall
        suiting = (place for place in self._free if suits(self.pupils[place]))
        place = next((place for place in suiting if self._spares_landlines(place, phones)), None)
        if place is None:
            anybody = None if nobody_else else next(iter(self._free))
            place = next((place for place in self._free if suits(self.pupils[place])), anybody)
        if place is None:
            raise CountyTooSmall
        pupil = self.pupils[place]
        taken = {place} if phones == "any" else self._siblings[pupil.household]
        for each in taken:
            self._free.pop(each, None)
        if phones != "any":
            self.households[pupil.household] = self._left_with(phones, self.households[pupil.household])
        if boards:
            self.pupils[place] = pupil = replace(pupil, boards=True)
        if groups:
            self.pupils[place] = replace(pupil, groups=tuple(dict.fromkeys(self._chance.choice(groups) + pupil.groups)))
        return self._cast(self.pupils[place])

    def new_phone(self) -> str:
        return self._papers.mobile()

    def _spares_landlines(self, place: int, phones: Phones) -> bool:
        """Whether the household can be left with so many phones without taking a landline out of the county for a story."""
        guardians = self.households[self.pupils[place].household].guardians
        match phones:
            case "any":
                return True
            case "one":
                return bool(guardians[0].mobile)
            case "none":
                return all(guardian.mobile or not guardian.phone for guardian in guardians)

    def other_school(self, child: Pupil) -> str | None:
        """A school of the county where children of that grade are taught too, if there is one."""
        others = sorted({each.school_code for each in self.pupils if each.grade == child.grade} - {child.school_code})
        return self._chance.choice(others) if others else None

    def _left_with(self, phones: Phones, household: Household) -> Household:
        first, *others = household.guardians
        first = replace(first, phone=(first.mobile or self._papers.mobile()) if phones == "one" else "")
        return replace(household, guardians=(first, *(replace(other, phone="") for other in others)))

    def _cast(self, child: Pupil) -> Cast:
        household = self.households[child.household]
        return Cast(
            child=child,
            phones=household.mobiles,
            homeroom=homeroom_login(*child.class_key),
            principal=head_login(child.school_code, self.schools[child.school_code].central_code),
            aid_officer=office_login("aid_officer", child.school_code),
            tutor=teacher_login(child.school_code, self._chance.choice((1, 2))),
            parent=parent_login(child.school_code),
            village_cadre=office_login("village_cadre", household.village.code),
            township_officer=office_login("township_officer", household.township.code),
        )
