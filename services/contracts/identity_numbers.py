"""The numbers and names that papers give to people, schools and places, and the one form in which they are compared.

Every reader here takes the text of a form field or a spreadsheet cell and returns what it says, or raises
`NotWellFormed` with the rule that is broken. Neither the exception nor the representation of a result shows the value:
both end in logs.

Sources: GB 11643-1999 (resident ID), GB/T 2260 and the statistics office's codes below it (divisions), the roll-number
rules of the national pupil register, domain.md section 2 "Identity rules".
"""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from services.contracts import identity_rules as rules
from services.contracts.codes import COUNTY_DIGITS, TOWNSHIP_DIGITS, VILLAGE_DIGITS
from services.contracts.identity_rules import BrokenRule

Sex = Literal["male", "female"]
IdentityPaper = Literal["resident_id", "residence_permit", "foreign_permanent_residence"]
RollNumberKind = Literal["G", "J", "L"]
DivisionLevel = Literal["county", "township", "village"]
PhoneKind = Literal["mobile", "landline"]


class NotWellFormed(ValueError):
    """A number or name that breaks `rule`."""

    def __init__(self, rule: BrokenRule) -> None:
        super().__init__(f"{rule.code}: {rule.en} Accepted: {rule.accepted_en}")
        self.rule = rule

    def __reduce__(self) -> tuple[type["NotWellFormed"], tuple[BrokenRule]]:
        return type(self), (self.rule,)  # readers of workbooks run in a child process and send this back


# --- what people and spreadsheets add to a number ---------------------------------------------------------------------

_NOBODY_TYPED = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))  # soft hyphen, zero-width marks, byte order mark
_FIGURE = re.compile(r"[0-9]+(?:\.[0-9]+)?E\+[0-9]+|[0-9]{7,}\.0+")


def _compact(text: str) -> str:
    """Half width, upper case, without spaces and without the apostrophe that keeps a cell text."""
    plain = unicodedata.normalize("NFKC", text.translate(_NOBODY_TYPED))
    plain = "".join(plain.split()).removeprefix("'").upper()
    if _FIGURE.fullmatch(plain):
        raise NotWellFormed(rules.SPREADSHEET_NUMBER)
    return plain


def _date(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


# --- resident ID, permits, passports ----------------------------------------------------------------------------------

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"
_EIGHTEEN = re.compile(r"[1-9][0-9]{16}[0-9X]")
_PERMIT_PREFIXES = ("81", "82", "83")  # residence permits of Hong Kong, Macao and Taiwan residents
_FOREIGN_PREFIX = "9"  # the five-star card of permanent residence, same layout of birth date, sex and check character


@dataclass(frozen=True, slots=True)
class ResidentId:
    """An 18-character identity number and what it says about its holder."""

    number: str = field(repr=False)
    paper: IdentityPaper
    division: str = field(repr=False)
    born_on: date = field(repr=False)
    sex: Sex


def check_character(seventeen: str) -> str:
    """The 18th character of the number that begins with these 17 digits (ISO 7064 MOD 11-2)."""
    return _CHECK_CHARACTERS[sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, seventeen, strict=True)) % 11]


def resident_id(text: str) -> ResidentId:
    """Resident ID or a residence permit of the same form; the division is not looked up, boundaries change."""
    number = _compact(text)
    if not _EIGHTEEN.fullmatch(number):
        raise NotWellFormed(rules.RESIDENT_ID_MALFORMED)
    born_on = _date(number[6:14])
    if born_on is None:
        raise NotWellFormed(rules.RESIDENT_ID_NO_SUCH_DATE)
    if check_character(number[:17]) != number[17]:
        raise NotWellFormed(rules.RESIDENT_ID_CHECK_DIGIT)
    paper: IdentityPaper = "resident_id"
    if number.startswith(_PERMIT_PREFIXES):
        paper = "residence_permit"
    elif number.startswith(_FOREIGN_PREFIX):
        paper = "foreign_permanent_residence"
    sex: Sex = "male" if int(number[16]) % 2 else "female"
    return ResidentId(number, paper, number[:6], born_on, sex)


