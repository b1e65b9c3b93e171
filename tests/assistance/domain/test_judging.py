"""The panel recommends or refuses, the bureau grants or refuses; each refusal once."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from services.assistance.domain import errors
from services.assistance.domain.application import APPLICATION
from services.assistance.domain.judging import NoteReviewOverdue, RefusalReason
from services.assistance.domain.policies import REVIEW_TERM
from services.contracts.assistance import (
    AidRefused,
    PanelDecided,
    PublicNoticePosted,
    ReviewFellOverdue,
)
from services.contracts.codes import Group, Role
from services.contracts.ids import OfficerId
from tests.assistance.domain.applications import (
    TODAY,
    changed,
    grant,
    not_recommend,
    paused,
    recommend,
    refuse,
    refused,
)
from tests.assistance.invented import (
    APPLICATION_ID,
    IN_REVIEW,
    LIVING,
    ON_NOTICE,
    PANEL,
    PUPIL,
    PUPIL_ID,
    SEALED,
    answered,
    drafted,
    ended,
    granted,
    objected,
    posted,
    programme,
    recommended,
    signed,
)
from tests.scenario import due, given_now, scenario


def decided_in_panel(*, recommended: bool) -> PanelDecided:
    return PanelDecided(
        application_id=APPLICATION_ID,
        pupil_id=PUPIL_ID,
        recommended=recommended,
        by_officer_id=OfficerId("officer-1"),
        members=PANEL,
        stood_in_for=(),
        minutes=SEALED,
    )


def test_a_recommended_application_is_posted_the_same_day() -> None:
    decided = decided_in_panel(recommended=True)
    notice = PublicNoticePosted(application_id=APPLICATION_ID, pupil_id=PUPIL_ID, posted_on=TODAY)
    scenario(APPLICATION, given=[drafted, signed], when=[recommend, recommend], then=[decided, notice])


def test_an_application_that_the_panel_does_not_recommend_is_refused_with_a_reason() -> None:
    decided = decided_in_panel(recommended=False)
    refusal = AidRefused(
        application_id=APPLICATION_ID,
        pupil_id=PUPIL_ID,
        stage=Role.PRINCIPAL,
        reason="not_in_hardship",
        by_officer_id=OfficerId("officer-1"),
    )
    scenario(APPLICATION, given=[drafted, signed], when=[not_recommend, not_recommend], then=[decided, refusal])


def test_the_panel_gives_a_reason_for_its_refusal() -> None:
    scenario(APPLICATION, given=[drafted, signed], when=changed(not_recommend, reason=None), then=errors.ReasonMissing)


def test_the_panel_waits_for_the_signature() -> None:
    scenario(APPLICATION, given=[drafted], when=recommend, then=errors.NotSigned)


def test_the_panel_decides_once() -> None:
    scenario(APPLICATION, given=ON_NOTICE, when=not_recommend, then=errors.PanelAlreadyDecided)


def reviewed(event: Any) -> Any:
    return msgspec.structs.replace(event, by_officer_id=OfficerId("officer-1"))


def test_the_bureau_grants_after_the_notice() -> None:
    scenario(APPLICATION, given=IN_REVIEW, when=[grant, grant], then=[reviewed(granted)])


def test_the_bureau_refuses_with_a_reason() -> None:
    scenario(APPLICATION, given=IN_REVIEW, when=[refuse, refuse], then=[reviewed(refused)])
    scenario(APPLICATION, given=IN_REVIEW, when=changed(refuse, reason=None), then=errors.ReasonMissing)


@pytest.mark.parametrize("away", ["dropout", "relapse"])
def test_aid_granted_to_a_child_that_is_not_at_school_is_paused_at_once(away: str) -> None:
    command = changed(grant, pupil=changed(PUPIL, away=away))
    scenario(APPLICATION, given=IN_REVIEW, when=command, then=[reviewed(granted), changed(paused, reason=away)])


@pytest.mark.parametrize(
    ("before", "refusal"),
    [
        ([drafted], errors.NotSigned),
        ([drafted, signed], errors.PanelNotHeld),
        (ON_NOTICE, errors.NoticeStillHanging),
        ([*ON_NOTICE, objected, ended], errors.ObjectionUnanswered),
        ([*ON_NOTICE, objected, answered(upheld=True), ended], errors.ObjectionUpheld),
        ([*IN_REVIEW, refused], errors.ApplicationClosed),
        ([], errors.NoSuchApplication),
    ],
)
def test_the_bureau_does_not_grant_before_every_step_is_done(before: list[Any], refusal: type[Any]) -> None:
    scenario(APPLICATION, given=before, when=grant, then=refusal)


def test_an_objection_that_was_not_upheld_does_not_stand_in_the_way() -> None:
    before = [*ON_NOTICE, objected, answered(upheld=False), ended]
    scenario(APPLICATION, given=before, when=grant, then=[reviewed(granted)])


def test_after_an_upheld_objection_the_bureau_refuses() -> None:
    before = [*ON_NOTICE, objected, answered(upheld=True), ended]
    command = changed(refuse, reason=RefusalReason.OBJECTION_UPHELD)
    scenario(APPLICATION, given=before, when=command, then=[changed(reviewed(refused), reason="objection_upheld")])


@pytest.mark.parametrize("member", PANEL)
def test_no_member_of_the_panel_reviews(member: str) -> None:
    scenario(APPLICATION, given=IN_REVIEW, when=grant, actor=member, then=errors.SamePersonAsPanel)


def test_the_reviewer_is_another_person_than_the_panels() -> None:
    scenario(APPLICATION, given=IN_REVIEW, when=grant, actor="school-officer", then=errors.SamePersonAsPanel)
    scenario(APPLICATION, given=IN_REVIEW, when=refuse, actor="school-officer", then=errors.SamePersonAsPanel)


def test_substitutes_do_not_get_round_the_second_person() -> None:
    by_substitute = changed(recommended, on_behalf_of=OfficerId("officer-1"))
    scenario(APPLICATION, given=[drafted, signed, by_substitute, posted, ended], when=grant, then=errors.SamePersonAsPanel)
    on_behalf = changed(grant, given=changed(given_now(), on_behalf_of="school-officer"))
    scenario(APPLICATION, given=IN_REVIEW, when=on_behalf, then=errors.SamePersonAsPanel)


def test_eligibility_is_looked_at_again_when_the_aid_is_granted() -> None:
    needs_group = programme(LIVING.code, groups=(Group.ORPHAN,))
    scenario(APPLICATION, given=IN_REVIEW, when=changed(grant, programme=needs_group), then=errors.NotEligible)
    left = changed(PUPIL, on_roll=False)
    scenario(APPLICATION, given=IN_REVIEW, when=changed(grant, pupil=left), then=errors.NotEligible)


def test_double_aid_is_refused_when_the_aid_is_granted() -> None:
    held = (programme("other", excludes=(LIVING.code,)),)
    scenario(APPLICATION, given=IN_REVIEW, when=changed(grant, held=held), then=errors.ProgrammesExclude)


def test_a_review_that_takes_too_long_is_noted_once() -> None:
    deadline = due(APPLICATION, *IN_REVIEW)["review-overdue"]
    overdue = NoteReviewOverdue(application_id=APPLICATION_ID)
    assert (deadline.since, deadline.term, deadline.command) == (ended.ended_on, REVIEW_TERM, overdue)
    event = ReviewFellOverdue(application_id=APPLICATION_ID, pupil_id=PUPIL_ID, overdue_on=TODAY)
    scenario(APPLICATION, given=IN_REVIEW, when=[overdue, overdue], then=[event])
    scenario(APPLICATION, given=[*IN_REVIEW, granted], when=overdue, then=[])
    assert due(APPLICATION, *IN_REVIEW, event) == {}
    assert due(APPLICATION, *IN_REVIEW, granted) == {}
