"""What is said about files of tests is true of files that are there."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.dealing import GROUPS, LONG, ROOT

TWO_FILES = ("tests/architecture/test_canvases.py", "tests/architecture/test_makefile.py")


def test_each_file_of_which_something_is_said_is_there() -> None:
    assert [name for name in (*LONG, *GROUPS) if not (ROOT / name).is_file()] == []


def test_every_test_of_a_file_goes_to_the_same_process() -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    command = [sys.executable, "-m", "pytest", "-vvv", "-n", "2", "--dist", "loadscope", "--no-loadscope-reorder", *TWO_FILES]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)  # noqa: S603  our own
    told = [line.split() for line in done.stdout.splitlines() if line.startswith("[gw")]
    dealt = {(line[0], next(word for word in line if "::" in word).partition("::")[0]) for line in told}
    assert sorted(name for _, name in dealt) == sorted(TWO_FILES)
