"""When this event arrives, these commands follow: the table of casework."""

from __future__ import annotations

from collections.abc import Mapping

from services.casework.domain.errors import (
    CaseAlreadyClosed,
    CaseWasWithdrawn,
    DutyAlreadyAnswered,
    DutyWasWithdrawn,
    MandatoryReportWasWithdrawn,
    OfficerAlreadyPrivy,
)
from services.casework.reactions import cases, duties, mandatory_reports, officers
from services.chassis.errors import Refusal
from services.chassis.reactions import IGNORE, RECORD, OnRefusal, When
from services.contracts import casework, identity, notifications, registry
from services.contracts.casework import MandatoryReportEscalated

_ENDED: Mapping[type[Refusal], OnRefusal] = {CaseWasWithdrawn: IGNORE, CaseAlreadyClosed: IGNORE}
"""The case ended before the naming reached it."""

REACTIONS = (
    When(registry.PupilSuspected, then=cases.open_case, refused=_ENDED),
    When(registry.SuspicionLifted, then=cases.withdraw_case, refused={CaseAlreadyClosed: RECORD}),
    When(registry.DropoutConfirmed, then=cases.number_case, refused={CaseAlreadyClosed: RECORD}),
    When(registry.ReturnLost, then=cases.raise_relapse, refused={CaseAlreadyClosed: RECORD}),
    When(registry.ReturnRestored, then=cases.withdraw_relapse, refused={CaseAlreadyClosed: RECORD}),
    When(registry.PupilTransferred, then=cases.move_school, refused=_ENDED),
    When(registry.PupilRecordWritten, then=cases.move_home, refused=_ENDED),
    When(registry.PupilRecordWritten, then=duties.end_search_for_contact),
    When(notifications.ContactUnreachable, then=duties.search_for_contact),
    When(identity.OfficerAppointed, then=officers.fill_lines, refused=_ENDED),
    When(identity.AppointmentEnded, then=officers.release),
    When(casework.OfficerReleased, then=officers.hand_over, refused=_ENDED),
    When(casework.CauseRecorded, then=duties.ask_departments),
    When(casework.CaseReopened, then=duties.ask_again),
    When(casework.CaseReopened, then=officers.look_over, refused=_ENDED),
    When(casework.PlanMade, then=duties.ask_for_measures),
    When(casework.ReturnConfirmed, then=duties.protect),
    When(casework.RecheckFellDue, then=duties.trace_again),
    When(casework.VisitRecorded, then=duties.answer_school_visit, refused={DutyAlreadyAnswered: IGNORE, DutyWasWithdrawn: IGNORE}),
    When(casework.RelapseRaised, then=duties.end_protection),
    When(casework.RelapseWithdrawn, then=duties.protect_again),
    When(casework.CaseWithdrawn, then=duties.withdraw_duties),
    When(casework.CaseClosed, then=duties.withdraw_duties),
    When(
        MandatoryReportEscalated,
        then=mandatory_reports.name_leader,
        refused={OfficerAlreadyPrivy: IGNORE, MandatoryReportWasWithdrawn: IGNORE},
    ),
)
