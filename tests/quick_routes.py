"""How addresses are built from routes, prepared when somebody asks: the house builds none, and tests make thousands of its apps."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from werkzeug.routing import Rule

Build = Callable[..., tuple[str, str]]

_prepare = Rule._compile_builder


def prepare_when_asked() -> None:
    """From now on a route costs what its matching costs, not twice that; werkzeug compiles two functions for each unasked."""
    Rule._compile_builder = _later  # type: ignore[method-assign]  no setting says it


def _later(rule: Rule, append_unknown: bool = True) -> Build:  # noqa: FBT002  as werkzeug calls it
    @cache
    def prepared() -> Build:
        return _prepare(rule, append_unknown)

    return lambda *words, **values: prepared()(*words, **values)  # noqa: PLW0108  prepared when it is called, not before
