"""A terminal, for tests: what somebody types into a command that asks, unseen, and what the command says."""

from __future__ import annotations

import os
import pty
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from select import select

PATIENCE_SECONDS = 60.0


def typed(command: Sequence[str], answers: Sequence[tuple[str, str]], *, there: Path, environment: Mapping[str, str]) -> str:
    """Runs a command in a terminal of its own, gives each answer when it is asked for; what was said, once it has ended well."""
    ours, theirs = pty.openpty()
    running = subprocess.Popen(  # noqa: S603  our own command
        command, cwd=there, env=environment, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
    )
    os.close(theirs)
    said = ""
    try:
        for question, answer in answers:
            said += _until(ours, question)
            os.write(ours, answer.encode() + b"\n")
        said += _until(ours, None)
        assert running.wait(PATIENCE_SECONDS) == 0, said
    finally:
        running.kill()
        running.wait()
        os.close(ours)
    return said


def _until(terminal: int, words: str | None) -> str:
    """What is said until these words come, or until nobody speaks there any more."""
    patience, said = time.monotonic() + PATIENCE_SECONDS, b""
    while words is None or words.encode() not in said:
        ready, _, _ = select([terminal], [], [], max(0.0, patience - time.monotonic()))
        assert ready, f"{words} was not said: {said.decode()}"
        try:
            heard = os.read(terminal, 4096)
        except OSError:  # so the kernel says that the other side is closed
            heard = b""
        if not heard:
            assert words is None, f"{words} was not said: {said.decode()}"
            break
        said += heard
    return said.decode()
