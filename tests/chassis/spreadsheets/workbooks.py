"""Workbooks for tests: good ones, and the ones that somebody sends who means harm."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from xlsxwriter import Workbook  # type: ignore[import-untyped]  # xlsxwriter has no types

SHEET = "学生名册"
SAVED_AT = datetime(2026, 9, 1, tzinfo=UTC)
Table = Sequence[Sequence[str | float]]


def workbook(sheets: Mapping[str, Table]) -> bytes:
    """A workbook as a careful clerk saves it: text as text, figures as figures; the same content gives the same bytes."""
    data = io.BytesIO()
    with Workbook(data, {"in_memory": True}) as book:
        book.set_properties({"created": SAVED_AT})
        for name, table in sheets.items():
            sheet = book.add_worksheet(name)
            for row, cells in enumerate(table):
                for column, cell in enumerate(cells):
                    if isinstance(cell, str):
                        sheet.write_string(row, column, cell)
                    else:
                        sheet.write_number(row, column, cell)
    return data.getvalue()


def with_part(data: bytes, name: str, content: bytes, *, packed: bool = True) -> bytes:
    """The same workbook with one part replaced or added."""
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(changed, "w") as new:
        for part in old.namelist():
            if part != name:
                new.writestr(part, old.read(part), zipfile.ZIP_DEFLATED)
        new.writestr(name, content, zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED)
    return changed.getvalue()


def zip_bomb() -> bytes:
    """Unpacks to 64 MB of nothing from a few kilobytes."""
    return with_part(workbook({SHEET: [["a"]]}), "xl/media/nothing.bin", b"\0" * (64 * 2**20))


def lying_zip_bomb() -> bytes:
    """A sheet that unpacks to far more than the directory of the zip says."""
    rows = b"".join(b'<row r="%d"><c r="A%d" t="inlineStr"><is><t>x</t></is></c></row>' % (n, n) for n in range(1, 150_000))
    sheet = (
        b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        + rows + b"</sheetData></worksheet>"
    )  # fmt: skip
    data = bytearray(with_part(workbook({SHEET: [["a"]]}), "xl/worksheets/sheet1.xml", sheet))
    real, claimed = len(sheet).to_bytes(4, "little"), (1_000).to_bytes(4, "little")
    return bytes(data.replace(real, claimed))


def two_cells(row: int, column: int) -> bytes:
    """A small file whose sheet is as large as the place of its second cell makes it."""
    data = io.BytesIO()
    with Workbook(data, {"in_memory": True}) as book:
        sheet = book.add_worksheet(SHEET)
        sheet.write_string(0, 0, "a")
        sheet.write_string(row, column, "b")
    return data.getvalue()


def far_cell() -> bytes:
    """Two cells, as far apart as a sheet allows: 17 thousand million cells in between."""
    return two_cells(1_048_575, 16_383)


def large_sheet() -> bytes:
    """Within all caps, and yet 170 MB in memory and some seconds of work."""
    return two_cells(60_000, 90)


def xml_bomb() -> bytes:
    """A thousand million laughs."""
    entities = b'<!ENTITY e0 "ha">' + b"".join(b'<!ENTITY e%d "%s">' % (n, b"&e%d;" % (n - 1) * 10) for n in range(1, 10))
    strings = b'<?xml version="1.0"?><!DOCTYPE sst [' + entities + b"]><sst><si><t>&e9;</t></si></sst>"
    return with_part(workbook({SHEET: [["a"]]}), "xl/sharedStrings.xml", strings)


def old_format(*, locked: bool) -> bytes:
    """The beginning of an OLE file: a .xls workbook, or an encrypted .xlsx."""
    head = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 504
    return head + ("EncryptedPackage".encode("utf-16-le") if locked else "Workbook".encode("utf-16-le")) + b"\0" * 512
