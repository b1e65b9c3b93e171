"""What the frame knows of a route before a request comes: who may call it, what it reads, what it answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from services.chassis.web.access import Access, access_of
from services.chassis.web.acting import is_repeatable, needs_a_version
from services.chassis.web.bodies import JSON_TYPE

_QUERY = frozenset({"query", "querystring"})
_UPLOAD = frozenset({"form", "files"})


@dataclass(frozen=True)
class Route:
    """One view of an app; `access` is nothing where the view does not state it, and then nobody may call."""

    access: Access | None
    reads_query: bool
    reads_upload: bool
    answers: tuple[str, ...]
    repeatable: bool
    needs_version: bool


def route_of(view: Callable[..., Any]) -> Route:
    """What the view's decorators say."""
    documented: Mapping[str, Any] = getattr(view, "_apidoc", {})
    places = {parameter["in"] for parameter in documented.get("arguments", {}).get("parameters", ())}
    answers = {
        answer.get("content_type") or JSON_TYPE
        for answers in documented.get("response", {}).get("responses", {}).values()
        for answer in answers
        if isinstance(answer, Mapping)
    }
    return Route(
        access=access_of(view),
        reads_query=bool(places & _QUERY),
        reads_upload=bool(places & _UPLOAD),
        answers=tuple(sorted(answers)) or (JSON_TYPE,),
        repeatable=is_repeatable(view),
        needs_version=needs_a_version(view),
    )
