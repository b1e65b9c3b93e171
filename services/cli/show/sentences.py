"""Sentences in a terminal: broken between words and between Chinese characters, never inside of what is typed off the screen."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rich.cells import cell_len

_OPENING, _CLOSING = "（《“「(", "。，；：、）》”」！？"
_WHOLE = re.compile(rf"[{_OPENING}]*(?:`[^`]*`|[!-_a-~]+|\S)[{_CLOSING},.;:)]*")
"""What stays on one line: a command in backticks; a word, path, address or name; a Chinese character. Each with its punctuation."""


def broken(sentence: str, columns: int) -> Iterator[str]:
    """The lines of a sentence; one is longer than `columns` only where something that stays whole is."""
    line, end = "", 0
    for piece in _WHOLE.finditer(sentence):
        longer = f"{line}{' ' if line and piece.start() > end else ''}{piece[0]}"
        if line and cell_len(longer) > columns:
            yield line
            longer = piece[0]
        line, end = longer, piece.end()
    if line:
        yield line
