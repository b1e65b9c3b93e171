"""The gateway, and somebody outside of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from testcontainers.core.container import DockerContainer
from testcontainers.core.network import Network
from testcontainers.core.wait_strategies import LogMessageWaitStrategy

from services.deployed.trust import trusting
from tests.deploy.containers import Images, hardened
from tests.deploy.doors import ECHO, THERE, made


@pytest.fixture(scope="module")
def network(image: Images) -> Iterator[Network]:
    """With the engine's own names, which nginx asks for; every service but one stands behind them."""
    with Network() as network:
        services = hardened(image("base"), entrypoint=["python3", "-c", ECHO])
        services.with_network(network).with_network_aliases(*THERE)
        with services.waiting_for(LogMessageWaitStrategy("echoing").with_startup_timeout(60)):
            yield network


@pytest.fixture
def gateway(image: Images, network: Network, tmp_path: Path) -> Iterator[DockerContainer]:
    with made(image, network, tmp_path) as container:
        yield container


@pytest.fixture
def outside(gateway: DockerContainer, tmp_path: Path) -> Iterator[httpx.Client]:
    address = f"https://127.0.0.1:{gateway.get_exposed_port(8443)}"
    with httpx.Client(base_url=address, verify=trusting(tmp_path / "tls" / "province" / "ca.crt"), timeout=30) as client:
        yield client
