"""A whole command over HTTP: gunicorn, the web frame, one turn on PostgreSQL – against a view that does one INSERT.

Both are views of one app in the same processes, so that frame, token check and schema are the same; rounds alternate.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import msgspec
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.chassis.clock import WallClock
from services.chassis.logs import configure_logs
from services.chassis.service import Foundation, Service
from services.chassis.signing import CheckpointKey
from services.chassis.storage.postgres import on_server
from services.chassis.storage.tables import APPOINTMENTS
from services.chassis.web.access import allowed
from services.chassis.web.acting import repeatable
from services.chassis.web.frame import Blueprint, create_app, current_service
from services.chassis.web.server import Opened, Server
from services.chassis.web.tokens import TokenSigner, TokenVerifier, key_set
from services.chassis.wrapping import WrappingKeys
from tests.bench.closed_loop import Answers
from tests.bench.deployed.crowd import SPAWN
from tests.bench.deployed.servers import Servers
from tests.bench.figures import Figure
from tests.bench.open_loop import Shot
from tests.chassis.toy import COUNTY_CODE, MIGRATIONS, roll_model
from tests.chassis.web.school_app import ROLL, EnrolForm
from tests.deploy.containers import free_port
from tests.patience import eventually

BAR = 0.5
PROCESSES = 2
CALLERS = 16
REQUESTS = 2_000
ROUNDS = 5
STOP_SECONDS = 30.0
PRINCIPAL = "officer-principal"
INSERTED = sa.table("inserted", sa.column("pupil_id"), sa.column("school_id"))
PEER = Blueprint("peer", __name__, url_prefix="/")


@PEER.route("/inserted", methods=["POST"])
@allowed("principal")
@repeatable
@PEER.arguments(EnrolForm)
@PEER.response(201)
def insert(body: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """The peer: one INSERT, nothing remembered."""
    with current_service().engine.begin() as connection:
        connection.execute(sa.insert(INSERTED), {"pupil_id": body["pupil_id"], "school_id": body["school_id"]})
    return {"pupil_id": body["pupil_id"]}, 201


def measure(servers: Servers) -> list[Figure]:
    """Answers a second of both, the medians of alternating rounds."""
    signer = TokenSigner.generate()
    url = servers.postgres.database(MIGRATIONS / "roll")
    _prepare(servers.postgres.owner_url(url))
    requests = servers.of(REQUESTS)
    speeds: dict[str, list[float]] = {"/pupils": [], "/inserted": []}
    with _served(url, signer.private_pem()) as address:
        for number in range(ROUNDS + 1):
            for path, measured in speeds.items():
                speed = requests / _ask(address, path, signer.sign(PRINCIPAL), requests)
                if number:  # the first round warms up
                    measured.append(speed)
    ours, peer = (statistics.median(measured) for measured in speeds.values())
    note = f"ours {ours:,.0f}/s, peer {peer:,.0f}/s; {PROCESSES} processes, {CALLERS} callers"
    against = "a view of the same frame with one INSERT"
    return [Figure("whole command over HTTP", ours / peer, "×", BAR, "at least", against, note)]


def _prepare(owner_url: str) -> None:
    """The peer's table, and the principal whom both views ask for."""
    engine = sa.create_engine(sa.make_url(owner_url).set(drivername="postgresql+psycopg"))
    principal = {
        "appointment_id": "bench",
        "officer_id": PRINCIPAL,
        "role": "principal",
        "body_id": "school-1",
        "division": COUNTY_CODE,
        "from_on": "2026-01-01",
    }
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE inserted (pupil_id text PRIMARY KEY, school_id text NOT NULL)"))
        connection.execute(sa.text("GRANT INSERT ON inserted TO PUBLIC"))
        connection.execute(sa.insert(APPOINTMENTS), principal)
    engine.dispose()


@contextmanager
def _served(url: str, pem: bytes) -> Iterator[str]:
    address = f"127.0.0.1:{free_port()}"
    server = SPAWN.Process(target=_serve, args=(address, url, pem))
    server.start()
    try:
        eventually(lambda: _answers(address))
        yield f"http://{address}"
    finally:
        server.terminate()
        server.join(STOP_SECONDS)


def _answers(address: str) -> bool:
    try:
        return httpx.get(f"http://{address}/health").is_success
    except httpx.TransportError:  # not up yet
        return False


def _serve(address: str, url: str, pem: bytes) -> None:
    """gunicorn, as a deployment's web processes run it; what they say of each request is written, and read by nobody."""

    def opened() -> Opened:
        foundation = Foundation(
            county_code=COUNTY_CODE,
            open_store=on_server(lambda _service: url),
            clock=WallClock(),
            wrapping_keys=WrappingKeys({"bench": bytes(32)}),
            checkpoint_key=CheckpointKey(Ed25519PrivateKey.generate()),
        )
        configure_logs("info", Path(os.devnull).open("w"))  # noqa: SIM115  it is written to until the process ends
        service = Service(roll_model(), foundation, migrations=MIGRATIONS / "roll")
        keys: Callable[[], Any] = lambda: key_set(TokenSigner.from_pem(pem))  # noqa: E731  as identity would answer
        app = create_app(service, [ROLL, PEER], title="bench", version="1", tokens=TokenVerifier(keys))
        return app, service.close

    Server(address, opened, processes=PROCESSES).run()


def _ask(address: str, path: str, token: str, requests: int) -> float:
    """Seconds for so many requests, from a process of their own."""
    shots = [
        Shot("write", "POST", path, _headers(token), msgspec.json.encode({"pupil_id": uuid4().hex}).decode())
        for _ in range(requests)
    ]
    command = [sys.executable, "-m", "tests.bench.closed_loop"]
    asked = msgspec.json.encode((address, CALLERS, shots))
    done = subprocess.run(command, input=asked, stdout=subprocess.PIPE, check=True)  # noqa: S603  our own page
    answers = msgspec.json.decode(done.stdout, type=Answers)
    if answers.refused:
        raise RuntimeError(f"{len(answers.refused)} of {requests} requests to {path} were refused: {sorted(set(answers.refused))}")
    return answers.seconds


def _headers(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}", "Content-Type": "application/json", "Idempotency-Key": str(uuid4())}
