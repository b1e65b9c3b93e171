"""The events on which a story turns and that neither ledger, case nor duty shows afterwards: what happened, on which day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from services.chassis.decider import county_day
from services.demo.stage import Fact

Turn = tuple[str, str]
"""The county's day, and the event's name with its coded fact, if it has one here."""

TURNS: Mapping[str, str | None] = {
    "PanelDecided": "recommended",
    "ObjectionRaised": None,
    "ObjectionAnswered": "upheld",
    "AidGranted": None,
    "AidRefused": "reason",
    "AidPaused": "reason",
    "AidResumed": None,
    "DutyDeclined": None,
    "DutyReturned": None,
    "DeclineAccepted": None,
    "ClosingProposed": None,
    "ClosingSentBack": None,
    "CallTaskDone": "result",
    "MandatoryReportOpened": "sign",
    "MandatoryReportAcknowledged": None,
    "MandatoryReportAnswered": "hold",
    "PupilSuspected": "reason",
}
"""Events that are turns, each with the fact that says which one."""

ABSENT = "PupilSuspected absent"
NOT_REGISTERED = "PupilSuspected not_registered"
NO_TURNS = frozenset({ABSENT, NOT_REGISTERED})
"""How a child is suspected whose roll calls tell it: the ledgers' moves say so."""

AID = {"AidGranted": "granted", "AidRefused": "refused", "AidPaused": "paused", "AidResumed": "granted"}
"""What becomes of an application by its turns."""


def turns_of(told: Iterable[Fact]) -> Iterator[Turn]:
    """The turns among the events that oversight tells of a child."""
    for event in told:
        if event["type"] in TURNS and (turn := _named(event)) not in NO_TURNS:
            yield county_day(datetime.fromisoformat(event["occurred_at"])).isoformat(), turn


def _named(event: Fact) -> str:
    fact = TURNS[event["type"]]
    return str(event["type"]) if fact is None else f"{event['type']} {str(event['facts'].get(fact)).lower()}"


def aid_after(turns: Iterable[Turn]) -> str | None:
    """Where the application stands after these turns in their order."""
    standing = None
    for _, turn in turns:
        standing = AID.get(turn.partition(" ")[0], standing)
    return standing
