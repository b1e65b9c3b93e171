"""`--help` answers at once: no command loads what it needs only when it runs."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import click
import pytest

from services.cli import main

HEAVY = ("flask", "sqlalchemy", "gunicorn", "httpx", "cryptography", "structlog", "services.embedded", "services.demo")

ASK = f"""
import sys
from services.cli import main
main(sys.argv[1:], standalone_mode=False)
print("loaded:", [name for name in {HEAVY!r} if name in sys.modules])
"""


def commands(group: click.Group, *path: str) -> Iterator[tuple[str, ...]]:
    yield path
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, *path, name)
        else:
            yield (*path, name)


@pytest.mark.parametrize("path", list(commands(main)), ids=lambda path: "_".join(path) or "fuxue")
def test_help_loads_no_service_no_web_frame_and_no_database(path: tuple[str, ...]) -> None:
    asked = [sys.executable, "-c", ASK, *path, "--help"]
    told = subprocess.run(asked, capture_output=True, text=True, check=True).stdout  # noqa: S603  our own page
    assert "Usage:" in told
    assert told.splitlines()[-1] == "loaded: []"


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
