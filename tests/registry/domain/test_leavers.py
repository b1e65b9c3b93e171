"""Leaving a school with its last grade: who is taken by another school, who by none, and who has completed nine years."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from services.chassis.decider import Event
from services.contracts.codes import Ledger
from services.contracts.registry import (
    LeaverWithoutSchool,
    PupilGraduated,
    PupilRegistered,
    PupilTransferred,
    RegistrationExpected,
    TransferStarted,
)
from services.registry.domain.leavers import GraduatePupil, NoteLeaver
from services.registry.domain.pupil import PUPIL
from services.registry.domain.pupil_evolve import after
from services.registry.domain.pupil_state import PupilState
from services.registry.domain.registration import CloseRegistration
from services.registry.domain.roll_plan import at_another_school
from services.registry.domain.transfers import TransferPupil
from tests.registry.domain.children import (
    DIVISION,
    JUNIOR,
    JUNIOR_CLASS,
    PUPIL_ID,
    SCHOOL_ID,
    TODAY,
    at,
    by_clock,
    dropout,
    enrolled,
    lifted,
    missing,
    suspected,
)
from tests.scenario import due, scenario

TERM = "2026-1"
FIRST_DAY = date(2026, 9, 1)

note = NoteLeaver(pupil_id=PUPIL_ID, term=TERM, since_on=FIRST_DAY)
leaver = LeaverWithoutSchool(
    pupil_id=PUPIL_ID, term=TERM, school_id=SCHOOL_ID, residence_division=DIVISION, since_on=FIRST_DAY
)  # fmt: skip
never_taken = replace(suspected, reason="not_registered", suspected_on=date(2026, 9, 3))
move = TransferPupil(pupil_id=PUPIL_ID, school_id=JUNIOR, class_id=JUNIOR_CLASS, grade=7)
moved = PupilTransferred(pupil_id=PUPIL_ID, school_id=JUNIOR, class_id=JUNIOR_CLASS, grade=7)
came = PupilRegistered(pupil_id=PUPIL_ID, term=TERM, school_id=JUNIOR, registered_on=TODAY)
expected = RegistrationExpected(
    pupil_id=PUPIL_ID,
    term=TERM,
    school_id=JUNIOR,
    class_id=JUNIOR_CLASS,
    grade=7,
    residence_division=DIVISION,
    opened_on=FIRST_DAY,
)
in_transfer = TransferStarted(pupil_id=PUPIL_ID, from_school_id=SCHOOL_ID, to_school_id=JUNIOR, started_on=FIRST_DAY)


def test_a_leaver_whom_no_school_has_is_told_once() -> None:
    scenario(PUPIL, given=[enrolled], when=[note, note], then=[leaver])
    assert due(PUPIL, enrolled, leaver)["leaver"].command == CloseRegistration(pupil_id=PUPIL_ID, term=TERM)


@pytest.mark.parametrize("known", [expected, in_transfer, came])
def test_a_leaver_whom_another_school_expects_or_has_is_no_alarm(known: Event) -> None:
    scenario(PUPIL, given=[enrolled, known], when=note, then=[])
    assert "leaver" not in due(PUPIL, enrolled, leaver, known)


def test_a_leaver_whom_no_school_has_taken_when_the_window_closes_is_suspected_at_the_school_that_it_left() -> None:
    close = CloseRegistration(pupil_id=PUPIL_ID, term=TERM, given=by_clock(at(date(2026, 9, 3), 18, 0)))
    state = after(PupilState(), [enrolled, leaver])
    [told] = PUPIL.decide(state, close)
    assert told == replace(never_taken, episode_id=told.episode_id)  # type: ignore[union-attr]  # the comparison tells


def test_arriving_at_another_school_registers_a_leaver_there() -> None:
    scenario(PUPIL, given=[enrolled, leaver], when=move, then=[moved, came])
    assert "leaver" not in due(PUPIL, enrolled, leaver, moved)


def test_arriving_late_at_another_school_lifts_the_suspicion() -> None:
    then = [moved, came, lifted(never_taken, "registered")]
    state = scenario(PUPIL, given=[enrolled, leaver, never_taken], when=move, then=then)
    assert state.ledger is Ledger.SCHOOL_AGE


def test_another_schools_roster_may_take_a_leaver_and_nobody_else() -> None:
    assert at_another_school(after(PupilState(), [enrolled]), JUNIOR)
    assert not at_another_school(after(PupilState(), [enrolled, leaver]), JUNIOR)
    assert not at_another_school(after(PupilState(), [enrolled, leaver, never_taken]), JUNIOR)


def test_nine_completed_years_end_the_school_age() -> None:
    graduate = GraduatePupil(pupil_id=PUPIL_ID, graduated_on=date(2027, 7, 9))
    graduated = PupilGraduated(pupil_id=PUPIL_ID, school_id=SCHOOL_ID, graduated_on=date(2027, 7, 9))
    state = scenario(PUPIL, given=[enrolled], when=graduate, then=[graduated])
    assert (state.ledger, state.known) == (Ledger.STRUCK_OFF, False)


def test_who_is_suspected_or_has_dropped_out_does_not_graduate_with_the_class() -> None:
    graduate = GraduatePupil(pupil_id=PUPIL_ID, graduated_on=date(2027, 7, 9))
    scenario(PUPIL, given=missing(6), when=graduate, then=[])
    scenario(PUPIL, given=[*missing(6), dropout], when=graduate, then=[])
