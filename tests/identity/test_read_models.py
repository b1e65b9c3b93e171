"""Identity's read models: rebuilt they are the live ones; their order among streams is free."""

from __future__ import annotations

from datetime import date

import pytest

from services.chassis.county import GOVERNMENT, DayKind
from services.chassis.envelope import Context
from services.contracts.codes import Role
from services.contracts.ids import AppointmentId, ClientId, OfficerId, SubstitutionId
from services.identity.domain.authority import SETTING_UP
from services.identity.domain.client import WithdrawSecret
from services.identity.domain.county import PublishCalendar, SetPolicy
from services.identity.domain.officer import EndAppointment
from services.identity.domain.substitution import NameSubstitute, WithdrawSubstitute
from tests.identity.api.test_tokens import CLIENT, let_in
from tests.identity.conftest import Office
from tests.neighbours import COUNTY
from tests.read_models import beginnings_ask_for_nothing, every_folded_event_happened, order_among_streams_is_free, rebuilt_is_live
from tests.scenario import NOW


@pytest.fixture
def lived(office: Office) -> Office:
    """Bodies, officers, accounts, a system with a withdrawn secret, an ended appointment, two editions of a calendar, a number,
    a substitute who was withdrawn."""
    by = Context(actor="service:identity")
    let_in(office)
    office.lead()
    year = {"county": COUNTY, "calendar_id": GOVERNMENT}
    for command in (
        PublishCalendar(**year, edition="2026", days={date(2026, 10, 1): DayKind.REST, date(2026, 10, 10): DayKind.WORK}),
        PublishCalendar(**year, edition="2027", days={date(2027, 1, 1): DayKind.REST}),
        PublishCalendar(**year, edition="2026", days={date(2026, 10, 1): DayKind.REST}),
        SetPolicy(county=COUNTY, code="registry.reveal.people_a_day", value=100, source="invented"),
        SetPolicy(county=COUNTY, code="registry.reveal.people_a_day", value=200, source="invented"),
        EndAppointment(officer_id=OfficerId("lead"), appointment_id=AppointmentId("lead"), until_on=date(2027, 7, 31)),
        WithdrawSecret(client_id=ClientId(CLIENT), secret_version=1, authority=SETTING_UP, withdrawn_at=NOW),
    ):
        office.service.execute(command, by)
    deputy, place = office.join("deputy", Role.BUREAU_CLERK, "bureau"), OfficerId("lead")
    named = NameSubstitute(
        officer_id=place,
        substitution_id=SubstitutionId("s-1"),
        appointment_id=AppointmentId("lead"),
        substitute_id=OfficerId("deputy"),
        from_on=date(2026, 9, 14),
        until_on=date(2026, 9, 18),
        offices=deputy,
    )
    in_person = Context(actor="lead")
    office.service.execute(named, in_person)
    office.service.execute(WithdrawSubstitute(officer_id=place, substitution_id=SubstitutionId("s-1")), in_person)
    return office


def test_rebuilt_read_models_are_the_live_ones(lived: Office) -> None:
    rebuilt_is_live(lived.service, empty=())


def test_shuffled_across_streams_they_are_the_same(lived: Office) -> None:
    every_folded_event_happened(lived.service, but=())
    order_among_streams_is_free(lived.service)


def test_what_is_made_afresh_owes_nothing_to_what_stood_there(lived: Office) -> None:
    beginnings_ask_for_nothing(lived.service)
