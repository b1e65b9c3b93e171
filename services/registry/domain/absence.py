"""The absence run of a child: what its sessions amount to, in whatever order they became known.

A run are the sessions after the child was last seen, from the first one missed without leave. Sessions of which nothing is
known are not there at all: they neither count nor reset. Excused ones are there, but do not count.

Whatever order lists, corrections, excuses and closings come in, the ledger is what the final truth of the sessions says
(tests/registry/domain/test_any_order.py). A day is missed if its last known lesson was missed when the day closes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

import msgspec

from services.contracts.codes import Session
from services.contracts.ids import EpisodeId

SESSIONS_OF_A_DAY = (Session.MORNING, Session.AFTERNOON, Session.RETURN_DAY, Session.DORMITORY)
"""The sessions of a day in their order."""

LESSONS = frozenset({Session.MORNING, Session.AFTERNOON})
"""The sessions that decide whether a school day was missed; missing in the dormitory is noticed, but is no school day."""

OF_BOARDERS = frozenset({Session.RETURN_DAY, Session.DORMITORY})
"""The sessions at which only boarders are expected: a list of these says nothing of the other children."""

RANK = {session: rank for rank, session in enumerate(SESSIONS_OF_A_DAY)}

When = tuple[date, int]
"""A session in time: its day, and its rank in the day."""


def when(day: date, session: Session) -> When:
    """The place of a session in time."""
    return day, RANK[session]


class Standing(StrEnum):
    """What is known of a child at a session."""

    ABSENT = "absent"
    EXCUSED = "excused"
    PRESENT = "present"


class Fact(msgspec.Struct, frozen=True):
    """A child at one session; of an absence its episode, and the day of its class's list before (the child was there)."""

    standing: Standing
    episode_id: EpisodeId | None = None
    before: date | None = None


Facts = Mapping[When, Fact]


class Run(msgspec.Struct, frozen=True):
    """An open run: the days that it has cost so far (closed or not), and when the child was last known to be at school."""

    first_on: date
    missed_days: tuple[date, ...]
    last_attended_on: date | None
    episode_id: EpisodeId | None


def last_seen(facts: Facts) -> When | None:
    """The last session at which the child was present, of those that are told."""
    return max((at for at, fact in facts.items() if fact.standing is Standing.PRESENT), default=None)


def open_run(facts: Facts) -> Run | None:
    """The run that goes on, or nothing."""
    seen = last_seen(facts)
    tail = sorted((at, fact) for at, fact in facts.items() if seen is None or at > seen)
    first = next((place for place, (_, fact) in enumerate(tail) if fact.standing is Standing.ABSENT), None)
    if first is None:
        return None
    tail = tail[first:]
    (first_on, _), opening = tail[0]
    last_of_day = {day: fact.standing for (day, rank), fact in tail if SESSIONS_OF_A_DAY[rank] in LESSONS}
    attended = [day for day in (seen[0] if seen else None, opening.before) if day is not None]
    return Run(
        first_on=first_on,
        missed_days=tuple(day for day, standing in last_of_day.items() if standing is Standing.ABSENT),
        last_attended_on=max(attended, default=None),
        episode_id=next((fact.episode_id for _, fact in tail if fact.episode_id), None),
    )
