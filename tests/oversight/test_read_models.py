"""Oversight's read models and its index: rebuilt they are the live ones, twice counts once."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from services.chassis.checkpoints import CheckpointSigned, Told
from services.chassis.rebuild import rebuild
from services.contracts import assistance, casework, notifications, registry
from services.contracts.catalogue import CATALOGUE
from services.contracts.codes import ContactMeans, Outcome, Placement, Session
from services.contracts.ids import OfficerId
from services.oversight import queries
from tests.contracts.example_events import example_event
from tests.oversight.conftest import AID, CASE, CHILD, CLASS, DAY, DUTY, EPISODE, GUARDIAN, SCHOOL, TEXT, County
from tests.read_models import (
    beginnings_ask_for_nothing,
    delivered_twice_is_once,
    every_folded_event_happened,
    order_among_streams_is_free,
    rebuilt_is_live,
)


def checkpoint(number: int, service: str = "registry", signature: str = "signed") -> CheckpointSigned:
    """A checkpoint; every third is a former release's, of the others every second names a message told outside."""
    return CheckpointSigned(
        service=service,
        number=number,
        position=number * 10,
        heads=(),
        previous="",
        key_id="key",
        suite="Ed25519",
        signature=signature,
        publications=(None, (), (Told("duty-1", number, "ab" * 32),))[number % 3],
    )


STREAMS = {
    "identity": ("substitution_id", "appointment_id", "account_id", "officer_id", "body_id", "calendar_id", "code"),
    "registry": ("pupil_id", "class_id", "school_id", "import_id"),
    "casework": ("duty_id", "report_id", "case_id"),
    "assistance": ("application_id", "programme_id"),
    "notifications": ("notification_id", "template"),
}
"""What the streams of a service are named after: the first that an event has."""


def live_through(county: County) -> None:
    """One child's way, the registry's first checkpoint, a class that sends no list; and of others all that can happen."""
    county.live()
    for event in county.service.model.projections_on:
        service = CATALOGUE.name(event).partition(".")[0]
        if service in STREAMS:
            told = example_event(event)
            named = next(name for name in STREAMS[service] if hasattr(told, name))
            county.others.tell(f"{named}-{getattr(told, named)}", told)
    county.others.tell("checkpoint-registry", checkpoint(1))
    county.tell(
        f"class_term-{CLASS}/2026-1",
        registry.RollCallMissing(class_id=CLASS, school_id=SCHOOL, day=DAY, session=Session.AFTERNOON),
    )
    county.settle()


def test_rebuilt_read_models_are_the_live_ones(county: County) -> None:
    live_through(county)
    rebuilt_is_live(county.service, empty=("county_days", "county_policies"))


def test_shuffled_across_streams_they_are_the_same(county: County) -> None:
    live_through(county)
    every_folded_event_happened(county.service)
    order_among_streams_is_free(county.service)


def test_what_is_made_afresh_owes_nothing_to_what_stood_there(county: County) -> None:
    live_through(county)
    beginnings_ask_for_nothing(county.service)


def test_what_is_delivered_twice_counts_once(county: County) -> None:
    live_through(county)
    delivered_twice_is_once(county)


def test_oversight_decides_nothing(county: County) -> None:
    county.live()
    assert list(county.service.store.walk()) == []


def test_anchors_are_the_checkpoints_as_they_came_and_are_never_replaced(county: County) -> None:
    for number in range(1, 12):
        county.others.tell("checkpoint-registry", checkpoint(number))
    county.others.tell("checkpoint-registry", checkpoint(3, signature="another"))
    county.others.tell("checkpoint-casework", checkpoint(1, "casework"))
    county.settle()
    assert queries.anchors_behind(county.service.engine, "registry", 0) == [checkpoint(number) for number in range(1, 12)]
    assert queries.anchors_behind(county.service.engine, "casework", 0) == [checkpoint(1, "casework")]
    rebuild(county.service.model, county.service.store)
    assert queries.anchors_behind(county.service.engine, "registry", 0) == [checkpoint(number) for number in range(1, 12)]


