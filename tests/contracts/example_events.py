"""One example of every event, made from its type: every field filled, also those that may be left out."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, NamedTuple

import msgspec
from msgspec import inspect

from services.chassis.catalogue import Catalogue
from services.chassis.decider import Event
from services.chassis.envelope import Envelope, stamp
from tests.contracts.shapes import Shape, shape_of

DAY = date(2026, 9, 8)
INSTANT = datetime(2026, 9, 8, 2, 0, tzinfo=UTC)


class NoExample(Exception):
    """A field has a type that nothing here knows how to fill; name it below."""


class Example(NamedTuple):
    """An event as it would be stored today, the same with all left out that may be, and the shape of its class."""

    envelope: Envelope
    sparse: bytes
    shape: Shape


def example(kind: inspect.Type, name: str) -> Any:
    """A value of a type, the same each time; `name` is the field's, so that texts differ."""
    match kind:
        case inspect.StrType() | inspect.AnyType():
            return f"{name}-1"
        case inspect.BoolType():
            return True
        case inspect.IntType():
            return max(7, kind.ge or 0)
        case inspect.DateType():
            return DAY
        case inspect.DateTimeType():
            return INSTANT
        case inspect.EnumType():
            return next(iter(kind.cls))
        case inspect.LiteralType():
            return kind.values[0]
        case inspect.UnionType():
            return example(next(t for t in kind.types if not isinstance(t, inspect.NoneType)), name)
        case inspect.VarTupleType() | inspect.ListType() | inspect.FrozenSetType():
            return [example(kind.item_type, name)]
        case inspect.TupleType():
            return [example(item, name) for item in kind.item_types]
        case inspect.DictType():
            return {example(kind.key_type, f"{name}_key"): example(kind.value_type, f"{name}_value")}
        case inspect.StructType():
            fields = {field.name: field.default is False or example(field.type, field.name) for field in kind.fields}
            fields |= {field.name: False for field in kind.fields if field.default is True}
            return list(fields.values()) if kind.array_like else fields
        case _:
            raise NoExample(f"{name}: {kind}")


def example_event(cls: type[Event]) -> Event:
    """An event of a class."""
    return msgspec.convert(msgspec.to_builtins(example(inspect.type_info(cls), cls.__name__)), cls)


def sparse_event(cls: type[Event]) -> Event:
    """An event of a class of which only the fields are given that must be."""
    info = inspect.type_info(cls)
    assert isinstance(info, inspect.StructType)
    given = {field.name: example(field.type, field.name) for field in info.fields if field.required}
    return msgspec.convert(msgspec.to_builtins(given), cls)


def example_of(catalogue: Catalogue, cls: type[Event]) -> Example:
    """The example as it would be stored today."""
    name, schema, data = catalogue.encode(example_event(cls))
    envelope = Envelope(
        event_id="01990000-0000-7000-8000-000000000001",
        stream_id=f"{name}-example",
        version=1,
        type=name,
        schema=schema,
        county="990100",
        partition_key="example-1",
        actor="officer-1",
        on_behalf_of="officer-2",
        occurred_at=stamp(INSTANT),
        recorded_at=stamp(INSTANT),
        correlation_id="episode-1",
        causation_id="request-1",
        traceparent="00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        data=data,
    ).chained("")
    return Example(envelope, catalogue.encode(sparse_event(cls))[2], shape_of(cls))
