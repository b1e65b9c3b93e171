"""The shape of an event: its fields with their types, codes and defaults, as a text that can be kept and compared."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from msgspec import inspect

from services.chassis.decider import Event

SCALARS: Mapping[type[inspect.Type], str] = {
    inspect.StrType: "text",
    inspect.BoolType: "yes_no",
    inspect.IntType: "integer",
    inspect.DateType: "day",
    inspect.DateTimeType: "instant",
    inspect.NoneType: "nothing",
    inspect.AnyType: "text",
}
"""A type variable (`Sealed[str]`'s text) is of any type to msgspec; the house has texts only."""

Shape = Any
"""A word for a scalar, or a mapping with one of: codes, list_of, tuple_of, mapping_of, one_of, fields, list_of_fields.

A field that may be left out is a mapping with `is` and `default`.
"""


class NoShape(Exception):
    """A field has a type that nothing here knows; name it above."""


def shape_of(cls: type[Event]) -> Shape:
    """The shape of an event class."""
    return _shape(inspect.type_info(cls))


def _shape(kind: inspect.Type) -> Shape:
    if type(kind) in SCALARS:
        return SCALARS[type(kind)]
    match kind:
        case inspect.EnumType():
            return {"codes": sorted(member.value for member in kind.cls)}
        case inspect.LiteralType():
            return {"codes": sorted(kind.values)}
        case inspect.UnionType():
            return {"one_of": sorted((_shape(one) for one in kind.types), key=repr)}
        case inspect.VarTupleType() | inspect.ListType() | inspect.FrozenSetType():
            return {"list_of": _shape(kind.item_type)}
        case inspect.TupleType():
            return {"tuple_of": [_shape(one) for one in kind.item_types]}
        case inspect.DictType():
            return {"mapping_of": [_shape(kind.key_type), _shape(kind.value_type)]}
        case inspect.StructType():
            return {"list_of_fields" if kind.array_like else "fields": {field.encode_name: _field(field) for field in kind.fields}}
        case _:
            raise NoShape(repr(kind))


def _field(field: inspect.Field) -> Shape:
    """The shape of what must be given; with the default of what may be left out."""
    if field.required:
        return _shape(field.type)
    made = field.default if field.default is not msgspec.NODEFAULT else field.default_factory()
    return {"is": _shape(field.type), "default": msgspec.json.decode(msgspec.json.encode(made))}


def changes(was: Shape, now: Shape, place: str = "event") -> Iterator[str]:
    """Where a shape is no longer what it was; a code more is no change, as whatever was written can still be read."""
    if not isinstance(was, Mapping) or not isinstance(now, Mapping) or was.keys() != now.keys():
        if was != now:
            yield place
        return
    for kind, inside in was.items():
        match kind:
            case "codes":
                yield from (f"{place}: {code}" for code in inside if code not in now[kind])
            case "default":
                if inside != now[kind]:
                    yield f"{place}: default"
            case "fields" | "list_of_fields":
                if kind == "list_of_fields" and list(inside) != list(now[kind]):
                    yield f"{place}: order"
                for name in sorted(inside.keys() | now[kind].keys()):
                    yield from changes(inside.get(name), now[kind].get(name), f"{place}.{name}")
            case "one_of" | "tuple_of" | "mapping_of":
                if len(inside) != len(now[kind]):
                    yield place
                for one, other in zip(inside, now[kind], strict=False):
                    yield from changes(one, other, place)
            case _:
                yield from changes(inside, now[kind], place)


def with_each_code(document: Any, shape: Shape) -> Iterator[Any]:
    """The document once for each code that each of its places may hold."""
    for path, codes in _code_places(document, shape, ()):
        for code in codes:
            other = copy.deepcopy(document)
            where = other
            for step in path[:-1]:
                where = where[step]
            where[path[-1]] = code
            yield other


def _code_places(value: Any, shape: Shape, path: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], list[Any]]]:
    """Every place of a document that holds a code, by its path, with the codes that it may hold."""
    if not isinstance(shape, Mapping):
        return
    if "codes" in shape:
        yield path, shape["codes"]
    elif "is" in shape:
        yield from _code_places(value, shape["is"], path)
    elif "one_of" in shape:
        for one in shape["one_of"]:
            if _fits(value, one):
                yield from _code_places(value, one, path)
    else:
        for step, item, one in _inside(value, shape):
            yield from _code_places(item, one, (*path, step))


def _inside(value: Any, shape: Shape) -> Iterator[tuple[Any, Any, Shape]]:
    """What a value holds: where, what, and of which shape."""
    if "fields" in shape:
        yield from ((name, item, shape["fields"][name]) for name, item in value.items())
    elif "list_of_fields" in shape:
        yield from ((step, *both) for step, both in enumerate(zip(value, shape["list_of_fields"].values(), strict=True)))
    elif "list_of" in shape:
        yield from ((step, item, shape["list_of"]) for step, item in enumerate(value))
    elif "mapping_of" in shape:
        yield from ((key, item, shape["mapping_of"][1]) for key, item in value.items())
    elif "tuple_of" in shape:
        yield from ((step, *both) for step, both in enumerate(zip(value, shape["tuple_of"], strict=True)))


def _fits(value: Any, shape: Shape) -> bool:
    """Whether a value may be of a shape, as far as one of several has to be told from the others."""
    if not isinstance(shape, Mapping):
        return not isinstance(value, dict | list)
    if "codes" in shape:
        return value in shape["codes"]
    return isinstance(value, dict if shape.keys() & {"mapping_of", "fields"} else list)
