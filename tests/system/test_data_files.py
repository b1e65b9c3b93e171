"""What the owner of a data directory writes is nobody else's to read."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.deployment import DEPLOYMENT_FILE, LOCK_FILE, Deployment, Ownership, found
from services.embedded import House


@pytest.fixture
def loose() -> Iterator[None]:
    """A process that lets others read what it writes, as most are started."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def modes_of(directory: Path) -> dict[str, int]:
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in directory.iterdir() if path.is_file()}


@pytest.mark.usefixtures("loose")
def test_the_data_files_are_readable_by_their_owner_only_also_those_of_an_earlier_release(tmp_path: Path) -> None:
    found(tmp_path, Deployment("570126", demo_from=datetime(2026, 9, 1, tzinfo=UTC)))
    for _ in range(2):
        House(tmp_path).stop()
        modes = modes_of(tmp_path)
        assert len(modes) >= 9
        assert DEPLOYMENT_FILE in modes
        assert set(modes.values()) == {0o600}
        for name in modes:
            (tmp_path / name).chmod(0o644)


@pytest.mark.usefixtures("loose")
def test_which_county_the_data_are_of_is_nobody_elses_to_read_from_the_first_moment(tmp_path: Path) -> None:
    found(tmp_path, Deployment("570126"))
    assert modes_of(tmp_path) == {DEPLOYMENT_FILE: 0o600}


@pytest.mark.usefixtures("loose")
def test_files_of_others_keep_their_permissions_also_those_that_a_link_leads_to(tmp_path: Path) -> None:
    data, elsewhere = tmp_path / "data", tmp_path / "elsewhere"
    found(data, Deployment("570126"))
    elsewhere.write_text("mine")
    script, link = data / "backup.sh", data / "clock.json"
    script.write_text("mine")
    script.chmod(0o755)
    link.symlink_to(elsewhere)
    Ownership(data).release()
    assert [stat.S_IMODE(path.stat().st_mode) for path in (script, elsewhere)] == [0o755, 0o644]


def test_a_lock_file_that_leads_elsewhere_is_not_written_through(tmp_path: Path) -> None:
    data, elsewhere = tmp_path / "data", tmp_path / "elsewhere"
    found(data, Deployment("570126"))
    elsewhere.write_text("mine")
    (data / LOCK_FILE).symlink_to(elsewhere)
    with pytest.raises(OSError, match="symbolic links"):
        Ownership(data)
    assert elsewhere.read_text() == "mine"
