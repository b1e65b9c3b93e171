"""The six services, each with what it takes to put it together: the one table that every way to deploy them reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask

from services.assistance import service as assistance
from services.assistance.app import app as assistance_app
from services.casework import service as casework
from services.casework.app import app as casework_app
from services.chassis.errors import Misconfigured
from services.chassis.service import Foundation, Service
from services.chassis.web.state import WebSettings
from services.chassis.web.tokens import TokenSigner, TokenVerifier
from services.identity import service as identity
from services.identity.app import app as identity_app
from services.notifications import service as notifications
from services.notifications.adapters.local_outbox import GatewayFaults
from services.notifications.adapters.people import People
from services.notifications.app import app as notifications_app
from services.oversight import service as oversight
from services.oversight.app import app as oversight_app
from services.registry import service as registry
from services.registry.app import app as registry_app
from services.version import VERSION


@dataclass(frozen=True)
class Extras:
    """What single services need beside the foundation and the verifier that all have.

    Notifications look up `people`, and a demo plants `faults`; identity signs with `signer`, and knows the house's own clients.
    """

    people: People
    faults: GatewayFaults = notifications.NO_FAULTS
    signer: TokenSigner | None = None
    house_clients: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Assembly:
    """How a service is built, what application it has, and where its schema's history stands."""

    build: Callable[[Foundation, Extras], Service]
    app: Callable[[Service, TokenVerifier, WebSettings, Extras], Flask]
    migrations: Path


def _identity_app(service: Service, tokens: TokenVerifier, settings: WebSettings, extras: Extras) -> Flask:
    if extras.signer is None:
        raise Misconfigured(
            "identity 没有签发令牌的密钥：请将 FUXUE_TOKEN_KEY 设为一个 PEM 格式的私钥。\n"
            "identity has no key to sign tokens with: set FUXUE_TOKEN_KEY to a private key in PEM form."
        )
    clients = extras.house_clients
    return identity_app(service, tokens, extras.signer, version=VERSION, settings=settings, house_clients=clients)


ASSEMBLIES: Mapping[str, Assembly] = {
    "identity": Assembly(
        lambda foundation, _extras: identity.build(foundation),
        _identity_app,
        identity.MIGRATIONS,
    ),
    "registry": Assembly(
        lambda foundation, _extras: registry.build(foundation),
        lambda service, tokens, settings, _extras: registry_app(service, tokens, version=VERSION, settings=settings),
        registry.MIGRATIONS,
    ),
    "casework": Assembly(
        lambda foundation, _extras: casework.build(foundation),
        lambda service, tokens, settings, _extras: casework_app(service, tokens, version=VERSION, settings=settings),
        casework.MIGRATIONS,
    ),
    "assistance": Assembly(
        lambda foundation, _extras: assistance.build(foundation),
        lambda service, tokens, settings, _extras: assistance_app(service, tokens, version=VERSION, settings=settings),
        assistance.MIGRATIONS,
    ),
    "notifications": Assembly(
        lambda foundation, extras: notifications.build(foundation, extras.people, faults=extras.faults),
        lambda service, tokens, settings, extras: notifications_app(
            service, tokens, version=VERSION, people=extras.people, settings=settings
        ),
        notifications.MIGRATIONS,
    ),
    "oversight": Assembly(
        lambda foundation, _extras: oversight.build(foundation),
        lambda service, tokens, settings, _extras: oversight_app(service, tokens, version=VERSION, settings=settings),
        oversight.MIGRATIONS,
    ),
}

MIGRATIONS: Mapping[str, Path] = {name: assembly.migrations for name, assembly in ASSEMBLIES.items()}
