"""The embedded deployment: all services in one process that owns `FUXUE_DATA` – SQLite files, the embedded bus, no broker.

Layout of the directory: `deployment.json` (which county, demo or not), `<service>.sqlite`, `bus.sqlite`, `keys/`, `owner.lock`,
`owner.json` (where the owner listens), `clock.json` (demo only: the position of its business clock).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import msgspec
from flask import Flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from services.assembly import ASSEMBLIES, Extras
from services.chassis.bus.embedded import EmbeddedBus
from services.chassis.clock import Clock, DemoClock, WallClock
from services.chassis.crew import Crew
from services.chassis.envelope import stamp
from services.chassis.errors import Misconfigured
from services.chassis.files import put_once
from services.chassis.hands import Hands
from services.chassis.keys import Keys
from services.chassis.logs import configure_unconfigured_logs
from services.chassis.service import Foundation, Service
from services.chassis.signing import CheckpointKey
from services.chassis.storage.sqlite import in_files
from services.chassis.transient import TRANSIENT
from services.chassis.web.state import WebSettings
from services.chassis.web.tokens import TokenSigner, TokenVerifier, key_set
from services.contracts.topics import SERVICE_TOPICS
from services.deployment import CLOCK_FILE, DEMO_ACCOUNTS, FIRST_ACCOUNT, KEYS_DIRECTORY, Ownership, deployment_in
from services.front_page import Demo, front_page
from services.identity.adapters.accounts import FIRST_LOGIN, one_time, open_first_account
from services.identity.queries import any_account
from services.notifications.adapters.local_outbox import GatewayFaults
from services.notifications.adapters.people import RegistryPeople

INSIDE_URL = "http://inside"
"""The address of the process's own WSGI application; nothing listens there."""

LOOPBACK = "127.0.0.1"
SERVICE_TOKEN_SECONDS = 600
SETTLE_AGAIN_SECONDS = 0.05
SETTLE_TRIES = 100


class ClockNotMovable(Misconfigured):
    """Only a demo deployment lets its business clock be moved."""


class FirstAccount(msgspec.Struct, frozen=True):
    """What `keys/first-account.json` tells the operator."""

    login: str
    one_time_code: str


