"""Forms: the base schema of every body and query, and the fields that the house has in common.

A form checks form, never rules and never queries; whatever it lets through can be stored (no NUL, no half characters, no
number beyond 64 bits).
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from enum import Enum
from typing import Any

import marshmallow as ma
from marshmallow import validate

from services.chassis.web.sentences import Sentence

EARLIEST_YEAR = 1900
LATEST_YEAR = 2100
"""Dates outside of these years are typing errors, and some of them overflow in arithmetic."""

LONGEST_IDENTIFIER = 128
LARGEST_WHOLE = 2**53 - 1
"""The largest integer that every JSON reader keeps (RFC 8259, section 6)."""

ITEMS_AT_MOST = 1000
_IDENTIFIER = re.compile(rf"[A-Za-z0-9][A-Za-z0-9._:~-]{{0,{LONGEST_IDENTIFIER - 1}}}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PHONE = re.compile(r"(?:\+?86)?1[3-9][0-9]{9}|(?:0|\+?860?)[1-9][0-9]{1,2}[2-9][0-9]{6,7}")
_BETWEEN_DIGITS = re.compile(r"[\s().-]")
_LINE_BREAKS = frozenset("\n\r\t")
_INVISIBLE = frozenset({"Cc", "Cs", "Zl", "Zp"})


def _says(**pairs: tuple[str, str]) -> dict[str, Any]:
    return {kind: Sentence(zh, en) for kind, (zh, en) in pairs.items()}


class Form(ma.Schema):
    """A form whose unknown fields are refused."""

    class Meta:
        unknown = ma.RAISE

    error_messages = _says(
        type=("应为对象（object）。", "An object is needed here."),
        unknown=("未知字段。", "Unknown field."),
    )


class Day(ma.fields.Date):
    """A county date, `2026-09-08`."""

    default_error_messages = _says(
        invalid=("应为日期，如 2026-09-08。", "Must be a date such as 2026-09-08."),
    )

    def _deserialize(self, value: Any, *_place: Any, **_options: Any) -> date:
        if not isinstance(value, str) or not _DAY.fullmatch(value):
            raise self.make_error("invalid")
        try:
            day = date.fromisoformat(value)
        except ValueError:
            raise self.make_error("invalid") from None
        if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
            raise self.make_error("invalid")
        return day


class Identifier(ma.fields.String):
    """An id as the house writes it: visible ASCII without spaces, at most 128 characters."""

    default_error_messages = _says(
        invalid=("应为编号（字母、数字及 . _ : ~ -）。", "Must be an identifier (letters, digits and . _ : ~ -)."),
    )

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(metadata={"pattern": f"^{_IDENTIFIER.pattern}$", **kwargs.pop("metadata", {})}, **kwargs)

    def _deserialize(self, value: Any, *_place: Any, **_options: Any) -> str:
        if not isinstance(value, str) or not _IDENTIFIER.fullmatch(value):
            raise self.make_error("invalid")
        return value


class Text(ma.fields.String):
    """What a person types: at most `longest` characters, trimmed, not empty, visible; `lines` allows line breaks."""

    default_error_messages = _says(
        invalid=("应为文本。", "Must be text."),
        empty=("不能为空。", "Must not be empty."),
        long=("不能超过 {longest} 个字符。", "At most {longest} characters."),
        invisible=("含有不可见的控制字符。", "Has a control character that cannot be seen."),
    )

    def __init__(self, longest: int, *, lines: bool = False, **kwargs: Any) -> None:
        super().__init__(metadata={"minLength": 1, "maxLength": longest, **kwargs.pop("metadata", {})}, **kwargs)
        self.longest = longest
        self.lines = lines

    def _deserialize(self, value: Any, *_place: Any, **_options: Any) -> str:
        if not isinstance(value, str):
            raise self.make_error("invalid")
        text = value.strip()
        if not text:
            raise self.make_error("empty")
        if len(text) > self.longest:
            raise self.make_error("long", longest=self.longest)
        if any(
            unicodedata.category(character) in _INVISIBLE and not (self.lines and character in _LINE_BREAKS) for character in text
        ):
            raise self.make_error("invisible")
        return text


class PhoneNumber(ma.fields.String):
    """A mobile number or a landline with its area code; read as digits, with `+86` if it was given."""

    default_error_messages = _says(
        invalid=("应为 11 位手机号，或带区号的固定电话。", "Must be an 11-digit mobile number, or a landline with its area code."),
    )

    def _deserialize(self, value: Any, *_place: Any, **_options: Any) -> str:
        digits = _BETWEEN_DIGITS.sub("", value) if isinstance(value, str) else ""
        if not _PHONE.fullmatch(digits):
            raise self.make_error("invalid")
        return digits


class WholeNumber(ma.fields.Integer):
    """A whole number between two bounds, both included."""

    default_error_messages = _says(
        invalid=("应为 {least} 到 {most} 之间的整数。", "Must be a whole number from {least} to {most}."),
    )

    def __init__(self, least: int = 0, most: int = LARGEST_WHOLE, **kwargs: Any) -> None:
        super().__init__(strict=True, metadata={"minimum": least, "maximum": most, **kwargs.pop("metadata", {})}, **kwargs)
        self.least = least
        self.most = most

    def _deserialize(self, value: Any, *_place: Any, **_options: Any) -> int:
        if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,16}", value):  # a query string has only strings
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool) or not self.least <= value <= self.most:
            raise self.make_error("invalid", least=self.least, most=self.most)
        return value


class YesNo(ma.fields.Boolean):
    """`true` or `false`, nothing else."""

    default_error_messages = _says(
        invalid=("应为 true 或 false。", "Must be true or false."),
    )

    def _deserialize(self, value: Any, *_place: Any, **_options: Any) -> bool:
        if isinstance(value, bool):
            return value
        if value in ("true", "false"):  # a query string has only strings
            return bool(value == "true")
        raise self.make_error("invalid")


class Code(ma.fields.Enum[Any]):
    """One code of a code list."""

    default_error_messages = _says(
        unknown=("应为以下之一：{choices}。", "Must be one of: {choices}."),
    )

    def __init__(self, codes: type[Enum], **kwargs: Any) -> None:
        super().__init__(codes, by_value=True, **kwargs)


class ListOf(ma.fields.List[Any]):
    """A list with a bounded number of items."""

    def __init__(self, item: ma.fields.Field[Any], *, least: int = 0, most: int = ITEMS_AT_MOST, **kwargs: Any) -> None:
        super().__init__(item, validate=validate.Length(min=least, max=most), **kwargs)


LEAST_LIMIT, DEFAULT_LIMIT, MOST_LIMIT = 1, 50, 200
"""How many rows a page may have."""


class PageQuery(Form):
    """What a list may be asked: how many, and after which; forms of lists with filters extend it."""

    limit = WholeNumber(LEAST_LIMIT, MOST_LIMIT, load_default=DEFAULT_LIMIT)
    cursor = ma.fields.String(load_default=None, metadata={"description": "`next` of the page before"})


class PageAnswer(Form):
    """What a list answers beside its `items`, which each list declares with its own form."""

    next = ma.fields.String(
        required=True, allow_none=True, metadata={"description": "the `cursor` of the next page; null after the last one"}
    )
    total = ma.fields.Integer(required=True, metadata={"description": "of all pages"})
