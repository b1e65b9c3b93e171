"""A tree that was put here under umask 077: what is built from it, and what is shown to containers, their users can read."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import docker
import pytest

from tests.deploy.compose import BASE, OBSERVABILITY, ROOT
from tests.deploy.containers import QUICK_START, Images, ended, hardened
from tests.deploy.umask import narrowed
from tests.deployed.project import Project
from tests.engine import image_name

pytestmark = pytest.mark.slow

SHOWN_A_PART = ("postgres", "kafka", "gateway")
CHECKED = ("--entrypoint", "promtool", "prometheus", "check", "config", "/etc/prometheus/prometheus.yml")
READ_BY = {
    "kafka": ("cat", "/opt/fuxue/kafka/start.sh", "/opt/fuxue/kafka/healthy.sh", "/opt/fuxue/kafka/log4j2.properties"),
    "nginx": ("cat", "/etc/nginx/nginx.conf"),
    "fuxue": ("fuxue", "--help"),
}
PARTS = {"kafka": ("deploy/kafka",), "nginx": ("deploy/nginx",), "fuxue": ("services", "deploy/images/fuxue")}
"""What of the tree comes into an image as it is; from the rest is made what may be in the engine's cache."""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """What a clone has of this tree, where containers and their images are made."""
    clone = tmp_path / "clone"
    shutil.copytree(ROOT / "deploy", clone / "deploy", ignore=shutil.ignore_patterns("secrets"))
    shutil.copytree(ROOT / "services", clone / "services", ignore=shutil.ignore_patterns("__pycache__"))
    for name in (BASE, "requirements.txt"):
        shutil.copy(ROOT / name, clone / name)
    return clone


@pytest.fixture
def clone(tree: Path, image: Images, tmp_path: Path) -> Iterator[Project]:
    """A deployment of such a tree."""
    for role in ("fuxue", "postgres", "kafka", "nginx", "prometheus"):
        image(role)
    narrowed(tree / "deploy")
    prometheus = image_name("prometheus")
    heap = f"-Xms256m -Xmx512m {QUICK_START}"
    files = f"{BASE}:{OBSERVABILITY}"
    here = Project.new("fuxue-narrow", 77, tmp_path, COMPOSE_FILE=files, PROMETHEUS_IMAGE=prometheus, FUXUE_KAFKA_HEAP=heap)
    project = replace(here, directory=tree)
    yield project
    project.down()


def test_in_a_clone_for_nobody_else_everything_starts_that_is_shown_a_part_of_it(clone: Project) -> None:
    clone.compose("run", "--rm", "-T", "secrets")
    clone.compose("up", "--wait", "--no-build", "--no-deps", *SHOWN_A_PART)
    assert "SUCCESS" in clone.compose("run", "--rm", "--no-deps", "-T", *CHECKED).stdout
    assert set(clone.compose("ps", "--services", "--status", "running").stdout.split()) == set(SHOWN_A_PART)


@pytest.mark.parametrize("role", READ_BY)
def test_an_image_that_is_built_from_it_can_be_read_by_the_user_that_it_has(
    role: str, tree: Path, engine: docker.DockerClient, image: Images
) -> None:
    image("base")
    for part in PARTS[role]:
        narrowed(tree / part)
    name = f"fuxue/{role}:narrow-{os.getpid()}"
    build = [str(tree / "deploy" / "images" / "build.sh"), role]
    variables = {**os.environ, "BASE_IMAGE": image_name("base"), f"{role.upper()}_IMAGE": name}
    done = subprocess.run(build, env=variables, capture_output=True, text=True, check=False)  # noqa: S603  our own script
    assert done.returncode == 0, done.stderr
    try:
        with hardened(name, entrypoint=list(READ_BY[role])) as container:
            status, said = ended(container.get_wrapped_container())
        assert status == 0, said
    finally:
        engine.images.remove(name, force=True)
