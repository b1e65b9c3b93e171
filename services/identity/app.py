"""Identity's web application."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask

from services.chassis.service import Service
from services.chassis.web import operator
from services.chassis.web.frame import WebSettings, create_app
from services.chassis.web.tokens import TokenSigner, TokenVerifier
from services.identity.adapters.attempts import FailedLogins
from services.identity.adapters.clients import HouseClients
from services.identity.api.routes import BLUEPRINTS


def app(
    service: Service,
    tokens: TokenVerifier,
    signer: TokenSigner,
    *,
    version: str,
    settings: WebSettings | None = None,
    house_clients: Mapping[str, tuple[str, str]] | None = None,
) -> Flask:
    """Who may log in, as whom, and what the county has set.

    `house_clients` are the house's own services by client id, each with the subject of its tokens (`service:<name>`) and its
    secret, for a deployment whose services ask for their tokens at the door.
    """
    return create_app(
        service,
        (*BLUEPRINTS, operator.ROUTES),
        title="复学 · 身份与日历 (Fuxue identity)",
        version=version,
        tokens=tokens,
        settings=settings,
        extra=(signer, FailedLogins(), HouseClients(house_clients or {})),
    )
