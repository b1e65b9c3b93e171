"""What a template says is what the importers read: headings, words, and a first row that they take."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import get_args

import pytest
from click.testing import CliRunner, Result

from services.chassis.county import DayKind
from services.chassis.spreadsheets import SheetRow, read_rows
from services.cli import main
from services.cli.templates import TEMPLATES, Sheet
from services.cli.templating import KINDS
from services.contracts.codes import BodyKind, Role
from services.contracts.ids import body_id
from services.identity.adapters import county_files
from services.identity.domain.authority import Authority
from services.identity.storage.rows import BodyRow
from services.registry.domain import file_rules
from services.registry.domain.accepted_words import WORDS, FileKind, accepted_form
from services.registry.domain.cells import RowReader
from services.registry.domain.roll_call_rows import read_line
from services.registry.domain.roster_rows import read_row
from services.registry.domain.school_rows import OPTIONAL_COLUMNS, read_class, read_school

TODAY = date(2026, 9, 8)
OF_REGISTRY = [(kind, sheet.name) for kind in ("schools", "roster", "rollcall") for sheet in TEMPLATES[kind]().sheets]


def write(kind: str, file: Path) -> Result:
    return CliRunner().invoke(main, ["template", kind, str(file)])


def sheet_of(kind: str, name: str) -> Sheet:
    return next(sheet for sheet in TEMPLATES[kind]().sheets if sheet.name == name)


def read(kind: str, sheet: Sheet, **spoilt: str) -> RowReader:
    """The first example row as the registry reads it, with some cells changed."""
    cells = dict(zip([column.header for column in sheet.columns], sheet.examples[0], strict=True))
    row = RowReader({**cells, **spoilt})
    match kind, sheet.name:
        case "roster", _:
            read_row(2, row, "3157126100", TODAY)
        case "rollcall", _:
            return read_line({**cells, **spoilt}, TODAY)[1]
        case _, "学校":
            read_school(2, row)
        case _:
            read_class(2, row, TODAY)
    return row


@pytest.mark.parametrize(("kind", "sheet"), OF_REGISTRY)
def test_the_registry_takes_the_example_row_without_a_complaint(kind: str, sheet: str) -> None:
    assert read(kind, sheet_of(kind, sheet)).broken == []


@pytest.mark.parametrize(("kind", "sheet"), OF_REGISTRY)
def test_a_column_that_must_be_filled_is_missed_and_no_other(kind: str, sheet: str) -> None:
    made = sheet_of(kind, sheet)
    for column in made.columns:
        if column.header.startswith("监护人") or column.header in ("学籍号", "证件类型", "证件号码"):
            continue  # what they need hangs on other cells
        missed = not read(kind, made, **{column.header: ""}).accepted
        assert missed == column.required, column.header


@pytest.mark.parametrize(("kind", "sheet"), OF_REGISTRY)
def test_a_word_that_a_column_does_not_take_is_refused_with_the_words_that_it_takes(kind: FileKind, sheet: str) -> None:
    made = sheet_of(kind, sheet)
    for column in made.columns:
        broken = {rule for place, rule, _ in read(kind, made, **{column.header: "胡写"}).broken if place == column.header}
        assert (file_rules.UNKNOWN_WORD in broken) == bool(column.words), column.header
        if column.words:
            zh, en = accepted_form(kind, column.header, file_rules.UNKNOWN_WORD)
            assert column.words[0] in zh
            assert column.words[0] in en
            for word in column.words:
                place = {rule for where, rule, _ in read(kind, made, **{column.header: word}).broken if where == column.header}
                assert file_rules.UNKNOWN_WORD not in place, word


@pytest.mark.parametrize("name", ["rows.xlsx", "rows.csv"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_template_is_written_as_the_importers_read_it(kind: str, name: str, tmp_path: Path) -> None:
    file = tmp_path / name
    told = write(kind, file)
    made = TEMPLATES[kind]()
    if len(made.sheets) > 1 and name.endswith(".csv"):
        assert told.exit_code == 1
        assert ".xlsx" in told.output
        return
    assert told.exit_code == 0, told.output
    named = ["人员"] if kind == "officers" else [sheet.name for sheet in made.sheets] if kind in ("schools", "roster") else []
    rows = [list(row.cells) for row in read_rows(file.read_bytes(), named)]
    wanted = [row for sheet in made.sheets for row in ([column.header for column in sheet.columns], *map(list, sheet.examples))]
    assert rows == wanted
    assert all(word in told.output.replace("\n", "") for sheet in made.sheets for c in sheet.columns for word in c.words[:1])
    assert f"fuxue import {kind}" in told.output


def test_the_names_of_templates_are_those_of_the_command_and_the_registrys_files() -> None:
    assert tuple(TEMPLATES) == KINDS
    assert set(get_args(FileKind)) == set(WORDS) <= set(KINDS)
    assert set(OPTIONAL_COLUMNS) <= {column.header for column in sheet_of("schools", "学校").columns}


def test_identity_takes_the_example_rows_of_its_lists(tmp_path: Path) -> None:
    body = BodyRow(body_id("570126.education"), "570126.education", BodyKind.BUREAU, "", "", "570126", None, None)

    def rows(kind: str) -> list[SheetRow]:
        write(kind, tmp_path / f"{kind}.csv")
        return list(read_rows((tmp_path / f"{kind}.csv").read_bytes(), ()))

    bureau, *_ = county_files.bodies(rows("bodies"))
    assert bureau.kind is BodyKind.BUREAU
    authority = Authority()
    lead, *_ = county_files.officers(rows("officers"), lambda _code: body, TODAY, authority)
    assert lead.appoint.role is Role.BUREAU_LEAD
    assert set(county_files.calendar(rows("calendar-government"), government=True).values()) == {DayKind.WORK, DayKind.REST}
    assert DayKind.VACATION in county_files.calendar(rows("calendar-schools"), government=False).values()


def test_a_file_that_is_there_is_not_written_over_and_another_ending_is_refused(tmp_path: Path) -> None:
    mine = tmp_path / "roster.csv"
    mine.write_text("mine")
    assert write("roster", mine).exit_code == 1
    assert mine.read_text() == "mine"
    told = write("roster", tmp_path / "roster.doc")
    assert told.exit_code == 1
    assert "文件名应以 .xlsx 或 .csv 结尾" in told.output


@pytest.mark.parametrize("name", ["roster.xlsx", "roster.csv"])
def test_a_template_that_cannot_be_written_is_told_as_such_whatever_its_form(name: str, tmp_path: Path) -> None:
    told = write("roster", tmp_path / "nowhere" / name)
    assert told.exit_code == 1
    assert f"{name}: 无法读写。 No such file or directory." in told.output
    assert "bug" not in told.output


def test_the_next_step_names_the_officer_that_an_import_needs(tmp_path: Path) -> None:
    file = tmp_path / "bodies.xlsx"
    assert f"fuxue import bodies {file} --as LOGIN" in write("bodies", file).output


def test_a_csv_template_opens_in_a_spreadsheet_with_its_chinese_whole(tmp_path: Path) -> None:
    write("rollcall", tmp_path / "r.csv")
    with (tmp_path / "r.csv").open(encoding="utf-8-sig", newline="") as file:
        assert next(csv.reader(file))[0] == "日期"
    assert (tmp_path / "r.csv").read_bytes().startswith(b"\xef\xbb\xbf")
