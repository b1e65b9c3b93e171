"""Who answers for a case: officers named as posts are taken up, released as they end, others after a move."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from msgspec.structs import replace

from services.casework.domain.escalating import EscalateDuty, role_told
from services.casework.domain.lines import ReleaseOfficer
from services.casework.domain.naming import LINE_OF, LINE_OF_LEADER, Place, holder, named, roles_held
from services.casework.projections import CASE_ROWS, DUTY_ROWS
from services.casework.reactions.places import place_of
from services.casework.storage.rows import CaseRow, DutyRow, Standing
from services.chassis.decider import Command
from services.chassis.envelope import Envelope
from services.chassis.reactions import Rows
from services.contracts import casework, identity
from services.contracts.casework import Line, lines_of
from services.contracts.identity_rows import APPOINTMENT_ROWS
from services.contracts.ids import CaseId


def name(rows: Rows, of: CaseId, lines: Iterable[Line], where: Place, day: date) -> Iterator[Command]:
    """Name whoever holds the posts that day."""
    for line in lines:
        found = holder(lambda role: rows.rows(APPOINTMENT_ROWS, role=role), line, where, day)
        if found is not None:
            yield named(of, line, found, day)


def name_again(
    rows: Rows, row: CaseRow, lines: Iterable[Line], where: Place, day: date, *, until_on: date | None = None
) -> Iterator[Command]:
    """The case moved: on these lines others answer for it, or after `until_on` (else that day) nobody yet."""
    for line in lines:
        namings = list(name(rows, row.case_id, (line,), where, day))
        answers = row.answers(line, day)
        if not namings and answers is not None:
            namings = [ReleaseOfficer(case_id=row.case_id, line=line, officer_id=answers, until_on=until_on or day)]
        yield from namings


def fill_lines(event: identity.OfficerAppointed, envelope: Envelope, rows: Rows) -> Iterator[Command]:
    """Open cases whose line waits for somebody get the officer, if the post is of their place."""
    line = LINE_OF.get(event.role)
    if line is None:
        return
    for row in rows.rows(CASE_ROWS, standing=Standing.OPEN):
        waits_from = row.waits_from(line)
        if waits_from is not None:
            yield from name(rows, row.case_id, (line,), place_of(rows, row), max(waits_from, envelope.recorded_on))


def release(event: identity.AppointmentEnded, _envelope: Envelope, rows: Rows) -> Iterator[Command]:
    """An officer who holds no post of the line any more is released from it."""
    day_after = event.until_on + timedelta(days=1)
    posts = rows.rows(APPOINTMENT_ROWS, officer_id=event.officer_id)
    for row in rows.rows(CASE_ROWS, standing=Standing.OPEN):
        for line, spells in row.officers.items():
            still_named = spells[-1].officer_id == event.officer_id and spells[-1].until_on is None
            if still_named and not roles_held(posts, line, place_of(rows, row), day_after):
                yield ReleaseOfficer(case_id=row.case_id, line=line, officer_id=event.officer_id, until_on=event.until_on)


def look_over(event: casework.CaseReopened, envelope: Envelope, rows: Rows) -> Iterator[Command]:
    """While a case rests nobody is released: whoever has left the post by now is, and the holder named."""
    row: CaseRow | None = rows.row(CASE_ROWS, event.case_id)
    if row is None:
        return
    day, where = envelope.recorded_on, place_of(rows, row)
    for line in lines_of(row.division):
        answers = row.answers(line, day)
        if answers is None or not roles_held(rows.rows(APPOINTMENT_ROWS, officer_id=answers), line, where, day):
            yield from name_again(rows, row, (line,), where, day, until_on=day - timedelta(days=1))


def next_leader(command: EscalateDuty, rows: Rows) -> EscalateDuty:
    """The officer named on the case's line who holds the role that is told, else whoever of the county has held it the longest."""
    duty: DutyRow | None = rows.row(DUTY_ROWS, command.duty_id)
    row: CaseRow | None = None if duty is None else rows.row(CASE_ROWS, duty.case_id)
    role, day = role_told(command.level), command.given.today
    in_office = [post for post in rows.rows(APPOINTMENT_ROWS, role=role) if post.in_force_on(day)]
    named = None if row is None else row.answers(LINE_OF_LEADER[role], day)
    found = min(in_office, key=lambda post: (post.officer_id != named, post.from_on, post.appointment_id), default=None)
    return replace(command, to_officer_id=None if found is None else found.officer_id)


def hand_over(event: casework.OfficerReleased, _envelope: Envelope, rows: Rows) -> Iterator[Command]:
    """Whoever holds the post on the day after takes the case over; nobody is an alarm."""
    row: CaseRow | None = rows.row(CASE_ROWS, event.case_id)
    if row is not None:
        yield from name(rows, row.case_id, (event.line,), place_of(rows, row), event.until_on + timedelta(days=1))
