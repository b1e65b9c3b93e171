"""`fuxue demo` as a user starts it: 2,000 pupils, 30 school days – seconds and memory of the whole process."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.figures import Figure

PUPILS = 2_000
BAR_SECONDS = 60.0
BAR_MEGABYTES = 300.0
KIB_A_MB = 1_000_000 / 1024


def measure() -> list[Figure]:
    """The demo once, in a process of its own; the operating system's account of it."""
    fuxue = Path(sys.executable).with_name("fuxue")
    with tempfile.TemporaryDirectory() as directory:
        environment = {**os.environ, "FUXUE_DATA": directory}
        started = time.perf_counter()
        command = [fuxue, "demo", "--no-serve", "--pupils", str(PUPILS)]
        subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)  # noqa: S603  our own command
        seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / KIB_A_MB
    return [
        Figure(f"demo, {PUPILS:,} pupils, 30 school days", seconds, "s", BAR_SECONDS, "at most"),
        Figure("demo, peak memory of the largest process", peak, "MB", BAR_MEGABYTES, "at most"),
    ]
