"""The gateway, and somebody outside of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from testcontainers.core.container import DockerContainer
from testcontainers.core.network import Network
from testcontainers.core.wait_strategies import LogMessageWaitStrategy

from tests.deploy.containers import Images, hardened
from tests.deploy.doors import ECHO, THERE, coming_to, made


@pytest.fixture(scope="session")
def network(image: Images) -> Iterator[Network]:
    """With the engine's own names, which nginx asks for; every service but one stands behind them."""
    with Network() as network:
        services = hardened(image("base"), entrypoint=["python3", "-c", ECHO])
        services.with_network(network).with_network_aliases(*THERE)
        with services.waiting_for(LogMessageWaitStrategy("echoing").with_startup_timeout(60)):
            yield network


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where that gateway's templates and certificates are."""
    return tmp_path_factory.mktemp("gateway")


@pytest.fixture(scope="session")
def gateway(image: Images, network: Network, folder: Path) -> Iterator[DockerContainer]:
    """One for all: no test of it is held against another's requests."""
    with made(image, network, folder) as container:
        yield container


@pytest.fixture
def outside(gateway: DockerContainer, folder: Path) -> Iterator[httpx.Client]:
    with coming_to(gateway, folder) as client:
        yield client
