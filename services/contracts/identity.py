"""What identity tells: bodies, officers and their appointments, accounts, the county's calendars and numbers."""

from __future__ import annotations

from datetime import date, datetime

import msgspec
from msgspec.structs import replace

from services.chassis.county import DayKind
from services.chassis.decider import Event, Term
from services.chassis.envelope import Envelope
from services.contracts.codes import BodyKind, Department, Role
from services.contracts.ids import AccountId, AppointmentId, BodyId, ClassId, ClientId, OfficerId, SubstitutionId

TOPIC = "identity"


class BodyRegistered(Event, frozen=True):
    """A body of the county: bureau, school, township, village, department."""

    body_id: BodyId
    code: str
    kind: BodyKind
    name: str
    name_en: str
    division: str
    department: Department | None = None
    parent_id: BodyId | None = None


class OfficerRegistered(Event, frozen=True):
    """A person in office; officers' names are not children's data."""

    officer_id: OfficerId
    staff_number: str
    name: str
    body_id: BodyId


class OfficerAppointed(Event, frozen=True):
    """An officer takes up a role in a body, for one class where the role is a class's."""

    officer_id: OfficerId
    appointment_id: AppointmentId
    role: Role
    body_id: BodyId
    division: str
    from_on: date
    class_id: ClassId | None = None
    department: Department | None = None


class AppointmentEnded(Event, frozen=True):
    """An officer leaves a role; the last day is included."""

    officer_id: OfficerId
    appointment_id: AppointmentId
    until_on: date


class SubstituteNamed(Event, frozen=True):
    """Another officer acts in an officer's appointment on the days given, both included (AB角).

    `office_id` is the appointment by which the substitute is in office in the same body or the one above: it has to last.
    """

    officer_id: OfficerId
    substitution_id: SubstitutionId
    appointment_id: AppointmentId
    substitute_id: OfficerId
    office_id: AppointmentId
    from_on: date
    until_on: date


class SubstituteWithdrawn(Event, frozen=True):
    """The substitute no longer acts, from that moment on; what was done before stays done."""

    officer_id: OfficerId
    substitution_id: SubstitutionId
    withdrawn_on: date


class AccountOpened(Event, frozen=True):
    """An officer may log in; the password's hash is not in any event."""

    account_id: AccountId
    officer_id: OfficerId
    login: str


class PasswordSet(Event, frozen=True):
    """The password was set or reset; `by_officer` false for one issued by the account administrator."""

    account_id: AccountId
    credential_version: int


class SessionsEnded(Event, frozen=True):
    """Tokens that the officer got before that instant are good no more: the password or the secret behind them is another.

    `ended_at` is wall time, as a token's times are, and not the county's clock.
    """

    officer_id: OfficerId
    ended_at: datetime


class ClientOpened(Event, frozen=True):
    """A department's system may ask for tokens: `officer_id` is the officer as whom it acts, appointed like any other."""

    client_id: ClientId
    officer_id: OfficerId
    body_id: BodyId


class ClientSecretIssued(Event, frozen=True):
    """The system has a new secret; its digest is not in any event."""

    client_id: ClientId
    secret_version: int


class ClientSecretWithdrawn(Event, frozen=True):
    """A secret opens nothing any more."""

    client_id: ClientId
    secret_version: int


class CalendarPublished(Event, frozen=True):
    """Days of a calendar (`county.GOVERNMENT`, `county.ALL_SCHOOLS` or a school's id); a later edition overrides day by day."""

    calendar_id: str
    edition: str
    days: dict[date, DayKind]


class PolicySet(Event, frozen=True):
    """The county sets one of its numbers, with the document it rests on."""

    code: str
    value: int | Term
    source: str


EVENTS: tuple[type[Event], ...] = (
    BodyRegistered,
    OfficerRegistered,
    OfficerAppointed,
    AppointmentEnded,
    SubstituteNamed,
    SubstituteWithdrawn,
    AccountOpened,
    PasswordSet,
    SessionsEnded,
    ClientOpened,
    ClientSecretIssued,
    ClientSecretWithdrawn,
    CalendarPublished,
    PolicySet,
)


