"""A directory in memory where there is one: a killed process loses nothing there, and no test waits for a disk."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MEMORY = Path("/dev/shm")  # noqa: S108  a directory of our own is made in it


@contextmanager
def quick_directory() -> Iterator[Path]:
    """A directory that is gone afterwards."""
    name = tempfile.mkdtemp(prefix="fuxue-test-", dir=MEMORY if os.access(MEMORY, os.W_OK) else None)
    try:
        yield Path(name)
    finally:
        shutil.rmtree(name)
