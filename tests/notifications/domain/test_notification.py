"""One text to one guardian because of one event."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from services.chassis.decider import Deadline, Event, at_time, minutes
from services.chassis.errors import Refusal
from services.contracts.ids import OfficerId
from services.contracts.notifications import (
    CallResult,
    CallTaskDone,
    ContactUnreachable,
    NotificationCancelled,
    NotificationFailed,
    NotificationPostponed,
    NotificationSent,
    NotificationUncertain,
    UncertaintyResolved,
)
from services.notifications.domain.errors import ItsDayHasPassed, NoCallOpen, NoSuchNotification, NotUncertain
from services.notifications.domain.notification import (
    NOTIFICATION,
    CancelNotification,
    ConfirmReason,
    FinishCall,
    MissMoment,
    RecordFailure,
    RecordSent,
    RecordUncertain,
    ReleaseNotification,
    ResolveUncertainty,
    notification_id,
)
from services.notifications.domain.occasions import ABSENCE_QUERY, AID_APPROVED, RETURN_REMINDER
from services.notifications.domain.policies import (
    CLOSES,
    CONFIRMATION_WAIT,
    GUARDIANS_TEXTED,
    OPENS,
    REMINDER_AT,
    URGENT_CLOSES,
    URGENT_OPENS,
)
from services.notifications.domain.progress import Decision
from services.notifications.domain.trouble import Trouble
from tests.notifications.invented import (
    FATHER,
    GRANDMOTHER,
    PUPIL,
    REASON,
    TEXT,
    TODAY,
    call_raised,
    county_time,
    released,
    schedule,
    scheduled,
)
from tests.scenario import NOW, due, scenario

CONFIRM = ConfirmReason(notification_id=TEXT)
RELEASE = ReleaseNotification(notification_id=TEXT)
CANCEL = CancelNotification(notification_id=TEXT, reason="absence_withdrawn")
SENT_COMMAND = RecordSent(notification_id=TEXT, language="zh", segments=1, digest="d", gateway="g", receipt="r", named=True)
CANCELLED = NotificationCancelled(notification_id=TEXT, pupil_id=PUPIL, reason="absence_withdrawn")
STALE = NotificationCancelled(notification_id=TEXT, pupil_id=PUPIL, reason="stale")
SENT = NotificationSent(
    notification_id=TEXT,
    pupil_id=PUPIL,
    guardian_id=GRANDMOTHER,
    language="zh",
    segments=1,
    digest="d",
    gateway="g",
    receipt="r",
    named=True,
)
UNCERTAIN = NotificationUncertain(notification_id=TEXT, pupil_id=PUPIL, guardian_id=GRANDMOTHER)
AID_HOURS_END = county_time("2026-09-08 21:00")


def failed(reason: Trouble) -> NotificationFailed:
    return NotificationFailed(notification_id=TEXT, pupil_id=PUPIL, guardian_id=GRANDMOTHER, reason=reason)


def unreachable(reason: Trouble) -> ContactUnreachable:
    return ContactUnreachable(notification_id=TEXT, pupil_id=PUPIL, guardian_id=GRANDMOTHER, reason=reason)


def postponed(day: date) -> NotificationPostponed:
    return NotificationPostponed(notification_id=TEXT, pupil_id=PUPIL, to_day=day)


def resolved(decision: Decision) -> UncertaintyResolved:
    return UncertaintyResolved(notification_id=TEXT, pupil_id=PUPIL, decision=decision, by_officer_id=OfficerId("officer-1"))


# --- once -----------------------------------------------------------------------------------------------------------


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


# --- whom -----------------------------------------------------------------------------------------------------------


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


# --- when -----------------------------------------------------------------------------------------------------------


def test_the_teachers_word_releases_the_query() -> None:
    scenario(NOTIFICATION, given=[scheduled()], when=CONFIRM, then=[released()])


def test_a_second_word_of_the_teacher_changes_nothing() -> None:
    scenario(NOTIFICATION, given=[scheduled(), released()], when=CONFIRM, then=[])
    scenario(NOTIFICATION, when=CONFIRM, then=[])


def test_a_return_reminder_is_not_released_by_a_teachers_word() -> None:
    reminder = scheduled(template=RETURN_REMINDER, urgent=False, waits_for="evening_before", day=TODAY + timedelta(days=1))
    scenario(NOTIFICATION, given=[reminder], when=CONFIRM, then=[])


def test_after_half_an_hour_the_query_goes_without_the_teachers_word() -> None:
    assert due(NOTIFICATION, scheduled())["release"] == Deadline("release", NOW, CONFIRMATION_WAIT, RELEASE)
    assert CONFIRMATION_WAIT.default == minutes(30)
    scenario(NOTIFICATION, given=[scheduled()], when=RELEASE, then=[released()], now=NOW + timedelta(minutes=30))


def test_a_text_that_waits_for_nothing_goes_at_once() -> None:
    aid = {"template": AID_APPROVED, "day": None}
    scenario(
        NOTIFICATION,
        when=schedule(**aid),
        then=[scheduled(**aid, urgent=False, waits_for="nothing"), released(AID_HOURS_END)],
    )


@pytest.mark.parametrize(
    ("at", "to_day"),
    [
        ("2026-09-08 07:59", date(2026, 9, 8)),
        ("2026-09-08 21:00", date(2026, 9, 9)),
        ("2026-09-08 23:30", date(2026, 9, 9)),
        ("2026-09-08 00:00", date(2026, 9, 8)),
    ],
)
def test_outside_eight_to_nine_a_text_waits_for_the_next_opening(at: str, to_day: date) -> None:
    now = county_time(at)
    aid = {"template": AID_APPROVED, "day": None}
    waiting = scheduled(**aid, urgent=False, waits_for="nothing", scheduled_at=now)
    scenario(NOTIFICATION, when=schedule(**aid), then=[waiting, postponed(to_day)], now=now)
    opening = Deadline("release", to_day, OPENS, RELEASE)
    assert due(NOTIFICATION, waiting, postponed(to_day)) == {"release": opening}


@pytest.mark.parametrize("at", ["2026-09-08 08:00", "2026-09-08 20:59"])
def test_the_hours_begin_at_eight_and_end_before_nine(at: str) -> None:
    aid = {"template": AID_APPROVED, "day": None}
    now = county_time(at)
    waiting = scheduled(**aid, urgent=False, waits_for="nothing", scheduled_at=now)
    scenario(NOTIFICATION, when=schedule(**aid), then=[waiting, released(AID_HOURS_END)], now=now)


@pytest.mark.parametrize("at", ["2026-09-08 06:00", "2026-09-08 22:59"])
def test_a_same_day_absence_may_be_asked_for_in_the_wider_hours(at: str) -> None:
    scenario(NOTIFICATION, given=[scheduled()], when=CONFIRM, then=[released()], now=county_time(at))


def test_before_the_wider_hours_the_query_waits_for_them() -> None:
    early = county_time("2026-09-08 05:30")
    scenario(NOTIFICATION, given=[scheduled()], when=CONFIRM, then=[postponed(TODAY)], now=early)
    assert due(NOTIFICATION, scheduled(), postponed(TODAY))["release"] == Deadline("release", TODAY, URGENT_OPENS, RELEASE)


def test_hours_are_the_countys_to_set() -> None:
    scenario(
        NOTIFICATION,
        given=[scheduled()],
        when=CONFIRM,
        then=[postponed(TODAY)],
        policies={URGENT_OPENS.code: at_time(11)},
    )


def test_a_query_that_did_not_go_on_its_day_is_stale() -> None:
    stale = due(NOTIFICATION, scheduled())["stale"]
    assert stale == Deadline("stale", TODAY, URGENT_CLOSES, CancelNotification(notification_id=TEXT, reason="stale"))
    scenario(NOTIFICATION, given=[scheduled()], when=stale.command, then=[STALE], now=county_time("2026-09-08 23:00"))
    scenario(NOTIFICATION, given=[scheduled()], when=RELEASE, then=[STALE], now=county_time("2026-09-08 23:10"))
    scenario(NOTIFICATION, given=[scheduled()], when=CONFIRM, then=[STALE], now=county_time("2026-09-09 10:00"))


def test_a_query_that_comes_a_day_late_is_recorded_and_not_sent() -> None:
    now = county_time("2026-09-09 10:00")
    scenario(NOTIFICATION, when=schedule(), then=[scheduled(scheduled_at=now), STALE], now=now)


def test_a_return_reminder_waits_for_the_evening_before() -> None:
    tomorrow = TODAY + timedelta(days=1)
    reminder = scheduled(template=RETURN_REMINDER, urgent=False, waits_for="evening_before", day=tomorrow)
    scenario(NOTIFICATION, when=schedule(template=RETURN_REMINDER, day=tomorrow), then=[reminder])
    assert due(NOTIFICATION, reminder) == {
        "release": Deadline("release", TODAY, REMINDER_AT, RELEASE),
        "stale": Deadline("stale", TODAY, CLOSES, CancelNotification(notification_id=TEXT, reason="stale")),
    }
    evening = county_time("2026-09-08 19:00")
    scenario(NOTIFICATION, given=[reminder], when=RELEASE, then=[released(AID_HOURS_END)], now=evening)


def test_a_return_promised_for_today_is_not_recalled() -> None:
    reminder = scheduled(template=RETURN_REMINDER, urgent=False, waits_for="evening_before", day=TODAY)
    scenario(NOTIFICATION, when=schedule(template=RETURN_REMINDER, day=TODAY), then=[reminder, STALE])


def test_a_worker_that_comes_after_the_hours_leaves_the_text_for_the_morning() -> None:
    aid = scheduled(template=AID_APPROVED, day=None, urgent=False, waits_for="nothing")
    given = [aid, released(AID_HOURS_END)]
    missed = MissMoment(notification_id=TEXT)
    scenario(NOTIFICATION, given=given, when=missed, then=[postponed(date(2026, 9, 9))], now=AID_HOURS_END)
    morning = county_time("2026-09-09 08:30")
    again = released(county_time("2026-09-09 21:00"))
    scenario(NOTIFICATION, given=given, when=missed, then=[again], now=morning)


def test_a_worker_that_comes_after_the_day_leaves_the_query() -> None:
    missed = MissMoment(notification_id=TEXT)
    late = county_time("2026-09-08 23:00")
    scenario(NOTIFICATION, given=[scheduled(), released()], when=missed, then=[STALE], now=late)
    scenario(NOTIFICATION, given=[scheduled()], when=missed, then=[], now=late)


def test_a_released_text_is_not_released_twice() -> None:
    scenario(NOTIFICATION, given=[scheduled(), released()], when=RELEASE, then=[])
    assert due(NOTIFICATION, scheduled(), released()) == {}


# --- no longer ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("given", [[scheduled()], [scheduled(), postponed(TODAY)], [scheduled(), released()]])
def test_a_text_that_has_not_gone_is_cancelled_with_its_reason(given: list[Event]) -> None:
    scenario(NOTIFICATION, given=given, when=[CANCEL, CANCEL], then=[CANCELLED])
    assert due(NOTIFICATION, *given, CANCELLED) == {}


def test_cancelling_what_was_sent_or_never_was_changes_nothing() -> None:
    scenario(NOTIFICATION, given=[scheduled(), released(), SENT], when=CANCEL, then=[])
    scenario(NOTIFICATION, when=CANCEL, then=[])


def test_a_call_that_is_not_needed_any_more_is_cancelled() -> None:
    scenario(NOTIFICATION, given=[call_raised("no_number")], when=[CANCEL, CANCEL], then=[CANCELLED])


def test_a_text_that_went_while_it_was_cancelled_is_recorded_as_sent() -> None:
    scenario(NOTIFICATION, given=[scheduled(), released(), CANCELLED], when=SENT_COMMAND, then=[SENT])


# --- what became of it ------------------------------------------------------------------------------------------------


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


# --- calls ------------------------------------------------------------------------------------------------------------


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


def test_every_event_of_a_text_goes_with_the_child_and_the_episode() -> None:
    state = NOTIFICATION.evolve(NOTIFICATION.initial(), scheduled())
    assert (NOTIFICATION.partition_of(state), NOTIFICATION.correlation_of(state)) == (PUPIL, "episode-1")
