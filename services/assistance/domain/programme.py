"""A programme of aid: its terms with their effective dates; the past of a programme is never rewritten."""

from __future__ import annotations

from typing import assert_never

import msgspec

from services.assistance.domain.errors import (
    AmountMissing,
    ExcludedProgrammeUnknown,
    GroupIsRestricted,
    ProgrammeBackdated,
    ProgrammeEndsBeforeItStarts,
    ProgrammeExcludesItself,
)
from services.chassis.decider import Command, Decider
from services.contracts.assistance import ProgrammeSet
from services.contracts.codes import RESTRICTED_GROUPS


class SetProgramme(Command, frozen=True):
    """Set a programme's terms from a day on; `known` are the codes of the county's programmes."""

    terms: ProgrammeSet
    known: frozenset[str]


class SeedProgramme(Command, frozen=True):
    """Set a programme of the starting list, unless the county already has it."""

    terms: ProgrammeSet
    known: frozenset[str]


ProgrammeCommand = SetProgramme | SeedProgramme


class ProgrammeState(msgspec.Struct, frozen=True):
    """The terms set last."""

    latest: ProgrammeSet | None = None


def decide(state: ProgrammeState, command: ProgrammeCommand) -> list[ProgrammeSet]:
    match command:
        case SetProgramme():
            _check(command.terms, command.known)
            if state.latest == command.terms:
                return []
            if state.latest is not None and command.terms.effective_from < state.latest.effective_from:
                raise ProgrammeBackdated(field="effective_from", latest=state.latest.effective_from)
            return [command.terms]
        case SeedProgramme():
            _check(command.terms, command.known)
            return [command.terms] if state.latest is None else []
        case _:
            assert_never(command)


def _check(terms: ProgrammeSet, known: frozenset[str]) -> None:
    if terms.effective_until is not None and terms.effective_until < terms.effective_from:
        raise ProgrammeEndsBeforeItStarts(
            field="effective_until", effective_until=terms.effective_until, effective_from=terms.effective_from
        )
    if not RESTRICTED_GROUPS.isdisjoint(terms.groups):
        raise GroupIsRestricted(field="groups")
    if terms.code in terms.excludes:
        raise ProgrammeExcludesItself(field="excludes")
    for code in terms.excludes:
        if code not in known:
            raise ExcludedProgrammeUnknown(field="excludes", code=code)
    if terms.by_application and not terms.in_kind and terms.amount_fen <= 0:
        raise AmountMissing(field="amount_fen")


def evolve(_state: ProgrammeState, event: ProgrammeSet) -> ProgrammeState:
    return ProgrammeState(latest=event)


PROGRAMME: Decider[ProgrammeState, ProgrammeCommand, ProgrammeSet] = Decider(
    kind="programme",
    commands=(SetProgramme, SeedProgramme),
    initial=ProgrammeState,
    decide=decide,
    evolve=evolve,
    stream_of=lambda command: command.terms.programme_id,
    partition_of=lambda state: "" if state.latest is None else state.latest.programme_id,
)
