"""What is asked of an invented application, and what comes of it, for the tests of its deciders."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

from services.assistance.domain.applying import DraftApplication, SignApplication, WithdrawalReason, WithdrawApplication
from services.assistance.domain.judging import DecideInPanel, RefusalReason, ReviewApplication
from services.assistance.domain.pausing import PauseAid, ResumeAid
from services.assistance.domain.public_notice import AnswerObjection, EndPublicNotice, RaiseObjection
from services.contracts.assistance import (
    AidPaused,
    AidRefused,
    AidResumed,
    ApplicationWithdrawn,
)
from services.contracts.codes import Role
from services.contracts.ids import OfficerId
from tests.assistance.invented import (
    APPLICATION_ID,
    CASE_ID,
    EPISODE_ID,
    LIVING,
    MEASURE_ID,
    MOTHER,
    OBJECTION_ID,
    PUPIL,
    PUPIL_ID,
    SEALED,
    SITTING,
    YEAR,
)

TODAY = date(2026, 9, 8)

draft = DraftApplication(
    application_id=APPLICATION_ID,
    pupil=PUPIL,
    programme=LIVING,
    year=YEAR,
    on=TODAY,
    case_id=CASE_ID,
    measure_id=MEASURE_ID,
    episode_id=EPISODE_ID,
)
sign = SignApplication(
    application_id=APPLICATION_ID,
    guardian_id=MOTHER,
    signed_on=date(2026, 9, 7),
    hardship_recognised_on=date(2026, 9, 1),
    guardians=(MOTHER,),
)
recommend = DecideInPanel(application_id=APPLICATION_ID, recommended=True, **SITTING)
not_recommend = msgspec.structs.replace(recommend, recommended=False, role=Role.PRINCIPAL, reason=RefusalReason.NOT_IN_HARDSHIP)
object_ = RaiseObjection(application_id=APPLICATION_ID, objection_id=OBJECTION_ID, text=SEALED)
answer = AnswerObjection(application_id=APPLICATION_ID, objection_id=OBJECTION_ID, upheld=False)
end_notice = EndPublicNotice(application_id=APPLICATION_ID)
grant = ReviewApplication(application_id=APPLICATION_ID, granted=True, role=Role.BUREAU_CLERK, pupil=PUPIL, programme=LIVING)
refuse = msgspec.structs.replace(grant, granted=False, reason=RefusalReason.EVIDENCE_MISSING)
withdraw = WithdrawApplication(application_id=APPLICATION_ID, reason=WithdrawalReason.HOUSEHOLD)
pause = PauseAid(application_id=APPLICATION_ID, day=TODAY, reason="dropout")
resume = ResumeAid(application_id=APPLICATION_ID, day=TODAY)

withdrawn = ApplicationWithdrawn(application_id=APPLICATION_ID, pupil_id=PUPIL_ID, reason="household")
paused = AidPaused(application_id=APPLICATION_ID, pupil_id=PUPIL_ID, paused_on=TODAY, reason="dropout")
resumed = AidResumed(application_id=APPLICATION_ID, pupil_id=PUPIL_ID, resumed_on=TODAY)
refused = AidRefused(
    application_id=APPLICATION_ID,
    pupil_id=PUPIL_ID,
    stage=Role.BUREAU_CLERK,
    reason="evidence_missing",
    by_officer_id=OfficerId("county-officer"),
)


def changed(command: Any, **fields: object) -> Any:
    return msgspec.structs.replace(command, **fields)
