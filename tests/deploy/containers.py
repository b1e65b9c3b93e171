"""Containers as the deployment makes them, for tests."""

from __future__ import annotations

import random
import secrets
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from docker.models.containers import Container
from docker.types import Mount
from testcontainers.core.container import DockerContainer
from testcontainers.core.wait_strategies import LogMessageWaitStrategy

from services.deployed.trust import trusting

Images = Callable[[str], str]
ADMIN, PASSWORD = "admin", "invented-Password.1"


@contextmanager
def inside(address: str, authority: Path) -> Iterator[httpx.Client]:
    """A client of the gateway that comes as the operator's commands do: to the port that is not open to outside, by its name."""

    def by_name(request: httpx.Request) -> None:
        request.extensions["sni_hostname"] = "gateway"

    hooks = {"request": [by_name]}
    with httpx.Client(base_url=f"https://{address}:8444", verify=trusting(authority), timeout=60, event_hooks=hooks) as client:
        yield client


def free_port() -> int:
    """Below those that the machine gives out by itself, of which the engine takes one at any moment."""
    while True:
        port = random.SystemRandom().randint(20_000, 32_000)  # another in each process
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port


def hardened(image: str, *places: str, **more: Any) -> DockerContainer:
    """A container as the deployment makes it: no capability, and nothing writable but /tmp, further tmpfs places and volumes."""
    container = DockerContainer(image, read_only=True, cap_drop=["ALL"], security_opt=["no-new-privileges"], **more)
    for place in ("/tmp", *places):  # noqa: S108 – in the container
        container.with_tmpfs_mount(place)
    return container


def volume(place: str) -> Mount:
    """A volume without a name, that goes with its container."""
    return Mount(place, None)


def secret(folder: Path, name: str, content: str) -> Path:
    """A secret as a file that the container's own user may read."""
    path = folder / name
    path.write_text(content)
    path.chmod(0o644)
    return path


def ended(container: Container) -> tuple[int, str]:
    """Waits until a container that refuses to start has ended: its exit status and its words."""
    status = int(container.wait(timeout=60)["StatusCode"])
    return status, container.logs().decode()


@dataclass(frozen=True)
class Broker:
    container: DockerContainer
    port: int

    @property
    def as_admin(self) -> dict[str, Any]:
        """What a kafka-python client needs to be the administrator."""
        return client(self.port, ADMIN, PASSWORD)

    def outside(self, keystore: Path) -> int:
        """Gives a broker that is not started yet its listener for departments, on the port of this machine that it returns."""
        port = free_port()
        self.container.with_bind_ports(9094, port)
        self.container.with_volume_mapping(keystore, "/run/secrets/kafka_tls")
        self.container.with_envs(KAFKA_EXTERNAL_ADDRESS=f"127.0.0.1:{port}", KAFKA_TLS_FILE="/run/secrets/kafka_tls")
        return port


def client(port: int, user: str, password: str) -> dict[str, Any]:
    """What a kafka-python client needs to reach a broker as somebody."""
    return {
        "bootstrap_servers": f"127.0.0.1:{port}",
        "security_protocol": "SASL_PLAINTEXT",
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": user,
        "sasl_plain_password": password,
    }


QUICK_START = "-XX:TieredStopAtLevel=1"
"""For a Java that lives for seconds: its second compiler would cost as much processor time as all else until it listens."""


def broker(image: str, folder: Path, *, java: str = QUICK_START) -> Broker:
    """A broker that is not started yet, with an id for its cluster; its records outlive a restart of its container."""
    port = free_port()
    container = hardened(image, mounts=[volume("/var/lib/kafka/data")])
    container.with_bind_ports(9092, port)
    container.with_volume_mapping(secret(folder, "kafka_admin_password", PASSWORD), "/run/secrets/kafka_admin_password")
    container.with_envs(
        KAFKA_ADMIN_USER=ADMIN,
        KAFKA_ADMIN_PASSWORD_FILE="/run/secrets/kafka_admin_password",
        KAFKA_INTERNAL_ADDRESS=f"127.0.0.1:{port}",
        KAFKA_PROPERTIES="group.initial.rebalance.delay.ms=0",
        KAFKA_CLUSTER_ID=f"t{secrets.token_urlsafe(16)[1:]}",  # not a hyphen first, which would be an option
        JAVA_TOOL_OPTIONS=java,
    )
    container.waiting_for(LogMessageWaitStrategy("Kafka Server started").with_startup_timeout(60))
    return Broker(container, port)
