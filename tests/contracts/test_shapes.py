"""What counts as a change of an event, and which codes an old event may hold."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Literal

import msgspec
import pytest

from services.chassis.decider import Event, Term
from tests.contracts.shapes import changes, shape_of, with_each_code


class Kind(StrEnum):
    """Two codes."""

    HOME = "home"
    PHONE = "phone"


class MoreKinds(StrEnum):
    """The same and one more."""

    HOME = "home"
    PHONE = "phone"
    LETTER = "letter"


class OtherKinds(StrEnum):
    """One of the two has another name."""

    HOME = "home"
    CALL = "call"


class Place(msgspec.Struct, frozen=True):
    """A part of an event."""

    kind: Kind
    floor: int = 0


class Pair(msgspec.Struct, frozen=True, array_like=True):
    """A part that travels without names."""

    first: str
    second: str


class Visit(Event, frozen=True):
    """An event with everything in it."""

    visit_id: str
    on: date
    kind: Kind = Kind.HOME
    seen: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()
    pair: Pair | None = None
    term: int | Term = 3
    by_day: dict[date, Kind] = msgspec.field(default_factory=dict)
    how: Literal["short", "long"] = "short"
    ends: tuple[str, Kind] | None = None


Field = tuple[object, object]
"""A type and a default."""

BASE = {field.name: (field.type, field.default, field.default_factory) for field in msgspec.structs.fields(Visit)}


def visit_with(**fields: Field | None) -> type[Event]:
    """The same event with other fields: type and default, or nothing for a field that is left out."""
    made: list[object] = []
    for name, (kind, default, factory) in BASE.items():
        if fields.get(name, 0) is None:
            continue
        of_now, value = fields.get(name) or (kind, default)
        if name not in fields and factory is not msgspec.NODEFAULT:
            value = msgspec.field(default_factory=factory)
        made.append((name, of_now) if value is msgspec.NODEFAULT else (name, of_now, value))
    made += [(name, *given) for name, given in fields.items() if name not in BASE and given is not None]
    return msgspec.defstruct("Visit", made, bases=(Event,), frozen=True, kw_only=True)  # type: ignore[arg-type]  # pairs and triples


class OtherPlace(msgspec.Struct, frozen=True):
    """A part with another default."""

    kind: Kind
    floor: int = 1


class TurnedPair(msgspec.Struct, frozen=True, array_like=True):
    """A part whose fields have changed places."""

    second: str
    first: str


NONE = msgspec.NODEFAULT

CHANGES = [
    ({"visit_id": None, "visit": (str, NONE)}, ["event.visit", "event.visit_id"]),
    ({"on": (str, NONE)}, ["event.on"]),
    ({"on": (date, date(2026, 9, 1))}, ["event.on"]),
    ({"kind": (Kind, Kind.PHONE)}, ["event.kind: default"]),
    ({"kind": (Kind, NONE)}, ["event.kind"]),
    ({"kind": (OtherKinds, OtherKinds.HOME)}, ["event.kind: phone"]),
    ({"how": (Literal["short"], "short")}, ["event.how: long"]),
    ({"seen": (tuple[int, ...], ())}, ["event.seen"]),
    ({"places": (tuple[OtherPlace, ...], ())}, ["event.places.floor: default"]),
    ({"pair": (TurnedPair | None, None)}, ["event.pair: order"]),
    ({"pair": (Pair, Pair("a", "b"))}, ["event.pair", "event.pair: default"]),
    ({"term": (Term, Term(1, "days"))}, ["event.term", "event.term: default"]),
    ({"by_day": (dict[str, Kind], msgspec.field(default_factory=dict))}, ["event.by_day"]),
    ({"ends": (tuple[str, OtherKinds] | None, None)}, ["event.ends: phone"]),
    ({"note": (str, "")}, ["event.note"]),
]


@pytest.mark.parametrize(("fields", "places"), CHANGES, ids=[" ".join(places) for _, places in CHANGES])
def test_every_change_that_old_bytes_would_feel_is_named(fields: dict[str, Field | None], places: list[str]) -> None:
    assert list(changes(shape_of(Visit), shape_of(visit_with(**fields)))) == places


def test_the_same_fields_and_a_code_more_are_no_change() -> None:
    assert list(changes(shape_of(Visit), shape_of(visit_with()))) == []
    assert list(changes(shape_of(Visit), shape_of(visit_with(kind=(MoreKinds, MoreKinds.HOME))))) == []
    assert list(changes(shape_of(visit_with(kind=(MoreKinds, MoreKinds.HOME))), shape_of(Visit))) == ["event.kind: letter"]


def test_every_place_that_may_hold_a_code_gets_each_of_its_codes_once() -> None:
    document = {
        "visit_id": "v",
        "on": "2026-09-08",
        "kind": "home",
        "places": [{"kind": "home", "floor": 1}],
        "by_day": {"2026-09-08": "home"},
        "how": "short",
        "ends": ["a", "home"],
    }
    made = list(with_each_code(document, shape_of(Visit)))
    assert [one["kind"] for one in made].count("phone") == 1
    assert {one["places"][0]["kind"] for one in made} == {"home", "phone"}
    assert {one["by_day"]["2026-09-08"] for one in made} == {"home", "phone"}
    assert {one["ends"][1] for one in made} == {"home", "phone"}
    assert {one["how"] for one in made} == {"short", "long"}
    assert document["kind"] == "home"
    assert all(msgspec.convert(one, Visit) for one in made)
