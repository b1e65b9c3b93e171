"""Whether a child is under 16 on a day, answered from the vault; the birth date stays there."""

from __future__ import annotations

from datetime import date

import pytest
from werkzeug.test import TestResponse

from services.contracts.identity import PolicySet
from services.contracts.registry import AgeAnswered
from services.registry.domain.age import is_under_16
from services.registry.domain.policies import SCHOOL_AGE_UNTIL
from tests.neighbours import Neighbours, events_of, settle
from tests.registry.offices import Offices
from tests.registry.rosters import child, roster


@pytest.fixture
def pupil(offices: Offices) -> str:
    offices.bring("registrar", roster([child(0)]))
    return offices.pupils()[0]


def ask(offices: Offices, pupil: str, on: str, officer: str = "homeroom") -> TestResponse:
    return offices.post(officer, f"/pupils/{pupil}:answer-age", {"on": on}, **{"Idempotency-Key": f"{officer}-{on}"})


@pytest.mark.parametrize(
    ("born_on", "day", "under_16"),
    [
        (date(2010, 9, 8), date(2026, 9, 7), True),
        (date(2010, 9, 8), date(2026, 9, 8), False),
        (date(2010, 9, 8), date(2027, 1, 1), False),
        (date(2008, 2, 29), date(2024, 2, 28), True),
        (date(2008, 2, 29), date(2024, 2, 29), False),
        (date(2012, 2, 29), date(2028, 2, 28), True),
    ],
)
def test_a_child_is_sixteen_on_its_birthday(born_on: date, day: date, under_16: bool) -> None:
    assert is_under_16(born_on, day) is under_16


def test_the_answer_is_an_event_that_says_yes_or_no_and_no_birth_date(offices: Offices, pupil: str) -> None:
    answer = ask(offices, pupil, "2026-09-08")
    assert answer.status_code == 200
    told = events_of(offices.service, f"pupil-{pupil}")[-1]
    assert told == AgeAnswered(pupil_id=told.pupil_id, on=date(2026, 9, 8), under_16=True, reached_upper_age=False)
    born_on = offices.vault.people([pupil])[pupil].fields["birth_date"]
    assert born_on not in str(told) + answer.get_data(as_text=True)


def test_the_upper_age_is_the_one_that_the_county_sets(offices: Offices, pupil: str) -> None:
    ages = PolicySet(code=SCHOOL_AGE_UNTIL.code, value=6, source="a test")
    Neighbours(offices.bus, offices.clock).tell("county-ages", ages)
    settle(offices.crew)
    assert ask(offices, pupil, "2026-09-08").status_code == 200
    told = events_of(offices.service, f"pupil-{pupil}")[-1]
    assert (told.under_16, told.reached_upper_age) == (True, True)


@pytest.mark.parametrize(
    ("officer", "on", "status", "code"),
    [
        ("homeroom", "2026-09-09", 409, "age-of-the-future"),
        ("other-homeroom", "2026-09-08", 404, "pupil-not-on-roll"),
        ("parent", "2026-09-08", 403, "not-permitted"),
    ],
)
def test_an_age_is_told_to_nobody_else_and_of_no_day_to_come(
    offices: Offices, pupil: str, officer: str, on: str, status: int, code: str
) -> None:
    answer = ask(offices, pupil, on, officer)
    assert (answer.status_code, (answer.json or {})["code"]) == (status, code)


def test_of_a_child_without_a_birth_date_nothing_is_answered(offices: Offices, pupil: str) -> None:
    with offices.service.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM person_fields WHERE field = 'birth_date'")
    answer = ask(offices, pupil, "2026-09-08")
    assert (answer.status_code, (answer.json or {})["code"]) == (409, "birth-date-unknown")
