"""What gunicorn's two processes share: what was loaded before the fork lies in memory once."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.chassis.collector import spare_what_stays
from services.chassis.web.server import Opened, Server

BALLAST = 40_000
"""Dictionaries, some ten megabytes of them: only objects that the collector looks at show what its look does."""


@pytest.fixture(autouse=True)
def collector() -> Iterator[None]:
    """It is afterwards as it was."""
    threshold = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*threshold)


def own_kilobytes(pid: int) -> int:
    """What a process has in memory for itself alone."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Private_Dirty:"))


def not_opened() -> Opened:
    pytest.fail("nobody is served here")


def grown_by_a_look() -> int:
    """Kilobytes that a forked process has to copy when its collector looks around."""
    told, tell = os.pipe()
    if (child := os.fork()) == 0:
        before = own_kilobytes(os.getpid())
        spare_what_stays()
        os.write(tell, str(own_kilobytes(os.getpid()) - before).encode())
        os._exit(0)
    grown = int(os.read(told, 20))
    os.waitpid(child, 0)
    os.close(told)
    os.close(tell)
    return grown


def test_the_process_that_answers_copies_nothing_of_what_was_loaded_before_it_was_forked() -> None:
    ballast = [{"number": number} for number in range(BALLAST)]
    copied = grown_by_a_look()
    Server("127.0.0.1:0", not_opened).cfg.pre_fork(None, None)
    assert grown_by_a_look() < copied / 4
    assert len(ballast) == BALLAST
