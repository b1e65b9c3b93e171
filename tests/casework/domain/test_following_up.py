"""Contacts after the return: when they fall due, what answers them, when they end."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from services.casework.domain import errors
from services.casework.domain.case import CASE
from services.casework.domain.following_up import NoteFollowUpDue, RecordFollowUp
from services.casework.domain.policies import FOLLOW_UP_MONTHLY, FOLLOW_UPS
from services.chassis.decider import COUNTY_TIME
from services.contracts.casework import FollowUpFellDue, FollowUpRecorded
from services.contracts.codes import Outcome
from services.contracts.ids import FollowUpId, OfficerId
from tests.casework.invented import (
    CASE_ID,
    IN_OBSERVATION,
    OBSERVED,
    PUPIL_ID,
    SCHOOL_ID,
    SEALED,
    TODAY,
    closed,
    midnight_after,
    numbered,
    opened,
    relapsed,
    returned,
    withdrawn,
)
from tests.scenario import NOW, due, given_now, scenario


def record(name: str = "a", on: date = TODAY, **facts: Any) -> RecordFollowUp:
    facts = facts or {"study": SEALED}
    return RecordFollowUp(case_id=CASE_ID, follow_up_id=FollowUpId(name), contacted_on=on, **facts)


def recorded(nth: int, name: str = "a", on: date = TODAY, **facts: Any) -> FollowUpRecorded:
    facts = facts or {"study": SEALED}
    return FollowUpRecorded(
        case_id=CASE_ID,
        pupil_id=PUPIL_ID,
        follow_up_id=FollowUpId(name),
        nth=nth,
        contacted_on=on,
        by_officer_id=OfficerId("officer-1"),
        **facts,
    )


def fell_due(nth: int, on: date = TODAY) -> FollowUpFellDue:
    return FollowUpFellDue(case_id=CASE_ID, pupil_id=PUPIL_ID, nth=nth, due_on=on)


def note(nth: int, on: date = TODAY, spell: int = 1) -> NoteFollowUpDue:
    given = msgspec.structs.replace(given_now(), due_at=midnight_after(on))
    return NoteFollowUpDue(case_id=CASE_ID, spell=spell, nth=nth, given=given)


FIRST_THREE = [recorded(nth, f"contact-{nth}", date(2026, 9, 5) + timedelta(days=7 * nth)) for nth in (1, 2, 3)]


def test_the_first_contacts_are_due_in_weeks_of_the_school_after_the_return() -> None:
    for nth in (1, 2, 3):
        deadline = due(CASE, *IN_OBSERVATION, *FIRST_THREE[: nth - 1])[f"follow-up-1-{nth}"]
        assert (deadline.since, deadline.term) == (returned.returned_on, FOLLOW_UPS[nth - 1])
        assert deadline.school_id == SCHOOL_ID


def test_later_contacts_are_due_a_month_after_the_last() -> None:
    deadline = due(CASE, *IN_OBSERVATION, *FIRST_THREE)["follow-up-1-4"]
    assert (deadline.since, deadline.term) == (FIRST_THREE[-1].contacted_on, FOLLOW_UP_MONTHLY)


def test_a_contact_that_was_not_made_falls_due_once() -> None:
    scenario(CASE, given=IN_OBSERVATION, when=[note(1), note(1)], then=[fell_due(1)])


def test_the_day_on_which_it_fell_due_is_the_last_of_its_term_however_late_the_timer() -> None:
    early = date(2026, 9, 6)
    scenario(CASE, given=IN_OBSERVATION, when=note(1, early), then=[fell_due(1, early)])


def test_a_contact_made_in_time_does_not_fall_due() -> None:
    scenario(CASE, given=IN_OBSERVATION, when=[record(), note(1)], then=[recorded(1)])


def test_a_late_contact_answers_what_fell_due() -> None:
    scenario(CASE, given=[*IN_OBSERVATION, fell_due(1), fell_due(2)], when=record(), then=[recorded(2)])


def test_a_second_talk_within_days_is_no_further_contact() -> None:
    later = date(2026, 9, 11)
    now = NOW + timedelta(days=3)
    scenario(
        CASE,
        given=[*IN_OBSERVATION, recorded(1)],
        when=[record("b", date(2026, 9, 10)), record("c", later)],
        then=[recorded(1, "b", date(2026, 9, 10)), recorded(2, "c", later)],
        now=now,
    )


def test_a_repeated_contact_is_not_recorded_again() -> None:
    scenario(CASE, given=[*IN_OBSERVATION, recorded(1)], when=record(), then=[])


def test_all_four_areas_are_kept_sealed() -> None:
    areas = {"study": SEALED, "life": SEALED, "psychology": SEALED, "attendance": SEALED}
    scenario(CASE, given=IN_OBSERVATION, when=record(**areas), then=[recorded(1, **areas)])


def test_a_contact_says_something() -> None:
    scenario(CASE, given=IN_OBSERVATION, when=record(study=None), then=errors.FollowUpEmpty)


@pytest.mark.parametrize(
    ("on", "refused"),
    [
        (date(2026, 9, 9), errors.InTheFuture),
        (date(2026, 9, 3), errors.ContactBeforeReturn),
        (date(2026, 8, 31), errors.BeforeTheCase),
    ],
)
def test_a_contact_lies_between_the_return_and_today(on: date, refused: type[Any]) -> None:
    scenario(CASE, given=IN_OBSERVATION, when=record(on=on), then=refused)


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        ([], errors.NoSuchCase),
        ([opened, withdrawn], errors.CaseWasWithdrawn),
        ([opened, numbered], errors.NotReturned),
        ([opened, numbered, closed(Outcome.GRADUATED)], errors.CaseAlreadyClosed),
    ],
)
def test_only_a_returned_child_is_followed_up(given: list[Any], refused: type[Any]) -> None:
    scenario(CASE, given=given, when=record(), then=refused)


def test_contacts_go_on_after_the_case_of_a_returned_child_is_closed() -> None:
    given = [*OBSERVED, closed()]
    scenario(CASE, given=given, when=record(), then=[recorded(1)])
    assert "follow-up-1-1" in due(CASE, *given)
    assert not due(CASE, *IN_OBSERVATION, closed(Outcome.GRADUATED))


def test_monthly_contacts_end_with_the_term() -> None:
    now = NOW + timedelta(days=200)
    for on, then in ((date(2027, 1, 20), [fell_due(4, date(2027, 1, 20))]), (date(2027, 1, 21), [])):
        late = msgspec.structs.replace(
            note(4, on), given=msgspec.structs.replace(given_now(now), due_at=midnight_after(on).astimezone(COUNTY_TIME))
        )
        scenario(CASE, given=[*IN_OBSERVATION, *FIRST_THREE], when=late, then=then)


def test_the_first_contacts_are_not_cut_off_by_the_end_of_the_term() -> None:
    soon = msgspec.structs.replace(returned, term_ends_on=returned.returned_on)
    scenario(CASE, given=[opened, numbered, soon], when=note(1), then=[fell_due(1)])


def test_a_relapse_ends_the_contacts_and_a_new_return_begins_them_anew() -> None:
    again = msgspec.structs.replace(returned, returned_on=TODAY, spell=2)
    given = [*IN_OBSERVATION, recorded(1), relapsed]
    assert not [purpose for purpose in due(CASE, *given) if purpose.startswith("follow-up")]
    scenario(CASE, given=given, when=note(2), then=[])
    assert "follow-up-2-1" in due(CASE, *given, again)
    scenario(CASE, given=[*given, again], when=note(1, spell=1), then=[])
