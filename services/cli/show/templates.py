"""A template that was written: what each of its columns takes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from services.cli.show.tables import CONSOLE, both, table
from services.cli.templates import Column, Template
from services.contracts.labels import Names

_COLUMNS: Sequence[Names] = (("列", "column"), ("必填", "required"), ("怎样填", "what stands there"))
_WORDS_SHOWN = 20
"""A longer list is named by its first words; a workbook's notes have all."""


def template(made: Template, kind: str, file: Path) -> None:
    """Sheet by sheet, column by column; then what comes next."""
    for sheet in made.sheets:
        title = f"{both(made.label)}" if len(made.sheets) == 1 else f"{both(made.label)} – {sheet.name}"
        CONSOLE.print(table(title, _COLUMNS, [_row(column) for column in sheet.columns]))
    rows = sum(len(sheet.examples) for sheet in made.sheets)
    CONSOLE.print(f"已写入 written: {file}", soft_wrap=True)
    CONSOLE.print(f"其中 {rows} 行示例是虚构的，请换成自己的。 Invented rows: {rows}; put your own in their place.")
    CONSOLE.print(f"下一步 next: fuxue import {kind} {file} --as LOGIN", soft_wrap=True)


def _row(column: Column) -> tuple[str, str, str]:
    words = "、".join(column.words[:_WORDS_SHOWN]) + (" …" if len(column.words) > _WORDS_SHOWN else "")
    zh, en = column.form
    return f"{column.header} {column.english}", "是 yes" if column.required else "", "\n".join(filter(None, (zh, en, words)))
