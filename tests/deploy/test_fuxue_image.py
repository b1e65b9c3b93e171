"""The image of the services: what is in it, and that it runs as nobody in particular on a file system that it cannot write."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import docker
import pytest

from tests.deploy.containers import Images, ended, hardened

ROOT = Path(__file__).parents[2]
INSTALLED = """
from importlib.metadata import distributions
for found in distributions():
    print(f"{found.name.lower()}=={found.version}")
"""
UNCOMPILED = """
from pathlib import Path
from importlib.util import cache_from_source
for page in Path("/opt/fuxue/app/services").rglob("*.py"):
    if not Path(cache_from_source(page)).exists():
        print(page)
"""


@pytest.fixture
def said(image: Images) -> Callable[..., str]:
    """What a command says in a hardened container of the image, once it has ended well."""

    def run(*command: str) -> str:
        with hardened(image("fuxue")).with_command(list(command)) as container:
            status, words = ended(container.get_wrapped_container())
        assert status == 0, words
        return words

    return run


def test_the_command_line_answers(said: Callable[..., str]) -> None:
    assert "verify" in said("fuxue", "--help")


def test_it_runs_as_a_user_without_rights(said: Callable[..., str]) -> None:
    assert said("id", "-u").strip() == "10001"


def test_it_holds_what_the_lock_file_names_and_nothing_else(said: Callable[..., str]) -> None:
    locked = re.findall(r"^([a-z0-9.-]+)==([^ ;]+)(?: ; (.*))? \\$", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    installed = {line.replace("_", "-") for line in said("python", "-c", INSTALLED).split()}
    assert installed <= {f"{name}=={version}" for name, version, _ in locked}
    assert {f"{name}=={version}" for name, version, marker in locked if not marker} <= installed


def test_its_programs_of_postgresql_are_of_the_servers_release(
    said: Callable[..., str], image: Images, engine: docker.DockerClient
) -> None:
    server = engine.containers.run(image("postgres"), ["--version"], entrypoint=["postgres"], remove=True).decode()
    (release,) = re.findall(r"PostgreSQL\) (\d+)\.", server)
    for program in ("pg_dump", "pg_restore", "pg_basebackup"):
        assert f"(PostgreSQL) {release}." in said(program, "--version"), program


def test_every_page_of_it_is_compiled(said: Callable[..., str]) -> None:
    assert said("python", "-c", UNCOMPILED) == ""


def test_every_file_of_the_services_is_in_it(said: Callable[..., str]) -> None:
    there = set(said("find", "/opt/fuxue/app/services", "-type", "f", "!", "-name", "*.pyc").split())
    pages = [path for path in (ROOT / "services").rglob("*") if path.is_file() and path.suffix != ".pyc"]
    here = {f"/opt/fuxue/app/{path.relative_to(ROOT)}" for path in pages}
    assert there == here, "the image is not made from this tree; deploy/images/build.sh fuxue renews it"