def disagreements(paper: ResidentId, *, sex: Sex | None, born_on: date | None) -> tuple[BrokenRule, ...]:
    """Warnings, not refusals: where the number says something else than the form beside it."""
    found = []
    if sex is not None and sex != paper.sex:
        found.append(rules.RESIDENT_ID_SEX_DIFFERS)
    if born_on is not None and born_on != paper.born_on:
        found.append(rules.RESIDENT_ID_BIRTH_DATE_DIFFERS)
    return tuple(found)


def passport_number(text: str) -> str:
    """A passport of any country: only its form can be known."""
    number = _compact(text)
    if not re.fullmatch(r"[A-Z0-9]{5,15}", number):
        raise NotWellFormed(rules.PASSPORT_MALFORMED)
    return number


# --- roll number ------------------------------------------------------------------------------------------------------

_TEMPORARY = re.compile(r"L([1-9][0-9]{5})([0-9]{8})[0-9]{4}")


@dataclass(frozen=True, slots=True)
class RollNumber:
    """A 学籍号; `L` is temporary and is replaced by a G or J number later."""

    number: str = field(repr=False)
    kind: RollNumberKind


def roll_number(text: str) -> RollNumber:
    number = _compact(text)
    temporary = _TEMPORARY.fullmatch(number)
    if temporary:
        if _date(temporary[2]) is None:
            raise NotWellFormed(rules.ROLL_NUMBER_NO_SUCH_DATE)
        return RollNumber(number, "L")
    if number[:1] not in ("G", "J") or not _EIGHTEEN.fullmatch(number[1:]):
        raise NotWellFormed(rules.ROLL_NUMBER_MALFORMED)
    if check_character(number[1:18]) != number[18]:
        raise NotWellFormed(rules.ROLL_NUMBER_CHECK_DIGIT)
    return RollNumber(number, "G" if number[0] == "G" else "J")


def roll_number_disagreement(roll: RollNumber, paper: ResidentId) -> BrokenRule | None:
    """A warning: a G number is usually the identity number, but some pupils were registered wrongly."""
    return rules.ROLL_NUMBER_DIFFERS if roll.kind == "G" and roll.number[1:] != paper.number else None


# --- schools and divisions --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DivisionCode:
    """A place: a county, township or village."""

    code: str
    level: DivisionLevel

    @property
    def county(self) -> str:
        return self.code[:COUNTY_DIGITS]

    @property
    def township(self) -> str | None:
        return self.code[:TOWNSHIP_DIGITS] if len(self.code) >= TOWNSHIP_DIGITS else None

    def covers(self, other: "DivisionCode") -> bool:
        return other.code.startswith(self.code)


def school_code(text: str) -> str:
    code = _compact(text)
    if not re.fullmatch(r"[0-9]{10}", code):
        raise NotWellFormed(rules.SCHOOL_CODE_MALFORMED)
    return code


def division_code(text: str) -> DivisionCode:
    """Also reads the statistics office's way of filling a county or township up to 12 digits with zeros."""
    code = _compact(text)
    if not re.fullmatch(r"[1-9][0-9]{5}(?:[0-9]{3}){0,2}", code):
        raise NotWellFormed(rules.DIVISION_CODE_MALFORMED)
    while len(code) > COUNTY_DIGITS and code.endswith("000"):
        code = code[:-3]
    levels: dict[int, DivisionLevel] = {COUNTY_DIGITS: "county", TOWNSHIP_DIGITS: "township", VILLAGE_DIGITS: "village"}
    return DivisionCode(code, levels[len(code)])


# --- phones -----------------------------------------------------------------------------------------------------------

_BETWEEN_DIGITS = re.compile(r"[-‐‑‒–—―−－().]")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LANDLINE = re.compile(r"0(?:(?:10|2[0-9])[2-9][0-9]{7}|[3-9][0-9]{2}[2-9][0-9]{6,7})")
_WITHOUT_AREA_CODE = re.compile(r"[2-9][0-9]{6,7}")
_WITH_COUNTRY_CODE = re.compile(r"(?:\+|00)86([0-9]+)|86([0-9]{10,12})")


@dataclass(frozen=True, slots=True)
class Phone:
    """Digits only: 11 of a mobile number, or area code with its 0 and subscriber number of a landline."""

    number: str = field(repr=False)
    kind: PhoneKind


