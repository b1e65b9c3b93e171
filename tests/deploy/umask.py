"""A narrow umask, for tests: what it leaves of a tree, and what of one is kept from others."""

from __future__ import annotations

from pathlib import Path


def narrowed(place: Path) -> None:
    """As umask 077 would have left it."""
    for path in (place, *place.rglob("*")):
        path.chmod(path.stat().st_mode & 0o700)


def kept_from_others(place: Path) -> list[Path]:
    """What another user could not read there."""
    return [path for path in place.rglob("*") if path.stat().st_mode & (0o5 if path.is_dir() else 0o4) == 0]
