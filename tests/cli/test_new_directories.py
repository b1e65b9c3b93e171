"""A data directory is made of a new or an empty directory; one that holds anything else is left as it is."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from services import deployment
from services.chassis.files import put_once
from services.cli import serving
from services.demo import performance
from services.demo.performance import prepare
from services.deployment import DEPLOYMENT_FILE, Deployment, deployment_in, found, require_new
from tests.cli.conftest import fuxue

A_DEMO = Deployment("570126", demo_from=datetime(2026, 9, 1, tzinfo=UTC))
DEMO, SERVE = ("demo", "--no-serve", "--pupils", "60"), ("serve", "--county", "570199", "--port", "8999")


def contents(directory: Path) -> dict[str, tuple[int, str]]:
    """Every file with its permissions and its words."""
    return {
        str(path.relative_to(directory)): (path.stat().st_mode, path.read_text() if path.is_file() else "")
        for path in [directory, *directory.rglob("*")]
    }


@pytest.fixture(autouse=True)
def nobody_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "serve", lambda *_: pytest.fail("it was served"))


@pytest.mark.parametrize("command", [DEMO, SERVE], ids=["demo", "serve"])
@pytest.mark.parametrize(
    "held",
    [
        ("keys/id_rsa", "county/real-roster.xlsx", "payroll.sqlite"),
        ("registry.sqlite", "bus.sqlite", "keys/wrapping.key", "owner.lock"),
        ("county/truth/truth.json",),
        ("thesis.txt",),
        (".profile",),
    ],
    ids=["somebody else's", "a county's without its mark", "generated files", "a document", "a home"],
)
def test_a_directory_that_holds_anything_is_refused_before_a_byte_is_written(
    held: tuple[str, ...], command: tuple[str, ...], tmp_path: Path
) -> None:
    for name in held:
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).write_text("mine")
    tmp_path.chmod(0o755)
    before = contents(tmp_path)
    told = fuxue(tmp_path, *command)
    assert told.exit_code == 1
    assert f"却没有 {DEPLOYMENT_FILE}" in told.output
    assert "put that file back from its backup; else name a new directory" in " ".join(told.output.split())
    assert held[-1].partition("/")[0] in told.output
    assert contents(tmp_path) == before


def test_data_without_their_mark_are_not_taken_for_a_new_directory_that_lacks_a_county_code(tmp_path: Path) -> None:
    (tmp_path / "registry.sqlite").write_text("")
    told = fuxue(tmp_path, "serve", "--port", "8999")
    assert told.exit_code == 1
    assert "--county" not in told.output


def test_an_empty_directory_a_mounted_one_and_one_that_a_killed_process_began_are_new(tmp_path: Path) -> None:
    (tmp_path / "lost+found").mkdir()
    (tmp_path / f".{DEPLOYMENT_FILE}.4711.new").write_text("")
    assert found(tmp_path, A_DEMO) == A_DEMO


def test_a_directory_that_another_process_founds_meanwhile_stays_what_that_one_made_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Deployment("570199")

    def overtaken(data: Path) -> None:
        found_first(data)
        require_new(data)

    def found_first(data: Path) -> None:
        put_once(data / DEPLOYMENT_FILE, b'{"county":"570199"}')
        (data / "owner.lock").write_text("")

    monkeypatch.setattr(deployment, "require_new", overtaken)
    assert found(tmp_path, A_DEMO) == other


def test_a_demo_that_is_killed_before_its_county_is_whole_is_a_demo_already(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "data"

    def killed(directory: Path, **_: object) -> None:
        (directory / "bodies.csv").write_text("")
        raise KeyboardInterrupt

    monkeypatch.setattr(performance, "generate", killed)
    with pytest.raises(KeyboardInterrupt):
        prepare(data, seed=3, pupils=60)
    monkeypatch.undo()
    begun = deployment_in(data)
    county = prepare(data, seed=3, pupils=60)
    assert begun == deployment_in(data)
    assert begun.demo_from is not None
    assert begun.demo_from < datetime.fromisoformat(f"{county.truth()['first_day']}T00:00+08:00")
    assert fuxue(data, "clean-demo").exit_code == 0
    assert not data.exists()
