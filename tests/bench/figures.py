"""A measured figure, and the table that shows them."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Figure:
    """What was measured, in a unit, against a bar; `peer` names what a ratio was measured against in the same run."""

    name: str
    value: float
    unit: str
    bar: float
    is_good: Literal["at least", "at most"]
    peer: str = ""
    note: str = ""

    @property
    def reached(self) -> bool:
        """Whether the bar is reached."""
        return self.value >= self.bar if self.is_good == "at least" else self.value <= self.bar


def show(figures: Sequence[Figure], title: str = "make bench") -> None:
    """One table, with the machine it was measured on."""
    table = Table(title=f"{title} – {os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}")
    for heading in ("figure", "measured", "bar", "", "against", "note"):
        table.add_column(heading, overflow="fold")
    for figure in figures:
        sign = "≥" if figure.is_good == "at least" else "≤"
        table.add_row(
            figure.name,
            f"{figure.value:,.2f} {figure.unit}",
            f"{sign} {figure.bar:,g} {figure.unit}",
            "reached" if figure.reached else "MISSED",
            figure.peer,
            figure.note,
        )
    Console(width=140).print(table)
