"""Closing 销号: evidence, observation, and three different people; each refusal once."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from services.casework.domain import errors
from services.casework.domain.case import CASE
from services.casework.domain.closing import ApproveClosing, ConfirmClosing, ProposeClosing, SendClosingBack
from services.casework.domain.outcomes import OUTCOMES, OWN_RECORDS
from services.chassis.decider import Given
from services.contracts.casework import ClosingSentBack
from services.contracts.codes import Cause, Outcome
from tests.casework.invented import (
    CASE_ID,
    IN_OBSERVATION,
    LEAD,
    OBSERVED,
    PRINCIPAL,
    PUPIL_ID,
    SEALED,
    TOWNSHIP_OFFICER,
    cause,
    closed,
    confirmed,
    numbered,
    opened,
    proposed,
    relapsed,
    withdrawn,
)
from tests.scenario import NOW, scenario

propose = ProposeClosing(case_id=CASE_ID, outcome=Outcome.RETURNED, evidence=SEALED)
confirm = ConfirmClosing(case_id=CASE_ID)
approve = ApproveClosing(case_id=CASE_ID)
send_back = SendClosingBack(case_id=CASE_ID, reason=SEALED)
PROPOSED = (*OBSERVED, proposed)
CONFIRMED = (*PROPOSED, confirmed)


def test_the_school_proposes_the_township_confirms_the_bureau_approves() -> None:
    scenario(CASE, given=OBSERVED, when=propose, then=[proposed], actor=PRINCIPAL)
    scenario(CASE, given=PROPOSED, when=confirm, then=[confirmed], actor=TOWNSHIP_OFFICER)
    state = scenario(CASE, given=CONFIRMED, when=approve, then=[closed()], actor=LEAD)
    assert (state.end, state.outcome) == ("closed", Outcome.RETURNED)


# --- who --------------------------------------------------------------------------------------------------------------


def acting(command: Any, actor: str, on_behalf_of: str | None = None) -> Any:
    return msgspec.structs.replace(command, given=Given(now=NOW, actor=actor, on_behalf_of=on_behalf_of))


@pytest.mark.parametrize(
    ("given", "command"),
    [
        (PROPOSED, acting(confirm, PRINCIPAL)),
        (PROPOSED, acting(confirm, "substitute", PRINCIPAL)),
        (CONFIRMED, acting(approve, PRINCIPAL)),
        (CONFIRMED, acting(approve, TOWNSHIP_OFFICER)),
        (CONFIRMED, acting(approve, "substitute", PRINCIPAL)),
        (CONFIRMED, acting(approve, "substitute", TOWNSHIP_OFFICER)),
        (
            (*OBSERVED, msgspec.structs.replace(proposed, on_behalf_of="substituted")),
            acting(confirm, "substituted"),
        ),
        (
            (*PROPOSED, msgspec.structs.replace(confirmed, on_behalf_of="substituted")),
            acting(approve, "other", "substituted"),
        ),
    ],
)
def test_nobody_takes_two_steps_not_even_as_or_through_a_substitute(given: Any, command: Any) -> None:
    scenario(CASE, given=given, when=command, then=errors.SamePersonTwice)


def test_substitutes_of_three_people_are_three_people() -> None:
    own = msgspec.structs.replace(proposed, by_officer_id="vice", on_behalf_of=PRINCIPAL)
    second = msgspec.structs.replace(confirmed, by_officer_id="deputy", on_behalf_of=TOWNSHIP_OFFICER)
    end = msgspec.structs.replace(closed(), by_officer_id="second", on_behalf_of=LEAD)
    commands = [acting(propose, "vice", PRINCIPAL), acting(confirm, "deputy", TOWNSHIP_OFFICER), acting(approve, "second", LEAD)]
    scenario(CASE, given=OBSERVED, when=commands, then=[own, second, end])


# --- when -------------------------------------------------------------------------------------------------------------


def test_a_return_is_closed_after_its_observation_only() -> None:
    scenario(CASE, given=IN_OBSERVATION, when=propose, then=errors.ObservationNotOver)
    scenario(CASE, given=[opened, numbered], when=propose, then=errors.ObservationNotOver)


def test_a_case_without_a_number_is_withdrawn_not_closed() -> None:
    scenario(CASE, given=[opened], when=propose, then=errors.CaseNotNumbered)


@pytest.mark.parametrize("command", [propose, confirm, approve, send_back])
@pytest.mark.parametrize(
    ("given", "refused"),
    [
        ([], errors.NoSuchCase),
        ([opened, withdrawn], errors.CaseWasWithdrawn),
        ([*CONFIRMED, closed()], errors.CaseAlreadyClosed),
    ],
)
def test_only_an_open_case_is_closed(given: list[Any], command: Any, refused: type[Any]) -> None:
    scenario(CASE, given=given, when=command, then=refused)


def test_a_closing_is_proposed_once_at_a_time() -> None:
    scenario(CASE, given=PROPOSED, when=propose, then=errors.ClosingAlreadyProposed)


@pytest.mark.parametrize("command", [confirm, approve, send_back])
def test_what_is_not_proposed_is_not_decided(command: Any) -> None:
    scenario(CASE, given=OBSERVED, when=command, then=errors.NoClosingProposed)


def test_a_closing_is_confirmed_once() -> None:
    scenario(CASE, given=CONFIRMED, when=confirm, then=errors.ClosingAlreadyConfirmed, actor="another")


def test_the_bureau_does_not_approve_what_the_township_has_not_confirmed() -> None:
    scenario(CASE, given=PROPOSED, when=approve, then=errors.ClosingNotConfirmed, actor=LEAD)


@pytest.mark.parametrize("given", [PROPOSED, CONFIRMED])
def test_a_closing_sent_back_begins_again(given: Any) -> None:
    sent_back = ClosingSentBack(case_id=CASE_ID, pupil_id=PUPIL_ID, by_officer_id=LEAD, reason=SEALED)
    scenario(CASE, given=given, when=send_back, then=[sent_back], actor=LEAD)
    scenario(CASE, given=[*given, sent_back], when=confirm, then=errors.NoClosingProposed)
    scenario(CASE, given=[*given, sent_back], when=propose, then=[proposed], actor=PRINCIPAL)


def test_a_relapse_sweeps_the_proposal() -> None:
    scenario(CASE, given=[*CONFIRMED, relapsed], when=approve, then=errors.NoClosingProposed, actor=LEAD)


# --- with what --------------------------------------------------------------------------------------------------------


def test_every_outcome_has_its_evidence_and_working_and_lost_are_none() -> None:
    assert set(OUTCOMES) == set(Outcome)
    assert all(row.evidence for row in OUTCOMES.values())
    assert not {"working", "lost_contact"} & set(Outcome)
    assert [outcome for outcome, row in OUTCOMES.items() if row.counts_as_returned] == [Outcome.RETURNED]


OLDEST = (msgspec.structs.replace(opened, grade=9), numbered)
"""A numbered case of a child in grade 9."""


def close_as(outcome: Outcome, evidence_kind: str = "", **facts: Any) -> ProposeClosing:
    """A proposal with its paper cited, of a child of whom the registry says all that may be needed."""
    known = {"reference": SEALED, "transfer_completed": True, "over_age": True, "last_term_ended": True, **facts}
    return ProposeClosing(case_id=CASE_ID, outcome=outcome, evidence=SEALED, evidence_kind=evidence_kind, **known)


@pytest.mark.parametrize("kind", ["", "word_of_mouth"])
def test_enrolled_elsewhere_needs_the_transfer_or_a_sealed_certificate(kind: str) -> None:
    given = [opened, numbered]
    elsewhere = close_as(Outcome.ENROLLED_ELSEWHERE, kind)
    scenario(CASE, given=given, when=elsewhere, then=errors.EvidenceNotOfOutcome)


@pytest.mark.parametrize("outcome", [outcome for outcome in Outcome if outcome is not Outcome.RETURNED])
def test_other_outcomes_need_no_return_but_their_evidence(outcome: Outcome) -> None:
    for kind in OUTCOMES[outcome].evidence:
        event = msgspec.structs.replace(proposed, outcome=outcome, evidence_kind=kind, reference=SEALED)
        scenario(CASE, given=OLDEST, when=close_as(outcome, kind), then=[event], actor=PRINCIPAL)


def test_the_only_kind_of_evidence_need_not_be_named() -> None:
    event = msgspec.structs.replace(proposed, outcome=Outcome.DECEASED, evidence_kind="death_certificate", reference=SEALED)
    scenario(CASE, given=[opened, numbered], when=close_as(Outcome.DECEASED), then=[event], actor=PRINCIPAL)


@pytest.mark.parametrize(
    ("outcome", "kind"), [(Outcome.GRADUATED, "graduation_record"), (Outcome.VOCATIONAL, "nine_years_completed")]
)
def test_nobody_has_done_nine_years_below_grade_nine(outcome: Outcome, kind: str) -> None:
    scenario(CASE, given=[opened, numbered], when=close_as(outcome, kind), then=errors.NineYearsNotDone)


@pytest.mark.parametrize(
    ("outcome", "kind"), [(Outcome.GRADUATED, "graduation_record"), (Outcome.VOCATIONAL, "nine_years_completed")]
)
def test_nobody_has_done_nine_years_before_the_last_term_has_ended_or_while_lost(outcome: Outcome, kind: str) -> None:
    early = close_as(outcome, kind, last_term_ended=False)
    scenario(CASE, given=OLDEST, when=early, then=errors.LastTermNotEnded)
    lost = [*OLDEST, cause(Cause.LOST_CONTACT)]
    scenario(CASE, given=lost, when=close_as(outcome, kind), then=errors.LostIsNoOutcome)
    event = msgspec.structs.replace(proposed, outcome=outcome, evidence_kind=kind, reference=SEALED)
    found = [*lost, cause(Cause.HARDSHIP)]
    scenario(CASE, given=found, when=close_as(outcome, kind), then=[event], actor=PRINCIPAL)


def test_below_grade_nine_a_vocational_school_keeps_the_roll() -> None:
    event = msgspec.structs.replace(proposed, outcome=Outcome.VOCATIONAL, evidence_kind="roll_kept", reference=SEALED)
    scenario(CASE, given=[opened, numbered], when=close_as(Outcome.VOCATIONAL, "roll_kept"), then=[event], actor=PRINCIPAL)


def test_over_age_is_what_the_registry_has_said() -> None:
    scenario(CASE, given=OLDEST, when=close_as(Outcome.OVER_AGE, over_age=False), then=errors.AgeNotAnswered)


def test_a_transfer_is_completed_when_the_registry_has_said_so() -> None:
    elsewhere = close_as(Outcome.ENROLLED_ELSEWHERE, "transfer_completed", transfer_completed=False)
    scenario(CASE, given=OLDEST, when=elsewhere, then=errors.TransferNotCompleted)


@pytest.mark.parametrize(
    ("outcome", "kind"),
    [(outcome, kind) for outcome, row in OUTCOMES.items() for kind in row.evidence if kind not in OWN_RECORDS],
)
def test_a_paper_is_cited(outcome: Outcome, kind: str) -> None:
    scenario(CASE, given=OLDEST, when=close_as(outcome, kind, reference=None), then=errors.EvidenceNotCited)


def test_the_village_proposes_for_a_child_without_a_school_only() -> None:
    event = msgspec.structs.replace(
        proposed, outcome=Outcome.DECEASED, evidence_kind="death_certificate", reference=SEALED, by_officer_id="cadre"
    )
    village = close_as(Outcome.DECEASED, as_village=True, has_school=False)
    scenario(CASE, given=[opened, numbered], when=village, then=[event], actor="cadre")
    refused = close_as(Outcome.DECEASED, as_village=True, has_school=True)
    scenario(CASE, given=[opened, numbered], when=refused, then=errors.ProposalIsTheSchools, actor="cadre")
