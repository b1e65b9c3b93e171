"""Masks: what may be seen of a field without being entitled to it (domain.md §11: 张*, 尾号1234)."""

from __future__ import annotations

from services.contracts.codes import TOWNSHIP_DIGITS

LAST_DIGITS = 4
YEAR_CHARACTERS = 4


def masked(field: str, text: str) -> str:
    """The masked form: it never tells how long the text is; of an unknown field nothing is told.

    An address is masked by showing the township's division code instead (see `domain.purposes`).
    """
    match field:
        case "name" | "carer":
            return f"{text[0]}*"
        case "phone":
            return f"尾号{text[-LAST_DIGITS:]}"
        case "id_number" | "roll_number":
            return f"{text[0]}****"
        case "birth_date":
            return text[:YEAR_CHARACTERS]
        case "division":
            return text[:TOWNSHIP_DIGITS]
        case _:
            return "****"
