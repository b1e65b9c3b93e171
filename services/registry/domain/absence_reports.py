"""The written report to bureau and township, due after three school days (domain.md §2)."""

from __future__ import annotations

from services.chassis.decider import Command
from services.chassis.envelope import Sealed
from services.contracts.codes import TOWNSHIP_DIGITS, Ledger
from services.contracts.ids import OfficerId, PupilId, ReportId
from services.contracts.registry import AbsenceReportWritten
from services.registry.domain.absence import open_run
from services.registry.domain.errors import AbsenceAlreadyReported, NobodyIsMissing
from services.registry.domain.pupil_events import PupilEvent
from services.registry.domain.pupil_state import PupilState


class WriteAbsenceReport(Command, frozen=True):
    """The head of the school reports the absence; what the report says is sealed."""

    report_id: ReportId
    pupil_id: PupilId
    by_officer_id: OfficerId
    report: Sealed[str]


def decide(state: PupilState, command: WriteAbsenceReport) -> list[PupilEvent]:
    """To the township in which the child lives; one before it is due, which may be thin, and the one that is due."""
    run = open_run(state.facts)
    missing = run is not None and state.told_run and state.ledger in (Ledger.SCHOOL_AGE, Ledger.SUSPECTED)
    if state.report_due_on is None and not missing:
        raise NobodyIsMissing
    already = run is not None and state.reported_on is not None and state.reported_on >= run.first_on
    if already and state.report_due_on is None:
        raise AbsenceAlreadyReported(day=state.reported_on)
    return [
        AbsenceReportWritten(
            report_id=command.report_id,
            pupil_id=state.pupil_id,
            episode_id=state.episode,
            school_id=state.school_id,
            class_id=state.class_id,
            township=state.residence_division[:TOWNSHIP_DIGITS],
            written_on=command.given.today,
            by_officer_id=command.by_officer_id,
            report=command.report,
        )
    ]
