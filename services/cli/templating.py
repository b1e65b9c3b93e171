"""`fuxue template`: a county's file to be filled in – headings, what each column takes, one invented example."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from services.cli.templates import Template

KINDS = ("bodies", "officers", "calendar-government", "calendar-schools", "schools", "roster", "rollcall")
"""The names in `templates.TEMPLATES`, which `--help` must not load."""

NOTES_SHEET = "填写说明 notes"
NOTES_HEADINGS = ("表 sheet", "列 column", "", "必填 required", "怎样填", "what stands there", "可用词 words")


class NotWritten(click.ClickException):
    """The template cannot be written there."""


@click.command()
@click.argument("kind", metavar="KIND", type=click.Choice(KINDS))
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def template(kind: str, file: Path) -> None:
    """模板 · Write a file to be filled in, .xlsx or .csv by its name.

    \b
    表头、每列可用的词和虚构的示例行，正是 `fuxue import` 所读的格式。
    Headings, the words each column takes and an invented row, as `fuxue import` reads them.

    \b
    bodies               单位名录          officers          人员名录
    calendar-government  工作日历          calendar-schools  校历
    schools              学校与班级        roster            学生名册
    rollcall             点名表
    """
    from services.cli.show.templates import template as show_template
    from services.cli.templates import TEMPLATES

    made = TEMPLATES[kind]()
    _write(made, file)
    show_template(made, kind, file)


def _write(made: Template, file: Path) -> None:
    """Raises NotWritten."""
    from services.chassis.spreadsheets.writing import write_csv, write_workbook

    if file.exists():
        raise NotWritten(f"{file} 已存在，不覆盖。 {file} is there already and is not written over.")
    sheets = {sheet.name: [[column.header for column in sheet.columns], *sheet.examples] for sheet in made.sheets}
    match file.suffix.lower():
        case ".xlsx":
            write_workbook(file, {**sheets, NOTES_SHEET: _notes(made)})
        case ".csv" if len(sheets) == 1:
            write_csv(file, next(iter(sheets.values())))
        case ".csv":
            raise NotWritten("这种文件有几张表，请用 .xlsx。 A file of this kind has several sheets: name it .xlsx.")
        case _:
            raise NotWritten("文件名应以 .xlsx 或 .csv 结尾。 The file's name ends with .xlsx or .csv.")


def _notes(made: Template) -> list[list[str]]:
    """The sheet that says what each column takes; importers read the others only."""
    rows = [
        [sheet.name, column.header, column.english, "是 yes" if column.required else "", *column.form, "、".join(column.words)]
        for sheet in made.sheets
        for column in sheet.columns
    ]
    return [list(NOTES_HEADINGS), *rows]
