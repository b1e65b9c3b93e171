"""Where files of tests lie: in memory, if there is room. A killed process loses nothing there, and no test waits for a disk."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")  # noqa: S108  directories of our own are made in it
ROOM_BYTES = 2 * 2**30
"""More than all tests of a run leave behind together."""


def use_memory() -> None:
    """Temporary files lie in memory from now on, those of child processes too; a TMPDIR that somebody gave stays."""
    if "TMPDIR" not in os.environ and _serves(MEMORY):
        os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)


def _serves(place: Path) -> bool:
    """Whether files may be written there, and scripts among them run, with room enough."""
    if not os.access(place, os.W_OK) or os.statvfs(place).f_flag & os.ST_NOEXEC:
        return False
    return shutil.disk_usage(place).free >= ROOM_BYTES
