"""Households: guardians with their phones and papers, who really cares for the children, and where they live."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from services.contracts.identity_numbers import Sex, check_character
from services.demo.county import names, places
from services.demo.county.chance import Deck
from services.demo.county.places import Township, Village

# Invented shares; every label occurs at least once in any county.
_CAREGIVING = {"one_parent": 0.12, "left_behind": 0.18, "grandparent": 0.08, "orphan": 0.003, "unsupported": 0.004}
_PHONES = {"landline": 0.03, "none": 0.03}
_POVERTY: dict[tuple[str, ...], float] = {
    ("脱贫户",): 0.12,
    ("监测户",): 0.03,
    ("低保",): 0.05,
    ("脱贫户", "低保"): 0.02,
    ("特困",): 0.004,
}
_GROUPS_OF_CAREGIVING = {"left_behind": ("留守",), "orphan": ("孤儿",), "unsupported": ("事实无人抚养",)}
_HOUSEHOLDS_PER_PUPIL_AT_LEAST = 0.6
_NO_GROUPS: tuple[str, ...] = ()
_MIGRANT_SHARE = 0.03
_SECOND_PHONE_SHARE = 0.75
_WITHOUT_PAPER_SHARE = 0.04
_SECOND_LANGUAGE_SHARE = 0.6
_PARENT_YEARS = (20, 34)  # older than the eldest child that the household may have at school
_GRANDPARENT_YEARS = (42, 56)
_DAYS_A_YEAR = 365.25

MOBILE_PREFIX = "154"  # given to no carrier: it has the form of a mobile number and reaches nobody
LANDLINE_AREA = "0880"  # given to no place


class Papers:
    """Gives out identity numbers and phone numbers, each once."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._given: set[str] = set()

    def resident_id(self, division: str, born_on: date, sex: Sex) -> str:
        while True:
            order = self._chance.randrange(1, 999)
            order += (order % 2 == 0) if sex == "male" else (order % 2)
            seventeen = f"{division}{born_on:%Y%m%d}{order:03d}"
            if self._first(seventeen):
                return seventeen + check_character(seventeen)

    def mobile(self) -> str:
        return self._unused(MOBILE_PREFIX, 8)

    def landline(self) -> str:
        return f"{LANDLINE_AREA}-{self._unused('', 7, first=2)}"

    def temporary_roll_number(self, born_on: date) -> str:
        return self._unused(f"L{places.COUNTY_CODE}{born_on:%Y%m%d}", 4)

    def passport(self) -> str:
        return self._unused("X", 8)

    def _unused(self, prefix: str, digits: int, *, first: int = 0) -> str:
        while True:
            number = f"{prefix}{self._chance.randrange(first * 10 ** (digits - 1), 10**digits):0{digits}d}"
            if self._first(number):
                return number

    def _first(self, number: str) -> bool:
        known = number in self._given
        self._given.add(number)
        return not known


@dataclass(frozen=True, slots=True)
class Guardian:
    name: str
    relation: str
    phone: str
    id_number: str

    @property
    def mobile(self) -> str:
        return self.phone if self.phone.startswith(MOBILE_PREFIX) else ""


@dataclass(frozen=True, slots=True)
class Household:
    township: Township
    village: Village
    address: str
    registered_division: str
    registered_address: str
    ethnicity: str
    second_language: str
    family: str
    father: str
    guardians: tuple[Guardian, ...]
    carer: str
    groups: tuple[str, ...]

    @property
    def mobiles(self) -> tuple[str, ...]:
        return tuple(guardian.mobile for guardian in self.guardians if guardian.mobile)

    @property
    def migrant(self) -> bool:
        return self.registered_division.startswith(places.NEIGHBOUR_CODE)


