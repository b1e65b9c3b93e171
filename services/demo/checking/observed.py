"""What the services say of one child, in the terms of the truth; asked of the running house, over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from services.demo.checking.turns import Turn


@dataclass(frozen=True)
class ObservedDuty:
    """A duty as casework has it."""

    department: str
    kind: str
    outcome: str
    finding: str | None
    overdue: bool
    escalated: bool


@dataclass(frozen=True)
class Listed:
    """One list; `late` is one that was entered after its day."""

    status: str
    absent: int = 0
    excused: int = 0
    late: bool = False


@dataclass(frozen=True)
class Observed:
    """One child as the services have it."""

    ledger: str
    moves: tuple[tuple[str, str], ...]
    case: str
    cause: str | None
    texts: Mapping[str, int]
    duties: tuple[ObservedDuty, ...]
    aid: str | None
    alarms: Mapping[str, int]
    owed: frozenset[str]
    reporters: tuple[str, ...]
    visits: tuple[tuple[str, int], ...]
    parents: frozenset[str]
    turns: tuple[Turn, ...]
