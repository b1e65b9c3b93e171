"""A Docker Compose that is too old for the overlays is found by the scripts, and another put in its place."""

from __future__ import annotations

import hashlib
import itertools
import os
import platform
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.deploy.compose import ROOT
from tests.deploy.guides import GUIDES, whole

OLDEST = "2.24.4"
BROUGHT = "2.40.3"
DOCKER = """#!/bin/sh
case "$*" in
"compose version --short")
    if [ -x "$DOCKER_CONFIG/cli-plugins/docker-compose" ]; then exec "$DOCKER_CONFIG/cli-plugins/docker-compose"; fi
    [ -n "$OWN_COMPOSE" ] && echo "$OWN_COMPOSE" ;;
"version --format {{.Server.APIVersion}}") echo 1.47 ;;
esac
"""
"""An engine with a Compose of its own, or none, unless the user has put another beside its configuration."""


@dataclass(frozen=True)
class Machine:
    """One on which docker is that."""

    home: Path

    @property
    def plugin(self) -> Path:
        """Where a user's own Compose stands, which docker takes before the machine's."""
        return self.home / "cli-plugins" / "docker-compose"

    def run(self, *command: str | Path, own_compose: str) -> subprocess.CompletedProcess[str]:
        """One of the scripts there."""
        there = {
            "PATH": f"{self.home}:{os.environ['PATH']}",
            "DOCKER_CONFIG": str(self.home),
            "FUXUE_CACHE": str(self.home / "cache"),
        }
        variables = {**os.environ, **there, "OWN_COMPOSE": own_compose}
        return subprocess.run(command, env=variables, capture_output=True, text=True, check=False)  # noqa: S603 – our own scripts


def compose_that_says(path: Path, release: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\necho {release}\n")
    path.chmod(0o755)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    docker = tmp_path / "docker"
    docker.write_text(DOCKER)
    docker.chmod(0o755)
    return Machine(tmp_path)


@pytest.fixture
def built(machine: Machine) -> None:
    """What engine.sh builds, as it stands in its cache."""
    (release,) = re.findall(r"docker/compose/v2 (v[0-9.]+)", (ROOT / "deploy" / "engine" / "go.mod").read_text())
    compose_that_says(machine.home / "cache" / f"docker-compose-{release}-{platform.machine()}", BROUGHT)


@pytest.fixture
def bundle(machine: Machine) -> Path:
    """A bundle that brings a Compose along, and next to nothing else."""
    there = machine.home / "bundle"
    (there / "files").mkdir(parents=True)
    shutil.copy(ROOT / "deploy" / "load.sh", there)
    compose_that_says(there / "docker-compose", BROUGHT)
    (there / "images.env").write_text("FUXUE_IMAGE=fuxue/fuxue:of-a-test\n")
    (there / "images.tar.gz").touch()
    files = [path for path in there.iterdir() if path.is_file()]
    (there / "SHA256SUMS").write_text("".join(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in files))
    return there


RELEASES = [
    ("", True),
    ("1.29.2", True),
    ("v2.20.3", True),
    ("2.24.3", True),
    (OLDEST, False),
    ("v2.24.10", False),
    ("5.0.1", False),
]


@pytest.mark.usefixtures("built")
@pytest.mark.parametrize(("own", "replaced"), RELEASES)
def test_engine_sh_replaces_a_compose_that_is_too_old_and_no_other(machine: Machine, own: str, replaced: bool) -> None:
    run = machine.run(ROOT / "deploy" / "engine.sh", own_compose=own)
    assert run.returncode == 0, run.stderr
    assert machine.plugin.exists() is replaced
    assert ("is too old; Fuxue needs 2.24.4 or newer" in run.stderr) is (replaced and own != "")


@pytest.mark.parametrize(("own", "replaced"), RELEASES)
def test_load_sh_puts_the_bundles_compose_in_the_place_of_one_that_is_too_old_and_of_no_other(
    machine: Machine, bundle: Path, own: str, replaced: bool
) -> None:
    run = machine.run(bundle / "load.sh", machine.home / "there", own_compose=own)
    assert run.returncode == 0, run.stderr
    assert machine.plugin.exists() is replaced


def test_load_sh_says_so_where_neither_the_machine_nor_the_bundle_has_one_that_is_new_enough(
    machine: Machine, bundle: Path
) -> None:
    (bundle / "docker-compose").unlink()
    sums = bundle / "SHA256SUMS"
    sums.write_text("".join(line for line in sums.read_text().splitlines(keepends=True) if "docker-compose" not in line))
    run = machine.run(bundle / "load.sh", machine.home / "there", own_compose="2.20.3")
    assert run.returncode == 1
    assert "docker has no Compose 2.24.4 or newer (2.20.3), and the bundle brings none" in run.stderr
    assert not (machine.home / "there").exists()


def test_bundle_sh_packs_no_compose_that_is_too_old(machine: Machine) -> None:
    run = machine.run(ROOT / "deploy" / "bundle.sh", machine.home / "dist", own_compose="2.20.3")
    assert run.returncode == 1
    assert "Docker Compose 2.20.3 is too old; Fuxue needs 2.24.4 or newer" in run.stderr


def test_scripts_and_guides_name_the_same_release() -> None:
    for name in ("deploy/engine.sh", "deploy/load.sh", "deploy/bundle.sh"):
        assert re.search(rf"(?i)^oldest_compose={re.escape(OLDEST)} ", (ROOT / name).read_text(), re.MULTILINE), name
    for name in GUIDES:
        assert f"Compose {OLDEST} " in whole(name), name


@pytest.mark.parametrize("script", ["bundle.sh", "load.sh", "engine.sh", "images/build.sh"])
def test_asked_for_help_a_script_tells_its_head_and_does_nothing(machine: Machine, script: str) -> None:
    run = machine.run(ROOT / "deploy" / script, "--help", own_compose="")
    _, *lines = (ROOT / "deploy" / script).read_text().splitlines()
    head = [line.removeprefix("#").removeprefix(" ") for line in itertools.takewhile(lambda line: line.startswith("#"), lines)]
    assert (run.returncode, run.stderr, run.stdout.splitlines()) == (0, "", head)
    assert len(head) > 3
    assert list(machine.home.iterdir()) == [machine.home / "docker"]
