"""The container engine and the images that some tests need; without them a run names what did not run, or fails."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import docker
import pytest
from docker.errors import DockerException, ImageNotFound
from testcontainers.core.config import testcontainers_config

DID_NOT_RUN = "did not run: "
LOCAL_IMAGES = Path(__file__).parents[1] / "deploy" / "images" / "local.env"


def image_name(role: str) -> str:
    """The image of a role such as `postgres`: what POSTGRES_IMAGE says, else the one that deploy/images/build.sh makes."""
    variable = f"{role.upper()}_IMAGE"
    built = dict(line.split("=", 1) for line in LOCAL_IMAGES.read_text().splitlines() if "=" in line and not line.startswith("#"))
    return os.environ.get(variable) or built[variable]


def cannot_run(reason: str) -> NoReturn:
    """Ends the test that asked: as a failure where everything is required, else told at the end of the run."""
    if os.environ.get("FUXUE_REQUIRE_ALL") == "1":
        pytest.fail(f"{reason} (FUXUE_REQUIRE_ALL=1)", pytrace=False)
    pytest.skip(DID_NOT_RUN + reason)


@pytest.fixture(scope="session")
def engine() -> Iterator[docker.DockerClient]:
    """A client of the engine that answers under DOCKER_HOST or at its usual place."""
    # its helper image would be pulled from a registry; containers are stopped by `with`, also on failure
    testcontainers_config.ryuk_disabled = True
    try:
        client = docker.from_env()
    except DockerException:
        cannot_run("no container engine answers; deploy/engine.sh starts one")
    yield client
    client.close()


@pytest.fixture(scope="session")
def image(engine: docker.DockerClient) -> Callable[[str], str]:
    """Gives the name of a role's image, which the engine has."""

    def present(role: str) -> str:
        name = image_name(role)
        try:
            engine.images.get(name)
        except ImageNotFound:
            cannot_run(f"the engine has no image {name}; deploy/images/build.sh makes it")
        return name

    return present


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Names every test that did not run for want of an engine or an image."""
    left_out = [report for report in terminalreporter.getreports("skipped") if DID_NOT_RUN in str(report.longrepr)]
    if left_out:
        terminalreporter.section(f"{len(left_out)} tests did not run")
        for report in left_out:
            reason = str(report.longrepr).partition(DID_NOT_RUN)[2].rstrip("')")
            terminalreporter.line(f"{report.nodeid}: {reason}")
