"""What happens to one child in the played school days, and what the ledgers must say in the end.

A story is written by day numbers: school day 1 is the first day of term. `marks` are exceptions at roll call, `acts` are
what people do beside it, `expected` is what a checker compares with the services.
"""

from dataclasses import dataclass, field
from random import Random
from typing import Literal

from services.contracts.codes import ExcuseKind, Session
from services.demo.county.casting import Cast
from services.demo.county.chance import clock
from services.demo.county.words import say

Fact = dict[str, object]
Ledger = Literal["school_age", "suspected", "dropout"]
CaseStage = Literal["none", "lifted", "suspected", "open", "observed", "relapsed", "closed"]

LAST_PLAYED_DAY = 30


@dataclass(frozen=True, slots=True)
class Mark:
    """A day on which the child is away, or with `only` one session of it (a return day's is told of the school day after)."""

    day: int
    mark: Literal["absent", "excused"]
    facts: Fact
    only: Session | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """What one officer does beside the lists of the hour."""

    day: int
    at: str
    act: str
    by: str
    facts: Fact


@dataclass(slots=True)
class Story:
    """A child's story while it is being written."""

    id: str
    kind: str
    serious: bool
    cast: Cast
    chance: Random
    marks: list[Mark] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)
    moves: list[tuple[int, Ledger]] = field(default_factory=list)
    case: CaseStage = "none"
    cause: str | None = None
    texts: dict[str, tuple[int, int]] = field(default_factory=dict)
    duties: list[Fact] = field(default_factory=list)
    aid: str | None = None
    alarms: dict[str, int] = field(default_factory=dict)
    gateway: Fact | None = None
    turns: list[tuple[int, str]] = field(default_factory=list)
    silent: "SilentClass | None" = None

    @property
    def corrected_on(self) -> set[int]:
        """Days of which the morning's list was wrong about the child."""
        return {act.day for act in self.acts if act.act == "correct_roll_call"}

    @property
    def ledger(self) -> Ledger:
        return self.moves[-1][1] if self.moves else "school_age"

    def absent(self, first: int, last: int, *, only: Session | None = None) -> None:
        self.marks += [Mark(day, "absent", {}, only) for day in _played(first, last)]

    def excused(self, first: int, last: int, kind: ExcuseKind, text: str) -> None:
        excuse: Fact = {"excuse": kind, "text": text}
        self.marks += [Mark(day, "excused", excuse) for day in _played(first, last)]

    def act(self, day: int, hour: int, act: str, by: str, /, **facts: object) -> None:
        """Something that an officer does in the half hour after `hour`; nothing, if that day is no longer played."""
        if day <= LAST_PLAYED_DAY:
            self.acts.append(Act(day, clock(self.chance, hour), act, by, facts))

    def act_at(self, day: int, at: str, act: str, by: str, /, **facts: object) -> None:
        self.acts.append(Act(day, at, act, by, facts))

    def moves_to(self, day: int, ledger: Ledger) -> None:
        self.moves.append((day, ledger))

    def takes_turn(self, day: int, event: str, fact: str = "") -> None:
        """That a service tells of this event on that day, with this coded fact (`checking/turns.py` says of which)."""
        if day <= LAST_PLAYED_DAY:
            self.turns.append((day, f"{event} {fact}".rstrip()))

    def expect_texts(self, template: str, least: int, most: int) -> None:
        """How many texts of this template reach the gateway; between when it hangs on how absences are grouped."""
        known = self.texts.get(template, (0, 0))
        self.texts[template] = (known[0] + least, known[1] + most)

    def days_needed(self) -> set[int]:
        """Days whose lists tell something of the child: those on which it is away, and after them."""
        return {day for mark in self.marks for day in (mark.day, mark.day + 1)}

    def says(self, slot: str) -> str:
        return say(self.chance, slot)


@dataclass(frozen=True, slots=True)
class SilentClass:
    """A class of which no list comes at a session: its children are unknown, and somebody must be told.

    `by` would have sent it, and sends it on school day `sent_on`, or never.
    """

    id: str
    kind: str
    class_key: tuple[str, int, int]
    by: str
    day: int
    session: Session
    reason: str
    sent_on: int | None = None


def _played(first: int, last: int) -> range:
    return range(first, min(last, LAST_PLAYED_DAY) + 1)
