"""Lists of several classes in one file (.csv or .xlsx), as they come from paper; a bad row refuses the file, every one is named."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from services.chassis.errors import FieldError, FormRejected
from services.chassis.sealing import Keyring
from services.chassis.spreadsheets import read_rows
from services.contracts.codes import ExcuseKind, Session
from services.contracts.identity_rules import BrokenRule
from services.contracts.ids import ClassId, PupilId, class_id, school_year
from services.contracts.registry import Excuse
from services.registry.adapters.vault import Vault
from services.registry.domain import file_rules as rules
from services.registry.domain.accepted_words import accepted_form
from services.registry.domain.headers import Header, read_header
from services.registry.domain.roll_call_rows import COLUMNS, ClassSession, RollCallLine, read_line
from services.registry.domain.roll_lookup import PUPIL_ROLL_NUMBER

ROWS_AT_MOST = 20_000
"""Rows of a file: every child of the largest school, three times over."""

ERRORS_AT_MOST = 200
"""How many bad rows one answer names; whoever has more mends these first."""


@dataclass(frozen=True)
class ListInFile:
    """One class's list: `row` is the first row that is about it."""

    row: int
    class_id: ClassId
    day: date
    session: Session
    absent: tuple[PupilId, ...]
    excused: tuple[Excuse, ...]


def lists_in(data: bytes, engine: sa.Engine, keyring: Keyring, today: date) -> tuple[Sequence[ListInFile], int]:
    """The lists of a file and the number of its rows; raises FormRejected with every bad row, and FileNotReadable."""
    lines, errors = _lines(data, today)
    vault = Vault(engine, keyring)
    pupils = _pupils(vault, [line.roll_number for _, line in lines if line.roll_number])
    by_list: defaultdict[ClassSession, list[tuple[int, RollCallLine]]] = defaultdict(list)
    for number, line in lines:
        if line.roll_number and line.roll_number not in pupils:
            errors.append(_error(number, "学籍号", rules.PUPIL_UNKNOWN))
        if by_list[line.of] and "all_present" in (line.standing, by_list[line.of][0][1].standing):
            errors.append(_error(number, "情况", rules.ALL_PRESENT_NAMES_NOBODY))
        by_list[line.of].append((number, line))
    if errors:
        raise FormRejected(*errors[:ERRORS_AT_MOST])
    return [_list(of, of_list, pupils) for of, of_list in sorted(by_list.items())], len(lines)


def _lines(data: bytes, today: date) -> tuple[list[tuple[int, RollCallLine]], list[FieldError]]:
    lines: list[tuple[int, RollCallLine]] = []
    errors: list[FieldError] = []
    header: Header | None = None
    for row in read_rows(data, (), rows_at_most=ROWS_AT_MOST):
        if all(isinstance(cell, str) and not cell.strip() for cell in row.cells):
            continue
        if header is None:
            header = read_header(row.cells, COLUMNS)
            errors += [_error(row.number, column, rule) for column, rule in header.broken]
            if errors:
                break
            continue
        line, reader = read_line(header.cells(row.cells), today)
        errors += [_error(row.number, column, rule) for column, rule, _ in reader.broken]
        if line is not None:
            lines.append((row.number, line))
    if not lines and not errors:
        errors.append(_error(1, "", rules.NO_ROWS))
    return lines, errors


def _pupils(vault: Vault, roll_numbers: Sequence[str]) -> Mapping[str, PupilId]:
    """The children with these roll numbers, found by blind index."""
    digests = {(PUPIL_ROLL_NUMBER, vault.digest(PUPIL_ROLL_NUMBER, number)): number for number in roll_numbers}
    return {digests[key]: PupilId(pupil) for key, pupil in vault.find(digests).items()}


def _list(of: ClassSession, lines: Sequence[tuple[int, RollCallLine]], pupils: Mapping[str, PupilId]) -> ListInFile:
    named = [(line.standing, pupils[line.roll_number]) for _, line in lines if line.roll_number]
    return ListInFile(
        row=lines[0][0],
        class_id=class_id(of.school_code, school_year(of.day), of.grade, of.class_number),
        day=of.day,
        session=of.session,
        absent=tuple(pupil for standing, pupil in named if standing == "absent"),
        excused=tuple(Excuse(pupil, standing) for standing, pupil in named if isinstance(standing, ExcuseKind)),
    )


def _error(row: int, column: str, rule: BrokenRule) -> FieldError:
    """Row, column, rule and accepted form; never the value."""
    field = f"rows.{row}.{column}" if column else f"rows.{row}"
    accepted_zh, accepted_en = accepted_form("rollcall", column, rule)
    if rule.code.startswith("roster.column_"):
        accepted_zh, accepted_en = f"{accepted_zh}（{'、'.join(COLUMNS)}）", f"{accepted_en} ({', '.join(COLUMNS)})"
    return FieldError(field, f"{rule.zh}{accepted_zh}。", f"{rule.en} Accepted: {accepted_en}.")
