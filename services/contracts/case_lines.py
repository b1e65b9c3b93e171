"""Who answers for a case on its lines, day by day, and whom that makes privy to a restricted cause: one reading for all."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import msgspec
from msgspec.structs import replace

from services.chassis.envelope import Envelope
from services.contracts.casework import Line, OfficerNamed, OfficerReleased
from services.contracts.ids import OfficerId

COUNTY_LINE: Line = "county"

SERVICE_ACTOR = "service:"
"""How the actor begins of what followed without anybody asking."""


class Named(msgspec.Struct, frozen=True):
    """An officer on a line, from and until the days given, both included; `by_person` where somebody chose the officer."""

    officer_id: OfficerId
    from_on: date | None = None
    until_on: date | None = None
    by_person: bool = False

    def in_force_on(self, day: date) -> bool:
        """Whether the officer answers that day."""
        return (self.from_on is None or self.from_on <= day) and (self.until_on is None or day <= self.until_on)


Lines = Mapping[Line, tuple[Named, ...]]


def on_line(known: tuple[Named, ...], event: OfficerNamed | OfficerReleased, envelope: Envelope) -> tuple[Named, ...]:
    """The line with its next officer, or with the end of the last; the one before answers until the day before."""
    if isinstance(event, OfficerReleased):
        *before, last = known or (Named(event.officer_id),)
        return (*before, replace(last, until_on=event.until_on))
    from_on = event.from_on or envelope.recorded_on
    if known and (known[-1].until_on is None or known[-1].until_on >= from_on):
        known = (*known[:-1], replace(known[-1], until_on=from_on - timedelta(days=1)))
    return (*known, Named(event.officer_id, from_on, by_person=by_person(envelope)))


def by_person(envelope: Envelope) -> bool:
    """Whether somebody chose the officer; else the naming followed from a post."""
    return not envelope.actor.startswith(SERVICE_ACTOR)


def answering(spells: tuple[Named, ...], day: date) -> Named | None:
    """Who answers on a line that day; nobody is an alarm."""
    return next((named for named in reversed(spells) if named.in_force_on(day)), None)


def privy(lines: Lines, officer_id: str, day: date) -> bool:
    """Whether an officer who answers that day would be told a restricted cause (PIPL art. 28).

    A county leader stands on every case of the county by the post alone: that tells no cause, to be chosen by a person does.
    """
    for line, spells in lines.items():
        named = answering(spells, day)
        if named is not None and named.officer_id == officer_id and makes_privy(line, chosen=named.by_person):
            return True
    return False


def stands_by_post(lines: Lines, line: Line, officer_id: str) -> bool:
    """Whether an officer is the last named on a line where only to be chosen makes privy, and nobody has chosen them."""
    spells = lines.get(line, ())
    tells_more = makes_privy(line, chosen=True) and not makes_privy(line, chosen=False)
    return tells_more and bool(spells) and spells[-1].officer_id == officer_id and not spells[-1].by_person


def makes_privy(line: Line, *, chosen: bool) -> bool:
    """Whether to stand on the line is to be told a restricted cause."""
    return line != COUNTY_LINE or chosen
