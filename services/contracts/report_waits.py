"""Since when a mandatory report waits for the police: one reading for casework's list and oversight's alarm."""

from __future__ import annotations

from services.chassis.decider import Event
from services.chassis.envelope import Envelope
from services.contracts.casework import (
    MandatoryReportAcknowledged,
    MandatoryReportAnswered,
    MandatoryReportEscalated,
    MandatoryReportOpened,
    MandatoryReportRecalled,
    MandatoryReportWithdrawn,
)


def waits_since(known: str | None, event: Event, envelope: Envelope) -> str | None:
    """Since when it waits after an event, nothing where it does not.

    From its opening until it is acknowledged; from when a leader is told that nobody has answered, or from a recall of an
    answer that still holds, until the next answer.
    """
    match event:
        case MandatoryReportOpened():
            return envelope.recorded_at
        case MandatoryReportEscalated() | MandatoryReportRecalled():
            return known or envelope.recorded_at
        case MandatoryReportAcknowledged() | MandatoryReportAnswered() | MandatoryReportWithdrawn():
            return None
        case _:
            return known
