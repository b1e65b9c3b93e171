"""A gateway for tests: the deployment's templates in nginx's image, before services that answer with what they were asked."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from testcontainers.core.container import DockerContainer
from testcontainers.core.network import Network
from testcontainers.core.wait_strategies import LogMessageWaitStrategy

from services.deployed.trust import trusting
from tests.deploy.compose import resolved
from tests.deploy.containers import Images, hardened
from tests.deployed.listener import authority, imported, issue

DEPLOY = Path(__file__).parents[2] / "deploy"
HSTS = "max-age=31536000"
AWAY = "oversight"
THERE = ["identity", "registry", "casework", "assistance", "notifications"]
ECHO = """
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

class Echo(BaseHTTPRequestHandler):
    def date_time_string(self, timestamp=None):
        return "Sat, 05 Sep 2026 00:00:00 GMT"

    def do_GET(self):
        if self.path.endswith("/never-answered"):
            threading.Event().wait()
        length = int(self.headers.get("Content-Length", 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = json.dumps({"path": self.path, "headers": headers, "bytes": len(self.rfile.read(length)),
                           "access_token": "invented", "expires_in": 900}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

print("echoing", flush=True)
ThreadingHTTPServer(("0.0.0.0", 8000), Echo).serve_forever()
"""


def impatient(folder: Path) -> Path:
    """The gateway's templates, which wait for an answer as long as a test can."""
    copied = shutil.copytree(DEPLOY / "gateway", folder / "templates")
    house = copied / "fuxue.house.template"
    house.write_text(house.read_text().replace("proxy_read_timeout 60s;", "proxy_read_timeout 5s;"))
    return copied


HTTPS_PORT = "18443"
ENOUGH = 1_000
"""Requests at once that no test makes, where it does not ask what becomes of more."""


def made(
    image: Images, network: Network, folder: Path, *, https_port: str = HTTPS_PORT, logins_burst: int = ENOUGH
) -> DockerContainer:
    """A gateway that is not started yet, with the memory and the places that the deployment gives it."""
    tls = folder / "tls"
    tls.mkdir()
    authority(tls)
    for path in issue(tls, "gateway"):
        path.chmod(0o644)
        path.rename(path.with_stem("inside"))
    for path in imported(tls, "localhost", "127.0.0.1"):
        path.chmod(0o644)
        path.rename(tls / path.name)
    tls.chmod(0o755)
    deployed = resolved()["services"]["gateway"]
    container = hardened(image("nginx"), user="101:101", mem_limit=int(deployed["mem_limit"]))
    container.with_exposed_ports(8080, 8443, 8444).with_network(network)
    container.tmpfs.update(place.partition(":")[::2] for place in deployed["tmpfs"])
    container.with_volume_mapping(DEPLOY / "nginx" / "nginx.conf", "/etc/nginx/nginx.conf")
    container.with_volume_mapping(impatient(folder), "/etc/nginx/templates")
    container.with_volume_mapping(tls, "/run/secrets/fuxue")
    container.with_envs(FUXUE_HTTPS_PORT=https_port, FUXUE_REQUESTS_A_SECOND=str(ENOUGH), FUXUE_REQUESTS_BURST=str(ENOUGH))
    container.with_envs(FUXUE_LOGINS_A_MINUTE="1", FUXUE_LOGINS_BURST=str(logins_burst))
    return container.waiting_for(LogMessageWaitStrategy("start worker process").with_startup_timeout(60))


@contextmanager
def coming_to(gateway: DockerContainer, folder: Path) -> Iterator[httpx.Client]:
    """Somebody outside of a gateway, who trusts the authority that the county imported."""
    address = f"https://127.0.0.1:{gateway.get_exposed_port(8443)}"
    with httpx.Client(base_url=address, verify=trusting(folder / "tls" / "province" / "ca.crt"), timeout=30) as client:
        yield client
