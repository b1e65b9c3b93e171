"""What a caller may see: the whole county, the children of some schools or divisions, the duties of some departments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from services.oversight.storage.tables import CASES, MANDATORY_REPORTS, PUPILS


@dataclass(frozen=True)
class Scope:
    """Where a caller may look; `departments` are (department, division) pairs, for their duties only.

    `sees_restricted`: the restricted causes of every case, not only of those in which the caller is named.
    `sees_reports`: every mandatory report, not only those in which the caller is named.
    `on_behalf_of`: for whom the caller acts; what is known to those named is then for the two together, if both are.
    `reads_cases`: the cases of all these children one by one; whoever does not is told no small cells, no duties, and of no
    child but in the alarms of texts and applications.
    """

    county: bool = False
    sees_restricted: bool = False
    sees_reports: bool = False
    reads_cases: bool = True
    schools: tuple[str, ...] = ()
    divisions: tuple[str, ...] = ()
    departments: tuple[tuple[str, str], ...] = ()
    officer_id: str = ""
    on_behalf_of: str | None = None

    @property
    def persons(self) -> tuple[str, ...]:
        """Who must be named in person where a name counts."""
        return (self.officer_id,) if self.on_behalf_of is None else (self.officer_id, self.on_behalf_of)

    def named(self, officers: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
        """Whether a column of officers' ids in JSON names the caller, and whoever the caller acts for."""
        text = sa.cast(officers, sa.Text)
        return sa.and_(*(text.contains(f'"{each}"', autoescape=True) for each in self.persons))

    @property
    def sees_children(self) -> bool:
        """Whether there is any child that the caller may see."""
        return self.county or bool(self.schools or self.divisions)

    def of_place(self, school_id: Any, division: Any) -> sa.ColumnElement[bool]:
        """Whether a school or division is the caller's; a village lies in its township, whose digits begin its own."""
        if self.county:
            return sa.true()
        places = [division.startswith(own, autoescape=True) for own in self.divisions]
        return sa.or_(school_id.in_(self.schools), *places)

    def of_department(self, department: sa.ColumnElement[Any], division: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
        """Whether a department of a division is one of the caller's."""
        own = [sa.and_(department == name, division.startswith(place, autoescape=True)) for name, place in self.departments]
        return sa.or_(sa.false(), *own)

    def children(self) -> sa.ColumnElement[bool]:
        """Whether a row of `pupils` is a child that the caller may see."""
        return self.of_place(PUPILS.c.school_id, PUPILS.c.division)

    def reports(self) -> sa.ColumnElement[bool]:
        """Whether a mandatory report is one of which the caller may know."""
        if self.sees_reports:
            return sa.true()
        return self.named(MANDATORY_REPORTS.c.officers)

    def of_open_case(self, case_id: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
        """Whether a row that names a case names one whose cause the caller may know; a department's duty tells the cause."""
        if self.sees_restricted:
            return sa.true()
        return case_id.not_in(sa.select(CASES.c.case_id).where(CASES.c.restricted, sa.not_(self.named(CASES.c.privy))))

    def child(self, pupil_id: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
        """Whether a row that names a child names one that the caller may see."""
        if self.county:
            return sa.true()
        return pupil_id.in_(sa.select(PUPILS.c.pupil_id).where(self.children()))
