"""The sheets of an uploaded file as rows by column, whatever kind of file it is."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass

from services.chassis.spreadsheets import WorkbookReader, is_workbook, read_rows
from services.registry.domain import file_rules as rules
from services.registry.domain import roster_rows, school_rows
from services.registry.domain.cells import Cell
from services.registry.domain.findings import Finding, Findings
from services.registry.domain.headers import Header, read_header
from services.registry.domain.roster_import import ImportKind

SHEETS: Mapping[ImportKind, Mapping[str, Mapping[str, str]]] = {
    "roster": {roster_rows.SHEET: roster_rows.COLUMNS},
    "schools": {
        school_rows.SCHOOLS_SHEET: school_rows.SCHOOL_COLUMNS,
        school_rows.CLASSES_SHEET: school_rows.CLASS_COLUMNS,
    },
}
"""What a file of each kind consists of: sheets, and the columns of each with their names in English."""

OPTIONAL_COLUMNS = roster_rows.OPTIONAL_COLUMNS | school_rows.OPTIONAL_COLUMNS

HEADER_ROW = 1

ROWS_AT_MOST = 20_000
"""Rows of a file: three times the children of the largest school, or all the classes of a county."""


@dataclass(frozen=True)
class TableRow:
    """A row that is not blank: `sheet` as the template names it, `shown` as a finding does (a .csv file has no sheets)."""

    sheet: str
    shown: str
    number: int
    cells: Mapping[str, Cell]


def table_rows(data: bytes, kind: ImportKind, reader: WorkbookReader, findings: Findings) -> Generator[TableRow]:
    """The rows of a file below its headers; what is wrong with headers, or beside them, goes into the findings.

    A sheet with broken headers gives no rows. Raises FileNotReadable.
    """
    headers: dict[str, Header] = {}
    rows_of = dict.fromkeys(SHEETS[kind], 0)
    shown = ""
    for row in read_rows(data, list(SHEETS[kind]), reader, rows_at_most=ROWS_AT_MOST):
        shown, sheet = row.sheet, row.sheet or next(iter(SHEETS[kind]))
        if sheet not in headers:
            headers[sheet] = read_header(row.cells, SHEETS[kind][sheet], OPTIONAL_COLUMNS)
            for column, rule in headers[sheet].broken:
                findings.add(Finding(shown, HEADER_ROW, column, rule.code))
        elif not headers[sheet].broken and not all(map(_is_blank, row.cells)):
            rows_of[sheet] += 1
            for column in headers[sheet].strays(row.cells):
                findings.add(Finding(shown, row.number, column, rules.COLUMN_UNKNOWN.code))
            yield TableRow(sheet, shown, row.number, headers[sheet].cells(row.cells))
    for sheet, rows in rows_of.items():
        if not rows and not (sheet in headers and headers[sheet].broken):
            findings.add(Finding(sheet if is_workbook(data) else "", HEADER_ROW + 1, "", rules.NO_ROWS.code))


def columns_of(kind: ImportKind) -> dict[str, str]:
    """Every column of a kind of file, with its name in English."""
    return {column: english for columns in SHEETS[kind].values() for column, english in columns.items()}


def _is_blank(cell: Cell) -> bool:
    return isinstance(cell, str) and not cell.strip()
