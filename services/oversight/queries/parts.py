"""Many ids, asked for in several queries."""

from __future__ import annotations

from collections.abc import Collection, Iterator

IDS_A_QUERY = 500
"""How many ids one query may name; SQLite takes 32,766 variables, older ones 999."""


def in_parts(ids: Collection[str]) -> Iterator[list[str]]:
    """The ids in their order, as many at a time as a query may name."""
    listed = sorted(ids)
    return (listed[first : first + IDS_A_QUERY] for first in range(0, len(listed), IDS_A_QUERY))
