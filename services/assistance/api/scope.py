"""Who sees and does what: a school its own applications and its points', the bureau and the county's aid office all of them."""

from __future__ import annotations

import sqlalchemy as sa

from services.assistance import queries
from services.assistance.domain.application_state import Status
from services.assistance.domain.errors import NoSuchApplication, SubstituteOfAStandIn
from services.assistance.queries import Schools
from services.assistance.storage.rows import ApplicationRow
from services.chassis.errors import NotPermitted
from services.chassis.turn import Turn
from services.chassis.web.caller import Caller
from services.contracts.codes import Role
from services.contracts.ids import SchoolId

SCHOOL_ROLES = (Role.AID_OFFICER, Role.PRINCIPAL, Role.CENTRAL_SCHOOL, Role.VICE_PRINCIPAL)
"""Who stands for a school (domain.md §1), the vice-principal in the principal's place; an aid officer may also be the county's,
whom `Caller.county_wide` tells apart."""

OF_POINTS = (Role.PRINCIPAL, Role.CENTRAL_SCHOOL)
"""Who acts for the teaching points under their central school too, as in a case."""

REVIEWERS = (Role.AID_OFFICER, Role.BUREAU_CLERK)
COUNTY_READERS = (Role.AID_OFFICER, Role.BUREAU_CLERK, Role.BUREAU_LEAD, Role.COUNTY_LEADER)
WORDS_READERS = (Role.AID_OFFICER, Role.BUREAU_CLERK, Role.BUREAU_LEAD)


def reader_schools(engine: sa.Engine, caller: Caller) -> Schools:
    """The schools whose applications the caller may see; None for all."""
    if caller.county_wide(*COUNTY_READERS):
        return None
    return (*caller.school_ids(*SCHOOL_ROLES), *queries.points_under(engine, caller.school_ids(*OF_POINTS)))


def role_at(caller: Caller, school_id: SchoolId, central_school_id: SchoolId | None) -> Role | None:
    """The role in which the caller acts for a school, or for a teaching point from the central school above it."""
    for role in SCHOOL_ROLES:
        if school_id in caller.school_ids(role):
            return role
    return next((role for role in OF_POINTS if central_school_id in caller.school_ids(role)), None)


def school_role(turn: Turn, caller: Caller, school_id: SchoolId) -> Role:
    """The role in which the caller acts for the school; raises NoSuchApplication for whoever does not."""
    role = role_at(caller, school_id, queries.central_school(turn, school_id))
    if role is None:
        raise NoSuchApplication
    return role


def of_own_school(turn: Turn, caller: Caller, row: ApplicationRow) -> None:
    """Raises NoSuchApplication where the application is of a school that is not the caller's."""
    school_role(turn, caller, row.school_id)


def of_own_school_or_county(turn: Turn, caller: Caller, row: ApplicationRow) -> None:
    """Raises NoSuchApplication for whoever neither reviews for the county nor is of the application's school."""
    if not caller.county_wide(*REVIEWERS):
        of_own_school(turn, caller, row)


def for_school(turn: Turn, caller: Caller, school_id: SchoolId) -> str | None:
    """In whose place the caller acts for the school: a vice-principal in the principal's, a substitute in whose they say.

    Raises SubstituteOfAStandIn for the substitute of a vice-principal who stands in.
    """
    if role_at(caller, school_id, queries.central_school(turn, school_id)) is not Role.VICE_PRINCIPAL:
        return caller.on_behalf_of
    absent = queries.principal(turn, school_id, turn.today)
    if absent is None:
        return caller.on_behalf_of
    if caller.on_behalf_of not in (None, absent):
        raise SubstituteOfAStandIn
    return absent


def for_school_or_county(turn: Turn, caller: Caller, school_id: SchoolId) -> str | None:
    """The same for what reviewers of the county do too, in nobody's place but whose they say."""
    return caller.on_behalf_of if caller.county_wide(*REVIEWERS) else for_school(turn, caller, school_id)


def for_oneself(_turn: Turn, caller: Caller, _school_id: SchoolId) -> str | None:
    """In nobody's place but, of a substitute, in whose they say."""
    return caller.on_behalf_of


def an_officer(caller: Caller) -> None:
    """Raises NotPermitted for a service of the house."""
    if caller.is_service:
        raise NotPermitted


def hanging_or_own(turn: Turn, caller: Caller, row: ApplicationRow) -> None:
    """Raises NoSuchApplication for an application off the notice board that is not the caller's to see: it would tell of it."""
    if row.status is not Status.NOTICE and not caller.county_wide(*COUNTY_READERS):
        of_own_school(turn, caller, row)


def reviewing_role(caller: Caller) -> Role:
    """The role in which the caller reviews for the county; raises NotPermitted for a school's aid officer."""
    if caller.holds(Role.BUREAU_CLERK):
        return Role.BUREAU_CLERK
    if caller.county_wide(Role.AID_OFFICER):
        return Role.AID_OFFICER
    raise NotPermitted


def may_read_words(engine: sa.Engine, caller: Caller, school_id: str) -> bool:
    """Whether the caller examines objections: the school's officers, the bureau, the county's aid office."""
    if caller.county_wide(*WORDS_READERS) or school_id in caller.school_ids(*SCHOOL_ROLES):
        return True
    return school_id in queries.points_under(engine, caller.school_ids(*OF_POINTS))