class Households:
    """Founds households, one after another, such that every form occurs by its share."""

    def __init__(self, chance: Random, papers: Papers, *, count: int, eldest_born_on: date) -> None:
        self._chance = chance
        self._papers = papers
        self._eldest_born_on = eldest_born_on
        size = round(_HOUSEHOLDS_PER_PUPIL_AT_LEAST * count)
        self._caregiving = Deck(chance, size, _CAREGIVING, rest="both_parents")
        self._phones = Deck(chance, size, _PHONES, rest="mobile")
        self._poverty = Deck(chance, size, _POVERTY, rest=_NO_GROUPS)
        self._ethnicities = Deck(chance, size, names.ETHNICITY_SHARES, rest=names.HAN)

    def found(self, township: Township) -> Household:
        chance = self._chance
        ethnicity = self._ethnicities.draw()
        village = chance.choice(township.villages)
        address = f"{places.COUNTY_NAME}{township.name}{village.name}{chance.randrange(1, 9)}组{chance.randrange(1, 90)}号"
        migrant = chance.random() < _MIGRANT_SHARE
        family, father = names.family_name(chance, ethnicity), names.given_name(chance, ethnicity, "male")
        caregiving, poverty = self._caregiving.draw(), self._poverty.draw()
        guardians, carer = self._guardians(caregiving, ethnicity, family, father)
        groups = poverty + _GROUPS_OF_CAREGIVING.get(caregiving, _NO_GROUPS)
        return Household(
            township=township,
            village=village,
            address=address,
            registered_division=f"{places.NEIGHBOUR_CODE}101202" if migrant else village.code,
            registered_address=f"{places.NEIGHBOUR_NAME}月坝镇{chance.randrange(1, 9)}组" if migrant else address,
            ethnicity=ethnicity,
            second_language=self._second_language(ethnicity),
            family=family,
            father=father,
            guardians=guardians,
            carer=carer,
            groups=(*groups, "随迁") if migrant else groups,
        )

    def _second_language(self, ethnicity: str) -> str:
        spoken = self._chance.random() < _SECOND_LANGUAGE_SHARE
        return names.LANGUAGES.get(ethnicity, "") if spoken else ""

    def _guardians(self, caregiving: str, ethnicity: str, family: str, father: str) -> tuple[tuple[Guardian, ...], str]:
        chance = self._chance
        dotted = f"{father}·{names.given_name(chance, ethnicity, 'male')}" if ethnicity == "维吾尔族" else ""
        father_name = dotted or f"{family}{father}"
        mother_name = self._relative_name(ethnicity, "female")
        elder_name = self._relative_name(ethnicity, "female")
        first, second = self._first_phone(), self._second_phone()
        match caregiving:
            case "one_parent":
                mother = self._guardian(mother_name, "母亲", first, "female", _PARENT_YEARS)
                return (mother,), mother_name
            case "grandparent" | "unsupported":
                elder = self._guardian(elder_name, "祖母", first, "female", _GRANDPARENT_YEARS)
                return (elder,), elder_name
            case "orphan":
                uncle_name = self._relative_name(ethnicity, "male")
                uncle = self._guardian(uncle_name, "伯父", first, "male", _PARENT_YEARS)
                return (uncle,), uncle_name
        parents = (
            self._guardian(father_name, "父亲", first, "male", _PARENT_YEARS),
            self._guardian(mother_name, "母亲", second, "female", _PARENT_YEARS),
        )
        return parents, elder_name if caregiving == "left_behind" else chance.choice((father_name, mother_name))

    def _relative_name(self, ethnicity: str, sex: Sex) -> str:
        family = names.family_name(self._chance, ethnicity)
        return names.full_name(self._chance, ethnicity, sex, family=family, father="")

    def _guardian(self, name: str, relation: str, phone: str, sex: Sex, years: tuple[int, int]) -> Guardian:
        older = timedelta(days=int(self._chance.uniform(*years) * _DAYS_A_YEAR))
        number = self._papers.resident_id(places.COUNTY_CODE, self._eldest_born_on - older, sex)
        without = self._chance.random() < _WITHOUT_PAPER_SHARE
        return Guardian(name, relation, phone, "" if without else number)

    def _first_phone(self) -> str:
        match self._phones.draw():
            case "landline":
                return self._papers.landline()
            case "none":
                return ""
            case _:
                return self._papers.mobile()

    def _second_phone(self) -> str:
        return self._papers.mobile() if self._chance.random() < _SECOND_PHONE_SHARE else ""
