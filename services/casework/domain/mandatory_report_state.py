"""What later decisions need to know of a mandatory report: where it stands, who may know of it, since when its clocks run."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import assert_never

import msgspec
from msgspec.structs import replace

from services.contracts.casework import (
    MandatoryReportAcknowledged,
    MandatoryReportAnswered,
    MandatoryReportCorrected,
    MandatoryReportEscalated,
    MandatoryReportOfficerNamed,
    MandatoryReportOfficerReleased,
    MandatoryReportOpened,
    MandatoryReportRecalled,
    MandatoryReportReminded,
    MandatoryReportWithdrawn,
    Pressing,
)
from services.contracts.codes import HarmSign
from services.contracts.ids import OfficerId

MandatoryReportEvent = (
    MandatoryReportOpened
    | MandatoryReportOfficerNamed
    | MandatoryReportOfficerReleased
    | MandatoryReportAcknowledged
    | MandatoryReportReminded
    | MandatoryReportEscalated
    | MandatoryReportAnswered
    | MandatoryReportRecalled
    | MandatoryReportCorrected
    | MandatoryReportWithdrawn
)


class ReportStatus(StrEnum):
    """Where a report stands; an answer may still hold persuasion."""

    OPENED = "opened"
    ACKNOWLEDGED = "acknowledged"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


class MandatoryReportState(msgspec.Struct, frozen=True):
    """A report as its rules see it; `released` were shut out of it, `pressed` are the reasons for which a leader was told."""

    opened: MandatoryReportOpened | None = None
    sign: HarmSign | None = None
    status: ReportStatus = ReportStatus.OPENED
    held: bool = False
    officers: frozenset[OfficerId] = frozenset()
    released: frozenset[OfficerId] = frozenset()
    reminders: int = 0
    reminded_at: datetime | None = None
    acknowledged_at: datetime | None = None
    recalls: int = 0
    recall_from: datetime | None = None
    pressed: frozenset[Pressing] = frozenset()


def evolve(state: MandatoryReportState, event: MandatoryReportEvent) -> MandatoryReportState:
    match event:
        case MandatoryReportOpened():
            return MandatoryReportState(opened=event, sign=event.sign, held=True, officers=frozenset({event.by_officer_id}))
        case MandatoryReportOfficerNamed():
            named = {event.officer_id}
            return replace(state, officers=state.officers | named, released=state.released - named)
        case MandatoryReportOfficerReleased():
            released = {event.officer_id}
            return replace(state, officers=state.officers - released, released=state.released | released)
        case MandatoryReportAcknowledged():
            return replace(state, status=ReportStatus.ACKNOWLEDGED, acknowledged_at=event.acknowledged_at)
        case MandatoryReportReminded():
            return replace(state, reminders=event.nth, reminded_at=event.reminded_at)
        case MandatoryReportEscalated():
            return replace(state, pressed=state.pressed | {event.reason})
        case MandatoryReportAnswered():
            # the first answers told no instant: theirs is that of the acknowledgement
            since = event.answered_at or state.acknowledged_at
            return replace(state, status=ReportStatus.ANSWERED, held=event.hold, recall_from=since)
        case MandatoryReportRecalled():
            return replace(state, recalls=event.nth, recall_from=event.recalled_at)
        case MandatoryReportCorrected():
            return replace(state, sign=event.sign)
        case MandatoryReportWithdrawn():
            return replace(state, status=ReportStatus.WITHDRAWN, held=False)
        case _:
            assert_never(event)
