"""Workbooks and .csv files that nobody vouches for: read as they stand, or refused with a sentence for a clerk."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from xlsxwriter import Workbook  # type: ignore[import-untyped]  # xlsxwriter has no types

from services.chassis.errors import FormRejected, PlacesTaken
from services.chassis.spreadsheets import WorkbookReader, read_rows, workbooks
from services.chassis.spreadsheets import refusals as why
from services.chassis.spreadsheets.child import FIRST_TO_GO
from tests.chassis.spreadsheets.workbooks import (
    SHEET,
    far_cell,
    large_sheet,
    lying_zip_bomb,
    old_format,
    with_part,
    workbook,
    xml_bomb,
    zip_bomb,
)
from tests.patience import PATIENCE_SECONDS

FIRST_SHEET = "xl/worksheets/sheet1.xml"


@pytest.fixture(scope="module")
def reader() -> Iterator[WorkbookReader]:
    reader = WorkbookReader()
    yield reader
    reader.close()


def rows(data: bytes, reader: WorkbookReader | None = None, *sheets: str) -> list[tuple[str, int, list[str | float]]]:
    return [(row.sheet, row.number, list(row.cells)) for row in read_rows(data, sheets or (SHEET,), reader)]


def test_text_stays_text_and_a_figure_a_figure(reader: WorkbookReader) -> None:
    assert rows(workbook({SHEET: [["学籍号", "班号"], ["0017", 3.0]]}), reader) == [
        (SHEET, 1, ["学籍号", "班号"]),
        (SHEET, 2, ["0017", 3.0]),
    ]


def test_rows_keep_the_numbers_that_the_spreadsheet_shows(reader: WorkbookReader) -> None:
    data = io.BytesIO()
    with Workbook(data, {"in_memory": True}) as book:
        sheet = book.add_worksheet(SHEET)
        sheet.write_string(2, 1, "third row, second column")
        sheet.write_string(4, 2, "fifth")
    shown = rows(data.getvalue(), reader)
    assert shown[2] == (SHEET, 3, ["", "third row, second column", ""])
    assert shown[4] == (SHEET, 5, ["", "", "fifth"])


def test_dates_come_in_their_iso_form_and_truth_values_as_words(reader: WorkbookReader) -> None:
    data = io.BytesIO()
    with Workbook(data, {"in_memory": True}) as book:
        sheet = book.add_worksheet(SHEET)
        sheet.write_datetime(0, 0, datetime(2015, 3, 1), book.add_format({"num_format": "yyyy-mm-dd"}))  # noqa: DTZ001  a spreadsheet has no zones
        sheet.write_boolean(0, 1, True)  # noqa: FBT003  xlsxwriter asks for it so
    assert rows(data.getvalue(), reader) == [(SHEET, 1, [date(2015, 3, 1).isoformat(), "TRUE"])]


def test_several_sheets_come_one_after_another(reader: WorkbookReader) -> None:
    data = workbook({"甲": [["1"]], "丙": [["no"]], "乙": [["2"]]})
    assert rows(data, reader, "乙", "甲") == [("乙", 1, ["2"]), ("甲", 1, ["1"])]


def test_one_child_reads_several_files(reader: WorkbookReader) -> None:
    rows(workbook({SHEET: [["a"]]}), reader)
    (first, _), *_ = reader._kept
    rows(workbook({SHEET: [["b"]]}), reader)
    (second, _), *_ = reader._kept
    assert first.pid == second.pid


def test_a_reader_left_in_the_middle_keeps_no_child_with_half_a_file(reader: WorkbookReader) -> None:
    started = read_rows(workbook({SHEET: [["a"]] * 2_000}), (SHEET,), reader)
    next(started)
    started.close()  # type: ignore[attr-defined]  # it is a generator
    assert rows(workbook({SHEET: [["b"]]}), reader) == [(SHEET, 1, ["b"])]


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        pytest.param(b"", why.FileEmpty, id="nothing"),
        pytest.param(b" \r\n ", why.FileEmpty, id="blank"),
        pytest.param(b"PK\x03\x04 and then something else", why.WorkbookCorrupt, id="no zip"),
        pytest.param(workbook({SHEET: [["a"]]})[:-200], why.WorkbookCorrupt, id="cut off"),
        pytest.param(with_part(workbook({SHEET: [["a"]]}), FIRST_SHEET, b"<worksheet><she"), why.WorkbookCorrupt, id="bad xml"),
        pytest.param(workbook({"别的": [["a"]]}), why.SheetMissing, id="wrong sheet"),
        pytest.param(old_format(locked=True), why.WorkbookLocked, id="password"),
        pytest.param(old_format(locked=False), why.WorkbookOfOldFormat, id="xls"),
        pytest.param(zip_bomb(), why.FileTooLarge, id="zip bomb"),
        pytest.param(lying_zip_bomb(), why.WorkbookCorrupt, id="zip bomb that lies about its size"),
        pytest.param(far_cell(), why.FileTooLarge, id="far cell"),
        pytest.param(xml_bomb(), why.WorkbookCorrupt, id="xml bomb"),
        pytest.param("姓名\n王".encode("utf-16"), why.EncodingUnknown, id="utf-16"),
        pytest.param("姓名\n王".encode() + b"\xff\xff", why.EncodingUnknown, id="half utf-8"),
        pytest.param(b"\xef\xbb\xbf\xd0\xd5\xc3\xfb", why.EncodingUnknown, id="gb after a utf-8 mark"),
        pytest.param(b'name\n"open', why.TableMalformed, id="open quote"),
        pytest.param(b"name\na\x00b", why.TableMalformed, id="control character"),
        pytest.param(b"name\n" + b"a" * 200_000, why.TableMalformed, id="endless cell"),
        pytest.param(b"," * 100, why.FileTooLarge, id="too many columns"),
        pytest.param(b"a\n" * 200_002, why.FileTooLarge, id="too many rows"),
    ],
)  # fmt: skip
def test_an_unreadable_file_is_refused_by_name(data: bytes, refusal: type[why.FileNotReadable], reader: WorkbookReader) -> None:
    with pytest.raises(refusal) as refused:
        rows(data, reader)
    (error,) = refused.value.errors
    assert isinstance(refused.value, FormRejected)
    assert error.field == "file"
    assert "{" not in error.zh + error.en


def test_a_sheet_with_too_many_rows_is_refused(reader: WorkbookReader) -> None:
    assert len(list(read_rows(workbook({SHEET: [["a"]] * 11}), (SHEET,), reader, rows_at_most=10))) == 11
    for data in (workbook({SHEET: [["a"]] * 12}), b"a\n" * 12):
        with pytest.raises(why.FileTooLarge, match="at most 10 rows"):
            list(read_rows(data, (SHEET,), reader, rows_at_most=10))


def test_a_file_that_needs_too_much_memory_costs_its_child_and_nothing_else() -> None:
    reader = WorkbookReader(memory_bytes=128 * 2**20)
    with pytest.raises(why.FileTooLarge):
        rows(large_sheet(), reader)
    assert rows(workbook({SHEET: [["a"]]}), reader) == [(SHEET, 1, ["a"])]
    reader.close()


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Of this test alone: others read workbooks of the same installation at the same time."""
    (place := tmp_path / "place").touch()
    return place


