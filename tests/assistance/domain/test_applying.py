"""An application drafted, signed, withdrawn; each refusal once."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from services.assistance.domain import errors
from services.assistance.domain.application import APPLICATION
from services.contracts.ids import GuardianId, OfficerId
from tests.assistance.domain.applications import (
    changed,
    draft,
    paused,
    refused,
    sign,
    withdraw,
    withdrawn,
)
from tests.assistance.invented import (
    EPISODE_ID,
    IN_REVIEW,
    LIVING,
    ON_NOTICE,
    PUPIL,
    PUPIL_ID,
    drafted,
    granted,
    programme,
    signed,
)
from tests.scenario import given_now, scenario


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
    scenario(APPLICATION, given=[drafted, signed, withdrawn], when=[draft, sign], then=[drafted, signed], actor="school-aid")


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


def test_the_guardian_signs_with_this_years_recognition() -> None:
    scenario(APPLICATION, given=[drafted], when=sign, then=[signed], actor="school-aid")


def test_who_took_the_signature_is_kept_and_for_whom_a_substitute_took_it() -> None:
    by_substitute = changed(sign, given=changed(given_now(actor="substitute"), on_behalf_of="principal"))
    taken = changed(signed, taken_by=OfficerId("substitute"), on_behalf_of=OfficerId("principal"))
    scenario(APPLICATION, given=[drafted], when=by_substitute, then=[taken])


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


@pytest.mark.parametrize("before", [[drafted], [drafted, signed], ON_NOTICE, IN_REVIEW])
def test_an_undecided_application_is_withdrawn(before: list[Any]) -> None:
    state = scenario(APPLICATION, given=before, when=[withdraw, withdraw], then=[withdrawn])
    assert list(APPLICATION.deadlines(state)) == []


@pytest.mark.parametrize("decision", [granted, refused])
def test_a_decided_application_is_not_withdrawn(decision: Any) -> None:
    scenario(APPLICATION, given=[*IN_REVIEW, decision], when=withdraw, then=errors.ApplicationClosed)
