"""Reads .csv files: UTF-8 with or without a byte order mark, or GB18030, and nothing that is only almost one of them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from services.chassis.spreadsheets.refusals import EncodingUnknown, TableMalformed
from services.chassis.spreadsheets.workbooks import COLUMNS_AT_MOST, SheetRow, too_large

_UTF_8_MARK = b"\xef\xbb\xbf"
_CONTROL_CHARACTERS = frozenset(map(chr, (*range(9), 11, 12, *range(14, 32), 127)))


def read_csv(data: bytes, rows_at_most: int) -> Iterator[SheetRow]:
    """All rows, blank ones too, numbered as a spreadsheet shows them; raises FileNotReadable."""
    rows = csv.reader(io.StringIO(decoded(data), newline=""), strict=True)
    number = 0
    while True:
        number += 1
        try:
            cells = next(rows, None)
        except csv.Error as broken:
            raise TableMalformed(row=number) from broken
        if cells is None:
            return
        if number > rows_at_most + 1 or len(cells) > COLUMNS_AT_MOST:
            raise too_large(rows_at_most)
        if any(not _CONTROL_CHARACTERS.isdisjoint(cell) for cell in cells):
            raise TableMalformed(row=number)
        yield SheetRow("", number, cells)


def decoded(data: bytes) -> str:
    """The text of the file; raises EncodingUnknown."""
    for encoding in ("utf-8-sig",) if data.startswith(_UTF_8_MARK) else ("utf-8", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise EncodingUnknown
