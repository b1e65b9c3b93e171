"""One service of a deployed house on its foundation: the same `build` and `app` as in the embedded one, other adapters."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import httpx
from flask import Flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix

from services.assistance import service as assistance
from services.assistance.app import app as assistance_app
from services.casework import service as casework
from services.casework.app import app as casework_app
from services.chassis.clock import Clock, WallClock
from services.chassis.doorbell import Ringer
from services.chassis.keys import signing_key
from services.chassis.sealing import WrappingKeys
from services.chassis.service import Foundation, Service
from services.chassis.shared_clock import FollowedClock
from services.chassis.signing import CheckpointKey
from services.chassis.storage.postgres import on_server
from services.chassis.web.state import WebSettings
from services.chassis.web.tokens import TokenSigner, TokenVerifier, key_set
from services.contracts.services import SERVICES
from services.deployed.settings import ServiceSettings
from services.deployed.tokens import OwnToken, PublishedKeys
from services.front_page import front_page
from services.identity import service as identity
from services.identity.app import app as identity_app
from services.notifications import service as notifications
from services.notifications.adapters.people import RegistryPeople
from services.notifications.adapters.planted_faults import FaultsFile
from services.notifications.app import app as notifications_app
from services.oversight import service as oversight
from services.oversight.app import app as oversight_app
from services.registry import service as registry
from services.registry.app import app as registry_app
from services.version import VERSION

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

REGISTRY_SECONDS = 10.0
"""How long a look-up of persons may take before another try."""


@dataclass(frozen=True)
class Composed:
    """A service at work in this process; `close` lets go of all that was opened for it, in the right order."""

    settings: ServiceSettings
    service: Service
    people: RegistryPeople
    close: Callable[[], None]


def compose(settings: ServiceSettings) -> Composed:
    """Open the service's store and put the service together; raises SchemaTooOld, SchemaTooNew, StoreBusy, Misconfigured."""
    with ExitStack() as opened:
        people = _people(settings, opened)
        service = _build(settings, people)
        opened.callback(service.close)
        ringer = Ringer(settings.workers)
        opened.callback(ringer.close)
        service.store.on_commit(ringer.ring)
        return Composed(settings, service, people, opened.pop_all().close)


def _people(settings: ServiceSettings, opened: ExitStack) -> RegistryPeople:
    token = OwnToken(settings.identity_url, settings.service, settings.client_secret)
    opened.callback(token.close)

    def client() -> httpx.Client:
        bearer = {"Authorization": f"Bearer {token()}"}
        return httpx.Client(base_url=settings.registry_url, timeout=REGISTRY_SECONDS, headers=bearer)

    return RegistryPeople(client)


def _build(settings: ServiceSettings, people: RegistryPeople) -> Service:
    foundation = Foundation(
        county_code=settings.county,
        open_store=on_server(lambda _service: settings.database.url),
        clock=clock_of(settings),
        wrapping_keys=WrappingKeys(settings.wrapping_keys),
        checkpoint_key=CheckpointKey(signing_key(settings.checkpoint_key, "FUXUE_CHECKPOINT_KEY")),
    )
    match settings.service:
        case "identity":
            return identity.build(foundation)
        case "registry":
            return registry.build(foundation)
        case "casework":
            return casework.build(foundation)
        case "assistance":
            return assistance.build(foundation)
        case "notifications" if settings.demo is not None:
            return notifications.build(foundation, people, faults=FaultsFile(settings.demo.clock.parent).faults())
        case "notifications":
            return notifications.build(foundation, people)
        case _:
            return oversight.build(foundation)


def clock_of(settings: ServiceSettings) -> Clock:
    """Wall time; in a demo deployment, what its clock shows."""
    return WallClock() if settings.demo is None else FollowedClock(settings.demo.clock, settings.demo.begins)


def web_of(composed: Composed) -> tuple[DispatcherMiddleware, Callable[[], None]]:
    """The service's web application under its path, and how to close it; the gateway's word is taken on who asks."""
    settings = composed.settings
    with ExitStack() as opened:
        opened.callback(composed.close)
        app = _app(composed, opened)
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]  # Flask's own way
        mounted: dict[str, WSGIApplication] = {f"/{settings.service}": app.wsgi_app}
        root = _front_page(mounted) if settings.service == "identity" else _nothing_here
        return DispatcherMiddleware(root, mounted), opened.pop_all().close


def _front_page(identity: dict[str, WSGIApplication]) -> WSGIApplication:
    """The page at `/`, where browsers sign in: identity's process serves it, for it checks the passwords."""
    inside = DispatcherMiddleware(_nothing_here, identity)

    def client(address: str) -> httpx.Client:
        headers = {"X-Forwarded-For": address}
        return httpx.Client(transport=httpx.WSGITransport(app=inside), base_url="http://identity", headers=headers)

    page = front_page(SERVICES, client)
    return ProxyFix(page.wsgi_app, x_for=1, x_proto=1, x_host=1)


def _app(composed: Composed, opened: ExitStack) -> Flask:
    settings, service = composed.settings, composed.service
    web = WebSettings(metrics_from=(*WebSettings.metrics_from, *settings.metrics_from))
    if settings.token_key is not None:
        signer = TokenSigner.from_pem(settings.token_key)
        verifier = TokenVerifier(partial(key_set, signer))
        clients = {name: (f"service:{name}", secret) for name, secret in settings.clients.items()}
        return identity_app(service, verifier, signer, version=VERSION, settings=web, house_clients=clients)
    keys = PublishedKeys(settings.identity_url)
    opened.callback(keys.close)
    verifier = TokenVerifier(keys)
    match settings.service:
        case "registry":
            return registry_app(service, verifier, version=VERSION, settings=web)
        case "casework":
            return casework_app(service, verifier, version=VERSION, settings=web)
        case "assistance":
            return assistance_app(service, verifier, version=VERSION, settings=web)
        case "notifications":
            return notifications_app(service, verifier, version=VERSION, people=composed.people, settings=web)
        case _:
            return oversight_app(service, verifier, version=VERSION, settings=web)


def _nothing_here(_environ: object, start_response: Callable[..., object]) -> list[bytes]:
    """Every address of a service begins with its name."""
    start_response("404 Not Found", [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", "0")])
    return []
