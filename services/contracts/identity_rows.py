"""The tables in which every service keeps what identity tells: appointments, substitutes, calendars, numbers."""

from __future__ import annotations

from services.chassis.projections import Projection
from services.chassis.storage.tables import APPOINTMENTS, COUNTY_DAYS, COUNTY_POLICIES, SUBSTITUTIONS
from services.contracts.identity import (
    AppointmentEnded,
    AppointmentRow,
    CalendarPublished,
    DaysRow,
    OfficerAppointed,
    PolicyRow,
    PolicySet,
    SubstituteNamed,
    SubstituteWithdrawn,
    SubstitutionRow,
    appointment_row,
    days_row,
    policy_row,
    substitution_row,
)

APPOINTMENT_ROWS = Projection(
    APPOINTMENTS,
    AppointmentRow,
    {OfficerAppointed: lambda e: e.appointment_id, AppointmentEnded: lambda e: e.appointment_id},
    appointment_row,
)

SUBSTITUTION_ROWS = Projection(
    SUBSTITUTIONS,
    SubstitutionRow,
    {SubstituteNamed: lambda e: e.substitution_id, SubstituteWithdrawn: lambda e: e.substitution_id},
    substitution_row,
)

COUNTY_PROJECTIONS: tuple[
    Projection[AppointmentRow] | Projection[SubstitutionRow] | Projection[DaysRow] | Projection[PolicyRow], ...
] = (
    APPOINTMENT_ROWS,
    SUBSTITUTION_ROWS,
    Projection(COUNTY_DAYS, DaysRow, {CalendarPublished: lambda e: (e.calendar_id, e.edition)}, days_row),
    Projection(COUNTY_POLICIES, PolicyRow, {PolicySet: lambda e: e.code}, policy_row),
)
"""What every service keeps of identity: each `service.build` takes these four into its projections."""
