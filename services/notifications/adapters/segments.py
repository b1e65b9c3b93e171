"""How many segments the networks bill for a text."""

from __future__ import annotations

from smsutil import split  # type: ignore[import-untyped]  # smsutil has no types


def segments(text: str) -> int:
    """One up to 70 UCS-2 characters, else one for each 67; the signature's 【】 keep every text of ours in UCS-2."""
    return len(split(text).parts)
