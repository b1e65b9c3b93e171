"""One table: which exception is answered with which status, as an RFC 9457 problem with a sentence in zh or en.

Refusals bring their own sentence; a fault of ours is answered without detail; everything unknown is a bug: 500, logged with
the trace id, never with the exception's own words, which may hold data.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import marshmallow as ma
import msgspec
import sqlalchemy as sa
import structlog
from flask import Response, g
from werkzeug.exceptions import HTTPException

from services.chassis.errors import (
    BusUnavailable,
    FieldError,
    FormRejected,
    Misconfigured,
    NotFound,
    NotPermitted,
    PlacesTaken,
    Refusal,
    RuleBroken,
    StoreAway,
    StoreBusy,
    Superseded,
    TooOften,
    VersionConflict,
)
from services.chassis.logs import places
from services.chassis.sealing import SubjectErased
from services.chassis.transient import told
from services.chassis.web import refusals
from services.chassis.web.language import Language, current_language
from services.chassis.web.sentences import both_languages

log = structlog.get_logger()

MEDIA_TYPE = "application/problem+json"
STORE_BACK_SECONDS = 10
"""When to ask again a service whose database is away; nobody comes back within one."""

MENDED_SECONDS = 60
"""When to ask again one that somebody has to mend."""

ERRORS_NAMED = 100
"""How many fields one answer names."""


@dataclass(frozen=True)
class Row:
    """How one kind of exception is answered; `code` and the sentences are for exceptions that bring none of their own."""

    kind: type[Exception]
    status: int
    zh: str
    en: str
    code: str = ""
    retry_after_seconds: int | None = None


_BUSY_ZH, _BUSY_EN = "系统繁忙，请稍后重试。", "The system is busy; try again shortly."
_UNREADY_ZH = "系统设置或密钥有误，未办理。请凭追踪号联系管理员。"
_UNREADY_EN = "A setting or a key of the system is not right; nothing was done. Tell the administrator the trace number."

TABLE = (
    Row(FormRejected, 422, "提交内容格式不正确", "The request is not in the accepted form"),
    Row(refusals.NotSignedIn, 401, "需要登录", "Sign-in is needed"),
    Row(NotPermitted, 403, "没有权限", "Not permitted"),
    Row(refusals.RouteNotGuarded, 403, "没有权限", "Not permitted"),
    Row(TooOften, 429, "请求过于频繁", "Too many requests"),
    Row(NotFound, 404, "没有找到", "Not found"),
    Row(Superseded, 412, "记录已被更新", "The record has changed"),
    Row(refusals.MalformedRequest, 400, "请求无法读取", "The request cannot be read"),
    Row(refusals.MediaTypeNotAccepted, 415, "不支持的正文类型", "The body's media type is not supported"),
    Row(refusals.AnswerNotAcceptable, 406, "无法按要求的类型应答", "No acceptable media type"),
    Row(refusals.IdempotencyKeyReused, 422, "幂等键已被使用", "The idempotency key was used before"),
    Row(refusals.RequestStillRunning, 409, "请求正在处理", "The request is still running", retry_after_seconds=1),
    Row(refusals.VersionRequired, 428, "需要版本号", "A version is needed"),
    Row(RuleBroken, 409, "不符合办理规则", "A rule does not allow it"),
    Row(Refusal, 409, "请求被拒绝", "The request is refused"),
    Row(SubjectErased, 410, "信息已按规定删除", "The data have been erased", "subject-erased"),
    Row(VersionConflict, 503, _BUSY_ZH, _BUSY_EN, "busy", retry_after_seconds=1),
    Row(BusUnavailable, 503, _BUSY_ZH, _BUSY_EN, "busy", retry_after_seconds=5),
    Row(refusals.KeysUnavailable, 503, _BUSY_ZH, _BUSY_EN, "busy", retry_after_seconds=5),
    Row(PlacesTaken, 503, _BUSY_ZH, _BUSY_EN, "busy", retry_after_seconds=10),
    Row(StoreAway, 503, _BUSY_ZH, _BUSY_EN, "busy", retry_after_seconds=STORE_BACK_SECONDS),
    Row(StoreBusy, 503, _BUSY_ZH, _BUSY_EN, "busy", retry_after_seconds=1),
    Row(sa.exc.TimeoutError, 503, _BUSY_ZH, _BUSY_EN, "busy", retry_after_seconds=1),
    Row(Misconfigured, 503, _UNREADY_ZH, _UNREADY_EN, "misconfigured", retry_after_seconds=MENDED_SECONDS),
)
"""The first row whose kind the exception is; subclasses stand before their parents."""

HTTP_SENTENCES: Mapping[int, tuple[str, str]] = {
    400: ("请求无法读取。", "The request cannot be read."),
    404: ("没有该地址。", "There is nothing at this address."),
    405: ("该地址不接受此方法；可用方法见 Allow。", "This address does not take this method; see Allow for those it takes."),
    406: ("无法按 Accept 要求应答。", "No answer in a media type that Accept names."),
    413: ("请求正文过大。", "The body is too large."),
    414: ("请求地址过长。", "The address is too long."),
    415: ("不支持的正文类型。", "The body's media type is not supported."),
    429: ("请求过于频繁，请稍后重试。", "Too many requests; try again later."),
    431: ("请求头过大。", "The headers are too large."),
}
OTHER_SENTENCE = ("请求被拒绝。", "The request is refused.")
_UNEXPECTED_ZH = "系统出错，未办理。请凭追踪号联系管理员。"
_UNEXPECTED_EN = "Something went wrong on our side; nothing was done. Tell the administrator the trace number."
_SEGMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}|[0-9]{1,6}")


@dataclass(frozen=True)
class Problem:
    """An answer that says what went wrong."""

    status: int
    code: str
    title: str
    detail: str
    errors: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()


def problem_response(error: Exception) -> Response:
    """The answer to an exception, in the caller's language, with the request's trace id."""
    language = current_language()
    problem = problem_of(error, language)
    trace = g.get("trace")
    response = Response(problem_body(problem, trace.trace_id if trace is not None else None), problem.status, mimetype=MEDIA_TYPE)
    response.headers["Content-Language"] = language
    response.headers.extend(dict(problem.headers))
    g.problem_code = problem.code
    if problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.error("request_failed", code=problem.code, raised=places(error), **told(error))
    return response


def problem_body(problem: Problem, trace_id: str | None = None) -> bytes:
    """A problem as RFC 9457 writes it."""
    body: dict[str, Any] = {
        "type": f"urn:fuxue:problem:{problem.code}",
        "title": problem.title,
        "status": problem.status,
        "code": problem.code,
        "detail": problem.detail,
    }
    if problem.errors:
        body["errors"] = [{"field": field, "message": message} for field, message in problem.errors]
    if trace_id is not None:
        body["instance"] = f"urn:fuxue:trace:{trace_id}"
    return msgspec.json.encode(body)


def problem_of(error: Exception, language: Language) -> Problem:
    """What the exception means to the caller."""
    if isinstance(error, HTTPException):
        return _of_http(error, language)
    row = _row_of(error)
    if row is None:
        return _unexpected(HTTPStatus.INTERNAL_SERVER_ERROR, language)
    title = _in(language, row.zh, row.en)
    headers: list[tuple[str, str]] = []
    if row.retry_after_seconds is not None:
        headers.append(("Retry-After", str(row.retry_after_seconds)))
    if isinstance(error, TooOften):
        headers.append(("Retry-After", str(error.facts["seconds"])))
    if isinstance(error, refusals.NotSignedIn):
        headers.append(("WWW-Authenticate", error.challenge))
    if not isinstance(error, Refusal):
        return Problem(row.status, row.code, title.rstrip("。."), title, headers=tuple(headers))
    detail = error.sentence(language)
    errors: tuple[tuple[str, str], ...] = ()
    if isinstance(error, FormRejected):
        errors = tuple((field.field, _in(language, field.zh, field.en)) for field in error.errors[:ERRORS_NAMED])
    elif error.field is not None:
        errors = ((error.field, detail),)
    return Problem(row.status, error.code(), title, detail, errors, tuple(headers))


def _row_of(error: Exception) -> Row | None:
    return next((row for row in TABLE if isinstance(error, row.kind)), None)


def _of_http(error: HTTPException, language: Language) -> Problem:
    status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return _unexpected(status, language)
    phrase = HTTPStatus(status).phrase
    zh, en = HTTP_SENTENCES.get(status, OTHER_SENTENCE)
    headers = tuple((name, value) for name, value in error.get_headers() if name in ("Allow", "Retry-After"))
    title, detail = _in(language, zh.rstrip("。"), phrase), _in(language, zh, en)
    return Problem(status, phrase.lower().replace(" ", "-"), title, detail, headers=headers)


def _unexpected(status: int, language: Language) -> Problem:
    title, detail = _in(language, "系统出错", "Internal error"), _in(language, _UNEXPECTED_ZH, _UNEXPECTED_EN)
    return Problem(status, "unexpected", title, detail)


def rejected_form(messages: object) -> FormRejected:
    """The refusal that names every field of marshmallow's error messages, and no value."""
    return FormRejected(*_fields("", messages))


def _fields(path: str, messages: object) -> Iterable[FieldError]:
    if isinstance(messages, Mapping):
        for key, inner in messages.items():
            yield from _fields(_below(path, key), inner)
    elif isinstance(messages, list | tuple):
        for message in messages:
            yield from _fields(path, message)
    else:
        zh, en = both_languages(messages)
        yield FieldError(path, zh, en)


def _below(path: str, key: object) -> str:
    if key == ma.exceptions.SCHEMA:
        return path
    segment = str(key)
    if not _SEGMENT.fullmatch(segment):
        segment = "*"  # a key that is no field name may be data
    return f"{path}.{segment}" if path else segment


def _in(language: Language, zh: str, en: str) -> str:
    return zh if language == "zh" else en
