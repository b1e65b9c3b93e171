"""Bodies and query strings, read strictly, once, for all routes.

JSON in UTF-8 without a byte order mark; one value per key; finite numbers within 64 bits; whole characters; bounded depth.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any, NoReturn
from urllib.parse import parse_qsl

from flask import Request

from services.chassis.web.refusals import (
    BodyNotJson,
    BodyNotUtf8,
    BodyTooDeep,
    CharacterNotAccepted,
    KeyTwice,
    MediaTypeNotAccepted,
    NumberNotAccepted,
    QueryNotReadable,
)

DEEPEST = 32
"""How many objects and lists may lie in each other; the deepest form of the house has six."""

JSON_TYPE = "application/json"
URLENCODED_TYPE = "application/x-www-form-urlencoded"
ARGUMENTS_AT_MOST = 50
_LONGEST_NUMBER = 20
_LEAST, _MOST = -(2**63), 2**63 - 1
_SUSPICIOUS = re.compile(rb"\\u(?:[dD][89a-fA-F]|0000)|\x00")


def json_body(request: Request) -> Any | None:
    """The body's JSON value; None where there is no body at all (a `null` body is refused as not being an object).

    Raises the refusals of this page, and werkzeug's RequestEntityTooLarge.
    """
    raw = request.get_data(cache=True)
    if not raw:
        return None
    if request.mimetype != JSON_TYPE or request.mimetype_params.get("charset", "utf-8").lower() not in ("utf-8", "utf8"):
        raise MediaTypeNotAccepted(accepted=JSON_TYPE)
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise MediaTypeNotAccepted(accepted=f"{JSON_TYPE} (Content-Encoding: identity)")
    return strict_json(raw)


def strict_json(raw: bytes) -> Any:
    """The value of JSON bytes; raises a MalformedRequest that says what is wrong and where, and never what was sent."""
    try:
        text = raw.decode()
    except UnicodeDecodeError as broken:
        raise BodyNotUtf8(byte=broken.start + 1) from None
    if text.startswith("\ufeff"):
        raise BodyNotUtf8(byte=1)
    try:
        value = json.loads(text, object_pairs_hook=_once_each, parse_int=_whole, parse_float=_finite, parse_constant=_not_a_number)
    except json.JSONDecodeError as broken:
        raise BodyNotJson(line=broken.lineno, column=broken.colno) from None
    except RecursionError:
        raise BodyTooDeep(deepest=DEEPEST) from None
    if raw.count(b"[") + raw.count(b"{") > DEEPEST:
        _check_depth(value)
    if _SUSPICIOUS.search(raw):
        _check_characters(value)
    return value


def query_arguments(request: Request) -> list[tuple[str, str]]:
    """The query string's arguments in order; raises QueryNotReadable and CharacterNotAccepted."""
    return _pairs(request.query_string)


def urlencoded_arguments(request: Request) -> list[tuple[str, str]]:
    """The arguments of a form as OAuth and browsers send it, in order; raises MediaTypeNotAccepted beside the same."""
    if request.mimetype != URLENCODED_TYPE:
        raise MediaTypeNotAccepted(accepted=URLENCODED_TYPE)
    return _pairs(request.get_data(cache=True))


def _pairs(raw: bytes) -> list[tuple[str, str]]:
    if not raw:
        return []
    try:
        pairs = parse_qsl(raw.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=ARGUMENTS_AT_MOST)
    except ValueError:  # UnicodeDecodeError is one too
        raise QueryNotReadable(most=ARGUMENTS_AT_MOST) from None
    for name, value in pairs:
        if "\x00" in name or "\x00" in value:
            raise CharacterNotAccepted
    return pairs


def beyond_64_bits(value: Any) -> bool:
    """Whether a whole number that no database column takes stands anywhere in what a form let through."""
    if isinstance(value, int):
        return not _LEAST <= value <= _MOST
    if isinstance(value, dict):
        return any(beyond_64_bits(inner) for inner in value.values())
    if isinstance(value, list | tuple):
        return any(beyond_64_bits(inner) for inner in value)
    return False


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) != len(pairs):
        raise KeyTwice
    return read


def _whole(digits: str) -> int:
    if len(digits) > _LONGEST_NUMBER or not _LEAST <= (number := int(digits)) <= _MOST:
        raise NumberNotAccepted
    return number


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise NumberNotAccepted
    return number


def _not_a_number(_name: str) -> NoReturn:
    raise NumberNotAccepted


def _check_depth(value: Any) -> None:
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(DEEPEST):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return
    raise BodyTooDeep(deepest=DEEPEST)


def _check_characters(value: Any) -> None:
    waiting = [value]
    while waiting:
        inner = waiting.pop()
        if isinstance(inner, dict):
            waiting.extend(inner.keys())
            waiting.extend(inner.values())
        elif isinstance(inner, list):
            waiting.extend(inner)
        elif isinstance(inner, str) and ("\x00" in inner or any("\ud800" <= character <= "\udfff" for character in inner)):
            raise CharacterNotAccepted
