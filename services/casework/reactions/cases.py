"""What the ledgers make of a case: opened, numbered, withdrawn, broken by a relapse; and it follows the child that moves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from services.casework.domain.opening import MoveCase, NumberCase, OpenCase, WithdrawCase
from services.casework.domain.returning import RaiseRelapse, WithdrawRelapse
from services.casework.projections import CASE_ROWS, SCHOOL_ROWS
from services.casework.reactions.officers import name, name_again
from services.casework.reactions.places import place
from services.casework.storage.rows import CaseRow, Standing
from services.chassis.decider import Command
from services.chassis.envelope import Envelope
from services.chassis.reactions import Rows
from services.contracts import registry
from services.contracts.casework import Line, lines_of
from services.contracts.ids import PupilId, case_id


def open_case(event: registry.PupilSuspected, envelope: Envelope, rows: Rows) -> Iterator[Command]:
    """Suspicion opens the case and names officers on both lines; a household outside the county is the school's township's."""
    division = event.residence_division
    if not division.startswith(envelope.county):
        school = rows.row(SCHOOL_ROWS, event.school_id)
        division = division if school is None else school.division
    opened = case_id(event.pupil_id, event.episode_id)
    yield OpenCase(
        case_id=opened,
        pupil_id=event.pupil_id,
        episode_id=event.episode_id,
        school_id=event.school_id,
        class_id=event.class_id,
        grade=event.grade,
        division=division,
        opened_on=event.suspected_on,
        groups=event.groups,
    )
    where = place(rows, event.school_id, event.class_id, division)
    yield from name(rows, opened, lines_of(division), where, envelope.recorded_on)


def withdraw_case(event: registry.SuspicionLifted, _envelope: Envelope, _rows: Rows) -> Iterable[Command]:
    """A lifted suspicion withdraws the case, even one that is not open yet."""
    of = case_id(event.pupil_id, event.episode_id)
    yield WithdrawCase(case_id=of, pupil_id=event.pupil_id, withdrawn_on=event.lifted_on, reason=event.reason)


def number_case(event: registry.DropoutConfirmed, _envelope: Envelope, _rows: Rows) -> Iterable[Command]:
    """A confirmed dropout gives the case its number."""
    yield NumberCase(case_id=case_id(event.pupil_id, event.episode_id), dropout_on=event.confirmed_on)


def raise_relapse(event: registry.ReturnLost, _envelope: Envelope, _rows: Rows) -> Iterable[Command]:
    """The returned child is missing again."""
    yield RaiseRelapse(case_id=case_id(event.pupil_id, event.episode_id), day=event.day)


def withdraw_relapse(event: registry.ReturnRestored, _envelope: Envelope, _rows: Rows) -> Iterable[Command]:
    """It was not missing after all."""
    yield WithdrawRelapse(case_id=case_id(event.pupil_id, event.episode_id), day=event.day)


# --- the child moves -------------------------------------------------------------------------------------------------


def _open_cases(rows: Rows, pupil_id: PupilId) -> list[CaseRow]:
    return rows.rows(CASE_ROWS, pupil_id=pupil_id, standing=Standing.OPEN)


def move_school(event: registry.PupilTransferred, envelope: Envelope, rows: Rows) -> Iterator[Command]:
    """The case follows the child into another class or school, whose officers are named."""
    for row in _open_cases(rows, event.pupil_id):
        yield MoveCase(case_id=row.case_id, school_id=event.school_id, class_id=event.class_id, grade=event.grade)
        if (row.school_id, row.class_id) != (event.school_id, event.class_id):
            lines: tuple[Line, ...] = ("class",) if row.school_id == event.school_id else ("school", "class")
            where = place(rows, event.school_id, event.class_id, row.division)
            yield from name_again(rows, row, lines, where, envelope.recorded_on)


def move_home(event: registry.PupilRecordWritten, envelope: Envelope, rows: Rows) -> Iterator[Command]:
    """The household moved within the county: another township and village are concerned."""
    division = event.residence_division
    if not division.startswith(envelope.county):
        return
    for row in _open_cases(rows, event.pupil_id):
        if row.division != division:
            yield MoveCase(case_id=row.case_id, division=division)
            where = place(rows, row.school_id, row.class_id, division)
            yield from name_again(rows, row, ("township", "village"), where, envelope.recorded_on)