def test_a_child_goes_through_the_ledgers(county: County) -> None:
    def standing() -> tuple[object, object]:
        county.settle()
        [row] = county.rows("pupils", pupil_id=CHILD)
        return row["ledger"], row["under_observation"]

    county.enrol()
    assert standing() == ("school_age", False)
    county.suspect()
    assert standing() == ("suspected", False)
    county.drop_out()
    assert standing() == ("dropout", False)
    county.come_back()
    assert standing() == ("dropout", True)
    lost = registry.ReturnLost(pupil_id=CHILD, episode_id=EPISODE, day=DAY)
    restored = registry.ReturnRestored(pupil_id=CHILD, episode_id=EPISODE, day=DAY)
    county.tell(f"pupil-{CHILD}", lost)
    assert standing() == ("dropout", False)
    [episode] = county.rows("episodes", episode_id=EPISODE)
    assert (episode["relapses"], episode["returned_on"]) == (1, DAY)
    county.tell(f"pupil-{CHILD}", restored)
    assert standing() == ("dropout", True)
    [episode] = county.rows("episodes", episode_id=EPISODE)
    assert episode["relapses"] == 0
    county.strike_off()
    assert standing() == ("school_age", False)
    [episode] = county.rows("episodes", episode_id=EPISODE)
    assert (episode["outcome"], episode["struck_off_on"]) == ("returned", DAY)


def test_a_child_that_leaves_is_struck_off_with_its_day(county: County) -> None:
    county.enrol()
    county.suspect()
    county.drop_out()
    county.strike_off(Outcome.MOVED_ABROAD)
    county.settle()
    [row] = county.rows("pupils", pupil_id=CHILD)
    assert (row["ledger"], row["left_on"]) == ("struck_off", DAY)
    again = casework.CaseReopened(case_id=CASE, pupil_id=CHILD, reopened_on=DAY, spell=2)
    county.tell(f"case-{CASE}", again)
    county.tell(f"pupil-{CHILD}", registry.StrikeOffWithdrawn(pupil_id=CHILD, episode_id=EPISODE, withdrawn_on=DAY))
    county.settle()
    [row], [case], [episode] = (county.rows(table, pupil_id=CHILD) for table in ("pupils", "cases", "episodes"))
    assert (row["ledger"], row["left_on"]) == ("dropout", None)
    assert (case["state"], case["stage"], case["outcome"], episode["outcome"]) == ("open", "open", None, None)
    county.strike_off(Outcome.MOVED_ABROAD)
    county.enrol()
    county.settle()
    [row] = county.rows("pupils", pupil_id=CHILD)
    assert (row["ledger"], row["left_on"]) == ("school_age", None)


def test_a_suspicion_that_was_lifted_leaves_the_child_of_school_age(county: County) -> None:
    county.enrol()
    county.suspect()
    lifted = registry.SuspicionLifted(pupil_id=CHILD, episode_id=EPISODE, lifted_on=DAY, reason="attended")
    county.tell(f"pupil-{CHILD}", lifted)
    county.settle()
    assert county.rows("pupils", pupil_id=CHILD)[0]["ledger"] == "school_age"
    assert county.rows("episodes", episode_id=EPISODE)[0]["lifted_on"] == DAY


def test_a_child_expected_but_never_enrolled_is_known_once_it_is_suspected(county: County) -> None:
    county.suspect()
    county.settle()
    [row] = county.rows("pupils", pupil_id=CHILD)
    assert (row["ledger"], row["sex"], row["enrolled_on"]) == ("suspected", None, None)


def test_contact_and_visit_stay_due_until_the_registry_says_that_somebody_was_there(county: County) -> None:
    def due() -> tuple[object, object]:
        county.settle()
        [row] = county.rows("pupils", pupil_id=CHILD)
        return row["contact_due_on"], row["visit_due_on"]

    def contact(means: ContactMeans, *, reached: bool) -> registry.ContactRecorded:
        return registry.ContactRecorded(
            contact_id="contact",
            pupil_id=CHILD,
            episode_id=EPISODE,
            day=DAY,
            means=means,
            reached=reached,
            by_officer_id=OfficerId("teacher"),
        )

    def settled(reason: Literal["done", "withdrawn"]) -> registry.SchoolVisitSettled:
        return registry.SchoolVisitSettled(pupil_id=CHILD, episode_id=EPISODE, settled_on=DAY, reason=reason)

    county.enrol()
    fell_due = (
        registry.ContactFellDue(pupil_id=CHILD, episode_id=EPISODE, school_id=SCHOOL, class_id=CLASS, day=DAY),
        registry.SchoolVisitFellDue(pupil_id=CHILD, episode_id=EPISODE, school_id=SCHOOL, day=DAY),
    )
    county.tell(f"pupil-{CHILD}", *fell_due, contact(ContactMeans.CALL, reached=False))
    assert due() == (DAY, DAY)
    county.tell(f"pupil-{CHILD}", contact(ContactMeans.CALL, reached=True))
    assert due() == (None, DAY)
    county.tell(f"pupil-{CHILD}", contact(ContactMeans.HOME_VISIT, reached=True))
    assert due() == (None, DAY), "what a visit settles is the registry's to decide"
    county.tell(f"pupil-{CHILD}", settled("done"))
    assert due() == (None, None)
    recounted = registry.AbsentDaysRecounted(pupil_id=CHILD, episode_id=EPISODE, count=1, last_on=DAY, contact_due=True)
    county.tell(f"pupil-{CHILD}", *fell_due, recounted)
    assert due() == (DAY, DAY)
    ended = registry.AbsenceEnded(pupil_id=CHILD, episode_id=EPISODE, back_on=DAY, reason="attended")
    county.tell(f"pupil-{CHILD}", ended, settled("withdrawn"))
    assert due() == (None, None)