def test_one_workbook_is_read_at_a_time_whatever_process_reads_it(place: Path) -> None:
    first, second = WorkbookReader(place=place), WorkbookReader(place=place)
    started = read_rows(large_sheet(), (SHEET,), first)
    next(started)
    read: list[object] = []
    waiting = threading.Thread(target=lambda: read.extend(rows(workbook({SHEET: [["a"]]}), second)))
    waiting.start()
    waiting.join(0.5)
    assert read == []
    started.close()  # type: ignore[attr-defined]  # it is a generator; its child ends
    waiting.join(PATIENCE_SECONDS)
    assert read == [(SHEET, 1, ["a"])]
    first.close()
    second.close()


@pytest.mark.parametrize("same_reader", [True, False])
def test_a_workbook_that_waits_long_for_another_is_not_refused_but_is_to_come_again(same_reader: bool, place: Path) -> None:
    second = WorkbookReader(place=place, place_seconds=0.2)
    first = second if same_reader else WorkbookReader(place=place)
    started = read_rows(large_sheet(), (SHEET,), first)
    next(started)
    for _ in range(2):
        with pytest.raises(PlacesTaken):
            rows(workbook({SHEET: [["a"]]}), second)
    started.close()  # type: ignore[attr-defined]  # it is a generator; its child ends
    assert rows(workbook({SHEET: [["a"]]}), second) == [(SHEET, 1, ["a"])]
    first.close()
    second.close()


def test_who_waits_for_another_workbook_is_never_silent_for_too_long() -> None:
    assert 2 * workbooks.PLACE_SECONDS < workbooks.SILENCE_SECONDS


def test_where_memory_runs_out_the_child_goes_first(reader: WorkbookReader) -> None:
    rows(workbook({SHEET: [["a"]]}), reader)
    (child, _), *_ = reader._kept
    assert Path(f"/proc/{child.pid}/oom_score_adj").read_text().strip() == FIRST_TO_GO


def test_a_file_that_takes_too_long_is_given_up() -> None:
    reader = WorkbookReader(cpu_seconds=0)
    with pytest.raises(why.FileTakesTooLong):
        rows(large_sheet(), reader)
    reader.close()


def test_the_end_of_the_reader_is_the_end_of_its_child() -> None:
    reader = WorkbookReader()
    rows(workbook({SHEET: [["a"]]}), reader)
    (child, _), *_ = reader._kept
    del reader
    assert child.returncode is not None


def test_gb18030_and_both_kinds_of_utf_8_are_read_with_rare_hanzi() -> None:
    for encoding in ("gb18030", "utf-8", "utf-8-sig"):
        assert rows("姓名\r\n𬭎·阿依古丽\r\n".encode(encoding)) == [("", 1, ["姓名"]), ("", 2, ["𬭎·阿依古丽"])]


def test_a_csv_row_is_numbered_by_records_and_blank_ones_count() -> None:
    assert rows(b'a,b\r\n\r\n"one\nrow",2\r\n') == [("", 1, ["a", "b"]), ("", 2, []), ("", 3, ["one\nrow", "2"])]


def test_a_list_of_several_sheets_is_never_a_csv_file() -> None:
    with pytest.raises(why.WorkbookCorrupt):
        rows(b"a,b\n", None, "甲", "乙")


def test_without_a_sheet_name_the_first_sheet_is_read_namelessly(reader: WorkbookReader) -> None:
    data = workbook({"张三的表": [["a"]], "second": [["b"]]})
    assert [(row.sheet, list(row.cells)) for row in read_rows(data, (), reader)] == [("", ["a"])]
