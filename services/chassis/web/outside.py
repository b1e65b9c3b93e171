"""Which door a request came through: what the gateway takes from outside it marks, and nothing inside has a reason to."""

from __future__ import annotations

from flask import request

FROM_OUTSIDE = "X-Fuxue-From-Outside"
"""The gateway's header; whoever forged it would only be trusted less."""


def comes_from_outside() -> bool:
    """Whether the request at hand came through the deployment's outside door."""
    return FROM_OUTSIDE in request.headers
