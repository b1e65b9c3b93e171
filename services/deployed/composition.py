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

from services.assembly import ASSEMBLIES, Extras
from services.chassis.clock import Clock, WallClock
from services.chassis.doorbell import Ringer
from services.chassis.keys import signing_key
from services.chassis.service import Foundation, Service
from services.chassis.shared_clock import FollowedClock
from services.chassis.signing import CheckpointKey
from services.chassis.storage.postgres import on_server
from services.chassis.storage.postgres_connections import AS_LONG_AS_IT_TAKES, Patience
from services.chassis.web.state import WebSettings
from services.chassis.web.tokens import TokenSigner, TokenVerifier, key_set
from services.chassis.wrapping import WrappingKeys
from services.contracts.services import SERVICES
from services.deployed.erasures import note
from services.deployed.settings import ServiceSettings
from services.deployed.tokens import OwnToken, PublishedKeys
from services.front_page import front_page
from services.notifications.adapters.people import RegistryPeople
from services.notifications.adapters.planted_faults import FaultsFile
from services.notifications.service import NO_FAULTS

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

REGISTRY_SECONDS = 10.0
"""How long a look-up of persons may take before another try."""


@dataclass(frozen=True)
class Composed:
    """A service at work in this process; `close` lets go of all that was opened for it, in the right order."""

    settings: ServiceSettings
    service: Service
    extras: Extras
    close: Callable[[], None]


def compose(settings: ServiceSettings, patience: Patience = AS_LONG_AS_IT_TAKES) -> Composed:
    """Open the service's store and put the service together; raises SchemaTooOld, SchemaTooNew, StoreBusy, Misconfigured.

    `patience` is for the store's answers.
    """
    with ExitStack() as opened:
        extras = _extras(settings, opened)
        service = _build(settings, extras, patience)
        opened.callback(service.close)
        if settings.erasures is not None:
            database = {service.name: settings.database}
            service.each_minute["note_erasures"] = partial(note, settings.erasures / service.name, database)
        ringer = Ringer(settings.workers)
        opened.callback(ringer.close)
        service.store.on_commit(ringer.ring)
        return Composed(settings, service, extras, opened.pop_all().close)


def _extras(settings: ServiceSettings, opened: ExitStack) -> Extras:
    return Extras(
        people=_people(settings, opened),
        faults=NO_FAULTS if settings.demo is None else FaultsFile(settings.demo.clock.parent).faults(),
        signer=None if settings.token_key is None else TokenSigner.from_pem(settings.token_key),
        house_clients={name: (f"service:{name}", secret) for name, secret in settings.clients.items()},
    )


def _people(settings: ServiceSettings, opened: ExitStack) -> RegistryPeople:
    token = OwnToken(settings.identity_url, settings.service, settings.client_secret)
    opened.callback(token.close)

    def client() -> httpx.Client:
        bearer = {"Authorization": f"Bearer {token()}"}
        return httpx.Client(base_url=settings.registry_url, timeout=REGISTRY_SECONDS, headers=bearer)

    return RegistryPeople(client)


def _build(settings: ServiceSettings, extras: Extras, patience: Patience) -> Service:
    foundation = Foundation(
        county_code=settings.county,
        open_store=on_server(lambda _service: settings.database.url, patience),
        clock=clock_of(settings),
        wrapping_keys=WrappingKeys(settings.wrapping_keys),
        checkpoint_key=CheckpointKey(signing_key(settings.checkpoint_key, "FUXUE_CHECKPOINT_KEY")),
    )
    return ASSEMBLIES[settings.service].build(foundation, extras)


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
    verifier = _verifier(composed, opened)
    return ASSEMBLIES[settings.service].app(service, verifier, web, composed.extras)


def _verifier(composed: Composed, opened: ExitStack) -> TokenVerifier:
    """Identity believes its own key; the others ask for its public half."""
    if composed.extras.signer is not None:
        return TokenVerifier(partial(key_set, composed.extras.signer))
    keys = PublishedKeys(composed.settings.identity_url)
    opened.callback(keys.close)
    return TokenVerifier(keys)


def _nothing_here(_environ: object, start_response: Callable[..., object]) -> list[bytes]:
    """Every address of a service begins with its name."""
    start_response("404 Not Found", [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", "0")])
    return []
