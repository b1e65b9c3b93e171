"""A call in place of a text is done once."""

from __future__ import annotations

import pytest

from services.chassis.decider import Event
from services.chassis.errors import Refusal
from services.contracts.ids import OfficerId
from services.contracts.notifications import (
    CallResult,
    CallTaskDone,
)
from services.notifications.domain.calling import FinishCall
from services.notifications.domain.errors import NoCallOpen, NoSuchNotification
from services.notifications.domain.notification import NOTIFICATION
from services.notifications.domain.trouble import Trouble
from tests.notifications.domain.texts_under_way import (
    CANCELLED,
    unreachable,
)
from tests.notifications.invented import (
    PUPIL,
    TEXT,
    call_raised,
    scheduled,
)
from tests.scenario import scenario


def called(result: CallResult) -> CallTaskDone:
    return CallTaskDone(notification_id=TEXT, pupil_id=PUPIL, result=result, by_officer_id=OfficerId("officer-1"))


@pytest.mark.parametrize("result", ["told", "not_reached", "not_needed"])
def test_a_call_is_done_once(result: CallResult) -> None:
    done = FinishCall(notification_id=TEXT, result=result)
    scenario(NOTIFICATION, given=[call_raised("no_number")], when=[done, done], then=[called(result)])


def test_a_wrong_number_found_by_calling_is_to_be_replaced() -> None:
    done = FinishCall(notification_id=TEXT, result="wrong_number")
    scenario(
        NOTIFICATION,
        given=[call_raised("template_not_approved")],
        when=done,
        then=[called("wrong_number"), unreachable(Trouble.WRONG_NUMBER)],
    )


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ([], NoSuchNotification),
        ([scheduled()], NoCallOpen),
        ([call_raised("no_number"), called("told")], NoCallOpen),
        ([call_raised("no_number"), CANCELLED], NoCallOpen),
    ],
)
def test_a_call_that_is_not_open_is_not_done(given: list[Event], refusal: type[Refusal]) -> None:
    done = FinishCall(notification_id=TEXT, result="not_reached")
    scenario(NOTIFICATION, given=given, when=done, then=refusal)
