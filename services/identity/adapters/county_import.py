"""A file of the county as commands, and what becomes of them: bodies, officers with their accounts, days of a calendar."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from services.chassis.county import ALL_SCHOOLS, GOVERNMENT
from services.chassis.decider import Command
from services.chassis.envelope import Context
from services.chassis.spreadsheets import read_rows
from services.chassis.turn import Turn
from services.identity.adapters import county_files
from services.identity.adapters.accounts import open_account
from services.identity.adapters.county_files import BodyOf, OfficerLine
from services.identity.domain.authority import Authority
from services.identity.domain.county import PublishCalendar

EDITION_CHARACTERS = 12
"""Of the digest that names an edition to which nobody gave a name: the same file is the same edition."""


@dataclass(frozen=True)
class Known:
    """What reading a file needs to know of the county: its code and bodies, the day, and who may appoint whom."""

    county: str
    body_of: BodyOf
    today: date
    authority: Authority


def commands_in(data: bytes, kind: str, edition: str | None, known: Known) -> Sequence[Command | OfficerLine]:
    """What the file asks for; raises FormRejected with every bad row."""
    match kind:
        case "bodies":
            return county_files.bodies(read_rows(data, ()))
        case "officers":
            return county_files.officers(
                read_rows(data, (county_files.OFFICERS_SHEET,)),
                known.body_of,
                known.today,
                known.authority,
            )
        case _:
            government = kind == "calendar_government"
            return [
                PublishCalendar(
                    county=known.county,
                    calendar_id=GOVERNMENT if government else ALL_SCHOOLS,
                    edition=edition or hashlib.sha256(data).hexdigest()[:EDITION_CHARACTERS],
                    days=county_files.calendar(read_rows(data, ()), government=government),
                )
            ]


def rows_of(commands: Iterable[Command | OfficerLine]) -> int:
    """How many rows of the file they came from: a calendar's days are one command."""
    return sum(len(command.days) if isinstance(command, PublishCalendar) else 1 for command in commands)


def apply(turn: Turn, commands: Iterable[Command | OfficerLine], context: Context) -> int:
    """Execute them, an officer's account besides; answers how many events followed."""
    changed = 0
    for command in commands:
        if isinstance(command, OfficerLine):
            changed += len(turn.execute(command.register, context)) + len(turn.execute(command.appoint, context))
            open_account(turn, command.register.officer_id, command.login, context)
        else:
            changed += len(turn.execute(command, context))
    return changed
