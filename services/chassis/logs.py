"""Logging: one JSON object a line, with the trace id – and never with what an exception says, which may hold data."""

from __future__ import annotations

import io
import logging
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any, TextIO

import msgspec
import structlog

FRAMES_SHOWN = 12
"""How many places of a traceback are logged, the innermost last."""

CAUSES_SHOWN = 3

SPOKEN_FOR = ("kafka",)
"""Libraries whose adapters tell what matters in sentences; they would say it in many lines a second while a broker is away."""


class _StandardError(io.TextIOBase):
    """Standard error as it is when a line is written: whoever replaces it is heard there, whoever closed it is not missed."""

    def write(self, text: str) -> int:
        return sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()


def configure_unconfigured_logs(level: str = "warning") -> None:
    """Configure the logs unless the entry point has: left alone, structlog prints tracebacks with all local values."""
    if not structlog.is_configured():
        configure_logs(level)


def configure_logs(level: str = "info", stream: TextIO | None = None) -> None:
    """Send everything, our lines and those of libraries, to `stream` (standard error) as JSON."""
    out: Any = stream or _StandardError()
    number = logging.getLevelNamesMapping()[level.upper()]
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        exception_places,
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer(serializer=_json)],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(out),
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(_LibraryFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(number, logging.WARNING))
    for name in SPOKEN_FOR:
        logging.getLogger(name).setLevel(logging.CRITICAL)


def exception_places(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace `exc_info` by the exception's type and where it came from, and those of its causes; never by its words."""
    error = line.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()[1]
    elif isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        line["raised"] = places(error)
    return line


def places(error: BaseException) -> list[dict[str, Any]]:
    """Type and places of an exception and its causes, without their words and without local values."""
    shown: list[dict[str, Any]] = []
    cause: BaseException | None = error
    while cause is not None and len(shown) < CAUSES_SHOWN:
        frames = traceback.extract_tb(cause.__traceback__)[-FRAMES_SHOWN:]
        shown.append(
            {
                "type": f"{type(cause).__module__}.{type(cause).__qualname__}",
                "at": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
            }
        )
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    return shown


class _LibraryFormatter(logging.Formatter):
    """A library's line in the same form: which logger spoke, from where; its words may hold data and are left out."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "event": "library",
            "logger": record.name,
            "level": record.levelname.lower(),
            "at": f"{record.pathname}:{record.lineno} {record.funcName}",
            "template": record.msg if isinstance(record.msg, str) and record.args else None,
        }
        if record.exc_info and record.exc_info[1] is not None:
            line["raised"] = places(record.exc_info[1])
        return _json(line)


def _json(line: Any, **_options: Any) -> str:
    return msgspec.json.encode(line, enc_hook=lambda thing: type(thing).__name__).decode()
