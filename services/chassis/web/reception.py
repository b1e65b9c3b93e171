"""How one request is received, refused and sent off: the hooks that the frame puts around every view of an app."""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Sequence
from http import HTTPStatus

import structlog
from flask import Response, g, request

from services.chassis.errors import Fault, NotFound
from services.chassis.web.access import Access
from services.chassis.web.acting import expected_version
from services.chassis.web.bodies import query_arguments
from services.chassis.web.caller import ON_BEHALF_OF, SERVICE_PREFIX, Caller
from services.chassis.web.idempotency import is_kept, kept_once, replay, take_claim
from services.chassis.web.metrics import NO_ROUTE
from services.chassis.web.outside import comes_from_outside
from services.chassis.web.problems import MEDIA_TYPE, problem_response, rejected_form
from services.chassis.web.refusals import AnswerNotAcceptable, NotSignedIn, NotTheirSubstitute, OnlyInside, RouteNotGuarded
from services.chassis.web.sentences import Sentence
from services.chassis.web.state import WebState, current_state
from services.chassis.web.trace import HEADER as TRACEPARENT
from services.chassis.web.trace import Trace, trace_of

log = structlog.get_logger("services.chassis.web.access_log")

LONGEST_PATH_VALUE = 128
NOT_LOGGED = frozenset({"/health", "/metrics"})
"""They are asked every few seconds; only their failures are worth a line."""

DATA_POLICY = "default-src 'none'; frame-ancestors 'none'"
_BEARER = "bearer "
PAGE_COOKIE = "fuxue-page"
PAGE = "text/html"
SAFE = ("GET", "HEAD")
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_REPLACEMENT = "\ufffd"
_UNKNOWN = Sentence("未知参数。", "Unknown argument.")


def receive() -> Response | None:
    """Trace, admit the caller, check what is the same for all routes; answers only what was answered before."""
    g.started = time.perf_counter()
    trace = g.trace = trace_of(request.headers.get(TRACEPARENT))
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(trace_id=trace.trace_id)
    if request.url_rule is None:
        return None  # Flask raises what the address or the method is refused with
    state = current_state()
    route = state.routes[request.url_rule.endpoint]
    request.max_content_length = state.settings.upload_bytes if route.reads_upload else state.settings.body_bytes
    if route.access is None:
        raise RouteNotGuarded
    caller = None if route.access.anonymous else _admitted(state, route.access, trace)
    _check_acceptable(route.answers)
    _check_path()
    if not route.reads_query and request.query_string:
        raise rejected_form({name: [_UNKNOWN] for name, _ in query_arguments(request)})
    if caller is None or route.repeatable:
        return None
    claim = take_claim(request, caller, state.running, state.service.keyring)
    answered = None if claim is None else replay(claim, state.service.store)
    if answered is None and route.needs_version:
        expected_version()
    return answered


def refuse(error: Exception) -> Response:
    """Every exception becomes a problem; a refusal of what was asked under a key is kept, like the answer that it stands for."""
    response = problem_response(error)
    if not is_kept(error, response):
        return response
    turns = current_state().service.turns
    try:
        return turns.run(kept_once(turns.store, lambda _turn: response))
    except Fault as fault:  # what cannot be kept is not told: the same request might be answered otherwise
        return problem_response(fault)


def send_off(response: Response) -> Response:
    """Headers of every answer, one line in the access log, one observation."""
    state = current_state()
    headers = response.headers
    trace: Trace | None = g.get("trace")
    if trace is not None:
        headers[TRACEPARENT] = trace.parent
    headers["X-Content-Type-Options"] = "nosniff"
    headers.setdefault("Referrer-Policy", "no-referrer")
    headers.setdefault("Content-Security-Policy", DATA_POLICY)
    if not headers.get("Cache-Control"):
        headers["Cache-Control"] = "no-store"
    seconds = time.perf_counter() - g.get("started", time.perf_counter())
    template = request.url_rule.rule if request.url_rule is not None else NO_ROUTE
    method = request.method if request.url_rule is not None else NO_ROUTE  # a made-up method must not make a new series
    state.metrics.observe(method, template, response.status_code, seconds)
    if template in NOT_LOGGED and response.status_code < HTTPStatus.BAD_REQUEST:
        return response
    caller: Caller | None = g.get("caller")
    log.info(
        "request",
        service=state.service.name,
        method=method,
        route=template,
        status=response.status_code,
        ms=round(seconds * 1000, 2),
        caller=caller.subject if caller is not None else None,
        on_behalf_of=caller.on_behalf_of if caller is not None else None,
        code=g.get("problem_code"),
    )
    return response


def _admitted(state: WebState, access: Access, trace: Trace) -> Caller:
    header = request.headers.get("Authorization") or _page_token(state)
    if header is None or header[: len(_BEARER)].lower() != _BEARER:
        raise NotSignedIn
    token = state.tokens.verify(header[len(_BEARER) :].strip())
    if not token.subject.startswith(SERVICE_PREFIX):
        state.sessions.check(token)
    elif comes_from_outside():
        raise OnlyInside
    caller = _caller(state, token.subject, trace)
    g.caller = caller
    access.admit(caller)
    return caller


def _caller(state: WebState, subject: str, trace: Trace) -> Caller:
    """Who calls: a service, an officer, or a substitute in the appointments of whom they say; raises NotTheirSubstitute."""
    absent, today = request.headers.get(ON_BEHALF_OF), state.service.today.isoformat()
    if absent is None:
        held = () if subject.startswith(SERVICE_PREFIX) else state.appointments.of(subject, today)
        return Caller(subject, held, trace)
    nameable = 0 < len(absent) <= LONGEST_PATH_VALUE and _could_name_something(absent)
    stood_in_for = state.appointments.stood_in_for(subject, absent, today) if nameable else ()
    if not stood_in_for:
        raise NotTheirSubstitute(field=ON_BEHALF_OF)
    return Caller(subject, stood_in_for, trace, absent)


def _page_token(state: WebState) -> str | None:
    """A browser that opens a page carries its token in a cookie; it is good for reading pages and nothing else."""
    token = request.cookies.get(PAGE_COOKIE)
    rule = request.url_rule
    if token is None or rule is None or request.method not in SAFE or PAGE not in state.routes[rule.endpoint].answers:
        return None
    header = f"Bearer {token}"
    request.environ["HTTP_AUTHORIZATION"] = header  # what the page asks of other services, it asks as its reader
    return header


def _check_acceptable(offered: Sequence[str]) -> None:
    accepted = request.accept_mimetypes
    if not accepted or "Accept" not in request.headers:
        return
    if not any(accepted[media_type] > 0 for media_type in (*offered, MEDIA_TYPE)):
        raise AnswerNotAcceptable(offered=", ".join(offered))


def _check_path() -> None:
    for value in (request.view_args or {}).values():
        if isinstance(value, str) and not _could_name_something(value):
            raise NotFound


def _could_name_something(value: str) -> bool:
    if len(value) > LONGEST_PATH_VALUE or _REPLACEMENT in value:
        return False
    return value.isalnum() or not any(unicodedata.category(character) in _INVISIBLE for character in value)
