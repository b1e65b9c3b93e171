"""Oversight's web application."""

from __future__ import annotations

from flask import Flask

from services.chassis.service import Service
from services.chassis.web import operator
from services.chassis.web.frame import WebSettings, create_app
from services.chassis.web.tokens import TokenVerifier
from services.oversight.api.routes import BLUEPRINTS


def app(service: Service, tokens: TokenVerifier, *, version: str, settings: WebSettings | None = None) -> Flask:
    """Trace, summary, distribution, alarms, anchors."""
    return create_app(
        service,
        (*BLUEPRINTS, operator.ROUTES),
        title="复学 · 监督与追溯 (Fuxue oversight)",
        version=version,
        tokens=tokens,
        settings=settings,
    )
