"""Logs hold where something happened and of which kind it was; never what an exception or a library says."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from io import StringIO

import pytest
import structlog

from services.chassis.logs import configure_logs

CANARY = "欧阳雪见 13912345678"


@pytest.fixture
def lines() -> Iterator[StringIO]:
    written = StringIO()
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    configure_logs("info", written)
    yield written
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


def _fails() -> None:
    secret = CANARY
    known: dict[str, str] = {}
    try:
        known[secret]
    except KeyError as cause:
        raise ValueError(f"not a phone: {secret}") from cause


def test_an_exception_leaves_its_types_and_places_and_not_its_words(lines: StringIO) -> None:
    log = structlog.get_logger()
    try:
        _fails()
    except ValueError:
        log.exception("step_failed", service="roll")
    line = json.loads(lines.getvalue())
    assert line["event"] == "step_failed"
    assert [raised["type"] for raised in line["raised"]] == ["builtins.ValueError", "builtins.KeyError"]
    assert "_fails" in line["raised"][0]["at"][-1]
    assert CANARY not in lines.getvalue()
    assert "13912345678" not in lines.getvalue()


def test_a_library_is_heard_without_what_it_says(lines: StringIO) -> None:
    library = logging.getLogger("some.library")
    library.warning("cannot insert %s", CANARY)
    library.error(f"cannot insert {CANARY}")
    try:
        _fails()
    except ValueError:
        library.exception(CANARY)
    heard = [json.loads(line) for line in lines.getvalue().splitlines()]
    assert [line["level"] for line in heard] == ["warning", "error", "error"]
    assert heard[0]["template"] == "cannot insert %s"
    assert heard[2]["raised"][0]["type"] == "builtins.ValueError"
    assert "13912345678" not in lines.getvalue()


def test_below_its_level_nothing_is_written(lines: StringIO) -> None:
    structlog.get_logger().debug("detail")
    assert lines.getvalue() == ""
