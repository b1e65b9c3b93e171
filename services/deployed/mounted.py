"""What containers are shown of the release's own files: whoever put them here under a narrow umask kept them to itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

MOUNTED = ("dashboards", "gateway", "grafana", "kafka", "nginx", "postgres", "prometheus")
"""The parts of `deploy/` that compose files mount, into containers that run as users of their own and without a capability."""

FOR_FILES, FOR_DIRECTORIES = 0o444, 0o555


def open_to_readers(deploy: Path) -> list[str]:
    """Let every user read what is mounted; answers what could not be read, by its place under `deploy`."""
    return [str(path.relative_to(deploy)) for path in _shown(deploy) if _opened(path)]


def _shown(deploy: Path) -> Iterator[Path]:
    for name in MOUNTED:
        yield deploy / name
        yield from sorted((deploy / name).rglob("*"))


def _opened(path: Path) -> bool:
    """Whether it had to be; one who looks into directories comes to them from above."""
    mode = path.stat().st_mode & 0o7777
    wanted = mode | (FOR_DIRECTORIES if path.is_dir() else FOR_FILES)
    if wanted != mode:
        path.chmod(wanted)
    return wanted != mode
