"""A name in both languages, and how a code finds its own."""

from __future__ import annotations

from collections.abc import Mapping

Names = tuple[str, str]
"""Chinese and English."""

UNKNOWN: Names = ("未记录", "not recorded")


def named(names: Mapping[str, Names], code: str | None) -> Names:
    """Both names of a code: none is "not recorded", one that the list does not have is its own name."""
    return UNKNOWN if code is None else names.get(code, (code, code))
