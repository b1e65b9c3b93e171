"""Transfers in flight: started, ended in time, late, or not at all."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from services.chassis.decider import Command, Event, derived_id
from services.chassis.errors import Refusal
from services.contracts.codes import Ledger
from services.contracts.ids import EpisodeId
from services.contracts.registry import (
    AbsenceWithdrawn,
    AbsentDaysRecounted,
    PupilSuspected,
    PupilTransferred,
    TransferCancelled,
    TransferCompleted,
    TransferStarted,
)
from services.registry.domain.attendance import NoticeAbsence, WithdrawAbsence
from services.registry.domain.errors import (
    AlreadyInDropoutLedger,
    NoTransferInFlight,
    TransferAlreadyInFlight,
)
from services.registry.domain.pupil import PUPIL
from services.registry.domain.transfers import CancelTransfer, CloseTransfer, CompleteTransfer, StartTransfer, TransferPupil
from tests.registry.domain.children import (
    CLASS_ID,
    DIVISION,
    EPISODE,
    JUNIOR,
    JUNIOR_CLASS,
    MORNING,
    PUPIL_ID,
    SCHOOL_ID,
    SEALED,
    TODAY,
    at,
    by_clock,
    dropout,
    enrolled,
    lifted,
    missing,
    visit_settled,
)
from tests.scenario import NOW, due, scenario

started = TransferStarted(pupil_id=PUPIL_ID, from_school_id=SCHOOL_ID, to_school_id=JUNIOR, started_on=TODAY)
leaving = replace(started, to_school_id=None)
moved_away = PupilSuspected(
    pupil_id=PUPIL_ID,
    episode_id=EpisodeId(derived_id("episode", PUPIL_ID, "transfer", TODAY.isoformat())),
    school_id=SCHOOL_ID,
    class_id=CLASS_ID,
    grade=7,
    residence_division=DIVISION,
    suspected_on=date(2026, 10, 13),
    last_attended_on=None,
    reason="moved_away",
)


def test_a_transfer_in_flight_has_a_deadline() -> None:
    start = StartTransfer(pupil_id=PUPIL_ID, to_school_id=JUNIOR)
    scenario(PUPIL, given=[enrolled], when=[start, start], then=[started])
    assert due(PUPIL, enrolled, started)["transfer"].command == CloseTransfer(pupil_id=PUPIL_ID)


def test_nobody_is_missed_while_a_transfer_is_in_flight() -> None:
    notice = NoticeAbsence(pupil_id=PUPIL_ID, school_id=SCHOOL_ID, class_id=CLASS_ID, day=TODAY, session=MORNING)
    scenario(PUPIL, given=[enrolled, started], when=notice, then=[])


def test_what_was_missed_before_a_transfer_is_corrected_but_moves_nothing() -> None:
    on = date(2026, 9, 2)
    withdraw = WithdrawAbsence(pupil_id=PUPIL_ID, day=on, session=MORNING)
    withdrawn = AbsenceWithdrawn(pupil_id=PUPIL_ID, episode_id=EPISODE, day=on, session=MORNING)
    recounted = AbsentDaysRecounted(
        pupil_id=PUPIL_ID,
        episode_id=EPISODE,
        count=3,
        last_on=date(2026, 9, 7),
        contact_due=True,
    )
    scenario(
        PUPIL,
        given=[*missing(5), started, visit_settled("withdrawn")],
        when=withdraw,
        then=[withdrawn, recounted],
    )


def test_arriving_at_the_other_school_ends_the_transfer() -> None:
    arrived = PupilTransferred(pupil_id=PUPIL_ID, school_id=JUNIOR, class_id=JUNIOR_CLASS, grade=7)
    arrive = TransferPupil(pupil_id=PUPIL_ID, school_id=JUNIOR, class_id=JUNIOR_CLASS, grade=7)
    scenario(PUPIL, given=[enrolled, started], when=[arrive, arrive], then=[arrived])
    assert due(PUPIL, enrolled, started, arrived) == {}


@pytest.mark.parametrize(("transfer", "reason"), [(started, "transfer_overdue"), (leaving, "moved_away")])
def test_a_transfer_past_its_term_is_a_suspicion(transfer: TransferStarted, reason: str) -> None:
    close = CloseTransfer(pupil_id=PUPIL_ID, given=by_clock(at(date(2026, 10, 13), 0, 0)))
    scenario(PUPIL, given=[enrolled, transfer], when=close, then=[replace(moved_away, reason=reason)])


def test_arriving_late_lifts_the_suspicion() -> None:
    overdue = replace(moved_away, reason="transfer_overdue")
    arrive = TransferPupil(pupil_id=PUPIL_ID, school_id=JUNIOR, class_id=JUNIOR_CLASS, grade=7)
    arrived = PupilTransferred(pupil_id=PUPIL_ID, school_id=JUNIOR, class_id=JUNIOR_CLASS, grade=7)
    given = [enrolled, started, overdue]
    scenario(PUPIL, given=given, when=arrive, then=[arrived, lifted(overdue, "transferred")])


def test_proof_from_outside_the_county_completes_the_transfer() -> None:
    complete = CompleteTransfer(pupil_id=PUPIL_ID, evidence=SEALED)
    completed = TransferCompleted(pupil_id=PUPIL_ID, completed_on=TODAY, evidence=SEALED)
    state = scenario(PUPIL, given=[enrolled, leaving], when=complete, then=[completed])
    assert state.ledger is Ledger.STRUCK_OFF


def test_proof_that_comes_late_lifts_the_suspicion_first() -> None:
    complete = CompleteTransfer(pupil_id=PUPIL_ID, evidence=SEALED)
    completed = TransferCompleted(pupil_id=PUPIL_ID, completed_on=TODAY, evidence=SEALED)
    given = [enrolled, leaving, moved_away]
    scenario(PUPIL, given=given, when=complete, then=[lifted(moved_away, "transferred"), completed])


def test_a_transfer_can_be_given_up() -> None:
    cancelled = TransferCancelled(pupil_id=PUPIL_ID, school_id=SCHOOL_ID, cancelled_on=TODAY)
    scenario(PUPIL, given=[enrolled, started], when=CancelTransfer(pupil_id=PUPIL_ID), then=[cancelled])
    assert due(PUPIL, enrolled, started, cancelled) == {}


def test_the_clock_finds_no_transfer_that_has_ended() -> None:
    scenario(PUPIL, given=[enrolled], when=CloseTransfer(pupil_id=PUPIL_ID), then=[])


@pytest.mark.parametrize(
    ("given", "command", "refusal"),
    [
        ([*missing(6), dropout], StartTransfer(pupil_id=PUPIL_ID), AlreadyInDropoutLedger),
        ([enrolled, started], StartTransfer(pupil_id=PUPIL_ID), TransferAlreadyInFlight),
        ([enrolled], CancelTransfer(pupil_id=PUPIL_ID), NoTransferInFlight),
        ([enrolled, started], CompleteTransfer(pupil_id=PUPIL_ID, evidence=SEALED), NoTransferInFlight),
    ],
)
def test_a_transfer_begins_once_and_ends_once_and_none_begins_after_a_dropout(
    given: list[Event], command: Command, refusal: type[Refusal]
) -> None:
    scenario(PUPIL, given=given, when=command, then=refusal, now=NOW)
