"""A finding: what was looked at, how it is, and what to do where it is not well – in both languages."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class State(StrEnum):
    """How something is: `warning` can wait until tomorrow, `wrong` cannot."""

    WELL = "well"
    WARNING = "warning"
    WRONG = "wrong"


class Told(msgspec.Struct, frozen=True):
    """A sentence in Chinese and in English; a command in it stands in `backticks`, so that no terminal breaks it."""

    zh: str
    en: str


class Finding(msgspec.Struct, frozen=True):
    """`subject` names the part, such as `registry database`; `remedy` is empty where all is well."""

    subject: str
    state: State
    what: Told
    remedy: Told | None = None


def said(trouble: Exception) -> tuple[str, str]:
    """A trouble's own sentence, whose second line is the English one."""
    zh, _, en = str(trouble).partition("\n")
    return zh, en or zh


def well(subject: str, zh: str, en: str) -> Finding:
    """Nothing to do."""
    return Finding(subject, State.WELL, Told(zh, en))


def warning(subject: str, what: tuple[str, str], remedy: tuple[str, str]) -> Finding:
    """Somebody should look, soon."""
    return Finding(subject, State.WARNING, Told(*what), Told(*remedy))


def wrong(subject: str, what: tuple[str, str], remedy: tuple[str, str]) -> Finding:
    """Something does not work, or will stop working."""
    return Finding(subject, State.WRONG, Told(*what), Told(*remedy))
