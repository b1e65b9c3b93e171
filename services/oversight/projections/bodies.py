"""The county's bodies, officers and schools as they were last told."""

from __future__ import annotations

from msgspec.structs import replace

from services.chassis.decider import Event
from services.chassis.envelope import Envelope
from services.chassis.projections import Projection
from services.contracts import identity, registry
from services.oversight.storage.rows import BodyRow, OfficerRow, SchoolRow
from services.oversight.storage.tables import BODIES, OFFICERS, SCHOOLS


def body_row(_row: BodyRow | None, event: identity.BodyRegistered, _envelope: Envelope) -> BodyRow:
    """The body as last registered."""
    return BodyRow(event.body_id, event.code, event.kind, event.name, event.name_en, event.division, event.department)


def officer_row(_row: OfficerRow | None, event: identity.OfficerRegistered, _envelope: Envelope) -> OfficerRow:
    """The officer as last registered."""
    return OfficerRow(event.officer_id, event.name, event.body_id)


def school_row(row: SchoolRow | None, event: Event, _envelope: Envelope) -> SchoolRow | None:
    """The school as last told."""
    match event:
        case registry.SchoolRegistered():
            return SchoolRow(event.school_id, event.code, event.name, event.name_en, event.kind, event.division)
        case registry.SchoolChanged() if row is not None:
            return replace(row, name=event.name, name_en=event.name_en, kind=event.kind, division=event.division)
        case _:
            return row


BODY_ROWS = Projection(BODIES, BodyRow, {identity.BodyRegistered: lambda e: e.body_id}, body_row, afresh=(identity.BodyRegistered,))
OFFICER_ROWS = Projection(
    OFFICERS, OfficerRow, {identity.OfficerRegistered: lambda e: e.officer_id}, officer_row, afresh=(identity.OfficerRegistered,)
)
SCHOOL_ROWS = Projection(
    SCHOOLS,
    SchoolRow,
    dict.fromkeys((registry.SchoolRegistered, registry.SchoolChanged), lambda e: e.school_id),
    school_row,
    afresh=(registry.SchoolRegistered,),
)
