"""What an app is served with: its service, who may be believed, its caches – one object an app, none at import."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from flask import current_app

from services.chassis.errors import Misconfigured
from services.chassis.service import Service

if TYPE_CHECKING:
    from services.chassis.web.caller import AppointmentBook
    from services.chassis.web.idempotency import RunningRequests
    from services.chassis.web.metrics import RequestMetrics
    from services.chassis.web.route import Route
    from services.chassis.web.sessions import EndedSessions
    from services.chassis.web.tokens import TokenVerifier

EXTENSION = "fuxue"
MEBIBYTE = 1024 * 1024
T = TypeVar("T")


@dataclass(frozen=True)
class WebSettings:
    """What a deployment may set: caps in bytes, and the networks that may read `/metrics`."""

    body_bytes: int = MEBIBYTE
    upload_bytes: int = 32 * MEBIBYTE
    metrics_from: Sequence[str] = ("127.0.0.0/8", "::1/128")


@dataclass
class WebState:
    """Everything that the requests of one app share."""

    service: Service
    tokens: TokenVerifier
    appointments: AppointmentBook
    sessions: EndedSessions
    running: RunningRequests
    metrics: RequestMetrics
    settings: WebSettings
    extra: Sequence[object] = ()
    routes: dict[str, Route] = field(default_factory=dict)


def current_state() -> WebState:
    """The state of the app that serves this request."""
    return current_app.extensions[EXTENSION]  # type: ignore[no-any-return]  # Flask's extensions are untyped


def current_service() -> Service:
    """The service that this request is for."""
    return current_state().service


def current(kind: type[T]) -> T:
    """The object of that class among `extra` of `create_app`; raises Misconfigured where it was not given."""
    for thing in current_state().extra:
        if isinstance(thing, kind):
            return thing
    raise Misconfigured(f"create_app was given no {kind.__name__} in `extra`")
