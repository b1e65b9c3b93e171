"""Schools, their sessions and classes."""

from __future__ import annotations

from datetime import date

from services.chassis.decider import Event
from services.contracts.codes import SchoolKind, Session
from services.contracts.ids import ClassId, SchoolId


class SchoolRegistered(Event, frozen=True):
    """A school with its place and kind; `sessions` are those at which each of its classes is expected to call the roll."""

    school_id: SchoolId
    code: str
    name: str
    name_en: str
    kind: SchoolKind
    division: str
    boarding: bool
    central_school_id: SchoolId | None = None
    sessions: tuple[Session, ...] = (Session.MORNING,)


class SchoolChanged(Event, frozen=True):
    """The county's list describes a school otherwise than before; this is the whole description."""

    school_id: SchoolId
    name: str
    name_en: str
    kind: SchoolKind
    division: str
    boarding: bool
    central_school_id: SchoolId | None = None


class SchoolSessionsSet(Event, frozen=True):
    """The school calls the roll at other sessions than before: these are all of them, for each of its classes."""

    school_id: SchoolId
    sessions: tuple[Session, ...]


class AgeReviewFellDue(Event, frozen=True):
    """The ages of a school's children are to be looked over: whoever has reached the upper age leaves the ledger of school age.

    Looked over every so often and not on birthdays: the day of an event is not to tell one.
    """

    school_id: SchoolId
    due_on: date


class ClassOpened(Event, frozen=True):
    """A class: `cohort` is the year in which it was (or would have been) grade 1."""

    class_id: ClassId
    school_id: SchoolId
    cohort: int
    number: int
