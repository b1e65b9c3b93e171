"""What containers are shown of the release's files: readable by every user, and nothing else is opened."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.deployed.mounted import MOUNTED, open_to_readers
from tests.deploy.compose import OVERLAYS, ROOT, resolved
from tests.deploy.umask import narrowed


def modes(deploy: Path) -> dict[str, int]:
    return {str(path.relative_to(deploy)): path.stat().st_mode & 0o777 for path in deploy.rglob("*")}


@pytest.fixture
def deploy(tmp_path: Path) -> Path:
    """A clone's, made under umask 077."""
    for name in (*MOUNTED, "secrets/kafka"):
        (tmp_path / name).mkdir(parents=True)
        for file, mode in (("read", 0o600), ("run.sh", 0o700)):
            (tmp_path / name / file).touch()
            (tmp_path / name / file).chmod(mode)
    narrowed(tmp_path)
    return tmp_path


def test_under_whatever_umask_the_tree_was_put_here_every_user_reads_what_is_mounted_and_nothing_else(deploy: Path) -> None:
    closed = modes(deploy)
    open_to_readers(deploy)
    opened = {name: mode for name, mode in modes(deploy).items() if mode != closed[name]}
    assert {name.partition("/")[0] for name in opened} == set(MOUNTED)
    assert {opened["kafka"], opened["kafka/read"], opened["kafka/run.sh"]} == {0o755, 0o644, 0o744}


def test_what_was_opened_is_told_and_a_second_time_there_is_nothing_to_do(deploy: Path) -> None:
    assert len(open_to_readers(deploy)) == 3 * len(MOUNTED)
    assert open_to_readers(deploy) == []


def test_it_is_all_that_the_compose_files_mount_of_the_release() -> None:
    services = {name: service for name, service in resolved(*OVERLAYS)["services"].items() if name != "secrets"}
    volumes = [volume for service in services.values() for volume in service.get("volumes", ()) if volume["type"] == "bind"]
    shown = {Path(volume["source"]) for volume in volumes}
    assert {path.parts[len(ROOT.parts) + 1] for path in shown if path.is_relative_to(ROOT / "deploy")} == set(MOUNTED)
