"""The bundle for rooms without a network: whole, without secrets, and loaded only where every checksum holds.

That what it brings starts and works there stands in tests/deployed/test_room_without_network.py, with the real images.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import docker
import pytest

from tests.deploy.compose import ROOT
from tests.deploy.containers import Images
from tests.deploy.umask import kept_from_others, narrowed
from tests.engine import image_name

pytestmark = pytest.mark.slow

NAME = f"fuxue/bundled-by-a-test:{os.getpid()}"
"""Stands for every image, so that a bundle is small; tests in other processes have another."""

ROLES = ("BASE", "FUXUE", "POSTGRES", "KAFKA", "NGINX", "PROMETHEUS")
KEPT_OUT = "made-by-the-deployment"
ALERTMANAGER = '- targets: ["10.0.0.5:9093"]\n'


@pytest.fixture(scope="module")
def name(engine: docker.DockerClient, image: Images) -> Iterator[str]:
    """The small image, which only has Python, under a name of its own."""
    engine.images.get(image("base")).tag(NAME)
    yield NAME
    engine.images.remove(NAME, force=True)


@pytest.fixture(scope="module")
def archive(name: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle of this tree, as it is where a deployment has made its secrets and umask 077 lets nobody else read."""
    tree = tmp_path_factory.mktemp("tree")
    for part in ("deploy", "docs", "docker-compose.yml"):
        (shutil.copytree if (ROOT / part).is_dir() else shutil.copy)(ROOT / part, tree / part)
    (tree / "services").mkdir()
    shutil.copy(ROOT / "services" / "version.py", tree / "services" / "version.py")
    (tree / "deploy" / "secrets" / "postgres" / "superuser_password").write_text(KEPT_OUT)
    (tree / "deploy" / "prometheus" / "alertmanagers" / "own.yml").write_text(KEPT_OUT)
    (tree / ".env").write_text("FUXUE_COUNTY=990126\n")
    narrowed(tree)
    names = {f"{role}_IMAGE": name for role in ROLES} | {"GRAFANA_IMAGE": "fuxue/not-here:1"}
    return Path(said(tree / "deploy" / "bundle.sh", tree / "dist", **names).strip())


@pytest.fixture
def unpacked(archive: Path, tmp_path: Path) -> Path:
    said("tar", "-C", tmp_path, "-xf", archive)
    return tmp_path / archive.name.removesuffix(".tar")


def run(*command: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **variables}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 – our own scripts


def said(*command: str | Path, **variables: str) -> str:
    done = run(*command, **variables)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_archive_is_told_with_its_checksum(archive: Path) -> None:
    done = subprocess.run(  # noqa: S603 – a fixed command
        ["sha256sum", "--check", "--strict", f"{archive.name}.sha256"],  # noqa: S607
        cwd=archive.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_it_holds_guides_compose_files_and_a_bill_of_the_image_but_no_secret(unpacked: Path) -> None:
    assert (unpacked / "files" / "docs" / "operating.zh.md").is_file()
    assert (unpacked / "files" / "docs" / "operating" / "install.zh.md").is_file()
    assert (unpacked / "files" / "deploy" / "compose.observability.yml").is_file()
    assert [path.name for path in (unpacked / "files" / "deploy" / "secrets" / "postgres").iterdir()] == [".gitignore"]
    assert [path for path in unpacked.rglob("*") if path.is_file() and KEPT_OUT.encode() in path.read_bytes()] == []
    (bill,) = (unpacked / "sbom").iterdir()
    told = json.loads(bill.read_text())
    assert (told["bomFormat"], told["metadata"]["component"]["name"]) == ("CycloneDX", "fuxue/bundled-by-a-test")
    assert any(part["purl"].startswith("pkg:deb/debian/python3.11@") for part in told["components"])


def test_no_page_of_it_leads_to_a_file_that_it_does_not_hold(unpacked: Path) -> None:
    docs = unpacked / "files" / "docs"
    led = {
        page: re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))
        for page in (*docs.glob("*.md"), *docs.glob("operating/*.md"))
    }
    assert all(led.values())
    assert [(page.name, link) for page, links in led.items() for link in links if not (page.parent / link).exists()] == []


def test_loaded_over_an_older_one_it_leaves_choices_and_secrets_alone(
    unpacked: Path, engine: docker.DockerClient, name: str, tmp_path: Path
) -> None:
    there = tmp_path / "there"
    secret = there / "deploy" / "secrets" / "postgres" / "superuser_password"
    secret.parent.mkdir(parents=True)
    secret.write_text(KEPT_OUT)
    alertmanager = there / "deploy" / "prometheus" / "alertmanagers" / "own.yml"
    alertmanager.parent.mkdir(parents=True)
    alertmanager.write_text(ALERTMANAGER)
    (there / ".env").write_text("FUXUE_COUNTY=570126\nKAFKA_IMAGE=fuxue/kafka:of-yesterday\n")
    (there / "docker-compose.yml").write_text("of yesterday")
    engine.images.remove(name)
    said(unpacked / "load.sh", there)
    assert engine.images.get(name)
    lines = (there / ".env").read_text().splitlines()
    assert "FUXUE_COUNTY=570126" in lines
    assert [line for line in lines if line.startswith("KAFKA_IMAGE=")] == [f"KAFKA_IMAGE={NAME}"]
    assert secret.read_text() == KEPT_OUT
    assert alertmanager.read_text() == ALERTMANAGER
    assert (there / "docker-compose.yml").read_text() == (ROOT / "docker-compose.yml").read_text()


def test_its_files_are_for_every_user_to_read_though_made_unpacked_and_loaded_under_umask_077(
    unpacked: Path, tmp_path: Path
) -> None:
    assert kept_from_others(unpacked / "files") == []
    narrowed(unpacked)
    there = tmp_path / "there"
    said("sh", "-c", f"umask 077 && {unpacked / 'load.sh'} {there}")
    assert kept_from_others(there) == []


@pytest.mark.parametrize(
    ("spoilt", "words"),
    [
        ("files/docker-compose.yml", "the bundle is damaged, nothing was changed"),
        ("files/docs/more.md", "the bundle holds files that SHA256SUMS does not name, nothing was changed"),
    ],
)
def test_a_bundle_that_is_not_as_it_was_made_changes_nothing(unpacked: Path, tmp_path: Path, spoilt: str, words: str) -> None:
    with (unpacked / spoilt).open("a") as page:
        page.write("\n")
    done = run(unpacked / "load.sh", tmp_path / "there")
    assert done.returncode == 1
    assert words in done.stderr
    assert not (tmp_path / "there").exists()


def test_an_image_that_is_not_here_is_named_instead_of_left_out(name: str, tmp_path: Path) -> None:
    there = {f"{role.upper()}_IMAGE": image_name(role) for role in ("postgres", "nginx", "fuxue")}
    done = run(ROOT / "deploy" / "bundle.sh", tmp_path, **there, KAFKA_IMAGE="fuxue/not-here:1")
    assert done.returncode == 1
    assert "the engine has no image fuxue/not-here:1" in done.stderr
    assert list(tmp_path.iterdir()) == []
