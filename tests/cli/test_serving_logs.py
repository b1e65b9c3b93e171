"""Who sees a line of each request: a file or a machine that reads, never a person at a terminal."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from services.chassis.logs import configure_logs
from services.cli.serving import log_to


class Terminal(io.StringIO):
    """Standard error before a person."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    yield
    configure_logs("warning")


def logged(stream: io.StringIO, monkeypatch: pytest.MonkeyPatch, file: Path | None = None) -> str:
    monkeypatch.setattr(sys, "stderr", stream)
    close = log_to(file)
    structlog.get_logger("requests").info("request", route="/cases")
    structlog.get_logger("requests").warning("trouble")
    close()
    return stream.getvalue()


def test_a_person_at_a_terminal_reads_of_trouble_only(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = logged(Terminal(), monkeypatch).splitlines()
    assert len(lines) == 1
    assert "trouble" in lines[0]


def test_where_nobody_looks_on_each_request_is_a_line_of_json(monkeypatch: pytest.MonkeyPatch) -> None:
    first, _ = logged(io.StringIO(), monkeypatch).splitlines()
    assert first.startswith("{")
    assert '"route":"/cases"' in first


def test_a_file_gets_the_lines_that_the_terminal_is_spared_and_only_its_owner_reads_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "requests.log"
    file.write_text("before\n")
    file.chmod(0o600)
    assert logged(Terminal(), monkeypatch, file) == ""
    before, request, trouble = file.read_text().splitlines()
    assert (before, "/cases" in request, "trouble" in trouble) == ("before", True, True)
    logged(Terminal(), monkeypatch, tmp_path / "new.log")
    assert (tmp_path / "new.log").stat().st_mode & 0o777 == 0o600
