"""A demo's data are thrown away on request; nothing else ever is."""

from __future__ import annotations

import fcntl
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from services.chassis.files import put_in_place
from services.deployment import LOCK_FILE, OWNER_FILE, Deployment, found
from tests.cli.conftest import fuxue

REPOSITORY = Path(__file__).parents[2]
A_DEMO = Deployment("570126", demo_from=datetime(2026, 9, 1, tzinfo=UTC))
A_COUNTY = Deployment("570126")


def made(data: Path, deployment: Deployment) -> Path:
    """A data directory with a key and a database; without anything that only a demo makes."""
    found(data, deployment)
    (data / "keys").mkdir()
    (data / "keys" / "wrapping.key").write_text("")
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
    assert (data / "keys" / "wrapping.key").exists()


def test_all_that_a_demo_makes_is_known_as_its_own(played: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(played, data)
    result = fuxue(data, "clean-demo")
    assert result.exit_code == 0, result.output
    assert not data.exists()


FOREIGN = (
    "payroll.sqlite",
    "registry.sqlite.bak",
    ".notes.new",
    "keys/id_rsa",
    "keys/wrapping.key.old",
    "county/real-roster.xlsx",
    "county/rosters/3452000117.xlsx",
    "county/truth/truth.docx",
)


def test_files_of_others_among_a_demos_own_are_left_and_named_each(tmp_path: Path) -> None:
    data = made(tmp_path / "data", A_DEMO)
    for folder in ("rosters", "broken", "truth"):
        (data / "county" / folder).mkdir(parents=True)
    (data / "county" / "rosters" / "2157126100.xlsx").write_text("")
    (data / "county" / "truth" / "truth.json").write_text("{}")
    for name in FOREIGN:
        (data / name).write_text("mine")
    result = fuxue(data, "clean-demo")
    assert result.exit_code == 0, result.output
    left = sorted(str(path.relative_to(data)) for path in data.rglob("*") if path.is_file())
    assert left == sorted(FOREIGN)
    assert result.output.rstrip().endswith(", ".join(left))
    assert not (data / "county" / "broken").exists()


def test_nothing_is_thrown_away_where_a_link_leads(tmp_path: Path) -> None:
    data = made(tmp_path / "data", A_DEMO)
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "truth").mkdir(parents=True)
    (elsewhere / "truth" / "truth.json").write_text("mine")
    (elsewhere / "casework.sqlite").write_text("mine")
    (data / "county").symlink_to(elsewhere)
    (data / "casework.sqlite").symlink_to(elsewhere / "casework.sqlite")
    result = fuxue(data, "clean-demo")
    assert result.exit_code == 0, result.output
    assert sorted(path.name for path in data.iterdir()) == ["casework.sqlite", "county"]
    assert (elsewhere / "truth" / "truth.json").read_text() == (elsewhere / "casework.sqlite").read_text() == "mine"


def test_what_a_killed_process_left_beside_a_file_goes_with_it(tmp_path: Path) -> None:
    data = made(tmp_path / "data", A_DEMO)
    for name in (".deployment.json.4711.new", ".owner.json.4711.new", "keys/.token.pem.4711.new"):
        (data / name).write_text("")
    assert fuxue(data, "clean-demo").exit_code == 0
    assert not data.exists()
