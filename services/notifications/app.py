"""Notifications' web application."""

from __future__ import annotations

from flask import Flask

from services.chassis.service import Service
from services.chassis.web import operator
from services.chassis.web.frame import WebSettings, create_app
from services.chassis.web.tokens import TokenVerifier
from services.notifications.adapters.people import People
from services.notifications.adapters.reader import Reader
from services.notifications.api.routes import BLUEPRINTS


def app(service: Service, tokens: TokenVerifier, *, version: str, people: People, settings: WebSettings | None = None) -> Flask:
    """Templates, texts, calls, and the outbox page, whose names come from `people`."""
    return create_app(
        service,
        (*BLUEPRINTS, operator.ROUTES),
        title="复学 · 家长短信 (Fuxue notifications)",
        version=version,
        tokens=tokens,
        settings=settings,
        extra=(Reader(service, people),),
    )
