"""A roster: what is wrong with its rows, and how a chunk of them comes onto the roll."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from datetime import date

import sqlalchemy as sa

from services.chassis.envelope import Context
from services.chassis.turn import Turn
from services.chassis.turns import Turns
from services.contracts.identity_numbers import matching_name
from services.contracts.ids import ImportId, SchoolId
from services.registry.adapters.imports.staging import ROWS_A_CHUNK, Staging
from services.registry.adapters.imports.tables import TableRow
from services.registry.adapters.roll_book import look_up
from services.registry.adapters.vault import Vault
from services.registry.domain import file_rules as rules
from services.registry.domain.cells import RowReader
from services.registry.domain.findings import Finding, Findings, RowChange
from services.registry.domain.roll_lookup import RowKeys
from services.registry.domain.roll_plan import Plan, plan_row
from services.registry.domain.roster_import import Counts
from services.registry.domain.roster_rows import PupilRow, read_row
from services.registry.domain.school_class import SCHOOL_CLASS
from services.registry.storage.vault_tables import STAGED_ROWS

_DIGEST_BYTES = 16


class RosterCheck:
    """Checks a roster row by row, stages what is good, and counts what it would change."""

    def __init__(
        self, turns: Turns, vault: Vault, findings: Findings, staging: Staging | None, *, import_id: ImportId, school: SchoolId,
        school_code: str, today: date, context: Context,
    ) -> None:  # fmt: skip
        self._turns = turns
        self._vault = vault
        self._findings = findings
        self._staging = staging
        self._import_id = import_id
        self._school = school
        self._school_code = school_code
        self._today = today
        self._context = context
        self._twice = Duplicates()
        self._taken: set[str] = set()
        self._waiting: list[tuple[PupilRow, TableRow]] = []
        self.rows = 0
        self.counts = Counts()
        self.changes: list[RowChange] = []

    def take(self, row: TableRow) -> None:
        """Check a row."""
        self.rows += 1
        reader = RowReader(row.cells)
        pupil = read_row(row.number, reader, self._school_code, self._today)
        self._twice.look_at(reader, pupil)
        for column, rule, severity in reader.broken:
            self._findings.add(Finding(row.shown, row.number, column, rule.code, severity))
        if pupil is not None and reader.accepted:
            self._waiting.append((pupil, row))
            if len(self._waiting) >= ROWS_A_CHUNK:
                self._against_the_roll()

    def finish(self) -> None:
        """Check what waits."""
        if self._waiting:
            self._against_the_roll()

    def _against_the_roll(self) -> None:
        waiting, self._waiting = self._waiting, []
        with self._turns.open() as turn:
            plans, keys = plans_of(
                turn, self._vault, [pupil for pupil, _ in waiting], self._import_id, self._school, self._taken, self._context
            )
            unknown = {pupil.class_id for pupil, _ in waiting if not turn.state(SCHOOL_CLASS, pupil.class_id)[0].class_id}
        elsewhere = self._being_imported_elsewhere(keys)
        for (pupil, row), plan, of_row in zip(waiting, plans, keys, strict=True):
            if pupil.class_id in unknown:
                self._find(row, "班号", rules.UNKNOWN_CLASS.code)
            elif plan.refused is not None:
                self._find(row, plan.refused.column, plan.refused.rule.code)
            elif any(key is not None and key[1] in elsewhere for key in (of_row.id_number, of_row.roll_number)):
                self._find(row, "证件号码" if of_row.id_number else "学籍号", rules.BEING_IMPORTED_ELSEWHERE.code)
            else:
                self.counts += counted([plan])
                if plan.verdict in ("enrolled", "changed"):
                    self.changes.append(RowChange(row.shown, row.number, plan.verdict))
                for column in plan.kept:
                    kept = rules.GUARDIAN_KNOWN_OTHERWISE.code
                    self._findings.add(Finding(row.shown, row.number, column, kept, "warning"))
                if self._staging is not None and not self._findings.errors:
                    self._staging.add(pupil, of_row.id_number, of_row.roll_number)

    def _find(self, row: TableRow, column: str, rule: str) -> None:
        self._findings.add(Finding(row.shown, row.number, column, rule))

    def _being_imported_elsewhere(self, keys: Collection[RowKeys]) -> set[str]:
        """Numbers that wait in another school's accepted file."""
        digests = [key[1] for of_row in keys for key in (of_row.id_number, of_row.roll_number) if key is not None]
        staged = STAGED_ROWS.c
        query = sa.select(staged.id_digest, staged.roll_digest).where(
            sa.or_(staged.id_digest.in_(digests), staged.roll_digest.in_(digests)), staged.school_id != self._school
        )
        with self._turns.store.engine.connect() as connection:
            return {digest for row in connection.execute(query) for digest in row if digest}


class Duplicates:
    """Which numbers stood in a row above, whether or not that row was otherwise good; only digests are held."""

    def __init__(self) -> None:
        self._seen: set[bytes] = set()

    def look_at(self, row: RowReader, pupil: PupilRow | None) -> None:
        """Note on the row what it repeats."""
        for column, rule in (("学籍号", rules.DUPLICATE_ROLL_NUMBER), ("证件号码", rules.DUPLICATE_ID_NUMBER)):
            number = "".join(row.text(column).upper().split())
            if number and self._repeated(column, number):
                row.note(column, rule)
        numberless = pupil is not None and not pupil.roll_number and not pupil.id_number
        if pupil is not None and numberless and self._repeated("姓名", f"{matching_name(pupil.name)}|{pupil.born_on}"):
            row.note("姓名", rules.DUPLICATE_CHILD)

    def _repeated(self, column: str, text: str) -> bool:
        digest = hashlib.blake2b(f"{column}|{text}".encode(), digest_size=_DIGEST_BYTES).digest()
        if digest in self._seen:
            return True
        self._seen.add(digest)
        return False


def plans_of(
    turn: Turn, vault: Vault, rows: Sequence[PupilRow], import_id: ImportId, school: SchoolId, taken: set[str], context: Context
) -> tuple[list[Plan], list[RowKeys]]:
    """What the rows come to, as of this turn."""
    keys, roll = look_up(turn, vault, rows, school, taken)
    given = turn.given(context)
    return [
        plan_row(row, of_row, roll, school=school, of=import_id, digest=vault.digest, given=given)
        for row, of_row in zip(rows, keys, strict=True)
    ], keys


def counted(plans: Sequence[Plan]) -> Counts:
    """How many rows came to what."""
    verdicts = [plan.verdict for plan in plans]
    return Counts(*(verdicts.count(verdict) for verdict in ("enrolled", "changed", "unchanged", "refused")))


def put_on_roll(
    turn: Turn, vault: Vault, rows: Sequence[PupilRow], import_id: ImportId, school: SchoolId, context: Context
) -> tuple[Counts, list[Plan]]:
    """Apply rows; answers what became of them, and those that have been overtaken since they were checked."""
    plans, _ = plans_of(turn, vault, rows, import_id, school, set(), context)
    vault.prepare({person_id for plan in plans for person_id, _, _ in plan.writes})
    for plan in plans:
        for person_id, version, texts in plan.writes:
            vault.write(turn, person_id, version, texts)
        for key, leads_to in plan.indexed:
            vault.index(turn, key, leads_to)
        for pupil_id, guardian_id, is_guardian in plan.families:
            vault.join(turn, pupil_id, guardian_id, is_guardian=is_guardian)
        if plan.command is not None and plan.verdict != "unchanged":
            turn.execute(plan.command, context)
    return counted(plans), [plan for plan in plans if plan.refused is not None]