class House:
    """The six services on one foundation, their web applications, and how they come to rest.

    `dead_numbers` and `silent_gateway_for` hold guardians' ids for whom the local text gateway goes wrong (a demo plants some);
    `seconds` is the real time by which a demo's clock runs while the house is at work.
    """

    def __init__(self, data: Path, *, seconds: Callable[[], float] = time.monotonic) -> None:
        configure_unconfigured_logs()
        self.data = data
        self.deployment = deployment_in(data)
        self.ownership = Ownership(data)
        keys = Keys(data / KEYS_DIRECTORY)
        self.signer = TokenSigner.from_pem(keys.token_pem)
        start = self.deployment.demo_from
        self.clock: Clock = WallClock() if start is None else DemoClock(data / CLOCK_FILE, start, seconds=seconds)
        self.bus = EmbeddedBus(data / "bus.sqlite")
        self.bus.create_topics([topic.form for topic in SERVICE_TOPICS])
        foundation = Foundation(
            county_code=self.deployment.county,
            open_store=in_files(data),
            clock=self.clock,
            wrapping_keys=keys.wrapping,
            checkpoint_key=CheckpointKey(keys.checkpoint),
        )
        self._service_tokens: dict[str, tuple[str, float]] = {}
        self.dead_numbers: set[str] = set()
        self.silent_gateway_for: set[str] = set()
        self.services, self.apps = self._build(foundation)
        self.crews = {name: Crew(service, self.bus) for name, service in self.services.items()}
        self._stirred = set(self.services)
        for name, service in self.services.items():
            service.store.on_commit(partial(self._stirred.add, name))
        self.bus.on_published(partial(self._stirred.update, tuple(self.services)))
        mounts: dict[str, Any] = {f"/{name}": app.wsgi_app for name, app in self.apps.items()}
        demo = None if start is None else Demo(str(data / DEMO_ACCOUNTS), self.clock.now)
        self.front_page = front_page(tuple(self.apps), lambda address: self.client(address=address), demo)
        self.wsgi = DispatcherMiddleware(self.front_page.wsgi_app, mounts)
        self._hands: list[Hands] = []
        self._open_first_account()

    def _build(self, foundation: Foundation) -> tuple[Mapping[str, Service], Mapping[str, Flask]]:
        extras = Extras(
            people=RegistryPeople(lambda: self.client(self.service_token("notifications"))),
            faults=GatewayFaults(unreachable=self.dead_numbers, uncertain=self.silent_gateway_for),
            signer=self.signer,
        )
        services = {name: assembly.build(foundation, extras) for name, assembly in ASSEMBLIES.items()}
        tokens = TokenVerifier(lambda: key_set(self.signer))
        web = WebSettings()
        apps = {name: assembly.app(services[name], tokens, web, extras) for name, assembly in ASSEMBLIES.items()}
        return services, apps

    def _open_first_account(self) -> None:
        """On an empty house: the first account, whose one-time code is in a file before the account is there."""
        if any_account(self.services["identity"].engine):
            return
        offered = FirstAccount(FIRST_LOGIN, one_time().password)
        kept = put_once(self.data / FIRST_ACCOUNT, msgspec.json.encode(offered))
        code = msgspec.json.decode(kept, type=FirstAccount).one_time_code
        open_first_account(self.services["identity"], self.deployment.county, code)

    # --- speaking to it -------------------------------------------------------------------------------------------

    def client(self, token: str | None = None, *, address: str = LOOPBACK) -> httpx.Client:
        """An HTTP client on the process's own application; answers come from this process, nothing crosses a network.

        `address` is whose it is, where somebody outside has the house speak to itself.
        """
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return httpx.Client(transport=httpx.WSGITransport(app=self.wsgi, remote_addr=address), base_url=INSIDE_URL, headers=headers)

    def service_token(self, name: str) -> str:
        """A token for a service of the house (`notifications`, `operator`), good for at least half of its life."""
        token, until = self._service_tokens.get(name, ("", 0.0))
        if time.monotonic() >= until:
            token = self.signer.sign(f"service:{name}", lifetime_seconds=SERVICE_TOKEN_SECONDS)
            self._service_tokens[name] = (token, time.monotonic() + SERVICE_TOKEN_SECONDS / 2)
        return token

    # --- at work --------------------------------------------------------------------------------------------------

    def settle(self) -> None:
        """Work in this thread until nothing is left that could be done now; raises what stays transient too long.

        Only who was stirred – by an own commit, a message on the bus, something that fell due – has anything to do.
        """
        tries = 0
        now = stamp(self.clock.now())
        due = {name: service.store.next_due() for name, service in self.services.items()}
        self._stirred.update(name for name, at in due.items() if at is not None and at <= now)
        while stirred := [name for name in self.services if name in self._stirred]:
            self._stirred.difference_update(stirred)
            try:
                self._stirred.update([name for name in stirred if self.crews[name].step()])
                tries = 0
            except TRANSIENT:
                self._stirred.update(stirred)
                tries += 1
                if tries == SETTLE_TRIES:
                    raise
                time.sleep(SETTLE_AGAIN_SECONDS)

    def advance(self, instant: datetime) -> None:
        """Move a demo's business clock to an instant, stopping at every timer that falls due before.

        Raises ClockNotMovable for any other deployment, ClockRunsByItself for a house at work.
        """
        if not isinstance(self.clock, DemoClock):
            raise ClockNotMovable("this deployment lives in real time")
        self.settle()
        while True:
            due = [service.store.next_due() for service in self.services.values()]
            earliest = min((datetime.fromisoformat(at) for at in due if at is not None), default=None)
            if earliest is None or earliest > instant:
                break
            self.clock.move_to(max(earliest, self.clock.now()))
            self.settle()
        self.clock.move_to(instant)
        self.settle()

    def quiescent(self) -> bool:
        """Whether every service rests and the bus holds nothing unread."""
        at_rest = all(crew.quiescent() for crew in self.crews.values())
        return at_rest and not any(self.bus.lag(name) for name in self.services)

    def start(self) -> None:
        """Put every service's hands to work, in threads; a demo's business clock goes on from where it stands."""
        if isinstance(self.clock, DemoClock):
            self.clock.run()
        self._hands = [Hands(crew) for crew in self.crews.values()]
        for hands in self._hands:
            hands.start()

    def stop(self) -> None:
        """Finish the batch at hand, sign the last checkpoints, let go of everything."""
        for hands in self._hands:
            hands.stop()
        self._hands = []
        if isinstance(self.clock, DemoClock):
            self.clock.stand()
        for service in self.services.values():
            service.checkpoints.sign()
        self.settle()
        for crew in self.crews.values():
            crew.close()
        for service in self.services.values():
            service.close()
        self.bus.close()
        self.ownership.release()
