"""How the house keeps its connections: what it cannot read it refuses as problems, and what it has not read it reads out.

A client that still sends when the answer comes would meet a closed connection instead of the answer.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Iterable
from contextlib import suppress
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from gunicorn import util  # type: ignore[import-untyped]  # gunicorn has no types
from gunicorn.http.errors import (  # type: ignore[import-untyped]  # the same
    LimitRequestHeaders,
    LimitRequestLine,
    ParseException,
)
from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped]  # the same
from werkzeug.exceptions import BadRequest, HTTPException, RequestHeaderFieldsTooLarge, RequestURITooLarge

from services.chassis.web.language import DEFAULT_LANGUAGE
from services.chassis.web.problems import MEDIA_TYPE, problem_body, problem_of
from services.chassis.web.state import MEBIBYTE

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

READ_OUT_BYTES = 40 * MEBIBYTE
"""How much of a body nobody wants is still read: more than the largest upload, its parts and boundaries included."""

_READ_OUT_SECONDS = 5.0
"""How long a body is read out of which it is not even known where it ends."""

_AT_A_TIME = 64 * 1024

_UNREADABLE: tuple[tuple[type[Exception], type[HTTPException]], ...] = (
    (LimitRequestLine, RequestURITooLarge),
    (LimitRequestHeaders, RequestHeaderFieldsTooLarge),
    (ParseException, BadRequest),
)


class HouseWorker(ThreadWorker):  # type: ignore[misc]  # an untyped base
    """gunicorn's worker with threads, whose own refusals are problems; their language is not known yet."""

    def handle_error(self, req: Any, client: Any, addr: Any, exc: Exception) -> None:
        """Answer what could not even be read as a request; the rest is gunicorn's."""
        refusal = next((refusal for kind, refusal in _UNREADABLE if isinstance(exc, kind)), None)
        if refusal is None:
            super().handle_error(req, client, addr, exc)
        else:
            util.write_nonblock(client, _written(refusal()))
            _read_out(client)


def close_if_endless(_worker: Any, req: Any) -> None:
    """A body that will not be read out, or does not say how long it is, ends its connection with the answer, which says so."""
    headers = dict(req.headers)
    announced = headers.get("CONTENT-LENGTH", "0")
    if "TRANSFER-ENCODING" in headers or not announced.isdigit() or int(announced) > READ_OUT_BYTES:
        req.force_close()


class ReadOut:
    """The application, which reads the whole body before it answers, also where nothing of it mattered."""

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        answer = self._application(environ, start_response)
        left = READ_OUT_BYTES
        while left > 0 and (part := environ["wsgi.input"].read(min(_AT_A_TIME, left))):
            left -= len(part)
        return answer


def _read_out(client: socket.socket) -> None:
    """Reads on until the client has its answer and hangs up; gunicorn, closing, would read 64 KiB more and cut off the rest."""
    until = time.monotonic() + _READ_OUT_SECONDS
    left = READ_OUT_BYTES
    with suppress(OSError):  # it hung up, or has said nothing for too long: either way it will not be heard
        client.shutdown(socket.SHUT_WR)
        while left > 0 and (seconds := until - time.monotonic()) > 0:
            client.settimeout(seconds)
            part = client.recv(_AT_A_TIME)
            if not part:
                return
            left -= len(part)


def _written(refusal: HTTPException) -> bytes:
    problem = problem_of(refusal, DEFAULT_LANGUAGE)
    body = problem_body(problem)
    head = (
        f"HTTP/1.1 {problem.status} {HTTPStatus(problem.status).phrase}\r\n"
        f"Connection: close\r\nContent-Type: {MEDIA_TYPE}\r\nContent-Language: {DEFAULT_LANGUAGE}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode("ascii") + body
