"""An invented child, programmes and the events of one application, for the tests of assistance."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

from services.assistance.domain.policies import Pupil
from services.chassis.envelope import Sealed
from services.contracts.assistance import (
    AidGranted,
    ApplicationDrafted,
    ApplicationSigned,
    ObjectionAnswered,
    ObjectionId,
    ObjectionRaised,
    PanelDecided,
    ProgrammeSet,
    PublicNoticeEnded,
    PublicNoticePosted,
    application_id,
    programme_id,
)
from services.contracts.codes import Group, Role
from services.contracts.ids import CaseId, EpisodeId, GuardianId, MeasureId, OfficerId, PupilId, SchoolId

YEAR = 2026
"""The school year of `scenario.NOW`, 8 September 2026."""

PUPIL_ID = PupilId("pupil-1")
SCHOOL_ID = SchoolId("school-1")
MOTHER = GuardianId("guardian-1")
CASE_ID = CaseId("case-1")
MEASURE_ID = MeasureId("measure-1")
EPISODE_ID = EpisodeId("episode-1")
OBJECTION_ID = ObjectionId("objection-1")

PUPIL = Pupil(
    pupil_id=PUPIL_ID,
    school_id=SCHOOL_ID,
    grade=8,
    boarding=True,
    groups=(Group.RELIEF_HOUSEHOLD,),
    guardian_ids=(MOTHER,),
    episode_id=EPISODE_ID,
)


def programme(code: str, **terms: object) -> ProgrammeSet:
    """A programme with plain terms, changed by `terms`."""
    plain = ProgrammeSet(
        programme_id=programme_id(code),
        code=code,
        name_zh="资助项目",
        name_en="Programme",
        amount_fen=150_000,
        cadence="year",
        in_kind=False,
        payer="finance",
        payee="bank_card",
        effective_from=date(2024, 3, 1),
        source="invented",
    )
    return msgspec.structs.replace(plain, **terms)


LIVING = programme("boarder_living_junior", stages=("junior",), boarding=True)
APPLICATION_ID = application_id(PUPIL_ID, LIVING.programme_id, YEAR)

drafted = ApplicationDrafted(
    application_id=APPLICATION_ID,
    pupil_id=PUPIL_ID,
    school_id=SCHOOL_ID,
    programme_id=LIVING.programme_id,
    programme_code=LIVING.code,
    amount_fen=LIVING.amount_fen,
    school_year=YEAR,
    case_id=CASE_ID,
    measure_id=MEASURE_ID,
    episode_id=EPISODE_ID,
)
signed = ApplicationSigned(
    application_id=APPLICATION_ID,
    pupil_id=PUPIL_ID,
    guardian_id=MOTHER,
    signed_on=date(2026, 9, 7),
    hardship_recognised_on=date(2026, 9, 1),
    taken_by=OfficerId("school-aid"),
)
PANEL = (OfficerId("principal"), OfficerId("homeroom"), OfficerId("parent"))
recommended = PanelDecided(
    application_id=APPLICATION_ID,
    pupil_id=PUPIL_ID,
    recommended=True,
    by_officer_id=OfficerId("school-officer"),
    members=PANEL,
    stood_in_for=(),
)
posted = PublicNoticePosted(application_id=APPLICATION_ID, pupil_id=PUPIL_ID, posted_on=date(2026, 9, 1))
ended = PublicNoticeEnded(application_id=APPLICATION_ID, pupil_id=PUPIL_ID, ended_on=date(2026, 9, 8))
SEALED = Sealed[str](suite="A256GCM", key=PUPIL_ID, text="c2VhbGVk")
SITTING: dict[str, Any] = {"role": Role.AID_OFFICER, "members": PANEL, "school": frozenset(PANEL), "minutes": SEALED}
"""A panel that may decide, as the command tells it."""

objected = ObjectionRaised(application_id=APPLICATION_ID, pupil_id=PUPIL_ID, objection_id=OBJECTION_ID, text=SEALED)


def answered(*, upheld: bool) -> ObjectionAnswered:
    """The objection, answered."""
    return ObjectionAnswered(
        application_id=APPLICATION_ID,
        pupil_id=PUPIL_ID,
        objection_id=OBJECTION_ID,
        upheld=upheld,
        by_officer_id=OfficerId("school-officer"),
    )


granted = AidGranted(
    application_id=APPLICATION_ID,
    pupil_id=PUPIL_ID,
    programme_code=LIVING.code,
    amount_fen=LIVING.amount_fen,
    granted_on=date(2026, 9, 8),
    by_officer_id=OfficerId("county-officer"),
    case_id=CASE_ID,
)

ON_NOTICE = (drafted, signed, recommended, posted)
IN_REVIEW = (*ON_NOTICE, ended)
