"""What the teacher does about an absence: made sure of once, each contact recorded."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from services.chassis.decider import Command, Event
from services.chassis.errors import Refusal
from services.contracts.codes import ContactMeans
from services.contracts.ids import ContactId, OfficerId
from services.contracts.registry import (
    AbsenceConfirmed,
    ContactRecorded,
)
from services.registry.domain.contacts import ConfirmAbsence, RecordContact
from services.registry.domain.errors import (
    AbsenceNotNoticed,
    AskTheBureauFirst,
    ContactNotYetMade,
    NoOpenAbsence,
    PupilNotOnRoll,
)
from services.registry.domain.pupil import PUPIL
from tests.registry.domain.children import (
    DAY,
    EPISODE,
    PUPIL_ID,
    SEALED,
    at,
    enrolled,
    missing,
    noticed,
)
from tests.scenario import scenario

confirm_absence = ConfirmAbsence(pupil_id=PUPIL_ID, day=DAY)


def contact(day: date = DAY) -> RecordContact:
    return RecordContact(
        contact_id=ContactId("contact-1"),
        pupil_id=PUPIL_ID,
        day=day,
        means=ContactMeans.CALL,
        reached=True,
        by_officer_id=OfficerId("teacher"),
        note=SEALED,
    )


def test_the_teacher_confirms_an_absence_once() -> None:
    confirmed = AbsenceConfirmed(pupil_id=PUPIL_ID, episode_id=EPISODE, day=DAY)
    given = [enrolled, noticed(DAY, first=True)]
    scenario(PUPIL, given=given, when=[confirm_absence, confirm_absence], then=[confirmed])


def test_a_contact_is_recorded_with_the_sealed_note() -> None:
    recorded = ContactRecorded(
        contact_id=ContactId("contact-1"),
        pupil_id=PUPIL_ID,
        episode_id=EPISODE,
        day=DAY,
        means=ContactMeans.CALL,
        reached=True,
        by_officer_id=OfficerId("teacher"),
        note=SEALED,
    )
    scenario(PUPIL, given=[enrolled, noticed(DAY, first=True)], when=contact(), then=[recorded], now=at(DAY, 10))


def test_while_the_household_is_left_alone_no_contact_is_recorded_and_other_refusals_are_what_they_were() -> None:
    held = replace(contact(), held=True)
    scenario(PUPIL, given=[enrolled, noticed(DAY, first=True)], when=held, then=AskTheBureauFirst, now=at(DAY, 10))
    scenario(PUPIL, given=[enrolled], when=held, then=NoOpenAbsence, now=at(DAY, 10))


@pytest.mark.parametrize(
    ("given", "command", "refusal"),
    [
        ([], confirm_absence, PupilNotOnRoll),
        ([enrolled], confirm_absence, AbsenceNotNoticed),
        ([enrolled], contact(), NoOpenAbsence),
        (missing(1), contact(date(2026, 9, 9)), ContactNotYetMade),
    ],
)
def test_nothing_is_confirmed_or_tried_without_an_absence_or_on_a_day_to_come(
    given: list[Event], command: Command, refusal: type[Refusal]
) -> None:
    scenario(PUPIL, given=given, when=command, then=refusal)
