"""PostgreSQL's own programs, and what became of them."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from services.chassis.errors import Fault, Misconfigured

DEBIANS = Path("/usr/lib/postgresql")
"""Where Debian keeps the programs of each release; not all of them are on the path."""


class ProgramFailed(Exception):
    """A program ended with an error, or not in time; holds its last word."""


class ProgramKilled(Fault):
    """A program was ended from outside: what it was to do is not done, and nothing is said of what it worked on."""


def run(command: Sequence[str], variables: Mapping[str, str] | None = None, *, seconds: float | None = None) -> None:
    """Run a program to its end, or end it when its time is over; raises ProgramFailed, ProgramKilled, Misconfigured."""
    program = command[0]
    try:
        done = subprocess.run(  # noqa: S603  our own command, no shell
            [_found(program), *command[1:]],
            env={**os.environ, **(variables or {})}, capture_output=True, text=True, check=False, timeout=seconds,
        )  # fmt: skip
    except subprocess.TimeoutExpired as over:
        raise ProgramFailed(f"{program}: not done after {over.timeout:.0f} s") from over
    if done.returncode < 0:
        raise ProgramKilled(
            f"{program} 被信号 {-done.returncode} 终止，可能内存不足。\n"
            f"{program} was ended by signal {-done.returncode}; there may not be memory enough."
        )
    if done.returncode != 0:
        last = done.stderr.strip().splitlines()[-1:] or ["no word"]
        raise ProgramFailed(f"{program}: {last[0]}")


def _found(program: str) -> str:
    beside_the_path = os.pathsep.join(map(str, sorted(DEBIANS.glob("*/bin"), reverse=True)))
    path = shutil.which(program) or shutil.which(program, path=beside_the_path)
    if path is None:
        raise Misconfigured(
            f"缺少 {program}，它属于 PostgreSQL 客户端程序，我们的镜像中有。\n"
            f"{program} is missing: it comes with PostgreSQL's client programs, which our image has."
        )
    return path
