"""How a template becomes the text that a parent reads, and what may stand in a template (domain.md §8) – pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date

import msgspec

from services.chassis.decider import Given
from services.notifications.domain.errors import (
    BodyHoldsBrackets,
    BodyHoldsLink,
    BodySaysTooMuch,
    BodyTooLong,
    SignatureNotInForm,
    TemplateWithoutChinese,
    UnknownVariable,
    UnnamedBodyNamesChild,
)
from services.notifications.domain.policies import LONGEST_TEXT, LONGEST_VARIABLE

CHILD, SCHOOL, DAY = "child", "school", "day"
VARIABLES = (CHILD, SCHOOL, DAY)
"""What a template may ask for; there is none for a cause, a group or an identity number."""

CHINESE = "zh"

DAY_FORMS = {
    "zh": "{day.month}月{day.day}日",
    "en": "{day:%b} {day.day}",
    "bo": "ཟླ་{day.month}ཚེས་{day.day}",
    "ug": "{day.month}-ئاينىڭ {day.day}-كۈنى",
}
ANY_DAY_FORM = "{day:%m-%d}"

SOME_SCHOOL = {"zh": "学校", "en": "the school", "bo": "སློབ་གྲྭ", "ug": "مەكتەپ"}
"""What stands for a school whose name does not fit into a variable."""

SAYS_TOO_MUCH = (
    "辍学", "失学", "厌学", "贫困", "脱贫", "经济困难", "低保", "特困", "孤儿", "残疾", "童工", "早婚", "身份证",
    "dropout", "drop out", "dropped out", "poverty", "hardship", "relief household", "orphan", "disab", "child labour",
    "marriage", "identity number",
)  # fmt: skip
"""Words of causes (domain.md §3), of poverty and of identity papers, by which a template gives itself away."""

_PLACE = re.compile(r"\{(\w+)\}")
_LINK = re.compile(r"://|www\.|\b[a-z0-9-]+\.(?:com|cn|net|org|gov|top|xyz)\b", re.IGNORECASE)
_SIGNATURE = re.compile(r"【[^【】\s]{2,12}】")


class TemplateText(msgspec.Struct, frozen=True):
    """One version of a template: bodies by language, with `{variable}` places."""

    signature: str
    variables: tuple[str, ...]
    bodies: Mapping[str, str]
    unnamed_bodies: Mapping[str, str]


class Facts(msgspec.Struct, frozen=True):
    """What fills the places; `child` is nobody's where the text names none."""

    school: str
    school_en: str
    day: date | None = None
    child: str | None = None


class Limits(msgspec.Struct, frozen=True):
    """How long a variable and a text may be, in UCS-2 characters."""

    variable: int
    text: int


class Composed(msgspec.Struct, frozen=True):
    """What a parent reads, in which languages (`zh` or `zh+<second>`), and whether it names the child."""

    text: str
    language: str
    named: bool


def limits(given: Given) -> Limits:
    """The lengths in force."""
    return Limits(given.value(LONGEST_VARIABLE), given.value(LONGEST_TEXT))


def ucs2_length(text: str) -> int:
    """How many characters the networks count: a Hanzi beyond the BMP is two."""
    return sum(2 if ord(character) > 0xFFFF else 1 for character in text)


def compose(words: TemplateText, facts: Facts, *, second_language: str | None, within: Limits) -> Composed | None:
    """The text for a household, or nothing where none fits.

    Falls back: a name that does not fit a variable is left out (the unnamed body), a second language that is not there or too
    long together with the Chinese is left out.
    """
    named = facts.child is not None and _usable(facts.child, within)
    both = () if second_language in (None, CHINESE) else (f"{CHINESE}+{second_language}",)
    for language in (*both, CHINESE):
        text = fill(words, facts, language=language, named=named, within=within)
        if text is not None and ucs2_length(text) <= within.text:
            return Composed(text, language, named)
    return None


def fill(words: TemplateText, facts: Facts, *, language: str, named: bool, within: Limits) -> str | None:
    """The text in these languages, or nothing where a body or a fact is missing."""
    parts = []
    bodies = words.bodies if named else words.unnamed_bodies
    for part in language.split("+"):
        body = bodies.get(part)
        values = _values(facts, part, within)
        if body is None or not values.keys() >= set(_PLACE.findall(body)):
            return None
        parts.append(_put(body, values))
    return words.signature + "\n".join(parts)


def check_template(words: TemplateText, given: Given) -> None:
    """Raise what is wrong with a template: its signature, a body, a length."""
    if not _SIGNATURE.fullmatch(words.signature):
        raise SignatureNotInForm(field="signature")
    if CHINESE not in words.bodies or CHINESE not in words.unnamed_bodies:
        raise TemplateWithoutChinese(field="bodies")
    within = limits(given)
    for field, language, body in _bodies(words):
        if "【" in body or "】" in body:
            raise BodyHoldsBrackets(field=field, language=language)
        if _LINK.search(body):
            raise BodyHoldsLink(field=field, language=language)
        for word in SAYS_TOO_MUCH:
            if word in body.lower():
                raise BodySaysTooMuch(field=field, language=language, word=word)
        for variable in _PLACE.findall(body):
            if variable not in words.variables or variable not in VARIABLES:
                accepted = ", ".join(name for name in VARIABLES if name in words.variables)
                raise UnknownVariable(field=field, language=language, variable=variable, accepted=accepted)
            if variable == CHILD and field == "unnamed_bodies":
                raise UnnamedBodyNamesChild(field=field, language=language)
        length = _longest(words.signature, body, within)
        if language != CHINESE:
            chinese = (words.bodies if field == "bodies" else words.unnamed_bodies)[CHINESE]
            length += _longest("\n", chinese, within)
        if length > within.text:
            raise BodyTooLong(field=field, language=language, length=length, most=within.text)


def _bodies(words: TemplateText) -> Iterator[tuple[str, str, str]]:
    for field, bodies in (("bodies", words.bodies), ("unnamed_bodies", words.unnamed_bodies)):
        for language, body in bodies.items():
            yield field, language, body


def _longest(before: str, body: str, within: Limits) -> int:
    return ucs2_length(before) + ucs2_length(_PLACE.sub("字" * within.variable, body))


def _put(body: str, values: Mapping[str, str]) -> str:
    """The body with its places filled; what looks like a place inside a value stays as it is."""
    return _PLACE.sub(lambda place: values[place[1]], body)


def _values(facts: Facts, language: str, within: Limits) -> dict[str, str]:
    school = facts.school_en if language == "en" else facts.school
    if not _usable(school, within):
        school = SOME_SCHOOL.get(language, SOME_SCHOOL[CHINESE])
    values = {SCHOOL: school}
    if facts.day is not None:
        values[DAY] = DAY_FORMS.get(language, ANY_DAY_FORM).format(day=facts.day)
    if facts.child is not None:
        values[CHILD] = facts.child
    return values


def _usable(value: str, within: Limits) -> bool:
    """Whether a value may stand in a text: short enough, printable, without link or brackets."""
    return (
        0 < ucs2_length(value) <= within.variable
        and value.isprintable()
        and not _LINK.search(value)
        and "【" not in value
        and "】" not in value
    )
