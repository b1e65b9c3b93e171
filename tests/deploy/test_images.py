"""What holds for every image that build.sh makes, and for what it is made from."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import docker
import pytest

from tests.deploy.compose import OFFICIAL, resolved
from tests.deploy.containers import Images, ended, hardened
from tests.engine import cannot_run, image_name

ROOT = Path(__file__).parents[2]
ROLES = ("base", "postgres", "kafka", "nginx", "prometheus", "fuxue")
BUILD = ROOT / "deploy" / "images" / "build.sh"
SCRATCH = "fuxue/nginx:made-by-a-test"
WRITTEN = "/etc /home /opt /root /usr/local /var/cache /var/lib/apt /var/log"


def mirrors_of_this_machine() -> set[str]:
    """The hosts that this machine's apt asks."""
    if shutil.which("apt-get") is None:
        cannot_run("this machine has no apt, whose mirrors could be looked for")
    command = ["apt-get", "indextargets", "--format", "$(REPO_URI)"]
    targets = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603  a fixed command
    return {re.sub(r"^\w+://([^/@]*@)?([^/]+)/.*", r"\2", address) for address in targets.stdout.split()}


def test_every_jar_is_locked_by_its_hash() -> None:
    lines = (ROOT / "deploy" / "images" / "kafka" / "jars.sha256").read_text().splitlines()
    assert len(lines) > 80
    assert [line for line in lines if not re.fullmatch(r"[0-9a-f]{64}  [\w.-]+\.jar", line)] == []


def test_on_either_base_the_client_is_of_the_release_of_the_server_and_the_default_base_has_it() -> None:
    dockerfile = (ROOT / "deploy" / "images" / "fuxue" / "Dockerfile").read_text()
    server = resolved(env_file=OFFICIAL)["services"]["postgres"]["image"].removeprefix("postgres:")
    assert re.findall(r"postgresql-client[\w-]*", dockerfile) == [f"postgresql-client-{server}"] * 2, "ours, and any other"
    (suite,) = re.findall(r"^SUITE=(\w+)$", BUILD.read_text(), re.MULTILINE)
    (default,) = re.findall(r"^ARG BASE_IMAGE=(\S+)$", dockerfile, re.MULTILINE)
    assert default.endswith(f"-{suite}"), "the release of Debian that has this client"
    assert default == resolved(env_file=OFFICIAL)["services"]["registry"]["build"]["args"]["BASE_IMAGE"]


def test_no_file_of_the_deployment_names_an_address_on_the_internet() -> None:
    command = ["git", "ls-files", "-z", "deploy", "requirements*.txt"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603 – a fixed command
    files = [ROOT / name for name in listed.stdout.split("\0") if name]
    assert files
    assert [
        str(path) for path in files if re.search(r"https?://(?!127\.|\$|[\w-]+[:/]|[\w.-]+\.example\b)", path.read_text())
    ] == []


@pytest.fixture
def scratch_name(engine: docker.DockerClient, image: Images) -> Iterator[str]:
    image("base")
    yield SCRATCH
    engine.images.remove(SCRATCH, force=True)


def test_an_image_is_built_once_as_long_as_nothing_changes(engine: docker.DockerClient, scratch_name: str) -> None:
    def build() -> tuple[str, str]:
        variables = {**os.environ, "BASE_IMAGE": image_name("base"), "NGINX_IMAGE": scratch_name}
        run = subprocess.run([BUILD, "nginx"], env=variables, capture_output=True, text=True, check=True)  # noqa: S603  our own script
        return run.stderr.strip(), str(engine.images.get(scratch_name).id)

    first, made = build()
    second, kept = build()
    assert first == f"images: 正在构建 {scratch_name}\nimages: building {scratch_name}"
    assert second == f"images: {scratch_name} 已是最新\nimages: {scratch_name} is up to date"
    assert kept == made


@pytest.mark.parametrize("role", ROLES)
def test_an_image_keeps_nothing_of_the_mirrors_it_was_built_from(engine: docker.DockerClient, image: Images, role: str) -> None:
    hosts = mirrors_of_this_machine()
    history = str(engine.images.get(image(role)).history()) + str(engine.images.get(image(role)).attrs)
    assert [host for host in hosts if host in history] == []
    search = f"ls -A /run/secrets; grep -rlIF {' '.join(f'-e {host}' for host in hosts)} {WRITTEN} || true"
    with hardened(image(role), entrypoint=["sh", "-c", search], user="0:0", cap_add=["DAC_OVERRIDE"]) as container:
        status, found = ended(container.get_wrapped_container())
    assert (status, found) == (0, "")


@pytest.mark.parametrize("role", [role for role in ROLES if role != "base"])
def test_an_image_does_not_run_as_root(engine: docker.DockerClient, image: Images, role: str) -> None:
    user = engine.images.get(image(role)).attrs["Config"]["User"]
    assert user
    assert user.partition(":")[0] != "0"
