"""Whether who reads one version of a public schema can read another: what was promised is still there, in the same form."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]


def incompatible(before: Schema, after: Schema) -> list[str]:
    """The places where `after` breaks what `before` promised its readers; a new field, or a new code of a list, breaks nothing."""
    return list(_differences("", before, after, before, after))


def _differences(place: str, before: Schema, after: Schema, before_root: Schema, after_root: Schema) -> Iterator[str]:
    before, after = _resolved(before, before_root), _resolved(after, after_root)
    if _form(before) != _form(after):
        yield f"{place or '.'} has another form"
        return
    for name, was in before.get("properties", {}).items():
        within = f"{place}.{name}"
        if name not in after.get("properties", {}):
            yield f"{within} is gone"
            continue
        if name in before.get("required", ()) and name not in after.get("required", ()):
            yield f"{within} may be absent"
        yield from _differences(within, was, after["properties"][name], before_root, after_root)
    if "items" in before:
        yield from _differences(f"{place}[]", before["items"], after.get("items", {}), before_root, after_root)
    if "anyOf" in after:
        earlier = {_form(_resolved(each, before_root)): each for each in before["anyOf"]}
        for each in after["anyOf"]:
            was = earlier.get(_form(_resolved(each, after_root)))
            if was is None:
                yield f"{place} may be another thing"
            else:
                yield from _differences(place, was, each, before_root, after_root)


def _resolved(schema: Schema, root: Schema) -> Schema:
    reference: str | None = schema.get("$ref")
    return schema if reference is None else root["$defs"][reference.removeprefix("#/$defs/")]


def _form(schema: Schema) -> tuple[str, ...]:
    """What kind of value it is: of a list of codes, that it is one."""
    if "anyOf" in schema:
        return ("one of",)
    return (str(schema.get("type", "code" if "enum" in schema else "anything")), str(schema.get("format", "")))
