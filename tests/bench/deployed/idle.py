"""`make bench-idle`: a deployment started by compose, as an operator starts it, and left alone: how soon it is there, what it uses.

Memory and processor time are the kernel's, of the containers of Fuxue's own image; those of the broker, the database and the
gateway stand in the note.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.deployed.cgroups import Group
from tests.bench.figures import Figure, show
from tests.deployed.project import Project

MINUTES = 15.0
UP_BAR_SECONDS = 60.0
MEMORY_BAR_MB = 1_500.0
PROCESSOR_BAR_PERCENT = 5.0
WATCHED_SHARE = 1 / 3
"""Processor time is measured over the last third of the time."""

MEGABYTE = 1e6
OTHERS = ("postgres", "kafka", "gateway")
NETWORK = 90
"""A number that no test's project has."""


def measure(minutes: float) -> list[Figure]:
    """Start it, leave it alone for so many minutes, take it down."""
    with tempfile.TemporaryDirectory() as folder:
        project = Project.new("fuxue-idle", NETWORK, Path(folder), COMPOSE_FILE="docker-compose.yml")
        try:
            began = time.monotonic()
            project.up()
            up = time.monotonic() - began
            return [_up_figure(up), *_left_alone(project, minutes * 60)]
        finally:
            project.down()


def _up_figure(seconds: float) -> Figure:
    note = "an empty deployment's first start: secrets, cluster, migrations and topics are made"
    return Figure("docker compose up --wait", seconds, "s", UP_BAR_SECONDS, "at most", note=note)


def _left_alone(project: Project, seconds: float) -> list[Figure]:
    groups = _groups(project)
    time.sleep(seconds * (1 - WATCHED_SHARE))
    began, before = time.monotonic(), {name: group.processor_seconds() for name, group in groups.items()}
    time.sleep(seconds * WATCHED_SHARE)
    spent = time.monotonic() - began
    percent = {name: 100 * (group.processor_seconds() - before[name]) / spent for name, group in groups.items()}
    memory = {name: group.memory() / MEGABYTE for name, group in groups.items()}
    ours = [name for name in groups if name not in OTHERS]
    since = f"{seconds / 60:g} minutes after start"
    return [
        Figure(
            f"memory of {len(ours)} Fuxue containers, {since}",
            sum(memory[name] for name in ours),
            "MB",
            MEMORY_BAR_MB,
            "at most",
            note="; ".join(f"{name} {memory[name]:,.0f}" for name in OTHERS) + "; largest of ours " + _largest(memory, ours, "MB"),
        ),
        Figure(
            f"processor of {len(ours)} Fuxue containers, {since}",
            sum(percent[name] for name in ours),
            "% of a core",
            PROCESSOR_BAR_PERCENT,
            "at most",
            note="; ".join(f"{name} {percent[name]:.1f}" for name in OTHERS) + "; largest of ours " + _largest(percent, ours, "%"),
        ),
    ]


def _groups(project: Project) -> dict[str, Group]:
    """The control group of every container that runs, by the name of its service."""
    services = project.compose("ps", "--services", "--status", "running").stdout.split()
    pids = {name: project.engine("inspect", "--format", "{{.State.Pid}}", project.container(name)) for name in services}
    return {name: Group(int(pid)) for name, pid in pids.items()}


def _largest(figures: dict[str, float], among: list[str], unit: str) -> str:
    name = max(among, key=lambda each: figures[each])
    return f"{name} {figures[name]:,.1f} {unit}"


def main() -> None:
    """Measure, for as long as asked."""
    parser = argparse.ArgumentParser(prog="make bench-idle")
    parser.add_argument("--minutes", type=float, default=MINUTES, help="how long it is left alone")
    minutes = parser.parse_args().minutes
    sys.stderr.write(f"starting a deployment, then leaving it alone for {minutes:g} minutes …\n")
    show(measure(minutes), "make bench-idle")


if __name__ == "__main__":
    main()
