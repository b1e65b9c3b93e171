"""Questions that many rules of a case ask first: is it open, is it numbered, is the day possible."""

from __future__ import annotations

from datetime import date

from services.casework.domain.case_state import CaseState
from services.casework.domain.errors import (
    BeforeTheCase,
    CaseAlreadyClosed,
    CaseNotNumbered,
    CaseWasWithdrawn,
    InTheFuture,
    NoSuchCase,
)
from services.chassis.decider import Given
from services.contracts.ids import EpisodeId


def must_be_open(state: CaseState) -> date:
    """The day of opening; raises NoSuchCase, CaseWasWithdrawn, CaseAlreadyClosed."""
    if state.end == "withdrawn":
        raise CaseWasWithdrawn
    if state.opened_on is None:
        raise NoSuchCase
    if state.end == "closed":
        raise CaseAlreadyClosed
    return state.opened_on


def must_be_numbered(state: CaseState) -> EpisodeId:
    """The episode of a case in the dropout ledger; raises CaseNotNumbered, beside what `must_be_open` raises."""
    must_be_open(state)
    if state.number is None or state.episode_id is None:
        raise CaseNotNumbered
    return state.episode_id


def must_be_possible(state: CaseState, day: date, given: Given, *, field: str) -> None:
    """A day of something done for the case lies between its opening and today."""
    if day > given.today:
        raise InTheFuture(field=field, day=day)
    if state.opened_on is not None and day < state.opened_on:
        raise BeforeTheCase(field=field, day=day, opened_on=state.opened_on)
