"""Which cases, duties and mandatory reports an officer may see, as conditions on their tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from services.casework.storage.tables import CASES, DUTIES, MANDATORY_REPORTS, SCHOOLS
from services.contracts.codes import Department, Role


@dataclass(frozen=True)
class Scope:
    """Which cases an officer may see: everything, or by class, school (points under it included), township, village.

    `companions` see those of `companion_schools` on whose visits they went along, all of them.
    """

    everything: bool = False
    class_ids: Sequence[str] = ()
    school_ids: Sequence[str] = ()
    central_ids: Sequence[str] = ()
    townships: Sequence[str] = ()
    villages: Sequence[str] = ()
    companions: Sequence[str] = ()
    companion_schools: Sequence[str] = ()

    def condition(self) -> sa.ColumnElement[bool]:
        """The same as a condition on the table of cases."""
        if self.everything:
            return sa.true()
        points = sa.select(SCHOOLS.c.school_id).where(SCHOOLS.c.central_school_id.in_(self.central_ids))
        return sa.or_(
            CASES.c.class_id.in_(self.class_ids),
            CASES.c.school_id.in_(self.school_ids),
            CASES.c.school_id.in_(points),
            CASES.c.division.in_(self.villages),
            sa.and_(CASES.c.school_id.in_(self.companion_schools), name_all(CASES.c.companions, self.companions)),
            *(CASES.c.division.startswith(township, autoescape=True) for township in self.townships),
        )


def names_officer(officers: sa.ColumnElement[Any], officer_id: str) -> sa.ColumnElement[bool]:
    """Whether a column of officers' ids in JSON holds an id."""
    return sa.cast(officers, sa.Text).contains(f'"{officer_id}"', autoescape=True)


def name_all(officers: sa.ColumnElement[Any], ids: Sequence[str]) -> sa.ColumnElement[bool]:
    """Whether a column of officers' ids in JSON holds each of some ids."""
    return sa.and_(sa.true(), *(names_officer(officers, each) for each in ids))


@dataclass(frozen=True)
class DutyScope:
    """Which duties an officer may see: everything, or of departments' offices, townships, villages, schools.

    Each office is a department with the division that it covers. `follows` is a county leader, who follows all duties; those of
    restricted cases, whose cause they tell, of the cases `restricted_seen` or when told of the delay.
    """

    everything: bool = False
    follows: bool = False
    restricted_seen: Sequence[str] = ()
    offices: Sequence[tuple[str, str]] = ()
    townships: Sequence[str] = ()
    villages: Sequence[str] = ()
    school_ids: Sequence[str] = ()

    def condition(self) -> sa.ColumnElement[bool]:
        """The same as a condition on the table of duties."""
        if self.everything:
            return sa.true()
        of_township = DUTIES.c.department == Department.TOWNSHIP
        areas = [DUTIES.c.division.startswith(township, autoescape=True) for township in self.townships]
        offices = [
            sa.and_(DUTIES.c.department == department, DUTIES.c.division.startswith(area, autoescape=True))
            for department, area in self.offices
        ]
        followed = sa.or_(
            CASES.c.restricted.is_not(True), DUTIES.c.told == Role.COUNTY_LEADER, CASES.c.case_id.in_(self.restricted_seen)
        )
        return sa.or_(
            *offices,
            *([followed] if self.follows else []),
            DUTIES.c.school_id.in_(self.school_ids),
            sa.and_(of_township, sa.or_(DUTIES.c.division.in_(self.villages), *areas)),
        )


@dataclass(frozen=True)
class ReportScope:
    """Which mandatory reports an officer may see: everything, those of the police's `offices`, those that name them.

    `officers` are the officer and whoever they act for: both must be named.
    """

    everything: bool = False
    officers: Sequence[str] = ()
    offices: Sequence[str] = ()

    def condition(self) -> sa.ColumnElement[bool]:
        """The same as a condition on the table of reports."""
        if self.everything:
            return sa.true()
        of_offices = (MANDATORY_REPORTS.c.division.startswith(area, autoescape=True) for area in self.offices)
        named = name_all(MANDATORY_REPORTS.c.officers, self.officers) if self.officers else sa.false()
        return sa.or_(named, *of_offices)
