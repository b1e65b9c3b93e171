"""What an event names, and what of it may be shown: ids, codes, numbers, days – by its fields alone, for every event type."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any, NewType, get_args

import msgspec

from services.chassis.decider import Event
from services.contracts import assistance, ids
from services.contracts.ids import TemplateCode

_ID_TYPES = frozenset(
    value for page in (ids, assistance) for value in vars(page).values() if isinstance(value, NewType) and value is not TemplateCode
)
"""The typed ids of the published language; a template's code names a text, not a thing that has a history."""

_ID_ENDINGS = ("_id", "_ids")

Scalar = str | int | bool | None


def subjects(event: Event) -> frozenset[str]:
    """Every id that an event names: in fields that hold ids, alone or in lists, at any depth."""
    return frozenset(_named(event))


def facts(event: Event) -> dict[str, Scalar]:
    """The plain fields of an event as JSON has them: no sealed text, nothing empty, of officers in a list their number.

    Other lists are left out: they name other children.
    """
    shown: dict[str, Scalar] = {}
    for name in event.__struct_fields__:
        value = getattr(event, name)
        if isinstance(value, Enum):
            shown[name] = value.value
        elif isinstance(value, (date, datetime)):
            shown[name] = value.isoformat()
        elif isinstance(value, (str, int, bool)):
            shown[name] = value
        elif isinstance(value, tuple) and value and name in _officers(type(event)):
            shown[name] = len(value)
    return shown


def _named(thing: msgspec.Struct) -> Iterator[str]:
    for name, holds_ids in _fields(type(thing)):
        value = getattr(thing, name)
        if holds_ids:
            yield from _texts(value)
        else:
            for part in value if isinstance(value, tuple) else (value,):
                if isinstance(part, msgspec.Struct) and not isinstance(part, Event):
                    yield from _named(part)


def _texts(value: Any) -> Iterator[str]:
    for part in value if isinstance(value, tuple) else (value,):
        if isinstance(part, str) and part:
            yield part


@cache
def _fields(cls: type[msgspec.Struct]) -> tuple[tuple[str, bool], ...]:
    return tuple((field.name, _holds_ids(field)) for field in msgspec.structs.fields(cls))


@cache
def _officers(cls: type[Event]) -> frozenset[str]:
    """The fields that list officers."""
    return frozenset(field.name for field in msgspec.structs.fields(cls) if ids.OfficerId in get_args(field.type))


def _holds_ids(field: msgspec.structs.FieldInfo) -> bool:
    return field.name.endswith(_ID_ENDINGS) or not _ID_TYPES.isdisjoint(_parts(field.type))


def _parts(annotation: Any) -> Iterator[Any]:
    yield annotation
    for part in get_args(annotation):
        if not isinstance(part, str):
            yield from _parts(part)