def test_a_report_stays_due_until_the_registry_says_that_it_is_settled(county: County) -> None:
    def due() -> object:
        county.settle()
        return county.rows("pupils", pupil_id=CHILD)[0]["report_due_on"]

    county.enrol()
    county.tell(f"pupil-{CHILD}", registry.AbsenceReportFellDue(pupil_id=CHILD, episode_id=EPISODE, school_id=SCHOOL, day=DAY))
    assert due() == DAY
    county.suspect()
    county.drop_out()
    assert due() == DAY
    settled = registry.AbsenceReportSettled(pupil_id=CHILD, episode_id=EPISODE, settled_on=DAY, reason="done")
    county.tell(f"pupil-{CHILD}", settled)
    assert due() is None


def test_a_silent_class_is_silent_until_its_list_comes(county: County) -> None:
    stream = f"class_term-{CLASS}/2026-1"
    county.tell(stream, registry.RollCallMissing(class_id=CLASS, school_id=SCHOOL, day=DAY, session=Session.MORNING))
    county.settle()
    assert len(county.rows("silent_classes", class_id=CLASS)) == 1
    county.tell(stream, registry.RollCallTaken(class_id=CLASS, school_id=SCHOOL, day=DAY, session=Session.MORNING))
    county.settle()
    assert county.rows("silent_classes", class_id=CLASS) == []


def test_a_case_is_as_far_as_casework_has_it_also_after_a_relapse_that_was_none(county: County) -> None:
    def stage() -> object:
        county.settle()
        return county.rows("cases", case_id=CASE)[0]["stage"]

    county.live()
    named = {"case_id": CASE, "pupil_id": CHILD}
    assert stage() == "open"
    returned = casework.ReturnConfirmed(**named, episode_id=EPISODE, returned_on=DAY, placement=Placement.ORIGINAL_CLASS)
    for event, after in (
        (returned, "returned"),
        (casework.ObservationCompleted(**named, completed_on=DAY), "observed"),
        (casework.RelapseRaised(**named, day=DAY), "open"),
        (casework.RelapseWithdrawn(**named, day=DAY, spell=1), "observed"),
        (casework.RelapseRaised(**named, day=DAY, spell=3), "open"),
    ):
        county.tell(f"case-{CASE}", event)
        assert stage() == after
    county.strike_off()
    assert stage() == "closed"


def test_a_case_knows_who_is_missing_on_its_lines(county: County) -> None:
    county.enrol()
    county.suspect()
    county.settle()
    assert county.rows("cases", case_id=CASE)[0]["missing_lines"] == "village"
    released = casework.OfficerReleased(
        case_id=CASE, pupil_id=CHILD, line="school", officer_id=OfficerId("principal"), until_on=DAY
    )
    village = casework.OfficerNamed(case_id=CASE, pupil_id=CHILD, line="village", officer_id=OfficerId("cadre"))
    county.tell(f"case-{CASE}", released, village)
    county.settle()
    assert county.rows("cases", case_id=CASE)[0]["missing_lines"] == "school"
    again = casework.OfficerNamed(case_id=CASE, pupil_id=CHILD, line="school", officer_id=OfficerId("principal"))
    county.tell(f"case-{CASE}", again)
    county.settle()
    [row] = county.rows("cases", case_id=CASE)
    assert (row["missing_lines"], row["missing_since"]) == ("", None)


