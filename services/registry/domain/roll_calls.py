"""The lists of a class in a term, in their order: who was away at a session; everybody else who was expected was there."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from datetime import date

import msgspec

from services.contracts.codes import ExcuseKind
from services.contracts.ids import PupilId
from services.contracts.registry import Excuse, RollCallCorrected, Seen
from services.registry.domain.absence import OF_BOARDERS, SESSIONS_OF_A_DAY, When


class RollCall(msgspec.Struct, frozen=True):
    """Who was away at a session."""

    absent: frozenset[PupilId] = frozenset()
    excused: Mapping[PupilId, ExcuseKind] = msgspec.field(default_factory=dict)

    @classmethod
    def of(cls, absent: Iterable[PupilId], excused: Iterable[Excuse]) -> RollCall:
        """The list as it is told."""
        return cls(frozenset(absent), {excuse.pupil_id: excuse.kind for excuse in excused})

    def away(self) -> set[PupilId]:
        """Absent or excused."""
        return {*self.absent, *self.excused}

    def corrected(self, event: RollCallCorrected) -> RollCall:
        """The list after its correction, which tells only of those about whom it was wrong."""
        excused = {excuse.pupil_id: excuse.kind for excuse in event.excused}
        changed = {*event.withdrawn, *event.added, *excused}
        kept = {pupil: kind for pupil, kind in self.excused.items() if pupil not in changed}
        return RollCall((self.absent - changed) | set(event.added), kept | excused)


class RollCalls(msgspec.Struct, frozen=True):
    """The lists by their session in time; `order` are the same sessions, the earliest first."""

    by_session: Mapping[When, RollCall] = msgspec.field(default_factory=dict)
    order: tuple[When, ...] = ()

    def at(self, session: When) -> RollCall | None:
        """The list of a session, if it has come."""
        return self.by_session.get(session)

    def day_before(self, session: When) -> date | None:
        """The day of the last list of a lesson before."""
        return next((before[0] for before in self._before(session) if not _of_boarders(before)), None)

    def away_before(self, session: When, boarders: AbstractSet[PupilId]) -> set[PupilId]:
        """Who was away at the last list before that tells of them: of boarders any list, of the others one of a lesson."""
        away: set[PupilId] = set()
        told: AbstractSet[PupilId] = frozenset()
        for before in self._before(session):
            named = self.by_session[before].away()
            away |= named - told
            if not _of_boarders(before):
                break
            told |= boarders | named
        return away

    def is_newest(self, session: When) -> bool:
        """Whether no list is of a later session."""
        return not self.order or self.order[-1] <= session

    def seen_after(self, session: When, away: Iterable[PupilId], boarders: AbstractSet[PupilId]) -> tuple[Seen, ...]:
        """Who is away here and was there at a later list, which nobody was told while they counted as never away."""
        waiting = set(away)
        seen: list[Seen] = []
        for later in self.order[bisect_right(self.order, session) :]:
            expected = waiting & boarders if _of_boarders(later) else waiting
            there = expected - self.by_session[later].away()
            seen += [Seen(pupil, later[0], SESSIONS_OF_A_DAY[later[1]]) for pupil in sorted(there)]
            waiting -= there
            if not waiting:
                break
        return tuple(seen)

    def taken(self, session: When, roll_call: RollCall) -> RollCalls:
        """With a list that has come, between those before and after it."""
        place = bisect_left(self.order, session)
        order = (*self.order[:place], session, *self.order[place:])
        return RollCalls({**self.by_session, session: roll_call}, order)

    def corrected(self, session: When, event: RollCallCorrected) -> RollCalls:
        """With a list that has been corrected."""
        return RollCalls({**self.by_session, session: self.by_session[session].corrected(event)}, self.order)

    def _before(self, session: When) -> Iterator[When]:
        """The sessions before, the latest first."""
        return reversed(self.order[: bisect_left(self.order, session)])


def _of_boarders(session: When) -> bool:
    return SESSIONS_OF_A_DAY[session[1]] in OF_BOARDERS
