"""Files as a county has them, CSV and workbooks: every cell is text, so that no number loses its last digits.

The same content gives the same bytes.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from xlsxwriter import Workbook  # type: ignore[import-untyped]  # xlsxwriter has no types

Table = Sequence[Sequence[str | float]]
"""The first row holds the headings; a figure only where one is wanted."""

_CREATED_AT = datetime(2026, 1, 1, tzinfo=UTC)  # else the workbook would remember when it was made
_COLUMN_WIDTH = 16  # characters


def write_csv(path: Path, table: Table, *, encoding: str = "utf-8-sig") -> None:
    """One table; raises OSError."""
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows(table)


def write_workbook(path: Path, sheets: Mapping[str, Table]) -> None:
    """A sheet for each table, by name; raises OSError."""
    # opened here, so that a place that cannot be written is an OSError, as of write_csv: the workbook raises one of its own
    with path.open("wb") as file, Workbook(file, {"in_memory": True}) as workbook:
        workbook.set_properties({"created": _CREATED_AT})
        text = workbook.add_format({"num_format": "@"})
        head = workbook.add_format({"num_format": "@", "bold": True})
        for name, table in sheets.items():
            sheet = workbook.add_worksheet(name)
            sheet.set_column(0, len(table[0]) - 1, _COLUMN_WIDTH, text)
            sheet.freeze_panes(1, 0)
            for row, cells in enumerate(table):
                for column, cell in enumerate(cells):
                    if isinstance(cell, str):
                        sheet.write_string(row, column, cell, text if row else head)
                    else:
                        sheet.write_number(row, column, cell)
