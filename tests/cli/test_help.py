"""`--help` answers at once: no command loads what it needs only when it runs."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping

import click
import pytest

from services.cli import main

HEAVY = ("flask", "sqlalchemy", "gunicorn", "httpx", "cryptography", "structlog", "services.embedded", "services.demo")

ASK = f"""
import json
import os
import sys
from services.cli import main

for words in json.load(sys.stdin):
    said = os.pipe()
    if os.fork() == 0:
        os.dup2(said[1], sys.stdout.fileno())
        main([*words, "--help"], standalone_mode=False)
        print("loaded:", [name for name in {HEAVY!r} if name in sys.modules], flush=True)
        os._exit(0)
    os.close(said[1])
    with open(said[0]) as reading:
        told = reading.read()
    print(json.dumps([*words, told, os.wait()[1]]), flush=True)
"""
"""Every command in a process of its own, which begins where the others begin: behind what loading `fuxue` itself has loaded."""


def commands(group: click.Group, *path: str) -> Iterator[tuple[str, ...]]:
    yield path
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, *path, name)
        else:
            yield (*path, name)


PATHS = tuple(commands(main))


@pytest.fixture(scope="module")
def told() -> Mapping[tuple[str, ...], tuple[str, int]]:
    """What each command says to `--help`, and how its process ended."""
    asked = [sys.executable, "-c", ASK]
    answers = subprocess.run(asked, input=json.dumps(PATHS), capture_output=True, text=True, check=True).stdout  # noqa: S603  our own page
    return {tuple(words): (told, ended) for *words, told, ended in map(json.loads, answers.splitlines())}


@pytest.mark.parametrize("path", PATHS, ids=lambda path: "_".join(path) or "fuxue")
def test_help_loads_no_service_no_web_frame_and_no_database(
    told: Mapping[tuple[str, ...], tuple[str, int]], path: tuple[str, ...]
) -> None:
    text, ended = told[path]
    assert ended == 0
    assert "Usage:" in text
    assert text.splitlines()[-1] == "loaded: []"


def test_every_command_says_what_it_does_in_chinese_and_english() -> None:
    for path in commands(main):
        command: click.Command = main
        for name in path:
            assert isinstance(command, click.Group)
            command = command.commands[name]
        said = command.get_short_help_str(100)
        assert any("\u4e00" <= sign <= "\u9fff" for sign in said), path
        assert any(sign.isascii() and sign.isalpha() for sign in said), path
        assert not said.endswith("..."), path
