"""A terminal beside the house: commands are typed in a process of their own, which speaks HTTP to the one that owns the data."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from typing import NamedTuple

import click
from werkzeug.serving import make_server

from services.cli import main
from tests.system.played import Played

TYPIST = """
import json, sys
from click.testing import CliRunner
from services.cli import main
for line in sys.stdin:
    result = CliRunner().invoke(main, json.loads(line))
    print(json.dumps([result.exit_code, result.output, repr(result.exception or "")]), flush=True)
"""

WIDE = "4000"
"""Columns of the terminal: no line is broken, so nothing hides in two halves."""


class Typed(NamedTuple):
    """What came of a command."""

    exit_code: int
    output: str


class Terminal:
    """Types one command after another."""

    def __init__(self, typist: subprocess.Popen[str], data: str) -> None:
        self._typist = typist
        self._data = data

    def type(self, *words: str) -> Typed:
        """One command; its output is what both streams showed, and the trouble that it ended in."""
        assert self._typist.stdin is not None
        assert self._typist.stdout is not None
        self._typist.stdin.write(json.dumps(["--data", self._data, *words]) + "\n")
        self._typist.stdin.flush()
        exit_code, output, trouble = json.loads(self._typist.stdout.readline())
        return Typed(exit_code, output + trouble)


@contextmanager
def terminal(county: Played) -> Iterator[Terminal]:
    """Serve the house for as long as somebody types."""
    server = make_server("127.0.0.1", 0, county.house.wsgi, threaded=True)
    serving = threading.Thread(target=server.serve_forever, name="served")
    serving.start()
    county.house.ownership.announce(f"http://127.0.0.1:{server.server_port}")
    no_authorities = str(
        county.data
    )  # the house is spoken to without TLS: to read a hundred of them took longer than most commands
    environment = {**os.environ, "COLUMNS": WIDE, "SSL_CERT_DIR": no_authorities}
    typist = subprocess.Popen(  # noqa: S603  our own interpreter and words
        [sys.executable, "-c", TYPIST],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )
    try:
        with typist:
            yield Terminal(typist, str(county.data))
            assert typist.stdin is not None
            typist.stdin.close()
    finally:
        server.shutdown()
        serving.join()
        server.server_close()


def all_commands(group: click.Group = main, before: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command there is, by how it is typed."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from all_commands(command, f"{before}{name} ")
        else:
            yield f"{before}{name}", command


def is_officers(command: click.Command) -> bool:
    """Whether a command is typed in an officer's name."""
    return any("--as" in parameter.opts for parameter in command.params)


def forms_of(command: click.Command, files: Sequence[str], words: Sequence[str], directory: Path) -> list[tuple[str, ...]]:
    """A command with everything that it asks for, in each way, and its answer in each form.

    Files that it reads are `files`, those that it writes are in a directory; whatever else is typed freely is one of `words`.
    """
    asked = [_answers(each, files, words, directory) for each in command.params if isinstance(each, click.Argument)]
    forms = [tuple(chosen) for chosen in product(*asked)]
    shown = [(), ("--json",)] if any("--json" in parameter.opts for parameter in command.params) else [()]
    return [(*form, *more) for form in forms for more in shown]


def _answers(asked: click.Argument, files: Sequence[str], words: Sequence[str], directory: Path) -> Sequence[str]:
    match asked.type:
        case click.Choice(choices=choices):
            return [str(choice) for choice in choices]
        case click.Path(exists=True):
            return files
        case click.Path():
            return [str(directory / "written.csv"), str(directory / "written.xlsx")]
        case click.IntRange():
            return ["1"]
        case _:
            return words
