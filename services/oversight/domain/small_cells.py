"""Small cells of a table are not told one by one: a number of one or two is a child that somebody knows.

Rows with a small cell are told together, and so many of the next smallest with them that nothing is found by subtraction.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

OTHERS = "others"
"""The key of the rows that are told together."""

ROWS_TOGETHER = 2
"""A single row told as the others is found by its absence from the list."""


def told_together(rows: Mapping[str, Counter[str]], smallest: int) -> dict[str, Counter[str]]:
    """The rows without small cells (above nought, below `smallest`), and all others as one; the sums stay what they were."""
    together = Counter[str]()
    by_size = sorted(rows, key=lambda key: (rows[key].total(), key))
    hidden = {key for key in rows if _has_small_cell(rows[key], smallest)}
    for key in (key for key in by_size if key in hidden):
        together += rows[key]
    for key in (key for key in by_size if key not in hidden):
        if not hidden or (len(hidden) >= ROWS_TOGETHER and not _has_small_cell(together, smallest)):
            break
        hidden.add(key)
        together += rows[key]
    told = {key: cells for key, cells in rows.items() if key not in hidden}
    return {**told, OTHERS: together} if hidden else told


def _has_small_cell(cells: Mapping[str, int], smallest: int) -> bool:
    return any(0 < count < smallest for count in cells.values())
