"""An application from draft to decision, paused and resumed; each refusal once."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest

from services.assistance.domain import errors
from services.assistance.domain.application import APPLICATION
from services.assistance.domain.application_commands import (
    AnswerObjection,
    DecideInPanel,
    DraftApplication,
    EndPublicNotice,
    NoteReviewOverdue,
    PauseAid,
    RaiseObjection,
    ResumeAid,
    ReviewApplication,
    SignApplication,
    WithdrawApplication,
)
from services.assistance.domain.policies import NOTICE_TERM, REVIEW_TERM, RefusalReason, WithdrawalReason
from services.contracts.assistance import (
    AidPaused,
    AidRefused,
    AidResumed,
    ApplicationWithdrawn,
    ObjectionAnswered,
    ObjectionId,
    PanelDecided,
    PublicNoticeEnded,
    PublicNoticePosted,
    ReviewFellOverdue,
)
from services.contracts.codes import Group, Role
from services.contracts.ids import GuardianId, OfficerId
from tests.assistance.invented import (
    APPLICATION_ID,
    CASE_ID,
    EPISODE_ID,
    IN_REVIEW,
    LIVING,
    MEASURE_ID,
    MOTHER,
    OBJECTION_ID,
    ON_NOTICE,
    PUPIL,
    PUPIL_ID,
    SEALED,
    YEAR,
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
recommend = DecideInPanel(application_id=APPLICATION_ID, recommended=True, role=Role.AID_OFFICER)
not_recommend = DecideInPanel(
    application_id=APPLICATION_ID, recommended=False, role=Role.PRINCIPAL, reason=RefusalReason.NOT_IN_HARDSHIP
)
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


# --- draft ----------------------------------------------------------------------------------------------------------


def test_a_plan_drafts_an_application() -> None:
    scenario(APPLICATION, when=draft, then=[drafted])


def test_the_application_carries_the_episode_and_the_childs_key() -> None:
    state = scenario(APPLICATION, when=draft, then=[drafted])
    assert APPLICATION.correlation_of(state) == EPISODE_ID
    assert APPLICATION.partition_of(state) == PUPIL_ID


@pytest.mark.parametrize("before", [[drafted], [*IN_REVIEW], [*IN_REVIEW, granted], [*IN_REVIEW, granted, paused]])
def test_a_second_draft_of_a_living_application_changes_nothing(before: list[Any]) -> None:
    scenario(APPLICATION, given=before, when=draft, then=[])


def test_a_withdrawn_application_may_be_drafted_again_and_is_signed_afresh() -> None:
    scenario(APPLICATION, given=[drafted, signed, withdrawn], when=[draft, sign], then=[drafted, signed])


def test_a_refused_application_is_not_drafted_again_this_year() -> None:
    scenario(APPLICATION, given=[*IN_REVIEW, refused], when=draft, then=errors.RefusedThisYear)


def test_what_every_child_has_is_not_applied_for() -> None:
    waiver = programme(LIVING.code, by_application=False)
    scenario(APPLICATION, when=changed(draft, programme=waiver), then=errors.NeedsNoApplication)


def test_a_programme_that_is_not_in_force_is_not_applied_for() -> None:
    ended_programme = programme(LIVING.code, effective_until=date(2026, 9, 7))
    scenario(APPLICATION, when=changed(draft, programme=ended_programme), then=errors.ProgrammeNotInForce)


def test_a_child_that_does_not_meet_the_conditions_gets_no_draft() -> None:
    day_pupil = changed(PUPIL, boarding=False)
    scenario(APPLICATION, when=changed(draft, pupil=day_pupil), then=errors.NotEligible)


def test_a_programme_that_excludes_one_the_child_holds_is_refused() -> None:
    held = (programme("day_living_junior", excludes=(LIVING.code,)),)
    scenario(APPLICATION, when=changed(draft, held=held), then=errors.ProgrammesExclude)


def test_a_programme_beside_others_is_drafted() -> None:
    scenario(APPLICATION, when=changed(draft, held=(programme("beside"),)), then=[drafted])


# --- signature ------------------------------------------------------------------------------------------------------


def test_the_guardian_signs_with_this_years_recognition() -> None:
    scenario(APPLICATION, given=[drafted], when=sign, then=[signed])


def test_the_same_signature_again_changes_nothing() -> None:
    scenario(APPLICATION, given=ON_NOTICE, when=sign, then=[])


def test_another_signature_is_refused() -> None:
    other = changed(sign, signed_on=date(2026, 9, 8))
    scenario(APPLICATION, given=[drafted, signed], when=other, then=errors.AlreadySigned)


def test_only_a_guardian_on_record_signs() -> None:
    stranger = changed(sign, guardian_id=GuardianId("somebody"))
    scenario(APPLICATION, given=[drafted], when=stranger, then=errors.GuardianNotOfPupil)


def test_a_signature_is_not_dated_in_the_future() -> None:
    tomorrow = changed(sign, signed_on=date(2026, 9, 9))
    scenario(APPLICATION, given=[drafted], when=tomorrow, then=errors.SignedInTheFuture)


@pytest.mark.parametrize("day", [date(2026, 7, 31), date(2026, 9, 9)])
def test_hardship_counts_only_if_recognised_this_school_year_and_not_in_the_future(day: date) -> None:
    command = changed(sign, hardship_recognised_on=day)
    scenario(APPLICATION, given=[drafted], when=command, then=errors.HardshipNotRecognisedThisYear)


def test_nobody_signs_what_does_not_exist() -> None:
    scenario(APPLICATION, when=sign, then=errors.NoSuchApplication)


def test_a_withdrawn_application_is_not_signed() -> None:
    scenario(APPLICATION, given=[drafted, signed, withdrawn], when=sign, then=errors.ApplicationClosed)


# --- panel ----------------------------------------------------------------------------------------------------------


def test_a_recommended_application_is_posted_the_same_day() -> None:
    decided = PanelDecided(application_id=APPLICATION_ID, pupil_id=PUPIL_ID, recommended=True, by_officer_id=OfficerId("officer-1"))
    notice = PublicNoticePosted(application_id=APPLICATION_ID, pupil_id=PUPIL_ID, posted_on=TODAY)
    scenario(APPLICATION, given=[drafted, signed], when=[recommend, recommend], then=[decided, notice])


def test_an_application_that_the_panel_does_not_recommend_is_refused_with_a_reason() -> None:
    decided = PanelDecided(
        application_id=APPLICATION_ID, pupil_id=PUPIL_ID, recommended=False, by_officer_id=OfficerId("officer-1")
    )
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


# --- public notice --------------------------------------------------------------------------------------------------


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


def test_only_an_objection_that_was_raised_is_answered() -> None:
    other = changed(answer, objection_id=ObjectionId("objection-2"))
    scenario(APPLICATION, given=[*ON_NOTICE, objected], when=other, then=errors.NoSuchObjection)


def test_an_objection_is_not_answered_otherwise_afterwards() -> None:
    before = [*ON_NOTICE, objected, answered(upheld=True)]
    scenario(APPLICATION, given=before, when=answer, then=errors.ObjectionAlreadyAnswered)


# --- review ---------------------------------------------------------------------------------------------------------


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


# --- withdrawal, pause, resumption ----------------------------------------------------------------------------------


@pytest.mark.parametrize("before", [[drafted], [drafted, signed], ON_NOTICE, IN_REVIEW])
def test_an_undecided_application_is_withdrawn(before: list[Any]) -> None:
    state = scenario(APPLICATION, given=before, when=[withdraw, withdraw], then=[withdrawn])
    assert list(APPLICATION.deadlines(state)) == []


@pytest.mark.parametrize("decision", [granted, refused])
def test_a_decided_application_is_not_withdrawn(decision: Any) -> None:
    scenario(APPLICATION, given=[*IN_REVIEW, decision], when=withdraw, then=errors.ApplicationClosed)


def test_granted_aid_pauses_and_resumes_once_each() -> None:
    scenario(APPLICATION, given=[*IN_REVIEW, granted], when=[pause, pause, resume, resume], then=[paused, resumed])


@pytest.mark.parametrize("before", [[], [drafted], IN_REVIEW, [*IN_REVIEW, refused]])
def test_only_granted_aid_pauses_or_resumes(before: list[Any]) -> None:
    scenario(APPLICATION, given=before, when=[pause, resume], then=[])


def test_aid_of_a_past_school_year_neither_pauses_nor_resumes() -> None:
    next_year = date(2027, 9, 1)
    scenario(APPLICATION, given=[*IN_REVIEW, granted], when=changed(pause, day=next_year), then=[])
    scenario(APPLICATION, given=[*IN_REVIEW, granted, paused], when=changed(resume, day=next_year), then=[])
