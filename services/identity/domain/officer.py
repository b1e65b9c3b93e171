"""An officer and the appointments held."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import assert_never

import msgspec
from msgspec.structs import replace

from services.chassis.decider import Command, Decider, derived_id
from services.contracts.codes import BodyKind, Department, Role
from services.contracts.identity import AppointmentEnded, OfficerAppointed, OfficerRegistered, SubstituteNamed, SubstituteWithdrawn
from services.contracts.ids import AppointmentId, BodyId, ClassId, OfficerId, SubstitutionId
from services.identity.domain import substitution
from services.identity.domain.authority import SETTING_UP, Authority
from services.identity.domain.errors import (
    AppointmentEndsBeforeItBegins,
    CannotAppointYourself,
    ClassNotInForm,
    NoSuchAppointment,
    NoSuchOfficer,
    RoleNotOfBody,
    SystemAnswersDutiesOnly,
)
from services.identity.domain.policies import PLACES_OF_ROLES, PLACES_OF_SYSTEMS, ROLES_OF_A_CLASS
from services.identity.domain.substitution import Held, NameSubstitute, SubstitutionCommand, WithdrawSubstitute


class RegisterOfficer(Command, frozen=True):
    """Take a person into the list of officers, or correct name and body."""

    officer_id: OfficerId
    staff_number: str
    name: str
    body_id: BodyId


class AppointOfficer(Command, frozen=True):
    """Appoint to a role in a body.

    Looked up at the edge: the kind of the body, whether the officer is a department's system, with which authority it is asked.
    """

    officer_id: OfficerId
    appointment_id: AppointmentId
    role: Role
    body_id: BodyId
    body_kind: BodyKind
    division: str
    from_on: date
    class_id: ClassId | None = None
    department: Department | None = None
    is_system: bool = False
    authority: Authority = SETTING_UP


class EndAppointment(Command, frozen=True):
    """The officer leaves the role; `until_on` is the last day."""

    officer_id: OfficerId
    appointment_id: AppointmentId
    until_on: date
    authority: Authority = SETTING_UP


def appointment_id(officer: str, role: Role, where: str, taught: str | None = None) -> AppointmentId:
    """One appointment for a role in a body (and class)."""
    return AppointmentId(derived_id("appointment", officer, role, where, taught or ""))


OfficerCommand = RegisterOfficer | AppointOfficer | EndAppointment | SubstitutionCommand
OfficerEvent = OfficerRegistered | OfficerAppointed | AppointmentEnded | SubstituteNamed | SubstituteWithdrawn


class OfficerState(msgspec.Struct, frozen=True):
    """The officer as registered; appointments by id with their end, if any, and the substitutes named for them."""

    registered: OfficerRegistered | None = None
    appointments: Mapping[AppointmentId, OfficerAppointed] = msgspec.field(default_factory=dict)
    ended: Mapping[AppointmentId, date] = msgspec.field(default_factory=dict)
    substitutes: Mapping[SubstitutionId, SubstituteNamed] = msgspec.field(default_factory=dict)
    withdrawn: frozenset[SubstitutionId] = frozenset()


def decide(state: OfficerState, command: OfficerCommand) -> list[OfficerEvent]:
    match command:
        case RegisterOfficer():
            officer = OfficerRegistered(
                officer_id=command.officer_id,
                staff_number=command.staff_number,
                name=command.name,
                body_id=command.body_id,
            )
            return [] if officer == state.registered else [officer]
        case AppointOfficer():
            if state.registered is None:
                raise NoSuchOfficer
            appointed = OfficerAppointed(
                officer_id=command.officer_id,
                appointment_id=command.appointment_id,
                role=command.role,
                body_id=command.body_id,
                division=command.division,
                from_on=command.from_on,
                class_id=command.class_id,
                department=command.department,
            )
            holds = command.appointment_id not in state.ended
            if holds and state.appointments.get(command.appointment_id) == appointed:
                return []
            _check_appointment(command)
            return [appointed]
        case EndAppointment():
            appointment = state.appointments.get(command.appointment_id)
            if appointment is None:
                raise NoSuchAppointment
            command.authority.check(appointment.role, appointment.division)
            if command.until_on < appointment.from_on:
                raise AppointmentEndsBeforeItBegins(until_on=command.until_on, from_on=appointment.from_on)
            if state.ended.get(command.appointment_id) == command.until_on:
                return []
            return [
                AppointmentEnded(officer_id=command.officer_id, appointment_id=command.appointment_id, until_on=command.until_on)
            ]
        case NameSubstitute() | WithdrawSubstitute():
            held = Held(state.appointments, state.ended, state.substitutes, state.withdrawn)
            return [*substitution.decide(held, command)]
        case _:
            assert_never(command)


def _check_appointment(command: AppointOfficer) -> None:
    """Roles are held in their own kind of body, and nobody makes himself, or helps himself to, a reader of the county."""
    if command.is_system and command.role is not Role.DEPARTMENT_OFFICER:
        raise SystemAnswersDutiesOnly
    places = PLACES_OF_SYSTEMS if command.is_system else PLACES_OF_ROLES.get(command.role, frozenset())
    if command.body_kind not in places:
        raise RoleNotOfBody(role=command.role, kind=command.body_kind)
    if (command.class_id is not None) != (command.role in ROLES_OF_A_CLASS):
        raise ClassNotInForm
    if command.officer_id in (command.given.actor, command.given.on_behalf_of):
        raise CannotAppointYourself
    command.authority.check(command.role, command.division)


def evolve(state: OfficerState, event: OfficerEvent) -> OfficerState:
    match event:
        case OfficerRegistered():
            return replace(state, registered=event)
        case OfficerAppointed():
            ended = {key: day for key, day in state.ended.items() if key != event.appointment_id}
            return replace(state, appointments={**state.appointments, event.appointment_id: event}, ended=ended)
        case AppointmentEnded():
            return replace(state, ended={**state.ended, event.appointment_id: event.until_on})
        case SubstituteNamed():
            return replace(state, substitutes={**state.substitutes, event.substitution_id: event})
        case SubstituteWithdrawn():
            return replace(state, withdrawn=state.withdrawn | {event.substitution_id})
        case _:
            assert_never(event)


def _key(state: OfficerState) -> str:
    return state.registered.officer_id if state.registered else ""


OFFICER: Decider[OfficerState, OfficerCommand, OfficerEvent] = Decider(
    kind="officer",
    commands=(RegisterOfficer, AppointOfficer, EndAppointment, NameSubstitute, WithdrawSubstitute),
    initial=OfficerState,
    decide=decide,
    evolve=evolve,
    stream_of=lambda command: command.officer_id,
    partition_of=_key,
)
