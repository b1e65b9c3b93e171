"""Cells as a clerk fills them: words, dates, whole numbers, lines of text – read, or found to break a rule."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TypeVar

from services.contracts import identity_rules
from services.contracts.identity_numbers import NotWellFormed
from services.contracts.identity_rules import BrokenRule
from services.registry.domain import file_rules as rules
from services.registry.domain.findings import Severity

Cell = str | float
T = TypeVar("T")

_DATE = re.compile(r"([0-9]{4})(?:-|/|\.|年)([0-9]{1,2})(?:-|/|\.|月)([0-9]{1,2})日?|([0-9]{4})([0-9]{2})([0-9]{2})")
_WHOLE = re.compile(r"[0-9]{1,3}")
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_OLDEST_YEAR = 1900

FIGURES_EXACT_BELOW = 2.0**53
"""A spreadsheet's figure keeps all digits of a whole number only below this."""


class RowReader:
    """Reads the cells of one row by their columns; what breaks a rule is noted, and the row goes on being read."""

    def __init__(self, cells: Mapping[str, Cell]) -> None:
        self._cells = cells
        self.broken: list[tuple[str, BrokenRule, Severity]] = []

    @property
    def accepted(self) -> bool:
        """Whether nothing is wrong so far but what is only worth a warning."""
        return all(severity == "warning" for _, _, severity in self.broken)

    def note(self, column: str, rule: BrokenRule, severity: Severity = "error") -> None:
        """Note a broken rule."""
        self.broken.append((column, rule, severity))

    def text(self, column: str) -> str:
        """What stands there as text, trimmed; a figure as its digits."""
        cell = self._cells[column]
        if isinstance(cell, str):
            return cell.strip()
        return str(int(cell)) if cell.is_integer() and abs(cell) < FIGURES_EXACT_BELOW else repr(cell)

    def required(self, column: str) -> str | None:
        """The text, or nothing after noting that it is missing."""
        text = self.text(column)
        if not text:
            self.note(column, rules.MISSING)
        return text or None

    def line(self, column: str) -> str:
        """One line of free text, which may be empty."""
        text = self.text(column)
        if len(text) > rules.TEXT_CHARACTERS_AT_MOST or any(unicodedata.category(c) in _INVISIBLE for c in text):
            self.note(column, rules.TEXT_NOT_ACCEPTED)
            return ""
        return text

    def form(self, column: str, read: Callable[[str], T]) -> T | None:
        """What `read` makes of the text, or nothing after noting the rule that it breaks; an empty cell is nothing."""
        text = self.text(column)
        return self.must(column, read) if text else None

    def must(self, column: str, read: Callable[[str], T]) -> T | None:
        """As `form`, but `read` judges an empty cell too."""
        try:
            return read(self.text(column))
        except NotWellFormed as broken:
            self.note(column, broken.rule)
            return None

    def number_as_text(self, column: str, read: Callable[[str], T]) -> T | None:
        """As `form`, of a column whose cells must be text because a figure loses digits."""
        if isinstance(self._cells[column], float):
            self.note(column, identity_rules.SPREADSHEET_NUMBER)
            return None
        return self.form(column, read)

    def word(self, column: str, words: Mapping[str, T]) -> T | None:
        """What an accepted word means; a cell may be empty only where the words have an empty one."""
        text = self.text(column)
        if text in words:
            return words[text]
        self.note(column, rules.UNKNOWN_WORD if text else rules.MISSING)
        return None

    def words(self, column: str, words: Mapping[str, T]) -> Sequence[T]:
        """What each of several words means, in the order of the table; 无 and an empty cell mean none."""
        named = {word for word in re.split(r"[、,，;；\s]+", self.text(column)) if word and word != "无"}
        if named - words.keys():
            self.note(column, rules.UNKNOWN_WORD)
        return [meaning for word, meaning in words.items() if word in named]

    def whole(self, column: str, least: int, most: int, rule: BrokenRule) -> int | None:
        """A whole number between two bounds."""
        text = self.required(column)
        if text is None:
            return None
        number = int(text) if _WHOLE.fullmatch(text) else -1
        if least <= number <= most:
            return number
        self.note(column, rule)
        return None

    def day(self, column: str, today: date) -> date | None:
        """A day that has come already, in one of the written forms of the field."""
        text = self.required(column)
        if text is None:
            return None
        match = _DATE.fullmatch(unicodedata.normalize("NFKC", text))
        day = _day(*(part for part in match.groups() if part)) if match else None
        if day is None:
            self.note(column, rules.NO_SUCH_DATE)
        elif day > today:
            self.note(column, rules.DATE_IN_THE_FUTURE)
            return None
        return day


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day)) if int(year) >= _OLDEST_YEAR else None
    except ValueError:
        return None
