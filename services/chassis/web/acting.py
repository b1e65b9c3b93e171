"""Acting: one request, one turn, one kept answer; and the versions that two people editing the same thing compare."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeVar, overload

import msgspec
from flask import Response, request

from services.chassis.envelope import Context
from services.chassis.turn import Turn
from services.chassis.web.caller import current_caller
from services.chassis.web.idempotency import kept_once
from services.chassis.web.refusals import VersionMalformed, VersionRequired
from services.chassis.web.state import current_service

View = TypeVar("View", bound=Callable[..., Any])
Body = Mapping[str, Any]

_REPEATABLE = "__fuxue_repeatable__"
_NEEDS_VERSION = "__fuxue_needs_version__"
_ETAG = re.compile(r'"([0-9]{1,18})"')
IF_MATCH = "If-Match"


@dataclass(frozen=True)
class Answered:
    """The answer to an act, ids only: it is kept for 30 days. `etag` is the version of the stream that was touched."""

    body: Body
    etag: int | None = None
    location: str | None = None


def act(
    do: Callable[[Turn, Context], Body | Answered],
    *,
    status: int = 200,
    occurred_at: datetime | None = None,
    on_behalf_of: str | None = None,
) -> Response:
    """Do it in one turn and keep the answer with it, under the request's Idempotency-Key.

    `do` may run again where another writer was first. Raises what it refuses (`reception` keeps that), VersionConflict after
    the last try, and any other fault.
    """
    context = current_caller().context(occurred_at, on_behalf_of=on_behalf_of)
    turns = current_service().turns
    return turns.run(kept_once(turns.store, lambda turn: _response(do(turn, context), status)))


def repeatable(view: View) -> View:
    """A POST that changes nothing but a log (a look-up with its purpose): it needs no Idempotency-Key, no answer is kept."""
    setattr(view, _REPEATABLE, True)
    return view


def is_repeatable(view: Callable[..., Any]) -> bool:
    """Whether the view is marked so."""
    return getattr(view, _REPEATABLE, False)


def needs_version(view: View) -> View:
    """A route that wants If-Match: it says so in its documentation, and a request without is refused before its body is read."""
    setattr(view, _NEEDS_VERSION, True)
    return view


def needs_a_version(view: Callable[..., Any]) -> bool:
    """Whether the view is marked so."""
    return getattr(view, _NEEDS_VERSION, False)


@overload
def expected_version(*, required: Literal[True] = True) -> int: ...
@overload
def expected_version(*, required: Literal[False]) -> int | None: ...
def expected_version(*, required: bool = True) -> int | None:
    """The stream version that the caller saw, from If-Match; for `turn.execute(…, expected_version=…)`.

    Raises VersionRequired (428) where there is none, VersionMalformed (400) where it is not one ETag of ours.
    """
    header = request.headers.get(IF_MATCH)
    if header is None:
        if required:
            raise VersionRequired(field=IF_MATCH)
        return None
    match = _ETAG.fullmatch(header.strip())
    if match is None:
        raise VersionMalformed(field=IF_MATCH)
    return int(match[1])


def versioned(body: Body, version: int) -> tuple[Body, dict[str, str]]:
    """What a view returns to show a record with the version that If-Match asks for."""
    return body, {"ETag": etag(version)}


def etag(version: int) -> str:
    """A stream version as an ETag."""
    return f'"{version}"'


def _response(answered: Body | Answered, status: int) -> Response:
    if not isinstance(answered, Answered):
        answered = Answered(answered)
    response = Response(msgspec.json.encode(answered.body), status, mimetype="application/json")
    if answered.etag is not None:
        response.headers["ETag"] = etag(answered.etag)
    if answered.location is not None:
        response.headers["Location"] = answered.location
    return response
