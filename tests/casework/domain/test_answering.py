"""A duty seen, done, declined, returned; in its own name or on behalf of a department; each refusal once."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from services.casework.domain import errors
from services.casework.domain.duty import DUTY
from services.contracts.ids import OfficerId
from tests.casework.domain.duties import (
    ANSWERED,
    ON_BEHALF,
    accept_decline,
    accepted,
    acknowledge,
    complete,
    decline,
    declined,
    return_,
    returned,
    withdrawn,
)
from tests.casework.invented import (
    SEALED,
    acknowledged,
    assigned,
    completed,
)
from tests.scenario import scenario


def test_a_duty_is_acknowledged_once_and_completed() -> None:
    scenario(DUTY, given=[assigned], when=[acknowledge, acknowledge, complete], then=[acknowledged, completed])


def test_an_answer_acknowledges() -> None:
    scenario(DUTY, given=[assigned], when=complete, then=[acknowledged, completed])


def test_an_answer_may_follow_from_what_an_officer_did_elsewhere() -> None:
    by = OfficerId("teacher")
    scenario(
        DUTY,
        given=[assigned],
        when=msgspec.structs.replace(complete, by_officer_id=by),
        then=[
            msgspec.structs.replace(acknowledged, by_officer_id=by),
            msgspec.structs.replace(completed, by_officer_id=by),
        ],
        actor="service:casework",
    )


def test_a_duty_is_declined_with_its_reason() -> None:
    scenario(DUTY, given=[assigned], when=decline, then=[declined])


def test_the_bureau_agrees_once_that_a_declined_duty_is_not_the_departments() -> None:
    scenario(DUTY, given=[assigned, declined], when=[accept_decline, accept_decline], then=[accepted])
    scenario(DUTY, given=[assigned, declined, accepted], when=complete, then=errors.DutyAlreadyAnswered)
    scenario(DUTY, given=[assigned, declined, accepted], when=return_, then=[returned])


@pytest.mark.parametrize("so_far", [(assigned,), ANSWERED, (assigned, declined, returned)])
def test_there_is_nothing_to_agree_to_where_nothing_was_declined(so_far: tuple[Any, ...]) -> None:
    scenario(DUTY, given=so_far, when=accept_decline, then=errors.DutyNotDeclined)


def test_a_finding_is_one_of_the_list() -> None:
    wrong = msgspec.structs.replace(complete, finding="found")
    scenario(DUTY, given=[assigned], when=wrong, then=errors.FindingNotOfDuty)


@pytest.mark.parametrize("command", [complete, decline])
def test_an_answer_on_behalf_cites_the_written_reply(command: Any) -> None:
    on_behalf = msgspec.structs.replace(command, given=ON_BEHALF)
    scenario(DUTY, given=[assigned], when=on_behalf, then=errors.ReplyNotCited)


def test_an_answer_on_behalf_shows_both() -> None:
    facts = {"by_officer_id": OfficerId("clerk"), "on_behalf_of": "department:civil_affairs", "evidence_name": SEALED}
    scenario(
        DUTY,
        given=[assigned, acknowledged],
        when=msgspec.structs.replace(complete, given=ON_BEHALF, evidence_name=SEALED),
        then=[msgspec.structs.replace(completed, **facts)],
    )
    scenario(
        DUTY,
        given=[assigned, acknowledged],
        when=msgspec.structs.replace(decline, given=ON_BEHALF, evidence_name=SEALED),
        then=[msgspec.structs.replace(declined, **facts)],
    )


@pytest.mark.parametrize("command", [acknowledge, complete, decline, return_])
@pytest.mark.parametrize(("given", "refused"), [([], errors.NoSuchDuty), ([assigned, withdrawn], errors.DutyWasWithdrawn)])
def test_only_an_existing_duty_is_answered(given: list[Any], command: Any, refused: type[Any]) -> None:
    scenario(DUTY, given=given, when=command, then=refused)


@pytest.mark.parametrize("command", [acknowledge, complete, decline])
@pytest.mark.parametrize("given", [ANSWERED, (assigned, declined)])
def test_an_answered_duty_is_not_answered_again(given: Any, command: Any) -> None:
    scenario(DUTY, given=given, when=command, then=errors.DutyAlreadyAnswered)


# --- returned ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("given", [ANSWERED, (assigned, declined)])
def test_an_answer_that_does_not_suffice_is_returned_and_given_again(given: Any) -> None:
    scenario(DUTY, given=given, when=[return_, complete], then=[returned, acknowledged, completed])


def test_what_is_not_answered_is_not_returned() -> None:
    scenario(DUTY, given=[assigned, acknowledged], when=return_, then=errors.DutyNotAnswered)
