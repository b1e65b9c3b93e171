"""The notice hangs its term; objections are raised while it hangs and answered before the review."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from services.assistance.domain import errors
from services.assistance.domain.application import APPLICATION
from services.assistance.domain.policies import NOTICE_TERM
from services.contracts.assistance import (
    ObjectionAnswered,
    ObjectionId,
    PublicNoticeEnded,
)
from services.contracts.ids import OfficerId
from tests.assistance.domain.applications import (
    TODAY,
    answer,
    changed,
    end_notice,
    object_,
)
from tests.assistance.invented import (
    APPLICATION_ID,
    IN_REVIEW,
    OBJECTION_ID,
    ON_NOTICE,
    PANEL,
    PUPIL_ID,
    SEALED,
    answered,
    drafted,
    ended,
    objected,
    posted,
    recommended,
    signed,
)
from tests.scenario import due, given_now, scenario


def test_a_notice_hangs_five_working_days_from_its_posting() -> None:
    deadline = due(APPLICATION, *ON_NOTICE)["notice-ends"]
    assert (deadline.since, deadline.term, deadline.command) == (posted.posted_on, NOTICE_TERM, end_notice)


def test_the_notice_ends_once() -> None:
    event = PublicNoticeEnded(application_id=APPLICATION_ID, pupil_id=PUPIL_ID, ended_on=TODAY)
    scenario(APPLICATION, given=ON_NOTICE, when=[end_notice, end_notice], then=[event])


def test_an_objection_is_recorded_while_the_notice_hangs() -> None:
    scenario(APPLICATION, given=ON_NOTICE, when=[object_, object_], then=[objected])


@pytest.mark.parametrize("before", [[drafted, signed], IN_REVIEW])
def test_no_objection_is_recorded_outside_the_notice(before: list[Any]) -> None:
    scenario(APPLICATION, given=before, when=object_, then=errors.NoticeNotHanging)


@pytest.mark.parametrize("before", [[*ON_NOTICE, objected], [*ON_NOTICE, objected, ended]])
def test_an_objection_is_answered_during_the_notice_and_after_it(before: list[Any]) -> None:
    event = ObjectionAnswered(
        application_id=APPLICATION_ID,
        pupil_id=PUPIL_ID,
        objection_id=OBJECTION_ID,
        upheld=False,
        by_officer_id=OfficerId("officer-1"),
        answer=SEALED,
    )
    with_text = changed(answer, answer=SEALED)
    scenario(APPLICATION, given=before, when=[with_text, with_text], then=[event])


@pytest.mark.parametrize("examiner", [*PANEL, recommended.by_officer_id, signed.taken_by])
def test_nobody_of_the_panel_nor_who_took_the_signature_examines_an_objection(examiner: OfficerId) -> None:
    raised = [*ON_NOTICE, objected]
    scenario(APPLICATION, given=raised, when=answer, then=errors.ObjectionAgainstOwnAct, actor=examiner)
    substitute = changed(answer, given=replace(given_now(), on_behalf_of=examiner))
    scenario(APPLICATION, given=raised, when=substitute, then=errors.ObjectionAgainstOwnAct)


def test_only_an_objection_that_was_raised_is_answered() -> None:
    other = changed(answer, objection_id=ObjectionId("objection-2"))
    scenario(APPLICATION, given=[*ON_NOTICE, objected], when=other, then=errors.NoSuchObjection)


def test_an_objection_is_not_answered_otherwise_afterwards() -> None:
    before = [*ON_NOTICE, objected, answered(upheld=True)]
    scenario(APPLICATION, given=before, when=answer, then=errors.ObjectionAlreadyAnswered)
