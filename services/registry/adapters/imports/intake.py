"""An uploaded file: read, checked and staged aside, then decided in one turn – accepted whole or not at all."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import msgspec
import sqlalchemy as sa
from uuid6 import uuid7

from services.chassis.envelope import Context
from services.chassis.places import Places
from services.chassis.spreadsheets.workbooks import WorkbookReader
from services.chassis.turn import Turn
from services.chassis.turns import Turns
from services.contracts.ids import ImportId, SchoolId, school_id
from services.registry.adapters.imports.roster import RosterCheck
from services.registry.adapters.imports.school_list import SchoolListCheck
from services.registry.adapters.imports.staging import Staging, drop
from services.registry.adapters.imports.tables import TableRow, table_rows
from services.registry.adapters.vault import Vault
from services.registry.domain import file_rules as rules
from services.registry.domain.errors import SchoolNotRegistered
from services.registry.domain.findings import Finding, Findings, RowChange
from services.registry.domain.roster_import import (
    IMPORT,
    AcceptImport,
    Counts,
    ImportKind,
    RehearseImport,
    RejectImport,
    StageImport,
)
from services.registry.domain.school import SCHOOL
from services.registry.storage.vault_tables import IMPORT_FILES, IMPORT_FINDINGS

FINDINGS_KEPT = 1_000
"""How many findings of a file are kept for the report; a file with more errors is not checked to its end."""

CHANGES_TOLD = 1_000
"""How many rows a dry run names that would bring something new."""

FILE_DIGEST = "import.file"


@dataclass(frozen=True)
class Upload:
    """What somebody uploads: the bytes, what they are, and whose; the file's name is not taken.

    A dry run of a file that was imported before says so; `again` rehearses it all the same.
    """

    kind: ImportKind
    data: bytes
    school_code: str | None = None
    dry_run: bool = False
    again: bool = False

    @property
    def school_id(self) -> SchoolId | None:
        """The school of a roster."""
        return school_id(self.school_code) if self.school_code is not None else None


@dataclass
class Checked:
    """A file after its check: what was found, what it would change, and its rows, staged."""

    import_id: ImportId
    upload: Upload
    digest: str
    findings: Findings
    rows: int
    counts: Counts
    staging: Staging | None
    earlier: ImportId | None = None
    changes: Sequence[RowChange] = ()


class Intake:
    """Takes files in."""

    def __init__(self, turns: Turns, vault: Vault, reader: WorkbookReader, places: Places) -> None:
        self._turns = turns
        self._vault = vault
        self._reader = reader
        self._places = places

    def check(self, upload: Upload, context: Context) -> Checked:
        """Read and check a file, and stage its rows; raises FileNotReadable, SchoolNotRegistered and PlacesTaken."""
        with self._places.one():
            return self._check(upload, context)

    def _check(self, upload: Upload, context: Context) -> Checked:
        digest = self._digest(upload)
        findings = Findings(FINDINGS_KEPT)
        import_id = ImportId(str(uuid7()))
        earlier = None if upload.again else self._accepted_before(digest)
        if earlier is not None:
            return Checked(earlier, upload, digest, findings, 0, Counts(), None, earlier)
        staging = None if upload.dry_run else Staging(self._turns, import_id, upload.school_id)
        try:
            check = self._checker(upload, import_id, findings, staging, context)
            with closing(table_rows(upload.data, upload.kind, self._reader, findings)) as rows:
                _take_all(rows, check, findings)
        except BaseException:
            if staging is not None:
                staging.throw_away()
            raise
        return Checked(import_id, upload, digest, findings, check.rows, check.counts, staging, changes=check.changes)

    def decide(self, turn: Turn, context: Context, checked: Checked) -> Mapping[str, Any]:
        """Accept or reject a checked file, or note its rehearsal; answers how it stands."""
        earlier = checked.earlier or (None if checked.upload.again else self._accepted_before(checked.digest))
        if earlier is not None:
            state, _ = turn.state(IMPORT, earlier)
            counts = msgspec.structs.asdict(state.counts)
            return {"import_id": earlier, "status": state.phase, "repeated": True, **counts}
        if checked.upload.dry_run:
            turn.execute(self._rehearsed(checked), context)
        else:
            self._stage(turn, context, checked)
        self._report(turn, checked)
        state, _ = turn.state(IMPORT, checked.import_id)
        return {
            "import_id": checked.import_id,
            "status": state.phase,
            "repeated": False,
            "rows": checked.rows,
            "errors": checked.findings.errors,
            "warnings": checked.findings.warnings,
            "enrolled": checked.counts.enrolled,
            "changed": checked.counts.changed,
            "unchanged": checked.counts.unchanged,
            "changes": [msgspec.structs.asdict(each) for each in checked.changes[:CHANGES_TOLD]] if checked.upload.dry_run else [],
        }

    def settle(self, checked: Checked) -> None:
        """After the decision: whatever was staged of a file that has not been accepted is thrown away."""
        if checked.staging is not None and self._accepted_before(checked.digest) != checked.import_id:
            checked.staging.throw_away()

    def _stage(self, turn: Turn, context: Context, checked: Checked) -> None:
        upload, findings = checked.upload, checked.findings
        staged = StageImport(
            import_id=checked.import_id,
            kind=upload.kind,
            digest=checked.digest,
            rows=checked.rows,
            school_id=upload.school_id,
        )
        turn.execute(staged, context)
        if findings.errors or checked.staging is None:
            rejected = RejectImport(import_id=checked.import_id, errors=findings.errors, warnings=findings.warnings)
            turn.execute(rejected, context)
            drop(turn, checked.import_id)
            return
        checked.staging.seal(turn)
        turn.sources.record(IMPORT_FILES, {"digest": checked.digest, "import_id": checked.import_id})
        accepted = AcceptImport(import_id=checked.import_id, chunks=checked.staging.chunks, warnings=findings.warnings)
        turn.execute(accepted, context)

    def _rehearsed(self, checked: Checked) -> RehearseImport:
        return RehearseImport(
            import_id=checked.import_id,
            kind=checked.upload.kind,
            digest=checked.digest,
            rows=checked.rows,
            errors=checked.findings.errors,
            warnings=checked.findings.warnings,
            counts=checked.counts,
            school_id=checked.upload.school_id,
        )

    def _report(self, turn: Turn, checked: Checked) -> None:
        for number, finding in enumerate(checked.findings.kept):
            turn.sources.record(
                IMPORT_FINDINGS,
                {
                    "import_id": checked.import_id,
                    "number": number,
                    "sheet": finding.sheet,
                    "row": finding.row,
                    "column": finding.column,
                    "rule": finding.rule,
                    "severity": finding.severity,
                },
            )

    def _checker(
        self, upload: Upload, import_id: ImportId, findings: Findings, staging: Staging | None, context: Context
    ) -> RosterCheck | SchoolListCheck:
        with self._turns.open() as turn:
            today = turn.given(context).today
            school = upload.school_id
            if school is not None and not turn.state(SCHOOL, school)[0].school_id:
                raise SchoolNotRegistered(field="school_code")
        if upload.kind == "schools":
            return SchoolListCheck(self._turns, findings, staging, today=today, context=context)
        if school is None or upload.school_code is None:
            raise SchoolNotRegistered(field="school_code")
        return RosterCheck(
            self._turns,
            self._vault,
            findings,
            staging,
            import_id=import_id,
            school=school,
            school_code=upload.school_code,
            today=today,
            context=context,
        )

    def _digest(self, upload: Upload) -> str:
        content = hashlib.sha256(upload.data).hexdigest()
        return self._vault.digest(FILE_DIGEST, f"{upload.kind}|{upload.school_code or ''}|{content}")

    def _accepted_before(self, digest: str) -> ImportId | None:
        with self._turns.store.engine.connect() as connection:
            found = connection.execute(sa.select(IMPORT_FILES.c.import_id).where(IMPORT_FILES.c.digest == digest)).scalar()
        return ImportId(found) if found is not None else None


def _take_all(rows: Iterable[TableRow], check: RosterCheck | SchoolListCheck, findings: Findings) -> None:
    """Check row after row, until the report is full: who sends a file of nothing but errors learns no more from its end."""
    for row in rows:
        check.take(row)
        if findings.full:
            findings.end_with(Finding(row.shown, row.number, "", rules.CHECK_STOPPED.code))
            return
    check.finish()
