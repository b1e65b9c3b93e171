"""A demo's data are thrown away on request; nothing else ever is."""

from __future__ import annotations

import fcntl
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from services.chassis.files import put_in_place
from services.deployment import LOCK_FILE, OWNER_FILE, Deployment, found, parts_of
from tests.cli.conftest import fuxue

REPOSITORY = Path(__file__).parents[2]
A_DEMO = Deployment("570126", demo_from=datetime(2026, 9, 1, tzinfo=UTC))
A_COUNTY = Deployment("570126")


def made(data: Path, deployment: Deployment) -> Path:
    """A data directory with a key and a database."""
    found(data, deployment)
    (data / "keys").mkdir()
    (data / "keys" / "wrapping.json").write_text("{}")
    (data / "registry.sqlite").write_text("")
    return data


def test_a_demo_is_thrown_away_with_its_directory(tmp_path: Path) -> None:
    data = made(tmp_path / "data", A_DEMO)
    result = fuxue(data, "clean-demo")
    assert result.exit_code == 0, result.output
    assert not data.exists()


def test_a_real_county_keeps_its_data_and_keys(tmp_path: Path) -> None:
    data = made(tmp_path / "data", A_COUNTY)
    before = sorted(data.rglob("*"))
    result = fuxue(data, "clean-demo")
    assert result.exit_code == 1
    assert "不是演示数据，不予清除" in result.output
    assert "does not hold a demo and is not cleared" in result.output
    assert sorted(data.rglob("*")) == before


def test_a_directory_without_a_deployment_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    assert fuxue(tmp_path, "clean-demo").exit_code == 1
    assert (tmp_path / "thesis.txt").exists()


def test_what_somebody_else_keeps_beside_a_demo_is_left_and_named(tmp_path: Path) -> None:
    data = made(tmp_path / "data", A_DEMO)
    (data / "thesis.txt").write_text("mine")
    result = fuxue(data, "clean-demo")
    assert result.exit_code == 0, result.output
    assert "thesis.txt" in result.output
    assert [path.name for path in data.iterdir()] == ["thesis.txt"]


def test_where_nothing_is_there_is_nothing_to_clear(tmp_path: Path) -> None:
    result = fuxue(tmp_path / "none", "clean-demo")
    assert result.exit_code == 0
    assert "there is nothing to clear" in result.output
    assert not (tmp_path / "none").exists()


def test_a_demo_that_is_served_is_not_pulled_from_under_its_server(tmp_path: Path) -> None:
    data = made(tmp_path / "data", A_DEMO)
    with (data / LOCK_FILE).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        put_in_place(data / OWNER_FILE, b'{"url":"http://127.0.0.1:8010","pid":4711}')
        result = fuxue(data, "clean-demo")
    assert result.exit_code == 1
    assert "is already served by process 4711" in result.output
    assert (data / "registry.sqlite").exists()


def test_the_target_of_make_keeps_a_real_county_too(tmp_path: Path) -> None:
    data = made(tmp_path / "data", A_COUNTY)
    command = ["make", "clean-demo", f"FUXUE_DATA={data}"]
    ran = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)  # noqa: S603  our own target
    assert ran.returncode != 0
    assert "is not cleared" in ran.stdout + ran.stderr
    assert (data / "keys" / "wrapping.json").exists()


def test_all_that_a_demo_makes_is_known_as_its_own(played: Path) -> None:
    assert {path.name for path in played.iterdir()} == {path.name for path in parts_of(played)}
