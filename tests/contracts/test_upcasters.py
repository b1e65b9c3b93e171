"""What an event of an older version says today, as its frozen example tells it."""

from __future__ import annotations

import msgspec
import pytest

from services.chassis.checkpoints import CheckpointSigned
from services.chassis.signing import signed_body
from services.contracts.assistance import ApplicationSigned, PanelDecided
from services.contracts.casework import CauseRecorded, DutyCompleted, DutyDeclined, DutyEscalated, MandatoryReportAnswered
from services.contracts.catalogue import CATALOGUE, UPCASTERS
from services.contracts.registry import AbsentDaysRecounted, AgeAnswered
from tests.contracts.corpus_files import file_of, kept


def todays(name: str, version: int) -> list[object]:
    """The example of an older version and its variants, read today."""
    example = kept(file_of(name, version))
    return [CATALOGUE.decode(each) for each in (example.stored(), *example.variants())]


def test_a_signature_of_the_first_version_does_not_say_who_took_it() -> None:
    for event in todays("assistance.ApplicationSigned", 1):
        assert isinstance(event, ApplicationSigned)
        assert (event.taken_by, event.on_behalf_of) == (None, None)


def test_a_panel_of_the_first_version_was_the_one_who_decided_without_minutes() -> None:
    for event in todays("assistance.PanelDecided", 1):
        assert isinstance(event, PanelDecided)
        assert (event.members, event.minutes) == ((event.by_officer_id,), None)


def test_on_panels_before_the_third_version_sat_no_substitutes() -> None:
    for event in (*todays("assistance.PanelDecided", 1), *todays("assistance.PanelDecided", 2)):
        assert isinstance(event, PanelDecided)
        assert event.stood_in_for == ()


def test_a_recount_of_the_first_version_is_read_without_the_visit_of_which_its_own_events_tell() -> None:
    for event in todays("registry.AbsentDaysRecounted", 1):
        assert isinstance(event, AbsentDaysRecounted)
        assert not hasattr(event, "visit_due")


def test_an_age_answered_in_the_first_version_says_nothing_of_the_upper_age() -> None:
    for event in todays("registry.AgeAnswered", 1):
        assert isinstance(event, AgeAnswered)
        assert event.reached_upper_age is None


@pytest.mark.parametrize("name", ["casework.DutyCompleted", "casework.DutyDeclined"])
def test_an_answer_of_the_first_version_does_not_say_until_when_it_was_due(name: str) -> None:
    for event in todays(name, 1):
        assert isinstance(event, DutyCompleted | DutyDeclined)
        assert event.due_on is None


def test_an_escalation_of_the_first_version_names_a_role_and_no_officer() -> None:
    for event in todays("casework.DutyEscalated", 1):
        assert isinstance(event, DutyEscalated)
        assert event.to_officer_id is None


def test_a_cause_of_the_first_version_has_no_second_level() -> None:
    for event in todays("casework.CauseRecorded", 1):
        assert isinstance(event, CauseRecorded)
        assert event.details == ()


def test_a_polices_answer_of_the_first_version_tells_no_instant() -> None:
    for event in todays("casework.MandatoryReportAnswered", 1):
        assert isinstance(event, MandatoryReportAnswered)
        assert event.answered_at is None


def test_a_checkpoint_of_the_first_version_names_nothing_told_outside_and_is_signed_as_it_was() -> None:
    example = kept(file_of("chassis.CheckpointSigned", 1))
    for stored in (example.stored(), *example.variants()):
        event = CATALOGUE.decode(stored)
        assert isinstance(event, CheckpointSigned)
        assert event.publications is None
        assert signed_body(event) == msgspec.json.encode({**msgspec.json.decode(stored.data), "signature": ""})


def test_every_upcaster_is_read_here() -> None:
    assert set(UPCASTERS) == {
        ("assistance.ApplicationSigned", 1),
        ("assistance.PanelDecided", 1),
        ("assistance.PanelDecided", 2),
        ("casework.CauseRecorded", 1),
        ("casework.DutyCompleted", 1),
        ("casework.DutyDeclined", 1),
        ("casework.DutyEscalated", 1),
        ("casework.MandatoryReportAnswered", 1),
        ("chassis.CheckpointSigned", 1),
        ("registry.AbsentDaysRecounted", 1),
        ("registry.AgeAnswered", 1),
    }
