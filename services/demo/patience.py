"""Patience with a house whose containers are killed and started again while a demo plays."""

from __future__ import annotations

import time

import httpx

PATIENCE_SECONDS = 300.0
"""How long a house may be away, or take to come to rest."""

AWAY = frozenset({httpx.codes.BAD_GATEWAY, httpx.codes.SERVICE_UNAVAILABLE, httpx.codes.GATEWAY_TIMEOUT})
ASK_AGAIN_SECONDS = 0.5


class Patient(httpx.BaseTransport):
    """Asks again while nobody answers, or the gateway says that a service is away; every POST of the player has its key."""

    def __init__(self, transport: httpx.BaseTransport) -> None:
        self._transport = transport

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        patience = time.monotonic() + PATIENCE_SECONDS
        request.read()
        while True:
            try:
                response = self._transport.handle_request(request)
            except httpx.TransportError:
                if time.monotonic() >= patience:
                    raise
            else:
                if response.status_code not in AWAY or time.monotonic() >= patience:
                    return response
                response.close()
            time.sleep(ASK_AGAIN_SECONDS)

    def close(self) -> None:
        self._transport.close()
