"""Dated substitutes (AB角): who acts in an officer's appointment, on which days, and who may say so (domain.md §1)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import assert_never

import msgspec

from services.chassis.decider import Command
from services.chassis.errors import NotPermitted
from services.contracts.identity import AppointmentRow, OfficerAppointed, SubstituteNamed, SubstituteWithdrawn, SubstitutionRow
from services.contracts.ids import AppointmentId, BodyId, OfficerId, SubstitutionId
from services.identity.domain.authority import SETTING_UP, Authority
from services.identity.domain.errors import (
    AppointmentNotHeldThen,
    CannotNameYourself,
    NoSuchAppointment,
    NoSuchSubstitution,
    RoleHasNoSubstitute,
    SubstituteBackdated,
    SubstituteDaysOverlap,
    SubstituteEndsBeforeItBegins,
    SubstituteIsOneself,
    SubstituteNamesNobody,
    SubstituteNotOfBody,
    SubstituteOfASubstitute,
    SubstitutionIsOver,
    SystemAnswersDutiesOnly,
)
from services.identity.domain.policies import NO_OFFICE_TO_STAND_IN_FROM, ROLES_WITH_SUBSTITUTES


class NameSubstitute(Command, frozen=True):
    """Name who acts in an appointment from a day to a day, both included.

    Looked up at the edge: the body above the appointment's, the substitute's own appointments, what they and the officer stand
    in for or have a substitute for themselves (`elsewhere`), whether one of the two is a department's system, and whether the
    caller is an account administrator of the body, or leads the county (`administers`).
    """

    officer_id: OfficerId
    substitution_id: SubstitutionId
    appointment_id: AppointmentId
    substitute_id: OfficerId
    from_on: date
    until_on: date
    body_above: BodyId | None = None
    offices: tuple[AppointmentRow, ...] = ()
    elsewhere: tuple[SubstitutionRow, ...] = ()
    is_system: bool = False
    administers: bool = False
    authority: Authority = SETTING_UP


class WithdrawSubstitute(Command, frozen=True):
    """The substitute acts no more, from now on; looked up at the edge as for the naming."""

    officer_id: OfficerId
    substitution_id: SubstitutionId
    administers: bool = False
    authority: Authority = SETTING_UP


SubstitutionCommand = NameSubstitute | WithdrawSubstitute
SubstitutionEvent = SubstituteNamed | SubstituteWithdrawn


class Held(msgspec.Struct, frozen=True):
    """What the officer holds, and whom they have named."""

    appointments: Mapping[AppointmentId, OfficerAppointed]
    ended: Mapping[AppointmentId, date]
    substitutes: Mapping[SubstitutionId, SubstituteNamed]
    withdrawn: frozenset[SubstitutionId]


def decide(held: Held, command: SubstitutionCommand) -> list[SubstitutionEvent]:
    match command:
        case NameSubstitute():
            return _named(held, command)
        case WithdrawSubstitute():
            return _withdrawn(held, command)
        case _:
            assert_never(command)


def _named(held: Held, command: NameSubstitute) -> list[SubstitutionEvent]:
    appointment = held.appointments.get(command.appointment_id)
    if appointment is None:
        raise NoSuchAppointment(field="appointment_id")
    _must_decide_over(appointment, command)
    _must_be_days(held, appointment, command)
    if command.substitute_id == command.officer_id:
        raise SubstituteIsOneself(field="substitute_id")
    if command.given.actor == command.substitute_id:
        raise CannotNameYourself(field="substitute_id")
    if command.is_system:
        raise SystemAnswersDutiesOnly(field="substitute_id")
    if appointment.role not in ROLES_WITH_SUBSTITUTES:
        raise RoleHasNoSubstitute(field="appointment_id", role=appointment.role)
    named = SubstituteNamed(
        officer_id=command.officer_id,
        substitution_id=command.substitution_id,
        appointment_id=command.appointment_id,
        substitute_id=command.substitute_id,
        office_id=_office(appointment, command),
        from_on=command.from_on,
        until_on=command.until_on,
    )
    _must_be_no_chain(command)
    return [named]


def _must_decide_over(appointment: OfficerAppointed, command: NameSubstitute | WithdrawSubstitute) -> None:
    """The officer in person, or who administers the body's accounts; over county-wide roles who gives them.

    Raises SubstituteNamesNobody, NeedsBureauLead, NotPermitted.
    """
    if command.given.on_behalf_of is not None:
        raise SubstituteNamesNobody
    if command.given.actor == command.officer_id:
        return
    command.authority.check(appointment.role, appointment.division)
    if not command.administers:
        raise NotPermitted


def _must_be_days(held: Held, appointment: OfficerAppointed, command: NameSubstitute) -> None:
    if command.until_on < command.from_on:
        raise SubstituteEndsBeforeItBegins(field="until_on", from_on=command.from_on, until_on=command.until_on)
    if command.from_on < command.given.today:
        raise SubstituteBackdated(field="from_on")
    ends = held.ended.get(command.appointment_id)
    if command.from_on < appointment.from_on or (ends is not None and ends < command.until_on):
        raise AppointmentNotHeldThen(field="from_on")
    for known in held.substitutes.values():
        stands = known.appointment_id == command.appointment_id and known.substitution_id not in held.withdrawn
        if stands and _overlap(command, known.from_on, known.until_on):
            raise SubstituteDaysOverlap(field="from_on", from_on=known.from_on, until_on=known.until_on)


def _office(appointment: OfficerAppointed, command: NameSubstitute) -> AppointmentId:
    """By what the substitute is in office at the body, or at the one above, on all of the days; raises SubstituteNotOfBody."""
    bodies = {appointment.body_id, command.body_above}
    for office in sorted(command.offices, key=lambda each: (each.body_id != appointment.body_id, each.appointment_id)):
        lasting = office.in_force_on(command.from_on) and office.in_force_on(command.until_on)
        if office.body_id in bodies and office.role not in NO_OFFICE_TO_STAND_IN_FROM and lasting:
            return office.appointment_id
    raise SubstituteNotOfBody(field="substitute_id")


def _must_be_no_chain(command: NameSubstitute) -> None:
    """Who stands in is not away themselves, and who is away stands in for nobody; raises SubstituteOfASubstitute."""
    for row in command.elsewhere:
        if row.withdrawn_on is not None or not _overlap(command, row.from_on, row.until_on):
            continue
        if row.officer_id == command.substitute_id or row.substitute_id == command.officer_id:
            raise SubstituteOfASubstitute(field="substitute_id")


def _overlap(command: NameSubstitute, from_on: date, until_on: date) -> bool:
    return from_on <= command.until_on and command.from_on <= until_on


def _withdrawn(held: Held, command: WithdrawSubstitute) -> list[SubstitutionEvent]:
    named = held.substitutes.get(command.substitution_id)
    if named is None:
        raise NoSuchSubstitution
    if command.given.actor != named.substitute_id or command.given.on_behalf_of is not None:
        _must_decide_over(held.appointments[named.appointment_id], command)
    if command.substitution_id in held.withdrawn:
        return []
    today = command.given.today
    if named.until_on < today:
        raise SubstitutionIsOver(until_on=named.until_on)
    return [SubstituteWithdrawn(officer_id=command.officer_id, substitution_id=command.substitution_id, withdrawn_on=today)]
