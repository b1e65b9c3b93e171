"""Tables for a terminal: labels in two languages, numbers to the right, days as the county's clocks show them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table

from services.chassis.decider import COUNTY_TIME
from services.contracts.labels import Names

CONSOLE = Console(highlight=False, markup=False, emoji=False)
"""What people have written is shown as they wrote it: nothing in it is a command to the terminal."""

_WHOLE = re.compile(r"[A-Z]{0,2}\d[\d-]*")
"""Numbers of cases and duties, and days: what is typed off a screen must not be broken over two lines."""


def both(names: Names) -> str:
    """A label in both languages."""
    return " ".join(names)


def stacked(names: Names) -> str:
    """A label in a narrow column: Chinese above English."""
    return "\n".join(names)


def when(instant: str | None) -> str:
    """An instant as the county's clocks show it; a dash where there is none."""
    return "–" if instant is None else datetime.fromisoformat(instant).astimezone(COUNTY_TIME).strftime("%Y-%m-%d %H:%M")


def _cell(value: object) -> str:
    return "" if value is None else str(value)


def table(title: str, columns: Sequence[Names], rows: Iterable[Sequence[object]]) -> Table:
    """A table whose columns are headed in Chinese above English; a column of numbers is set to the right.

    A column in which nothing stands is left out, for the sake of the others.
    """
    filled = [[_cell(value) for value in row] for row in rows]
    told = [place for place in range(len(columns)) if not filled or any(row[place] for row in filled)]
    columns = [columns[place] for place in told]
    filled = [[row[place] for place in told] for row in filled]
    shown = Table(title=title or None, title_justify="left", title_style="bold")
    for place, (zh, en) in enumerate(columns):
        held = {row[place] for row in filled} - {""}
        numbers = bool(held) and all(value.isdigit() for value in held)
        whole = bool(held) and all(_WHOLE.fullmatch(value) for value in held)
        heading = max(map(cell_len, (zh, *en.split())))  # a word of a heading must not be broken over two lines
        justify: Literal["left", "right"] = "right" if numbers else "left"
        shown.add_column(f"{zh}\n{en}", overflow="fold", justify=justify, no_wrap=whole, min_width=heading)
    for row in filled:
        shown.add_row(*row)
    return shown


def facts(title: str, rows: Iterable[tuple[Names, object]]) -> Table:
    """Labels with what they are, one a line; a line without anything is left out."""
    shown = Table(title=title, title_justify="left", title_style="bold", show_header=False)
    shown.add_column(overflow="fold")
    shown.add_column(overflow="fold")
    for label, value in rows:
        if _cell(value):
            shown.add_row(both(label), _cell(value))
    return shown


def counts(title: str, rows: Iterable[tuple[Names, object]]) -> Table:
    """Labels with their numbers."""
    shown = facts(title, rows)
    shown.columns[1].justify = "right"
    return shown
