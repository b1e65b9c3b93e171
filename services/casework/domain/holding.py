"""Persuasion of a family is held while a mandatory report about its child is with the police (domain.md §3)."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import assert_never

from services.casework.domain.causes import measure_kind
from services.casework.domain.errors import AskTheBureauFirst, PersuasionHeld
from services.contracts.codes import Cause, DutyKind

DUTIES_TO_FAMILY = frozenset({DutyKind.PERSUADE, DutyKind.SCHOOL_VISIT})
"""Duties that are done by persuading the household."""


class Hold(StrEnum):
    """Whether a family may be approached, and whether whoever asks may know why not."""

    NONE = "none"
    KNOWN = "known"
    UNKNOWN = "unknown"


def must_not_be_held(hold: Hold) -> None:
    """Raises PersuasionHeld for those who may know of the report, for everybody else AskTheBureauFirst, whatever it is about."""
    match hold:
        case Hold.NONE:
            return
        case Hold.KNOWN:
            raise PersuasionHeld
        case Hold.UNKNOWN:
            raise AskTheBureauFirst
        case _:
            assert_never(hold)


def goes_to_family(measures: Iterable[tuple[Cause, str]]) -> bool:
    """Whether one of these measures, each a cause with the code of its measure, is done with the family."""
    kinds = (measure_kind(cause, code) for cause, code in measures)
    return any(kind is not None and kind.to_family for kind in kinds)
