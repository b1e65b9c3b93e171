"""The first row of a sheet: which column holds what, or what is wrong with it."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from string import ascii_uppercase

from services.contracts.identity_rules import BrokenRule
from services.registry.domain import file_rules as rules
from services.registry.domain.cells import Cell


@dataclass(frozen=True)
class Header:
    """Where each column of the template stands; `broken` names what is missing, doubled or unknown.

    `left_out` are optional columns that the sheet does not have: empty in each row.
    """

    places: Mapping[str, int]
    broken: Sequence[tuple[str, BrokenRule]]
    left_out: frozenset[str] = frozenset()

    def cells(self, row: Sequence[Cell]) -> dict[str, Cell]:
        """The cells of a row by column; a short row ends with empty cells."""
        cells = {column: row[place] if place < len(row) else "" for column, place in self.places.items()}
        return {**dict.fromkeys(self.left_out, ""), **cells}

    def strays(self, row: Sequence[Cell]) -> list[str]:
        """The letters of columns without a header in which the row has something."""
        known = set(self.places.values())
        return [letters(place) for place, cell in enumerate(row) if place not in known and cell != "" and str(cell).strip()]


def read_header(row: Sequence[Cell], columns: Mapping[str, str], optional: frozenset[str] = frozenset()) -> Header:
    """The columns of a sheet. An unknown header is named by its letter only: it may be somebody's name."""
    places: dict[str, int] = {}
    broken: list[tuple[str, BrokenRule]] = []
    for place, cell in enumerate(row):
        header = _plain(str(cell))
        if header in places:
            broken.append((header, rules.COLUMN_TWICE))
        elif header in columns:
            places[header] = place
        elif header:
            broken.append((letters(place), rules.COLUMN_UNKNOWN))
    missing = [column for column in columns if column not in places]
    broken += [(column, rules.COLUMN_MISSING) for column in missing if column not in optional]
    return Header(places, broken, optional.intersection(missing))


def letters(place: int) -> str:
    """The letters under which a spreadsheet shows a column: A, B, … Z, AA."""
    name = ""
    number = place + 1
    while number:
        number, rest = divmod(number - 1, len(ascii_uppercase))
        name = ascii_uppercase[rest] + name
    return name


def _plain(header: str) -> str:
    """Without spaces, line breaks, full width, and the star of a required column."""
    return "".join(unicodedata.normalize("NFKC", header).split()).replace("*", "")
