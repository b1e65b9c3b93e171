"""Ctrl-C ends what is long with one sentence, leaves nothing half done, and the next run goes on."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import click
import httpx
import msgspec
import pytest

from services.chassis.clock import Position
from services.cli import main
from services.cli.answering import Stopped
from services.cli.interrupts import heard_between_steps
from services.deployment import OWNER_FILE, Deployment, found

FUXUE = Path(sys.executable).with_name("fuxue")
PATIENCE_SECONDS = 60.0
SECOND_SCHOOL_DAY = datetime(2026, 9, 2, tzinfo=UTC)


def until(holds: Callable[[], bool]) -> None:
    patience = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < patience
        time.sleep(0.02)


def fuxue(data: Path, *words: str) -> subprocess.Popen[str]:
    """A command in a group of its own, as a terminal would start it."""
    command = [str(FUXUE), "--data", str(data), *words]
    piped = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    return subprocess.Popen(command, text=True, start_new_session=True, **piped)  # noqa: S603  our own command


def clock_of(data: Path) -> Position | None:
    path = data / "clock.json"
    return msgspec.json.decode(path.read_bytes(), type=Position) if path.exists() else None


def test_ctrl_c_at_a_prompt_for_a_password_is_told_as_anywhere_else(monkeypatch: pytest.MonkeyPatch) -> None:
    def pressed(_prompt: str) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(sys, "stdin", SimpleNamespace(isatty=lambda: True))
    monkeypatch.setattr(click.termui, "hidden_prompt_func", pressed)
    with pytest.raises(Stopped, match="已停止。 Stopped"):
        main(["account", "password", "--as", "somebody"], standalone_mode=False)


def test_a_play_that_is_stopped_says_so_in_a_sentence_and_goes_on_with_the_next_run(tmp_path: Path) -> None:
    def has_begun() -> bool:
        position = clock_of(tmp_path)
        return position is not None and position.now >= SECOND_SCHOOL_DAY

    playing = fuxue(tmp_path, "demo", "--no-serve", "--pupils", "60")
    until(has_begun)
    os.killpg(playing.pid, signal.SIGINT)
    told, _ = playing.communicate(timeout=PATIENCE_SECONDS)
    assert playing.returncode == 130, told
    assert told.strip().splitlines()[-1].startswith("演示已停止；再运行一次 `fuxue demo` 就从这里继续。 Stopped;")
    assert "Traceback" not in told
    again = fuxue(tmp_path, "demo", "--no-serve", "--until", "2026-09-11")
    told, _ = again.communicate(timeout=PATIENCE_SECONDS)
    assert again.returncode == 0, told
    assert "0 处不同" in told


def test_ctrl_c_is_heard_between_two_steps_and_the_second_at_once() -> None:
    before = signal.getsignal(signal.SIGINT)
    with heard_between_steps() as between_steps:
        between_steps()
        signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            between_steps()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


def test_a_served_house_is_closed_as_a_whole_however_often_it_is_told_to_stop(tmp_path: Path) -> None:
    found(tmp_path, Deployment("570126", demo_from=datetime(2026, 9, 1, tzinfo=UTC)))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    serving = fuxue(tmp_path, "serve", "--port", str(port))

    def answers() -> bool:
        try:
            return httpx.get(f"http://127.0.0.1:{port}/registry/health").is_success
        except httpx.TransportError:
            return False

    until(answers)
    for _ in range(3):
        os.killpg(serving.pid, signal.SIGINT)
        time.sleep(0.05)
    told, _ = serving.communicate(timeout=PATIENCE_SECONDS)
    assert serving.returncode == 0, told
    assert told.strip().splitlines()[-1] == "已停止。 Stopped."
    assert "SIGKILL" not in told
    assert not (tmp_path / OWNER_FILE).exists()
    position = clock_of(tmp_path)
    assert position is not None
    assert timedelta(0) < position.now - position.moved_to < timedelta(seconds=PATIENCE_SECONDS)
