"""What a template is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.contracts.labels import Names


@dataclass(frozen=True)
class Column:
    """One column: its header as the importer reads it, what stands there, and the words that it takes where it takes no others."""

    header: str
    english: str
    required: bool
    form: Names
    words: Sequence[str] = ()


@dataclass(frozen=True)
class Sheet:
    """One sheet and its invented rows; a .csv file has one sheet and no name for it."""

    name: str
    columns: Sequence[Column]
    examples: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Template:
    """A kind of file."""

    label: Names
    sheets: Sequence[Sheet]


DATE: Names = ("日期，如 2026-09-01", "a date as 2026-09-01")
BLANK_IF_NONE: Names = ("没有则留空", "empty where there is none")
