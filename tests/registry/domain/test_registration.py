"""The registration window: who is waited for, who came, who did not."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from services.chassis.decider import Command, Event, derived_id
from services.chassis.errors import Refusal
from services.contracts.codes import Ledger
from services.contracts.ids import EpisodeId
from services.contracts.registry import (
    PupilRegistered,
    PupilSuspected,
    RegistrationExpected,
)
from services.registry.domain.errors import (
    AlreadyInDropoutLedger,
    NotExpected,
    PupilNotOnRoll,
)
from services.registry.domain.pupil import PUPIL
from services.registry.domain.registration import CloseRegistration, ExpectRegistration, RegisterPupil
from tests.registry.domain.children import (
    DIVISION,
    JUNIOR,
    JUNIOR_CLASS,
    PUPIL_ID,
    TODAY,
    at,
    by_clock,
    dropout,
    enrol,
    enrolled,
    lifted,
    missing,
)
from tests.scenario import NOW, due, scenario

TERM = "2026-1"

expect = ExpectRegistration(
    pupil_id=PUPIL_ID,
    term=TERM,
    school_id=JUNIOR,
    class_id=JUNIOR_CLASS,
    grade=7,
    residence_division=DIVISION,
    opened_on=date(2026, 9, 1),
)
expected = RegistrationExpected(
    pupil_id=PUPIL_ID,
    term=TERM,
    school_id=JUNIOR,
    class_id=JUNIOR_CLASS,
    grade=7,
    residence_division=DIVISION,
    opened_on=date(2026, 9, 1),
)
registered = PupilRegistered(pupil_id=PUPIL_ID, term=TERM, school_id=JUNIOR, registered_on=TODAY)
register = RegisterPupil(pupil_id=PUPIL_ID, term=TERM, school_id=JUNIOR)
not_registered = PupilSuspected(
    pupil_id=PUPIL_ID,
    episode_id=EpisodeId(derived_id("episode", PUPIL_ID, "registration", TERM)),
    school_id=JUNIOR,
    class_id=JUNIOR_CLASS,
    grade=7,
    residence_division=DIVISION,
    suspected_on=date(2026, 9, 5),
    last_attended_on=None,
    reason="not_registered",
)


def test_an_expected_child_has_until_the_window_closes() -> None:
    deadline = due(PUPIL, expected)["registration"]
    assert (deadline.since, deadline.school_id) == (date(2026, 9, 1), JUNIOR)
    assert deadline.command == CloseRegistration(pupil_id=PUPIL_ID, term=TERM)


def test_an_expectation_said_twice_is_said_once() -> None:
    scenario(PUPIL, when=[expect, expect], then=[expected])


def test_whoever_has_not_registered_when_the_window_closes_is_suspected() -> None:
    close = CloseRegistration(pupil_id=PUPIL_ID, term=TERM, given=by_clock(at(date(2026, 9, 5), 0, 0)))
    scenario(PUPIL, given=[expected], when=close, then=[not_registered])


def test_a_registered_child_is_no_longer_waited_for() -> None:
    scenario(PUPIL, given=[expected], when=[register, register], then=[registered])
    assert due(PUPIL, expected, registered) == {}
    scenario(PUPIL, given=[expected, registered], when=CloseRegistration(pupil_id=PUPIL_ID, term=TERM), then=[])


def test_being_put_on_the_roll_is_registering() -> None:
    at_junior = replace(enrol, school_id=JUNIOR, class_id=JUNIOR_CLASS)
    on_roll = replace(enrolled, school_id=JUNIOR, class_id=JUNIOR_CLASS)
    scenario(PUPIL, given=[expected], when=at_junior, then=[on_roll, registered])


def test_late_registration_lifts_the_suspicion() -> None:
    state = scenario(
        PUPIL,
        given=[expected, not_registered],
        when=register,
        then=[registered, lifted(not_registered, "registered")],
    )
    assert state.ledger is Ledger.SCHOOL_AGE


def test_a_child_registered_already_is_not_expected_again() -> None:
    scenario(PUPIL, given=[expected, registered], when=expect, then=[])


@pytest.mark.parametrize(
    ("given", "command", "refusal"),
    [
        ([], register, PupilNotOnRoll),
        ([enrolled], register, NotExpected),
        ([*missing(6), dropout], expect, AlreadyInDropoutLedger),
    ],
)
def test_what_is_refused(given: list[Event], command: Command, refusal: type[Refusal]) -> None:
    scenario(PUPIL, given=given, when=command, then=refusal, now=NOW)
