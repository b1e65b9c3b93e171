"""Small files that must be whole or not there: written beside, flushed to the disk, then put in place."""

from __future__ import annotations

import os
import re
from pathlib import Path

PRIVATE = 0o600

_BESIDE = re.compile(r"\.(?P<name>.+)\.[0-9]+\.new")
"""How `_beside` names what it writes."""


def put_in_place(path: Path, content: bytes, *, mode: int = PRIVATE) -> None:
    """Replace a file by its new content."""
    os.replace(_beside(path, content, mode), path)  # noqa: PTH105  the pair of os.link below
    _flush_directory(path)


def put_once(path: Path, content: bytes, *, mode: int = PRIVATE) -> bytes:
    """Make a file unless it is there; answers the content that counts, which may be another process's."""
    beside = _beside(path, content, mode)
    try:
        os.link(beside, path)
    except FileExistsError:
        return path.read_bytes()
    finally:
        beside.unlink()
    _flush_directory(path)
    return content


def meant_name(name: str) -> str:
    """The name that a file has, or was to have: what a killed process left beside it is named after it."""
    beside = _BESIDE.fullmatch(name)
    return name if beside is None else beside["name"]


def _beside(path: Path, content: bytes, mode: int) -> Path:
    beside = path.with_name(f".{path.name}.{os.getpid()}.new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return beside


def _flush_directory(path: Path) -> None:
    descriptor = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
