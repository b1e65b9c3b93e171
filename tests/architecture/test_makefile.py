"""`make` looks for a Python once and in silence, whatever stands on the PATH; before it is silent for long it says why."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_a_python_that_is_named_but_not_installed_is_passed_over_in_silence_and_asked_once(tmp_path: Path) -> None:
    asked = tmp_path / "asked"
    for name in ("python3.13", "python3.12"):  # as pyenv has them: commands that only complain
        shim = tmp_path / name
        shim.write_text(f"#!/bin/sh\necho {name} >> {asked}\necho 'command not found' >&2\nexit 127\n")
        shim.chmod(0o755)
    (tmp_path / "python3.11").symlink_to(sys.executable)
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHON", "MAKEFLAGS", "MAKELEVEL")}
    environment["PATH"] = f"{tmp_path}:{os.environ['PATH']}"
    command = ["make", "--dry-run", "VENV=nowhere", "setup"]  # a virtual environment that is not there
    made = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)  # noqa: S603  our own
    assert made.stderr == ""
    assert "python3.11 -m venv nowhere" in made.stdout
    assert asked.read_text().split() == ["python3.13", "python3.12"]


def test_before_pip_is_silent_for_a_while_make_says_what_happens_and_for_how_long_in_both_languages() -> None:
    command = ["make", "--dry-run", "VENV=nowhere", "setup"]
    made = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603  our own
    lines = made.stdout.splitlines()
    installs = [place for place, line in enumerate(lines) if "pip install" in line]
    first = [place for place in installs if place - 1 not in installs]
    assert len(first) == 2, "what runs, and what tests it"
    for place in first:
        assert "约一两分钟" in lines[place - 2]
        assert "a minute or two" in lines[place - 1]
