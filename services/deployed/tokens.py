"""Tokens between the services of a deployed house: identity's keys over HTTP, and a token of one's own for a client secret."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx
import msgspec

from services.chassis.reactions import NotReached
from services.chassis.web.refusals import KeysUnavailable
from services.deployed.trust import CertificateNotBelieved, not_believed, trusting

TOKEN = "/identity/token"  # noqa: S105  an address
KEYS = "/identity/keys"
REQUEST_SECONDS = 5.0


class PublishedKeys:
    """Identity's public keys, as a `TokenVerifier` asks for them; raises KeysUnavailable."""

    def __init__(self, identity_url: str, transport: httpx.BaseTransport | None = None) -> None:
        self._client = httpx.Client(base_url=identity_url, timeout=REQUEST_SECONDS, transport=transport)

    def __call__(self) -> Mapping[str, Any]:
        try:
            answer = self._client.get(KEYS)
            answer.raise_for_status()
            keys: Mapping[str, Any] = msgspec.json.decode(answer.content)
        except (httpx.HTTPError, msgspec.MsgspecError) as trouble:
            raise KeysUnavailable(type(trouble).__name__) from trouble
        return keys

    def close(self) -> None:
        """Let go of the connection."""
        self._client.close()


class _Granted(msgspec.Struct, frozen=True):
    """RFC 6749 §5.1."""

    access_token: str
    expires_in: int


class OwnToken:
    """This service's token, asked for with its client secret and renewed at half of its life (RFC 6749 §4.4).

    Raises NotReached where identity does not give one, CertificateNotBelieved where whoever answers in its place is not trusted.
    """

    def __init__(
        self,
        identity_url: str,
        client_id: str,
        secret: str,
        *,
        ca_file: Path | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        transport = transport or httpx.HTTPTransport(verify=trusting(ca_file))
        self._client = httpx.Client(base_url=identity_url, timeout=REQUEST_SECONDS, auth=(client_id, secret), transport=transport)
        self._url = identity_url
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._token, self._until = "", 0.0

    def __call__(self) -> str:
        with self._lock:
            if self._monotonic() >= self._until:
                granted = self._granted()
                self._token, self._until = granted.access_token, self._monotonic() + granted.expires_in / 2
            return self._token

    def _granted(self) -> _Granted:
        try:
            answer = self._client.post(TOKEN, data={"grant_type": "client_credentials"})
            answer.raise_for_status()
            return msgspec.json.decode(answer.content, type=_Granted)
        except (httpx.HTTPError, msgspec.MsgspecError) as trouble:
            if (why := not_believed(trouble)) is not None:
                raise CertificateNotBelieved(self._url, why) from trouble
            raise NotReached(f"identity gave no token: {type(trouble).__name__}") from trouble

    def close(self) -> None:
        """Let go of the connection."""
        self._client.close()
