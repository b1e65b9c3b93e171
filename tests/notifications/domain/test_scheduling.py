"""A text is scheduled once, for the guardian who is texted; otherwise somebody calls."""

from __future__ import annotations

from services.notifications.domain.notification import NOTIFICATION
from services.notifications.domain.occasions import ABSENCE_QUERY, AID_APPROVED
from services.notifications.domain.policies import (
    GUARDIANS_TEXTED,
)
from services.notifications.domain.scheduling import notification_id
from services.notifications.domain.trouble import Trouble
from tests.notifications.domain.texts_under_way import (
    SENT,
    unreachable,
)
from tests.notifications.invented import (
    FATHER,
    GRANDMOTHER,
    PUPIL,
    REASON,
    TEXT,
    call_raised,
    released,
    schedule,
    scheduled,
)
from tests.scenario import scenario


def test_an_absence_query_waits() -> None:
    scenario(NOTIFICATION, when=schedule(), then=[scheduled()])


def test_scheduling_the_same_text_again_changes_nothing() -> None:
    scenario(NOTIFICATION, when=[schedule(), schedule()], then=[scheduled()])
    scenario(NOTIFICATION, given=[scheduled(), released(), SENT], when=schedule(), then=[])
    scenario(NOTIFICATION, given=[call_raised("no_number")], when=schedule(), then=[])


def test_event_guardian_and_template_make_one_text_and_each_difference_another() -> None:
    assert notification_id(REASON, GRANDMOTHER, ABSENCE_QUERY) == TEXT
    others = {
        notification_id("event-2", GRANDMOTHER, ABSENCE_QUERY),
        notification_id(REASON, FATHER, ABSENCE_QUERY),
        notification_id(REASON, None, ABSENCE_QUERY),
        notification_id(REASON, GRANDMOTHER, AID_APPROVED),
    }
    assert len(others | {TEXT}) == 5


def test_only_the_first_guardian_is_texted_unless_the_county_says_otherwise() -> None:
    scenario(NOTIFICATION, when=schedule(rank=2), then=[])
    scenario(NOTIFICATION, when=schedule(rank=2), then=[scheduled()], policies={GUARDIANS_TEXTED.code: 2})


def test_a_child_without_a_guardian_on_record_becomes_a_call() -> None:
    scenario(
        NOTIFICATION,
        when=schedule(guardian_id=None, reachable=False),
        then=[call_raised("no_guardian", guardian_id=None)],
    )


def test_a_household_without_a_number_becomes_a_call_and_a_number_is_to_be_found() -> None:
    scenario(
        NOTIFICATION,
        when=schedule(reachable=False),
        then=[call_raised("no_number"), unreachable(Trouble.NO_NUMBER)],
    )


def test_a_second_guardian_without_a_number_is_passed_over() -> None:
    scenario(NOTIFICATION, when=schedule(reachable=False, rank=2), then=[], policies={GUARDIANS_TEXTED.code: 2})


def test_an_unapproved_template_becomes_a_call() -> None:
    scenario(NOTIFICATION, when=schedule(approved=False), then=[call_raised("template_not_approved")])


def test_every_event_of_a_text_goes_with_the_child_and_the_episode() -> None:
    state = NOTIFICATION.evolve(NOTIFICATION.initial(), scheduled())
    assert (NOTIFICATION.partition_of(state), NOTIFICATION.correlation_of(state)) == (PUPIL, "episode-1")
