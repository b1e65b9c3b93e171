"""What the owner of a data directory writes is nobody else's to read."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.deployment import Deployment, found
from services.embedded import House


@pytest.fixture
def loose() -> Iterator[None]:
    """A process that lets others read what it writes, as most are started."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.mark.usefixtures("loose")
def test_the_data_files_are_readable_by_their_owner_only_also_those_of_an_earlier_release(tmp_path: Path) -> None:
    found(tmp_path, Deployment("570126", demo_from=datetime(2026, 9, 1, tzinfo=UTC)))
    for _ in range(2):
        House(tmp_path).stop()
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.glob("*.sqlite*")}
        assert len(modes) >= 7
        assert set(modes.values()) == {0o600}
        for path in tmp_path.glob("*.sqlite*"):
            path.chmod(0o644)
