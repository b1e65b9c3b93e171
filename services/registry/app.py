"""The registry's web application."""

from __future__ import annotations

from flask import Flask

from services.chassis.service import Service
from services.chassis.spreadsheets import WorkbookReader
from services.chassis.web import operator
from services.chassis.web.frame import WebSettings, create_app
from services.chassis.web.tokens import TokenVerifier
from services.registry.adapters.imports.intake import Intake
from services.registry.adapters.vault import Vault
from services.registry.api.routes import BLUEPRINTS


def app(service: Service, tokens: TokenVerifier, *, version: str, settings: WebSettings | None = None) -> Flask:
    """Schools, pupils, roll call, the ledgers, the vault."""
    vault = Vault(service.engine, service.keyring)
    return create_app(
        service,
        (*BLUEPRINTS, operator.ROUTES),
        title="复学 · 学籍与台账 (Fuxue registry)",
        version=version,
        tokens=tokens,
        settings=settings,
        extra=(vault, Intake(service.turns, vault, WorkbookReader(), service.uploads)),
    )
