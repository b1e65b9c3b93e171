"""What cannot be served is refused before anything long is done, in a sentence that says what to change."""

from __future__ import annotations

import fcntl
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from services.chassis.files import put_in_place
from services.cli import main
from services.deployment import OWNER_FILE, Deployment, found


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


@pytest.mark.parametrize("command", ["demo", "serve"])
def test_a_port_in_use_is_refused_before_anything_is_made(tmp_path: Path, taken: int, command: str) -> None:
    data = tmp_path / "data"
    result = CliRunner().invoke(main, ["--data", str(data), command, "--port", str(taken)])
    assert result.exit_code == 1
    assert f"端口 {taken} 已被占用" in result.output
    assert f"Port {taken} of 127.0.0.1 is in use; name another with --port (or FUXUE_PORT)" in result.output
    assert not data.exists()


def test_the_port_of_the_environment_is_refused_as_well(tmp_path: Path, taken: int) -> None:
    result = CliRunner().invoke(main, ["--data", str(tmp_path), "demo"], env={"FUXUE_PORT": str(taken)})
    assert result.exit_code == 1
    assert "--port (or FUXUE_PORT)" in result.output


def test_an_address_of_another_machine_is_refused(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["--data", str(tmp_path), "serve", "--host", "192.0.2.1"])
    assert result.exit_code == 1
    assert "192.0.2.1" in result.output
    assert "FUXUE_HOST" in result.output


@pytest.mark.parametrize("command", [["demo"], ["demo", "--no-serve"], ["serve"]])
def test_a_directory_that_is_served_names_its_owners_address(tmp_path: Path, command: list[str]) -> None:
    found(tmp_path, Deployment("570126"))
    with (tmp_path / "owner.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        put_in_place(tmp_path / OWNER_FILE, b'{"url":"http://127.0.0.1:8010","pid":4711}')
        result = CliRunner().invoke(main, ["--data", str(tmp_path), *command])
    assert result.exit_code == 1
    assert "is already served by process 4711 at http://127.0.0.1:8010/" in result.output


def test_a_directory_whose_owner_does_not_listen_yet_says_so(tmp_path: Path) -> None:
    found(tmp_path, Deployment("570126"))
    with (tmp_path / "owner.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        result = CliRunner().invoke(main, ["--data", str(tmp_path), "summary"])
    assert result.exit_code == 1
    assert "请稍后再试" in result.output
    assert "try again later" in result.output
