"""The tables in which every service keeps what identity tells: appointments, substitutes, ended sessions, calendars, numbers."""

from __future__ import annotations

from services.chassis.projections import Projection
from services.chassis.storage.tables import APPOINTMENTS, COUNTY_DAYS, COUNTY_POLICIES, ENDED_SESSIONS, SUBSTITUTIONS
from services.contracts.identity import (
    AppointmentEnded,
    AppointmentRow,
    CalendarPublished,
    DaysRow,
    EndedSessionsRow,
    OfficerAppointed,
    PolicyRow,
    PolicySet,
    SessionsEnded,
    SubstituteNamed,
    SubstituteWithdrawn,
    SubstitutionRow,
    appointment_row,
    days_row,
    ended_sessions_row,
    policy_row,
    substitution_row,
)

APPOINTMENT_ROWS = Projection(
    APPOINTMENTS,
    AppointmentRow,
    {OfficerAppointed: lambda e: e.appointment_id, AppointmentEnded: lambda e: e.appointment_id},
    appointment_row,
    afresh=(OfficerAppointed,),
)

SUBSTITUTION_ROWS = Projection(
    SUBSTITUTIONS,
    SubstitutionRow,
    {SubstituteNamed: lambda e: e.substitution_id, SubstituteWithdrawn: lambda e: e.substitution_id},
    substitution_row,
    afresh=(SubstituteNamed,),
)

ENDED_SESSION_ROWS = Projection(ENDED_SESSIONS, EndedSessionsRow, {SessionsEnded: lambda e: e.officer_id}, ended_sessions_row)

COUNTY_PROJECTIONS: tuple[
    Projection[AppointmentRow]
    | Projection[SubstitutionRow]
    | Projection[EndedSessionsRow]
    | Projection[DaysRow]
    | Projection[PolicyRow],
    ...,
] = (
    APPOINTMENT_ROWS,
    SUBSTITUTION_ROWS,
    ENDED_SESSION_ROWS,
    Projection(
        COUNTY_DAYS, DaysRow, {CalendarPublished: lambda e: (e.calendar_id, e.edition)}, days_row, afresh=(CalendarPublished,)
    ),
    Projection(COUNTY_POLICIES, PolicyRow, {PolicySet: lambda e: e.code}, policy_row, afresh=(PolicySet,)),
)
"""What every service keeps of identity: each `service.build` takes these into its projections."""
