"""What became of a text at the gateway, and what a person decides where nobody knows."""

from __future__ import annotations

import pytest

from services.chassis.decider import Event
from services.chassis.errors import Refusal
from services.notifications.domain.errors import ItsDayHasPassed, NoSuchNotification, NotUncertain
from services.notifications.domain.notification import NOTIFICATION
from services.notifications.domain.notification_state import Decision
from services.notifications.domain.releasing import MissMoment
from services.notifications.domain.sending import RecordFailure, RecordUncertain, ResolveUncertainty
from services.notifications.domain.trouble import Trouble
from tests.notifications.domain.texts_under_way import (
    CANCELLED,
    CONFIRM,
    RELEASE,
    SENT,
    SENT_COMMAND,
    UNCERTAIN,
    failed,
    postponed,
    resolved,
    unreachable,
)
from tests.notifications.invented import (
    TEXT,
    TODAY,
    call_raised,
    county_time,
    released,
    scheduled,
)
from tests.scenario import due, scenario


def test_what_the_gateway_took_is_sent_once() -> None:
    scenario(NOTIFICATION, given=[scheduled(), released()], when=[SENT_COMMAND, SENT_COMMAND], then=[SENT])


@pytest.mark.parametrize("reason", [Trouble.NO_NUMBER, Trouble.DEAD_NUMBER])
def test_a_dead_number_becomes_a_call_and_a_new_one_is_to_be_found(reason: Trouble) -> None:
    command = RecordFailure(notification_id=TEXT, reason=reason)
    scenario(
        NOTIFICATION,
        given=[scheduled(), released()],
        when=[command, command],
        then=[failed(reason), unreachable(reason), call_raised(reason)],
    )


@pytest.mark.parametrize("reason", [Trouble.GATEWAY_UNREACHABLE, Trouble.DOES_NOT_FIT, Trouble.TEMPLATE_NOT_APPROVED])
def test_another_failure_becomes_a_call(reason: Trouble) -> None:
    command = RecordFailure(notification_id=TEXT, reason=reason)
    scenario(NOTIFICATION, given=[scheduled(), released()], when=command, then=[failed(reason), call_raised(reason)])


def test_nobody_calls_who_is_no_guardian_of_the_child() -> None:
    command = RecordFailure(notification_id=TEXT, reason=Trouble.NOT_A_GUARDIAN)
    scenario(NOTIFICATION, given=[scheduled(), released()], when=command, then=[failed(Trouble.NOT_A_GUARDIAN)])


def test_nobody_calls_because_of_a_text_that_was_cancelled() -> None:
    command = RecordFailure(notification_id=TEXT, reason=Trouble.GATEWAY_UNREACHABLE)
    given = [scheduled(), released(), CANCELLED]
    scenario(NOTIFICATION, given=given, when=command, then=[failed(Trouble.GATEWAY_UNREACHABLE)])


def test_an_uncertain_text_waits_for_a_person() -> None:
    uncertain = RecordUncertain(notification_id=TEXT)
    scenario(NOTIFICATION, given=[scheduled(), released()], when=[uncertain, uncertain], then=[UNCERTAIN])
    assert due(NOTIFICATION, scheduled(), released(), UNCERTAIN) == {}
    for command in (RELEASE, CONFIRM, MissMoment(notification_id=TEXT)):
        scenario(NOTIFICATION, given=[scheduled(), released(), UNCERTAIN], when=command, then=[])


@pytest.mark.parametrize("decision", ["was_sent", "was_not_sent"])
def test_a_person_decides_what_became_of_it(decision: Decision) -> None:
    command = ResolveUncertainty(notification_id=TEXT, decision=decision)
    given = [scheduled(), released(), UNCERTAIN]
    scenario(NOTIFICATION, given=given, when=[command, command], then=[resolved(decision)])


def test_a_person_may_have_it_sent_again_in_the_hours() -> None:
    again = ResolveUncertainty(notification_id=TEXT, decision="send_again")
    given = [scheduled(), released(), UNCERTAIN]
    scenario(NOTIFICATION, given=given, when=[again, again], then=[resolved("send_again"), released()])
    early = county_time("2026-09-08 05:00")
    scenario(NOTIFICATION, given=given, when=again, then=[resolved("send_again"), postponed(TODAY)], now=early)


@pytest.mark.parametrize(
    ("given", "decision", "refusal", "at"),
    [
        ([], "was_sent", NoSuchNotification, "2026-09-08 10:00"),
        ([scheduled(), released()], "was_sent", NotUncertain, "2026-09-08 10:00"),
        ([scheduled(), released(), UNCERTAIN, resolved("was_sent")], "was_not_sent", NotUncertain, "2026-09-08 10:00"),
        ([scheduled(), released(), UNCERTAIN], "send_again", ItsDayHasPassed, "2026-09-09 10:00"),
    ],
)
def test_what_is_not_in_doubt_or_too_late_is_not_resolved(
    given: list[Event], decision: Decision, refusal: type[Refusal], at: str
) -> None:
    command = ResolveUncertainty(notification_id=TEXT, decision=decision)
    scenario(NOTIFICATION, given=given, when=command, then=refusal, now=county_time(at))
