"""The ages of a school's children are looked over in the vault, month by month; what comes out tells no birthday."""

from __future__ import annotations

from datetime import UTC, date, datetime

from services.chassis.envelope import Context
from services.contracts.codes import Session
from services.contracts.identity import PolicySet
from services.contracts.ids import PupilId, school_id
from services.contracts.registry import AgeReviewFellDue, SchoolAgeEnded, UpperAgeReached
from services.registry import queries
from services.registry.domain.attendance import NoticeAbsence
from services.registry.domain.policies import SCHOOL_AGE_UNTIL
from services.registry.domain.registration import RegisterPupil
from tests.neighbours import Neighbours, events_of, settle
from tests.registry.offices import FOURTH, Offices
from tests.registry.rosters import SCHOOL_CODE, Row, child, resident_id, roster

BORN_ON = date(2010, 10, 1)
AFTER_A_MONTH = datetime(2026, 10, 9, 1, 0, tzinfo=UTC)


def born(order: int, born_on: date) -> Row:
    number = resident_id(born_on, 100 + order)
    return child(order, 证件号码=number, 学籍号=f"G{number}", 出生日期=born_on.isoformat())


def move(offices: Offices, instant: datetime) -> None:
    """On by the clock, stopping at each timer."""
    while (due := offices.service.store.next_due()) is not None and datetime.fromisoformat(due) <= instant:
        offices.clock.instant = max(datetime.fromisoformat(due), offices.clock.instant)
        settle(offices.crew)
    offices.clock.instant = instant
    settle(offices.crew)


def bring(offices: Offices, *rows: Row) -> list[str]:
    """Children on the roll who have come to school this term."""
    offices.bring("registrar", roster(rows))
    pupils = offices.pupils()
    for pupil in pupils:
        came = RegisterPupil(
            pupil_id=PupilId(pupil),
            term="2026-1",
            school_id=school_id(SCHOOL_CODE),
            registered_on=date(2026, 9, 8),
            by_list=True,
        )
        offices.service.execute(came, Context(actor="homeroom"))
    return pupils


def ended(offices: Offices, pupil: str) -> list[SchoolAgeEnded]:
    return [event for event in events_of(offices.service, f"pupil-{pupil}") if isinstance(event, SchoolAgeEnded)]


def ledgers(offices: Offices) -> list[str]:
    shown = offices.get("registrar", "/ledger").json or {}
    return sorted(item["pupil_id"] for item in shown["items"])


def test_a_school_is_looked_over_when_it_is_new_and_every_month(offices: Offices) -> None:
    def reviewed() -> list[date]:
        events = events_of(offices.service, f"school-{school_id(SCHOOL_CODE)}")
        return [event.due_on for event in events if isinstance(event, AgeReviewFellDue)]

    assert reviewed() == [date(2026, 9, 8)]
    move(offices, AFTER_A_MONTH)
    assert reviewed() == [date(2026, 9, 8), date(2026, 10, 9)]


def test_whoever_has_turned_sixteen_leaves_the_ledger_and_stays_on_the_list_of_the_class(offices: Offices) -> None:
    older, younger = bring(offices, born(0, BORN_ON), born(1, date(2010, 10, 20)))
    assert ledgers(offices) == sorted([older, younger])
    move(offices, AFTER_A_MONTH)
    [event] = ended(offices, older)
    assert (event.ended_on, ended(offices, younger)) == (date(2026, 10, 9), [])
    assert ledgers(offices) == [younger]
    assert queries.members(offices.service.engine, FOURTH, event.ended_on).all == {older, younger}
    assert BORN_ON.isoformat() not in str(events_of(offices.service, f"pupil-{older}"))


def test_a_child_that_is_away_at_sixteen_stays_in_its_ledger_and_its_case_is_told(offices: Offices) -> None:
    [pupil] = bring(offices, born(0, BORN_ON))
    class_id = offices.get("registrar", f"/pupils/{pupil}").json["class_id"]  # type: ignore[index]  # the page is an object
    for day in (date(2026, 9, each) for each in (9, 10, 11, 14, 15, 16)):
        missed = NoticeAbsence(
            pupil_id=PupilId(pupil), school_id=school_id(SCHOOL_CODE), class_id=class_id, day=day, session=Session.MORNING
        )
        move(offices, datetime(day.year, day.month, day.day, 1, 0, tzinfo=UTC))
        offices.service.execute(missed, Context(actor="homeroom"))
    move(offices, AFTER_A_MONTH)
    [event] = [each for each in events_of(offices.service, f"pupil-{pupil}") if isinstance(each, UpperAgeReached)]
    assert (event.noticed_on, ended(offices, pupil)) == (date(2026, 10, 9), [])


def test_the_county_sets_the_upper_age(offices: Offices) -> None:
    [pupil] = bring(offices, born(0, BORN_ON))
    Neighbours(offices.bus, offices.clock).tell("county-ages", PolicySet(code=SCHOOL_AGE_UNTIL.code, value=17, source="a test"))
    settle(offices.crew)
    move(offices, AFTER_A_MONTH)
    assert ended(offices, pupil) == []


def test_of_a_child_without_a_birth_date_nobody_says_that_it_is_too_old(offices: Offices) -> None:
    [pupil] = bring(offices, born(0, BORN_ON))
    with offices.service.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM person_fields WHERE field = 'birth_date'")
    move(offices, AFTER_A_MONTH)
    assert ended(offices, pupil) == []
