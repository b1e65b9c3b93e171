"""What a department's system is told of its duties and of mandatory reports, on its own topic: public types whose versions keep.

No names, no free text, no child's id, no cause. Of a duty that a restricted cause has raised (PIPL art. 28) only that there is one,
and until when: what it asks is looked up by the department's system through the API, where each look is logged. The same goes for a
mandatory report 强制报告: neither its sign nor its child is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

import msgspec

from services.chassis.decider import Event
from services.chassis.publication import Published
from services.contracts.codes import DutyKind, Evidence, Role
from services.contracts.ids import DutyId, MandatoryReportId
from services.contracts.topics import Desk

SOURCE = "department"


class DutyAssigned(Event, frozen=True):
    """Something is asked of the department, until the end of `due_on`; a standing duty has no such day.

    `kind` says what is asked, `evidence` what the answer should rest on. A `restricted` one says neither of them, nor the case.
    """

    duty_id: DutyId
    number: str
    division: str
    assigned_on: date
    due_on: date | None = None
    restricted: bool = False
    kind: DutyKind | None = None
    evidence: Evidence | None = None
    case_number: str | None = None


class DutyAcknowledged(Event, frozen=True):
    """The department has seen it."""

    duty_id: DutyId
    number: str


class DutyCompleted(Event, frozen=True):
    """The duty is answered; `on_behalf` where another officer entered the department's written reply."""

    duty_id: DutyId
    number: str
    on_behalf: bool = False


class DutyDeclined(Event, frozen=True):
    """The department has said that it is not its duty; `on_behalf` as above."""

    duty_id: DutyId
    number: str
    on_behalf: bool = False


class DutyExcused(Event, frozen=True):
    """The bureau agrees that it is not the department's duty: nobody is asked any more."""

    duty_id: DutyId
    number: str


class DutyReturned(Event, frozen=True):
    """The answer does not suffice: the duty is open again, with a new term. Why is looked up through the API."""

    duty_id: DutyId
    number: str
    returned_on: date
    due_on: date | None = None


class DutyWithdrawn(Event, frozen=True):
    """The reason of the duty has gone: nothing is asked any more."""

    duty_id: DutyId
    number: str


class DutyOverdue(Event, frozen=True):
    """The term has passed without an answer; one is still waited for."""

    duty_id: DutyId
    number: str
    due_on: date


class DutyEscalated(Event, frozen=True):
    """The next leader has been told that the duty is overdue; `level` counts from 1."""

    duty_id: DutyId
    number: str
    level: int
    to_role: Role
    escalated_on: date


class MandatoryReportOpened(Event, frozen=True):
    """A child may be in danger: acknowledge at once, by day and night. What it is about is looked up through the API."""

    report_id: MandatoryReportId
    number: str
    division: str
    opened_at: datetime


class MandatoryReportAcknowledged(Event, frozen=True):
    """The police have it; `on_behalf` where an officer of the bureau entered that."""

    report_id: MandatoryReportId
    number: str
    on_behalf: bool = False


class MandatoryReportReminded(Event, frozen=True):
    """Nobody has acknowledged it yet; `nth` counts the reminders."""

    report_id: MandatoryReportId
    number: str
    nth: int


class MandatoryReportEscalated(Event, frozen=True):
    """The next leader has been told that it is not acknowledged, or not answered."""

    report_id: MandatoryReportId
    number: str
    to_role: Role
    escalated_at: datetime


class MandatoryReportAnswered(Event, frozen=True):
    """It is answered; with `hold` the family is not to be approached, until another answer says that it may be."""

    report_id: MandatoryReportId
    number: str
    hold: bool
    on_behalf: bool = False


class MandatoryReportRecalled(Event, frozen=True):
    """The last answer keeps everybody from the family, and no other has come since: `nth` counts these recalls."""

    report_id: MandatoryReportId
    number: str
    nth: int


class MandatoryReportChanged(Event, frozen=True):
    """Something else about it has changed: look it up through the API."""

    report_id: MandatoryReportId
    number: str


class MandatoryReportWithdrawn(Event, frozen=True):
    """It was made by mistake: nothing is asked any more."""

    report_id: MandatoryReportId
    number: str


DutyTold = (
    DutyAssigned
    | DutyAcknowledged
    | DutyCompleted
    | DutyDeclined
    | DutyExcused
    | DutyReturned
    | DutyWithdrawn
    | DutyOverdue
    | DutyEscalated
)
ReportTold = (
    MandatoryReportOpened
    | MandatoryReportAcknowledged
    | MandatoryReportReminded
    | MandatoryReportEscalated
    | MandatoryReportAnswered
    | MandatoryReportRecalled
    | MandatoryReportChanged
    | MandatoryReportWithdrawn
)
DepartmentEvent = DutyTold | ReportTold

VERSIONS: Mapping[type[Event], int] = {
    DutyAssigned: 1,
    DutyAcknowledged: 1,
    DutyCompleted: 1,
    DutyDeclined: 1,
    DutyExcused: 1,
    DutyReturned: 1,
    DutyWithdrawn: 1,
    DutyOverdue: 1,
    DutyEscalated: 1,
    MandatoryReportOpened: 1,
    MandatoryReportAcknowledged: 1,
    MandatoryReportReminded: 1,
    MandatoryReportEscalated: 1,
    MandatoryReportAnswered: 1,
    MandatoryReportRecalled: 1,
    MandatoryReportChanged: 1,
    MandatoryReportWithdrawn: 1,
}
"""The version that is sent today. A field that may be absent can be added, any other change is a new version."""

_encoder = msgspec.json.Encoder()


def type_name(event: type[Event]) -> str:
    """The name of a public type, without its version."""
    return f"{SOURCE}.{event.__name__}"


def written(said: tuple[Desk, DepartmentEvent]) -> Published:
    """An event for a department as it is kept and sent."""
    desk, event = said
    about = event.report_id if isinstance(event, ReportTold) else event.duty_id
    return Published(desk.topic, about, type_name(type(event)), VERSIONS[type(event)], _encoder.encode(event))
