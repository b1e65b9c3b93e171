"""The triggers of domain.md §2, row by row: what happens to a child by the county's clock and calendars, and what follows.

What a guardian is texted, and when, is proved where it happens (tests/notifications/test_reactions.py).
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from services.chassis.county import ALL_SCHOOLS, DayKind
from services.contracts.codes import ExcuseKind, Ledger, Session
from services.contracts.identity import CalendarPublished
from services.contracts.ids import PupilId
from services.contracts.registry import DropoutConfirmed, PupilSuspected, SuspicionLifted
from services.registry.domain.attendance import ExcuseDay
from services.registry.domain.calling import CorrectRollCall
from tests.registry.county import ANNE, BEI, PRIMARY, SCHOOL_DAYS, SEVENTH, County, at, enrol

EMIL = PupilId("pupil-e")
MONTH = timedelta(days=30)


def alarms(county: County, officer: str) -> set[str]:
    """The kinds of alarms about Anne that an officer has before them."""
    items = county.caller(officer).get("/alarms").json["items"]
    return {each["kind"] for each in items if each["pupil_id"] == ANNE}


def ledger(county: County, pupil: PupilId = ANNE) -> str:
    return str(county.caller("bureau").get(f"/pupils/{pupil}").json["ledger"])


def suspicions(county: County, pupil: PupilId = ANNE) -> list[tuple[date, str]]:
    events = county.events(f"pupil-{pupil}")
    return [(event.suspected_on, event.reason) for event in events if isinstance(event, PupilSuspected)]


def dropouts(county: County) -> list[tuple[date, str]]:
    events = county.events(f"pupil-{ANNE}")
    return [(event.confirmed_on, event.by) for event in events if isinstance(event, DropoutConfirmed)]


def test_absent_at_roll_call_without_leave_the_homeroom_teacher_is_told_at_once_and_a_contact_attempt_is_due_that_day(
    county: County,
) -> None:
    county.advance(at(SCHOOL_DAYS[0], 8, 20))
    county.roll(SCHOOL_DAYS[0], ANNE)
    assert alarms(county, "teacher-7") == {"absence_unconfirmed"}
    tried = {"means": "call", "reached": False, "day": SCHOOL_DAYS[0].isoformat()}
    assert county.caller("teacher-7").post(f"/pupils/{ANNE}/contacts", tried).status_code == 201
    assert alarms(county, "teacher-7") == set()


def test_one_school_day_missed_a_contact_or_a_home_visit_is_due(county: County) -> None:
    county.advance(at(SCHOOL_DAYS[0], 8, 20))
    county.roll(SCHOOL_DAYS[0], ANNE)
    county.advance(at(SCHOOL_DAYS[0], 17, 59))
    assert "contact_due" not in alarms(county, "teacher-7")
    county.advance(at(SCHOOL_DAYS[0], 18))
    assert "contact_due" in alarms(county, "teacher-7")


def test_three_school_days_missed_the_principals_visit_and_the_report_to_bureau_and_township_are_due(county: County) -> None:
    county.live(2, ANNE)
    assert not {"visit_due", "report_due"} & alarms(county, "principal")
    county.live(1, ANNE, first=2)
    assert {"visit_due", "report_due"} <= alarms(county, "principal")
    assert "report_due" in alarms(county, "township")
    assert "report_due" in alarms(county, "bureau")


def test_more_than_five_school_days_missed_the_child_is_suspected(county: County) -> None:
    county.live(5, ANNE)
    assert suspicions(county) == []
    county.live(1, ANNE, first=5)
    assert suspicions(county) == [(SCHOOL_DAYS[5], "absent")]


def test_suspected_for_one_month_the_child_has_dropped_out(county: County) -> None:
    county.live(6, ANNE)
    last = SCHOOL_DAYS[5] + MONTH
    county.advance(at(last, 23))
    assert ledger(county) == Ledger.SUSPECTED
    county.advance(at(last + timedelta(days=1), 1))
    assert [by for _, by in dropouts(county)] == ["clock"]


def test_confirmed_earlier_by_the_principal_with_evidence_the_child_has_dropped_out(county: County) -> None:
    county.live(6, ANNE)
    confirm = county.caller("principal").post(f"/pupils/{ANNE}:confirm-dropout", {"evidence": "six days, two visits"})
    assert confirm.status_code == 200
    county.settle()
    assert [by for _, by in dropouts(county)] == ["principal"]
    county.advance(at(SCHOOL_DAYS[5] + MONTH * 2, 9))
    assert len(dropouts(county)) == 1


def test_not_registered_when_the_window_of_the_term_closes_the_child_is_suspected(county: County) -> None:
    county.do(enrol(EMIL, SEVENTH))
    county.live(2, EMIL)
    county.advance(at(SCHOOL_DAYS[2], 17, 59))
    assert suspicions(county, EMIL) == []
    county.advance(at(SCHOOL_DAYS[2], 18))
    assert suspicions(county, EMIL) == [(SCHOOL_DAYS[2], "not_registered")]


@pytest.mark.parametrize(
    ("to_school", "reason"), [(None, "moved_away"), (PRIMARY, "transfer_overdue")], ids=["moved away", "in flight"]
)
def test_moved_away_and_nowhere_enrolled_or_in_flight_past_its_deadline_the_child_is_suspected(
    county: County, to_school: str | None, reason: str
) -> None:
    county.advance(at(SCHOOL_DAYS[0], 9))
    started = county.caller("registrar").post(f"/pupils/{ANNE}:start-transfer", {"to_school_id": to_school})
    assert started.status_code == 200
    county.settle()
    county.advance(at(SCHOOL_DAYS[0] + timedelta(days=28), 23))  # the twentieth working day after: none is a holiday here
    assert suspicions(county) == []
    county.advance(at(SCHOOL_DAYS[0] + timedelta(days=29), 1))
    assert [why for _, why in suspicions(county)] == [reason]


def test_excused_absence_never_promotes(county: County) -> None:
    for day in SCHOOL_DAYS[:8]:
        county.advance(at(day, 8, 20))
        county.roll(day, ANNE)
        county.do(ExcuseDay(pupil_id=ANNE, day=day, kind=ExcuseKind.ILLNESS_WITH_PROOF))
        county.advance(at(day, 22))
    assert suspicions(county) == []
    assert alarms(county, "principal") == set()


def test_a_corrected_roll_call_cancels_what_it_caused(county: County) -> None:
    county.live(6, ANNE)
    members = frozenset({ANNE, BEI})
    for day in SCHOOL_DAYS[:6]:
        county.do(CorrectRollCall(class_id=SEVENTH, day=day, session=Session.MORNING, members=members, present=(ANNE,)))
    assert alarms(county, "principal") == set()
    assert ledger(county) == Ledger.SCHOOL_AGE
    assert any(isinstance(event, SuspicionLifted) for event in county.events(f"pupil-{ANNE}"))


def close_schools(county: County, first: date, last: date) -> None:
    """A vacation, as the county publishes it."""
    days = {first + timedelta(days=past): DayKind.VACATION for past in range((last - first).days + 1)}
    county.others.tell("county-990126", CalendarPublished(calendar_id=ALL_SCHOOLS, edition="late", days=days))
    county.settle()


def test_a_vacation_pauses_the_month_of_a_suspicion(county: County) -> None:
    county.live(6, ANNE)
    first = SCHOOL_DAYS[5] + timedelta(days=10)
    close_schools(county, first, first + timedelta(days=13))
    paused = SCHOOL_DAYS[5] + MONTH + timedelta(days=14)
    county.advance(at(paused, 23))
    assert ledger(county) == Ledger.SUSPECTED
    county.advance(at(paused + timedelta(days=1), 1))
    assert ledger(county) == Ledger.DROPOUT


def test_a_vacation_pauses_the_count_of_school_days(county: County) -> None:
    county.live(5, ANNE)
    close_schools(county, SCHOOL_DAYS[5], SCHOOL_DAYS[8])
    county.advance(at(SCHOOL_DAYS[8], 23))
    assert suspicions(county) == []
    county.live(1, ANNE, first=9)
    assert suspicions(county) == [(SCHOOL_DAYS[9], "absent")]


def test_a_dropout_is_confirmed_by_nobody_before_the_child_is_suspected(county: County) -> None:
    county.live(5, ANNE)
    refused = county.caller("principal").post(f"/pupils/{ANNE}:confirm-dropout", {"evidence": "five days"})
    assert refused.status_code == 409
    assert dropouts(county) == []
