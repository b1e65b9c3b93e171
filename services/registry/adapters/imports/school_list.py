"""The county's list of schools and classes: what is wrong with its rows, and how a chunk of them is registered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from services.chassis.decider import Command
from services.chassis.envelope import Context
from services.chassis.turn import Turn
from services.chassis.turns import Turns
from services.contracts.ids import SchoolId, school_id
from services.registry.adapters.imports.staging import Staging
from services.registry.adapters.imports.tables import TableRow
from services.registry.domain import file_rules as rules
from services.registry.domain.cells import RowReader
from services.registry.domain.findings import Finding, Findings, RowChange
from services.registry.domain.roster_import import Counts
from services.registry.domain.school import SCHOOL, RegisterSchool
from services.registry.domain.school_class import OpenClass
from services.registry.domain.school_rows import SCHOOLS_SHEET, ClassRow, SchoolRow, read_class, read_school


class SchoolListCheck:
    """Checks the list; its schools come before its classes, whatever the order of the sheets."""

    def __init__(self, turns: Turns, findings: Findings, staging: Staging | None, *, today: date, context: Context) -> None:
        self._turns = turns
        self._findings = findings
        self._staging = staging
        self._today = today
        self._context = context
        self._schools: dict[str, tuple[SchoolRow, TableRow]] = {}
        self._classes: dict[str, tuple[ClassRow, TableRow]] = {}
        self.rows = 0
        self.counts = Counts()
        self.changes: list[RowChange] = []

    def take(self, row: TableRow) -> None:
        """Check a row."""
        self.rows += 1
        reader = RowReader(row.cells)
        if row.sheet == SCHOOLS_SHEET:
            school = read_school(row.number, reader)
            if school is not None and school.code in self._schools:
                reader.note("学校代码", rules.DUPLICATE_SCHOOL)
            elif school is not None:
                self._schools[school.code] = school, row
        else:
            of_school = read_class(row.number, reader, self._today)
            if of_school is not None and of_school.class_id in self._classes:
                reader.note("班号", rules.DUPLICATE_CLASS)
            elif of_school is not None:
                self._classes[of_school.class_id] = of_school, row
        for column, rule, severity in reader.broken:
            self._find(row, column, rule.code, severity)

    def finish(self) -> None:
        """Check what hangs on other rows, and count what the list would change."""
        named = {school_id(code) for code in self._schools}
        rows: list[SchoolRow | ClassRow] = []
        with self._turns.open() as turn:
            for school, place in self._schools.values():
                if school.central_code and not _known(turn, school_id(school.central_code), named):
                    self._find(place, "中心校代码", rules.CENTRAL_SCHOOL_UNKNOWN.code)
                rows.append(school)
            for of_school, place in self._classes.values():
                if not _known(turn, of_school.school_id, named):
                    self._find(place, "学校代码", rules.SCHOOL_UNKNOWN.code)
                rows.append(of_school)
            places = [place for _, place in (*self._schools.values(), *self._classes.values())]
            for row, place in zip(rows, places, strict=True):  # the turn is left without commit: nothing of it happens
                came_to = register(turn, [row], self._context)
                self.counts += came_to
                if came_to.enrolled or came_to.changed:
                    self.changes.append(RowChange(place.shown, place.number, "enrolled" if came_to.enrolled else "changed"))
        if self._staging is not None and not self._findings.errors:
            for row in rows:
                self._staging.add(row)

    def _find(self, row: TableRow, column: str, rule: str, severity: str = "error") -> None:
        self._findings.add(Finding(row.shown, row.number, column, rule, "warning" if severity == "warning" else "error"))


def _known(turn: Turn, school: SchoolId, named: set[SchoolId]) -> bool:
    return school in named or bool(turn.state(SCHOOL, school)[0].school_id)


def register(turn: Turn, rows: Sequence[SchoolRow | ClassRow], context: Context) -> Counts:
    """Apply rows; answers what became of them."""
    enrolled = changed = 0
    for row in rows:
        happened = {envelope.version == 1 for envelope in turn.execute(_command(row), context)}
        enrolled += True in happened
        changed += True not in happened and bool(happened)
    return Counts(enrolled=enrolled, changed=changed, unchanged=len(rows) - enrolled - changed)


def _command(row: SchoolRow | ClassRow) -> Command:
    if isinstance(row, ClassRow):
        return OpenClass(class_id=row.class_id, school_id=row.school_id, cohort=row.cohort, number=row.class_number)
    return RegisterSchool(
        code=row.code,
        name=row.name,
        name_en=row.name_en,
        kind=row.kind,
        division=row.division,
        boarding=row.boarding,
        central_school_id=school_id(row.central_code) if row.central_code else None,
        sessions=row.sessions,
    )
