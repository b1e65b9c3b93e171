"""What codes are called: a code is stored and sent, its Chinese and English names are shown – the same wherever they are."""

from __future__ import annotations

from enum import StrEnum

from services.contracts.labels.lists import LABELS
from services.contracts.labels.names import UNKNOWN, Names, named

__all__ = ["LABELS", "UNKNOWN", "Names", "named", "names_of"]


def names_of(codes: type[StrEnum], code: str | None) -> Names:
    """Both names of a code of a list."""
    return named(LABELS.get(codes, {}), code)
