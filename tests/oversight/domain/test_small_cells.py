"""What is told of a table to those who may not know its small cells."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.oversight.domain.small_cells import OTHERS, told_together

SMALLEST = 3
TABLES = st.dictionaries(
    st.sampled_from("abcdefgh"),
    st.dictionaries(st.sampled_from(["suspected", "dropout"]), st.integers(1, 9), min_size=1).map(Counter[str]),
)


def table(**rows: int) -> dict[str, Counter[str]]:
    return {key: Counter(dropout=count) for key, count in rows.items()}


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (table(a=5, b=3), table(a=5, b=3)),
        (table(a=5, b=2, c=1), table(a=5, others=3)),
        (table(a=9, b=5, c=1), table(a=9, others=6)),
        (table(a=9, b=1, c=1), table(others=11)),
        (table(a=1), table(others=1)),
        ({}, {}),
    ],
)
def test_small_rows_are_told_with_the_next_smallest(rows: dict[str, Counter[str]], told: dict[str, Counter[str]]) -> None:
    assert told_together(rows, SMALLEST) == told


def test_a_small_cell_of_one_column_takes_its_whole_row_along() -> None:
    rows = {
        "a": Counter(dropout=9, suspected=1),
        "b": Counter(dropout=8, suspected=4),
        "c": Counter(dropout=7),
        "d": Counter(dropout=6),
    }
    assert told_together(rows, SMALLEST) == {OTHERS: Counter(dropout=30, suspected=5)}
    without = {**rows, "e": Counter(suspected=2)}
    assert told_together(without, SMALLEST) == {key: rows[key] for key in "bcd"} | {OTHERS: Counter(dropout=9, suspected=3)}


@given(TABLES)
def test_no_small_cell_is_told_or_found_by_subtraction(rows: dict[str, Counter[str]]) -> None:
    told = told_together(rows, SMALLEST)
    assert sum(told.values(), Counter()) == sum(rows.values(), Counter())
    hidden = rows.keys() - told.keys()
    shown = [count for key, cells in told.items() if key != OTHERS for count in cells.values()]
    assert all(count >= SMALLEST for count in shown)
    if OTHERS in told and hidden != rows.keys():
        assert len(hidden) >= 2
        assert all(count >= SMALLEST for count in told[OTHERS].values())
