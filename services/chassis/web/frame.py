"""An app around a service: every request is traced, admitted, read strictly, answered or refused in one way.

`create_app` puts it together; how one request goes is on `reception.py`, what goes wrong on `problems.py`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from io import BytesIO
from typing import IO, Any

import msgspec
import structlog
from flask import Flask, Request, Response, request
from flask.json.provider import JSONProvider
from werkzeug.routing import IntegerConverter

from services.chassis.errors import Misconfigured, NotPermitted
from services.chassis.logs import places
from services.chassis.service import Service
from services.chassis.web.access import anonymous
from services.chassis.web.blueprint import Api, Blueprint
from services.chassis.web.caller import AppointmentBook
from services.chassis.web.docs import add_docs
from services.chassis.web.health import health_of
from services.chassis.web.idempotency import RunningHere, RunningRequests, release_claim
from services.chassis.web.metrics import CONTENT_TYPE, RequestMetrics, may_read
from services.chassis.web.reception import receive, refuse, send_off
from services.chassis.web.route import route_of
from services.chassis.web.sessions import EndedSessions
from services.chassis.web.state import EXTENSION, WebSettings, WebState, current, current_service, current_state
from services.chassis.web.tokens import TokenVerifier

__all__ = ["Blueprint", "WebSettings", "create_app", "current", "current_service"]

log = structlog.get_logger()


class HouseRequest(Request):
    """Uploads stay in memory: they hold children's data, which a temporary file would leave on the disk."""

    def _get_file_stream(self, *_announced: Any, **_named: Any) -> IO[bytes]:
        return BytesIO()


class HouseJson(JSONProvider):
    """JSON by msgspec, several times as fast as the standard library."""

    def dumps(self, obj: Any, **_options: Any) -> str:
        return msgspec.json.encode(obj).decode()

    def loads(self, s: str | bytes, **_options: Any) -> Any:
        return json.loads(s)

    def response(self, *args: Any, **kwargs: Any) -> Response:
        return Response(msgspec.json.encode(self._prepare_response_obj(args, kwargs)), mimetype="application/json")


class HouseInteger(IntegerConverter):
    """A whole number in a path that a database column can take; a longer one names nothing."""

    regex = r"\d{1,18}"


class HouseFlask(Flask):
    """Flask with the house's reading and writing."""

    request_class = HouseRequest
    json_provider_class = HouseJson

    def log_exception(self, exc_info: Any) -> None:
        """What not even the error handler could answer; like everywhere, without the exception's words."""
        log.error("request_not_answered", raised=places(exc_info[1]) if exc_info[1] else None)


def create_app(
    service: Service,
    blueprints: Sequence[Blueprint],
    *,
    title: str,
    version: str,
    tokens: TokenVerifier,
    extra: Sequence[object] = (),
    settings: WebSettings | None = None,
    running: RunningRequests | None = None,
) -> Flask:
    """The app of one service. `extra` are further objects that its routes ask for with `current(<class>)`."""
    for blueprint in blueprints:
        if not isinstance(blueprint, Blueprint):
            raise Misconfigured(f"the blueprint {blueprint.name} must be a services.chassis.web.blueprint.Blueprint")
    settings = settings or WebSettings()
    app = HouseFlask(__name__, static_folder=None)
    app.url_map.strict_slashes = False
    app.url_map.converters["int"] = HouseInteger
    app.config["MAX_FORM_MEMORY_SIZE"] = settings.body_bytes
    state = WebState(
        service=service,
        tokens=tokens,
        appointments=AppointmentBook(service.engine),
        sessions=EndedSessions(service.engine),
        running=running or RunningHere(),
        metrics=RequestMetrics(service),
        settings=settings,
        extra=tuple(extra),
    )
    app.extensions[EXTENSION] = state
    app.before_request(receive)
    app.after_request(send_off)
    app.teardown_request(lambda _trouble: release_claim(state.running))
    app.register_error_handler(Exception, refuse)
    api = Api(app, title=title, version=version)
    for blueprint in blueprints:
        api.register_blueprint(blueprint)
    add_docs(app, api, title)
    app.add_url_rule("/health", "house.health", _health)
    app.add_url_rule("/metrics", "house.metrics", _metrics)
    state.routes.update({endpoint: route_of(view) for endpoint, view in app.view_functions.items()})
    return app


@anonymous
def _health() -> tuple[dict[str, Any], int, dict[str, str]]:
    return health_of(current_service())


@anonymous
def _metrics() -> Response:
    state = current_state()
    if not may_read(request, state.settings.metrics_from):
        raise NotPermitted
    return Response(state.metrics.text(), content_type=CONTENT_TYPE)
