"""Assistance's web application."""

from __future__ import annotations

from flask import Flask

from services.assistance.api.routes import BLUEPRINTS
from services.chassis.service import Service
from services.chassis.web import operator
from services.chassis.web.frame import WebSettings, create_app
from services.chassis.web.tokens import TokenVerifier


def app(service: Service, tokens: TokenVerifier, *, version: str, settings: WebSettings | None = None) -> Flask:
    """Programmes, applications, public notices."""
    return create_app(
        service,
        (*BLUEPRINTS, operator.ROUTES),
        title="复学 · 学生资助 (Fuxue assistance)",
        version=version,
        tokens=tokens,
        settings=settings,
    )
