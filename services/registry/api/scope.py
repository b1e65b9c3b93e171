"""Whose child, whose class: what the caller of a route may touch; what is not theirs is not there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import structlog

from services.chassis.web.caller import Caller, current_caller
from services.chassis.web.frame import current_service
from services.contracts.codes import Role, Session
from services.registry import queries
from services.registry.adapters.vault import Vault
from services.registry.domain.absence import OF_BOARDERS
from services.registry.domain.errors import NoSuchClass, PupilNotOnRoll, SessionNotYours
from services.registry.domain.purposes import PURPOSES, Purpose

log = structlog.get_logger()

ROLL_CALLERS = (*queries.SCHOOL_HEADS, Role.CENTRAL_SCHOOL, Role.HOMEROOM_TEACHER, Role.DORM_SUPERVISOR)
"""Who calls the roll and corrects it."""

CLASS_READERS = (*queries.LEDGER_ROLES, *ROLL_CALLERS)
"""Who sees which lists have come."""

TEACHERS = (*queries.SCHOOL_HEADS, Role.CENTRAL_SCHOOL, Role.HOMEROOM_TEACHER)
"""Who answers for a child at school: confirms absences, takes leave, records contacts."""

SCHOOL_LEADERS = (Role.PRINCIPAL, Role.VICE_PRINCIPAL, Role.CENTRAL_SCHOOL)
"""The principal; the vice-principal as substitute; the central school for points that have no principal. They confirm a dropout
and lead the visit that is due before."""

REPORT_READERS = tuple(sorted({role for row in PURPOSES[Purpose.ABSENCE_REPORT] for role in row.roles}))
"""Who reads the report of an absence: bureau and township, to whom it is addressed, and the school that wrote it."""

BUREAU = (Role.BUREAU_LEAD, Role.BUREAU_CLERK)
NOTE_READERS = (*SCHOOL_LEADERS, Role.HOMEROOM_TEACHER, *BUREAU)
"""Who reads what was written about a child: its teacher and the heads of its school, and the bureau; not who keeps the roll."""


def acting_as(roles: Sequence[Role], session: Session | None = None) -> Caller:
    """The caller with those appointments only that are to one of the roles, so that the places of another role do not count.

    A dormitory supervisor is one for the evenings of boarders only: the dormitory's session, and the return day.
    """
    caller = current_caller()
    by_day = session is not None and session not in OF_BOARDERS
    acting = frozenset(roles) - ({Role.DORM_SUPERVISOR} if by_day else frozenset())
    return replace(caller, appointments=tuple(held for held in caller.appointments if held.role in acting))


def class_of_caller(roles: Sequence[Role], class_id: str, session: Session | None = None) -> Mapping[str, Any]:
    """A class that the caller answers for in one of the roles.

    Raises NoSuchClass, and SessionNotYours for a dormitory supervisor by day.
    """
    engine = current_service().engine
    row = queries.class_of(engine, acting_as(roles, session), class_id)
    if row is None and queries.class_of(engine, acting_as(roles), class_id) is not None:
        raise SessionNotYours(field="session")
    if row is None:
        raise NoSuchClass
    return dict(row)


def pupil_of_caller(roles: Sequence[Role], pupil_id: str) -> Mapping[str, Any]:
    """A child that the caller answers for in one of the roles; raises PupilNotOnRoll."""
    row = queries.pupil(current_service().engine, acting_as(roles), pupil_id)
    if row is None:
        raise PupilNotOnRoll
    return dict(row)


def masked_names(pupil_ids: Iterable[str]) -> Mapping[str, str]:
    """The names for a list, masked; that they were listed is logged."""
    service, wanted = current_service(), sorted(set(pupil_ids))
    if not wanted:
        return {}
    log.info("masked_listing", caller=current_caller().officer_id, pupils=len(wanted))
    return Vault(service.engine, service.keyring).masked_names(wanted)


def may_read_notes(pupil_id: str) -> bool:
    """Whether the caller is a reader of notes for this child, and may know the cause of its cases."""
    return queries.pupil(current_service().engine, acting_as(NOTE_READERS), pupil_id) is not None and may_know_causes(pupil_id)


def may_know_causes(pupil_id: str) -> bool:
    """Whether no restricted cause of the child's cases is kept from the caller: what was written about it may tell the cause.

    As casework has it: the bureau knows, and whoever is named in the case.
    """
    service, caller = current_service(), current_caller()
    if caller.holds(*BUREAU):
        return True
    circles = queries.case_circles(service.engine, pupil_id)
    return not any(circle.holds_back(caller.officer_id, service.today) for circle in circles)