def phone(text: str) -> Phone:
    """Mobile or landline of the mainland, however it was typed: +86, 0086, 86, spaces, dashes, brackets, full width."""
    digits = _BETWEEN_DIGITS.sub("", _compact(text))
    abroad = _WITH_COUNTRY_CODE.fullmatch(digits)
    if abroad:
        digits = abroad[1] or abroad[2]
    if _MOBILE.fullmatch(digits):
        return Phone(digits, "mobile")
    if abroad and not digits.startswith("0"):
        digits = f"0{digits}"  # the 0 of the area code is left out after a country code
    if _LANDLINE.fullmatch(digits):
        return Phone(digits, "landline")
    raise NotWellFormed(rules.PHONE_WITHOUT_AREA_CODE if _WITHOUT_AREA_CODE.fullmatch(digits) else rules.PHONE_MALFORMED)


# --- names ------------------------------------------------------------------------------------------------------------

NAME_CHARACTERS_AT_MOST = 50
_DOT = "·"
_DOTS = re.compile(r"[·•‧∙⋅・⸱ꞏᐧ᛫]+|(?<=\w)\.(?=\w)")  # a full stop only between letters: not that of "Jr."
_LOST = frozenset("?\ufffd")
_JOINERS = dict.fromkeys(map(ord, "\u200c\u200d"))  # some scripts write with them, nobody sees them
_LETTERS = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Co"})  # Co: where machines put Hanzi before Unicode had them
_FIRST_RARE_HANZI, _LAST_RARE_HANZI = 0x20000, 0x3FFFF
_IN_NAMES = frozenset({"Mn", "Mc", "Me", "Zs"})  # combining marks and spaces
_HANZI_ZERO = "〇"  # a numeral to Unicode, a given name's character to the field
_NOT_FIRST = frozenset("-‐‑–－.．")  # a spreadsheet takes for a formula what begins so
_BETWEEN_LETTERS = frozenset("·•‧∙⋅・･⸱ꞏ᛫་'’‘＇") | _NOT_FIRST
_NOT_PRINTABLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


@dataclass(frozen=True, slots=True)
class PersonName:
    """A name as it was typed, and the form under which two spellings of it are the same."""

    as_typed: str = field(repr=False)
    matching: str = field(repr=False)


def person_name(text: str) -> PersonName:
    """The name of one person; only what nobody typed is taken off its ends."""
    typed = text.translate(_NOBODY_TYPED).strip()
    if not typed:
        raise NotWellFormed(rules.NAME_EMPTY)
    if len(typed) > NAME_CHARACTERS_AT_MOST:
        raise NotWellFormed(rules.NAME_TOO_LONG)
    if any(unicodedata.category(character) in _NOT_PRINTABLE and ord(character) not in _JOINERS for character in typed):
        raise NotWellFormed(rules.NAME_NOT_PRINTABLE)
    matching = matching_name(typed)
    if not _LOST.isdisjoint(matching):
        raise NotWellFormed(rules.NAME_LOST_CHARACTER)
    if not any(map(_is_letter, matching)):
        raise NotWellFormed(rules.NAME_WITHOUT_LETTER)
    if matching.startswith(_DOT) or matching.endswith(_DOT):
        raise NotWellFormed(rules.NAME_DOT_OUTSIDE)
    if typed[0] in _NOT_FIRST or not all(map(_is_of_names, typed)):
        raise NotWellFormed(rules.NAME_OTHER_CHARACTER)
    return PersonName(typed, matching)


def _is_letter(character: str) -> bool:
    """Of any script; a Hanzi that is newer than this Python's tables is known by where it stands."""
    category = unicodedata.category(character)
    newer = category == "Cn" and _FIRST_RARE_HANZI <= ord(character) <= _LAST_RARE_HANZI
    return category in _LETTERS or newer or character == _HANZI_ZERO


def _is_of_names(character: str) -> bool:
    joined = character in _BETWEEN_LETTERS or ord(character) in _JOINERS
    return joined or unicodedata.category(character) in _IN_NAMES or _is_letter(character)


def matching_name(text: str) -> str:
    """NFKC, one kind of dot, no spaces, no case: equal for two spellings of one name, and for its own result.

    Checks nothing. The steps repeat because folding case and taking out a space can each bring together what composes.
    """
    plain = text.translate(_NOBODY_TYPED | _JOINERS)
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", plain).casefold())
    plain = unicodedata.normalize("NFKC", "".join(plain.split()).casefold())
    return _DOTS.sub(_DOT, plain)