class AppointmentRow(msgspec.Struct, frozen=True):
    """Who holds which role where: what every service needs to know whom it serves."""

    appointment_id: AppointmentId
    officer_id: OfficerId
    role: Role
    body_id: BodyId
    class_id: ClassId | None
    division: str | None
    department: Department | None
    from_on: date
    until_on: date | None = None

    def in_force_on(self, day: date) -> bool:
        """Whether the role is held that day; first and last day are included."""
        return self.from_on <= day and (self.until_on is None or day <= self.until_on)


class SubstitutionRow(msgspec.Struct, frozen=True):
    """Who acts for whom in which appointment, and on which days."""

    substitution_id: SubstitutionId
    officer_id: OfficerId
    appointment_id: AppointmentId
    substitute_id: OfficerId
    office_id: AppointmentId
    from_on: date
    until_on: date
    withdrawn_on: date | None = None

    def in_force_on(self, day: date) -> bool:
        """Whether the substitute acts that day; first and last day are included, a withdrawn one acts no more."""
        return self.withdrawn_on is None and self.from_on <= day <= self.until_on

    def acts_on(self, day: date, post: AppointmentRow | None, office: AppointmentRow | None) -> bool:
        """Whether the substitute acts in the post that day: post, and the office on which it rests, must be in force as well."""
        held = post is not None and office is not None and post.in_force_on(day) and office.in_force_on(day)
        return held and self.in_force_on(day)


class EndedSessionsRow(msgspec.Struct, frozen=True):
    """Since when the officer's tokens are good: older ones are refused."""

    officer_id: OfficerId
    ended_at: datetime


class DaysRow(msgspec.Struct, frozen=True):
    """One edition of a calendar."""

    calendar_id: str
    edition: str
    days: dict[date, DayKind]
    sequence: int


class PolicyRow(msgspec.Struct, frozen=True):
    """A number that the county has set."""

    code: str
    value: int | Term


def appointment_row(row: AppointmentRow | None, event: Event, _envelope: Envelope) -> AppointmentRow | None:
    """An officer's appointment, until it ends."""
    match event:
        case OfficerAppointed():
            return AppointmentRow(
                appointment_id=event.appointment_id,
                officer_id=event.officer_id,
                role=event.role,
                body_id=event.body_id,
                class_id=event.class_id,
                division=event.division,
                department=event.department,
                from_on=event.from_on,
            )
        case AppointmentEnded() if row is not None:
            return replace(row, until_on=event.until_on)
        case _:
            return row


def substitution_row(row: SubstitutionRow | None, event: Event, _envelope: Envelope) -> SubstitutionRow | None:
    """The substitute as named, until withdrawn."""
    match event:
        case SubstituteNamed():
            return SubstitutionRow(
                substitution_id=event.substitution_id,
                officer_id=event.officer_id,
                appointment_id=event.appointment_id,
                substitute_id=event.substitute_id,
                office_id=event.office_id,
                from_on=event.from_on,
                until_on=event.until_on,
            )
        case SubstituteWithdrawn() if row is not None:
            return replace(row, withdrawn_on=event.withdrawn_on)
        case _:
            return row


def ended_sessions_row(row: EndedSessionsRow | None, event: SessionsEnded, _envelope: Envelope) -> EndedSessionsRow:
    """The latest instant: a machine's clock that was put back does not make tokens good again."""
    ended_at = event.ended_at if row is None else max(row.ended_at, event.ended_at)
    return EndedSessionsRow(event.officer_id, ended_at)


def days_row(_row: DaysRow | None, event: CalendarPublished, envelope: Envelope) -> DaysRow:
    """The edition as published; `sequence` says which one came later."""
    return DaysRow(event.calendar_id, event.edition, event.days, envelope.version)


def policy_row(_row: PolicyRow | None, event: PolicySet, _envelope: Envelope) -> PolicyRow:
    """The number as last set."""
    return PolicyRow(event.code, event.value)