def test_a_follow_up_is_due_until_it_is_done_and_none_after_a_relapse(county: County) -> None:
    def due() -> object:
        county.settle()
        return county.rows("cases", case_id=CASE)[0]["follow_up_due_on"]

    def fell(nth: int) -> casework.FollowUpFellDue:
        return casework.FollowUpFellDue(case_id=CASE, pupil_id=CHILD, nth=nth, due_on=DAY + timedelta(days=7 * nth))

    county.live()
    county.tell(f"case-{CASE}", fell(1), fell(2))
    assert due() == DAY + timedelta(days=7)
    done = casework.FollowUpRecorded(
        case_id=CASE,
        pupil_id=CHILD,
        follow_up_id="follow-up",
        nth=1,
        contacted_on=DAY,
        by_officer_id=OfficerId("teacher"),
    )
    county.tell(f"case-{CASE}", done)
    assert due() == DAY + timedelta(days=14)
    county.tell(f"case-{CASE}", casework.RelapseRaised(case_id=CASE, pupil_id=CHILD, day=DAY))
    assert due() is None


def test_a_duty_is_overdue_until_it_is_answered(county: County) -> None:
    named = {"duty_id": DUTY, "case_id": CASE, "pupil_id": CHILD}
    county.enrol()
    county.suspect()
    county.drop_out()
    county.tell(
        f"duty-{DUTY}",
        casework.DutyAcknowledged(**named, by_officer_id=OfficerId("police")),
        casework.DutyOverdue(**named, due_on=DAY),
        casework.DutyEscalated(**named, to_role="bureau_lead", level=1, escalated_on=DAY),
    )
    county.settle()
    [row] = county.rows("duties", duty_id=DUTY)
    assert (row["state"], row["overdue_since"], row["level"]) == ("acknowledged", DAY, 1)
    county.come_back()
    county.settle()
    [row] = county.rows("duties", duty_id=DUTY)
    assert (row["state"], row["overdue_since"]) == ("completed", None)


def test_a_text_is_what_became_of_it_last(county: County) -> None:
    def state() -> object:
        county.settle()
        return county.rows("texts", notification_id=TEXT)[0]["state"]

    named = {"notification_id": TEXT, "pupil_id": CHILD}
    to_guardian = {**named, "guardian_id": GUARDIAN}
    county.enrol()
    county.miss()
    assert state() == "scheduled"
    stream = f"notification-{TEXT}"
    for event, after in (
        (notifications.NotificationPostponed(**named, to_day=DAY), "postponed"),
        (notifications.NotificationReleased(**to_guardian), "released"),
        (notifications.NotificationUncertain(**to_guardian), "uncertain"),
        (
            notifications.UncertaintyResolved(**named, decision="send_again", by_officer_id=OfficerId("teacher")),
            "released",
        ),
        (notifications.NotificationFailed(**to_guardian, reason="wrong_number"), "failed"),
        (notifications.ContactUnreachable(**to_guardian, reason="wrong_number"), "failed"),
        (
            notifications.CallTaskRaised(**to_guardian, template="absence_query", reason_event_id="e", reason="failed"),
            "call_due",
        ),
        (notifications.CallTaskDone(**named, result="told", by_officer_id=OfficerId("teacher")), "called"),
        (notifications.NotificationCancelled(**named, reason="absence_withdrawn"), "cancelled"),
    ):
        county.tell(stream, event)
        assert state() == after
    assert county.rows("texts", notification_id=TEXT)[0]["unreachable_at"] is not None


def test_an_application_is_what_was_last_decided(county: County) -> None:
    def state() -> tuple[object, object]:
        county.settle()
        [row] = county.rows("aid", application_id=AID)
        return row["state"], row["overdue_on"]

    named = {"application_id": AID, "pupil_id": CHILD}
    county.enrol()
    county.drop_out()
    assert state() == ("draft", None)
    stream = f"application-{AID}"
    county.tell(stream, assistance.PublicNoticePosted(**named, posted_on=DAY), assistance.PublicNoticeEnded(**named, ended_on=DAY))
    county.tell(stream, assistance.ReviewFellOverdue(**named, overdue_on=DAY))
    assert state() == ("review", DAY.isoformat())
    granted = assistance.AidGranted(**named, programme_code="x", amount_fen=1, granted_on=DAY, by_officer_id=OfficerId("clerk"))
    county.tell(stream, granted, assistance.AidPaused(**named, paused_on=DAY, reason="dropout"))
    assert state()[0] == "paused"
    county.tell(stream, assistance.AidResumed(**named, resumed_on=DAY))
    assert state()[0] == "granted"
