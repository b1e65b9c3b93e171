"""Reads lists that people send: .xlsx workbooks and .csv files, as rows of cells, without trusting a byte of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from services.chassis.spreadsheets.child import Cell
from services.chassis.spreadsheets.delimited import read_csv
from services.chassis.spreadsheets.refusals import FileEmpty, FileNotReadable, WorkbookCorrupt
from services.chassis.spreadsheets.workbooks import ROWS_AT_MOST, SheetRow, WorkbookReader, is_workbook

__all__ = ["Cell", "FileNotReadable", "SheetRow", "WorkbookReader", "is_workbook", "read_rows"]


def read_rows(
    data: bytes, sheets: Sequence[str], reader: WorkbookReader | None = None, *, rows_at_most: int = ROWS_AT_MOST
) -> Iterator[SheetRow]:
    """All rows, blank ones too: of the named sheets of a workbook, or of a .csv file, which has one sheet and no name.

    `rows_at_most` is what the list may have below its header.
    Without a `reader` of many files the workbook gets a child process of its own. Raises FileNotReadable and PlacesTaken.
    """
    if not data.strip():
        raise FileEmpty
    if not is_workbook(data):
        if len(sheets) > 1:
            raise WorkbookCorrupt  # several sheets are asked for
        yield from read_csv(data, rows_at_most)
    elif reader is not None:
        yield from reader.rows(data, sheets, rows_at_most)
    else:
        own = WorkbookReader()
        try:
            yield from own.rows(data, sheets, rows_at_most)
        finally:
            own.close()
