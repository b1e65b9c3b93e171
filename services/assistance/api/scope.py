"""Who sees and does what: a school its own applications, the bureau and the county's aid office all of them."""

from __future__ import annotations

from services.assistance.domain.application_state import Status
from services.assistance.domain.errors import NoSuchApplication
from services.assistance.queries import Schools
from services.assistance.storage.rows import ApplicationRow
from services.chassis.errors import NotPermitted
from services.chassis.web.caller import Caller
from services.contracts.codes import Role

SCHOOL_ROLES = (Role.AID_OFFICER, Role.PRINCIPAL)
"""Who stands for a school (domain.md §1); an aid officer may also be the county's, whom `Caller.county_wide` tells apart."""

REVIEWERS = (Role.AID_OFFICER, Role.BUREAU_CLERK)
COUNTY_READERS = (Role.AID_OFFICER, Role.BUREAU_CLERK, Role.BUREAU_LEAD, Role.COUNTY_LEADER)
WORDS_READERS = (Role.AID_OFFICER, Role.BUREAU_CLERK, Role.BUREAU_LEAD)


def reader_schools(caller: Caller) -> Schools:
    """The schools whose applications the caller may see; None for all."""
    return None if caller.county_wide(*COUNTY_READERS) else caller.school_ids(*SCHOOL_ROLES)


def may_see(caller: Caller, school_id: str) -> bool:
    """Whether the caller may see the applications of the school."""
    schools = reader_schools(caller)
    return schools is None or school_id in schools


def of_own_school(caller: Caller, row: ApplicationRow) -> None:
    """Raises NoSuchApplication where the application is of a school that is not the caller's."""
    if row.school_id not in caller.school_ids(*SCHOOL_ROLES):
        raise NoSuchApplication


def of_own_school_or_county(caller: Caller, row: ApplicationRow) -> None:
    """Raises NoSuchApplication for whoever neither reviews for the county nor is of the application's school."""
    if not caller.county_wide(*REVIEWERS):
        of_own_school(caller, row)


def an_officer(caller: Caller) -> None:
    """Raises NotPermitted for a service of the house."""
    if caller.is_service:
        raise NotPermitted


def hanging_or_own(caller: Caller, row: ApplicationRow) -> None:
    """Raises NoSuchApplication for an application off the notice board that is not the caller's to see: it would tell of it."""
    if row.status is not Status.NOTICE and not may_see(caller, row.school_id):
        raise NoSuchApplication


def school_role(caller: Caller, row: ApplicationRow) -> Role:
    """The role in which the caller acts for the application's school."""
    return next(role for role in SCHOOL_ROLES if row.school_id in caller.school_ids(role))


def reviewing_role(caller: Caller) -> Role:
    """The role in which the caller reviews for the county; raises NotPermitted for a school's aid officer."""
    if caller.holds(Role.BUREAU_CLERK):
        return Role.BUREAU_CLERK
    if caller.county_wide(Role.AID_OFFICER):
        return Role.AID_OFFICER
    raise NotPermitted


def may_read_words(caller: Caller, school_id: str) -> bool:
    """Whether the caller examines objections: the school's officers, the bureau, the county's aid office."""
    if school_id in caller.school_ids(*SCHOOL_ROLES):
        return True
    return caller.county_wide(*WORDS_READERS)
