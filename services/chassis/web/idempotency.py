"""Idempotency: a request with the same key has one effect, and the same answer.

The key's scope is caller (a substitute with for whom they act) + route + key, however the address is written; what its path
names belongs to the request.
Answers are kept with the effect, in its transaction, for 30 days of wall time;
of a server's own failure nothing is kept.
"""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Protocol

from flask import Request, Response, g

from services.chassis.envelope import stamp
from services.chassis.sealing import Keyring
from services.chassis.storage.port import EventStore, KeptAnswer
from services.chassis.turn import Turn
from services.chassis.web.caller import Caller
from services.chassis.web.refusals import (
    IdempotencyKeyMalformed,
    IdempotencyKeyRequired,
    IdempotencyKeyReused,
    RequestStillRunning,
    VersionMalformed,
    VersionRequired,
)

HEADER = "Idempotency-Key"
REPLAYED_HEADER = "Idempotency-Replayed"
KEPT_DAYS = 30
"""How long an answer is kept (architecture.md §2), in days of wall time."""

BESIDE_THE_REQUEST = (IdempotencyKeyReused, VersionRequired, VersionMalformed)
"""Refusals of a header, which the digest of a request does not hold."""

PASSING = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS})

_KEY = re.compile(r"[\x21-\x7e]{8,128}")


class RunningRequests(Protocol):
    """Which scopes have a request at work in this process; of two processes the one whose answer is kept first is right."""

    def claim(self, scope: str) -> bool:
        """Take the scope; false while another request has it."""

    def release(self, scope: str) -> None:
        """Give the scope back."""


class RunningHere:
    """`RunningRequests` of one process."""

    def __init__(self) -> None:
        self._scopes: set[str] = set()
        self._lock = threading.Lock()

    def claim(self, scope: str) -> bool:
        with self._lock:
            if scope in self._scopes:
                return False
            self._scopes.add(scope)
            return True

    def release(self, scope: str) -> None:
        with self._lock:
            self._scopes.discard(scope)


@dataclass(frozen=True)
class Claim:
    """What a request holds while it runs: the scope of its key, and the keyed digest of what it asks.

    An unkeyed one would give away a phone number to whoever tries them all.
    """

    scope: str
    digest: str


def take_claim(request: Request, caller: Caller, running: RunningRequests, keyring: Keyring) -> Claim | None:
    """The claim of a request, or nothing where it has no key and needs none.

    Raises IdempotencyKeyRequired, IdempotencyKeyMalformed and RequestStillRunning.
    """
    key = request.headers.get(HEADER)
    if key is None:
        if request.method == "POST":
            raise IdempotencyKeyRequired(field=HEADER)
        return None
    if not _KEY.fullmatch(key):
        raise IdempotencyKeyMalformed(field=HEADER)
    route = request.url_rule.rule if request.url_rule is not None else request.path
    who = caller.subject if caller.on_behalf_of is None else f"{caller.subject} for {caller.on_behalf_of}"
    scope = hashlib.sha256(f"{who}\n{request.method}\n{route}\n{key}".encode()).hexdigest()
    claim = Claim(scope, keyring.blind_index("request", digest_of(request)))
    if not running.claim(scope):
        raise RequestStillRunning
    g.claim = claim
    return claim


def release_claim(running: RunningRequests) -> None:
    """Give back what the request claimed."""
    claim: Claim | None = g.pop("claim", None)
    if claim is not None:
        running.release(claim.scope)


def current_claim() -> Claim | None:
    """The claim of this request."""
    claim: Claim | None = g.get("claim")
    return claim


def digest_of(request: Request) -> str:
    """A digest of what the path names, query and body; of an upload its parts count, not the boundary between them."""
    digest = hashlib.sha256(request.query_string)
    for name, named in sorted((request.view_args or {}).items()):
        digest.update(_framed(name.encode(), str(named).encode(errors="surrogatepass")))
    if request.mimetype == "multipart/form-data":
        parts = [(name or "", value.encode()) for name, value in request.form.items(multi=True)]
        for name, upload in request.files.items(multi=True):
            parts.append((f"{name or ''}/{upload.filename or ''}", hashlib.sha256(upload.stream.read()).digest()))
            upload.stream.seek(0)
        for name, content in sorted(parts):
            digest.update(_framed(name.encode(errors="surrogatepass"), content))
    else:
        digest.update(_framed(request.get_data(cache=True)))
    return digest.hexdigest()


def _framed(*parts: bytes) -> bytes:
    return b"".join(len(part).to_bytes(8, "big") + part for part in parts)


def replay(claim: Claim, store: EventStore) -> Response | None:
    """The kept answer to the request, if it was answered before; raises IdempotencyKeyReused for another request."""
    kept = store.kept_answer(claim.scope)
    if kept is None:
        return None
    if kept.kept_at < expired_before():
        forget_expired(store)  # its scope is free again
        return None
    if kept.digest != claim.digest:
        raise IdempotencyKeyReused(field=HEADER)
    response = Response(kept.body, kept.status, kept.headers)
    response.headers[REPLAYED_HEADER] = "true"
    return response


def keep(turn: Turn, response: Response) -> None:
    """Keep the answer under the request's key, in the turn's transaction."""
    claim = current_claim()
    if claim is None:
        return
    headers = {name: value for name, value in response.headers.items() if name in ("Content-Type", "ETag", "Location")}
    turn.keep_answer(
        KeptAnswer(
            scope=claim.scope,
            digest=claim.digest,
            status=response.status_code,
            body=response.get_data(),
            headers=headers,
            kept_at=stamp(datetime.now(UTC)),
        )
    )


def is_kept(error: Exception, response: Response) -> bool:
    """Whether the answer to an error is one that the same request is to get again.

    A sign-in, an appointment or a header that was missing may be there next time; a failure of ours and too many requests pass.
    """
    if current_claim() is None or isinstance(error, BESIDE_THE_REQUEST):
        return False
    status = response.status_code
    return HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR and status not in PASSING


def kept_once(store: EventStore, answer: Callable[[Turn], Response]) -> Callable[[Turn], Response]:
    """An act whose answer is kept in its turn; on a second try perhaps the one that another process has kept for the same key."""
    tries = 0

    def answer_once(turn: Turn) -> Response:
        nonlocal tries
        tries += 1
        claim = current_claim()
        if tries > 1 and claim is not None and (kept := replay(claim, store)) is not None:
            return kept
        response = answer(turn)
        keep(turn, response)
        return response

    return answer_once


def expired_before() -> str:
    """Answers kept before this instant of wall time count no longer."""
    return stamp(datetime.now(UTC) - timedelta(days=KEPT_DAYS))


def forget_expired(store: EventStore) -> int:
    """Delete the answers whose time is over; the worker calls it now and then. Answers how many."""
    return store.forget_answers(expired_before())
