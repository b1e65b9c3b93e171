from datetime import date

import msgspec
import pytest

from services.chassis.errors import NotPermitted
from services.chassis.web.caller import Appointment
from services.contracts.codes import BodyKind, Role
from services.contracts.identity import AppointmentEnded, OfficerAppointed, OfficerRegistered
from services.contracts.ids import AppointmentId, BodyId, ClassId, OfficerId
from services.identity.domain.authority import Authority, over_the_county
from services.identity.domain.errors import (
    AppointmentEndsBeforeItBegins,
    CannotAppointYourself,
    ClassNotInForm,
    NeedsBureauLead,
    NoSuchAppointment,
    NoSuchOfficer,
    RoleNotOfBody,
)
from services.identity.domain.officer import OFFICER, AppointOfficer, EndAppointment, RegisterOfficer
from tests.scenario import scenario

OFFICER_ID = OfficerId("officer-7")
registered = OfficerRegistered(officer_id=OFFICER_ID, staff_number="YX00007", name="Tang", body_id=BodyId("school-1"))
appointed = OfficerAppointed(
    officer_id=OFFICER_ID,
    appointment_id=AppointmentId("a-1"),
    role=Role.PRINCIPAL,
    body_id=BodyId("school-1"),
    division="570126101",
    from_on=date(2024, 9, 1),
)
register = RegisterOfficer(officer_id=OFFICER_ID, staff_number="YX00007", name="Tang", body_id=BodyId("school-1"))
appoint = AppointOfficer(
    officer_id=OFFICER_ID,
    appointment_id=AppointmentId("a-1"),
    role=Role.PRINCIPAL,
    body_id=BodyId("school-1"),
    body_kind=BodyKind.SCHOOL,
    division="570126101",
    from_on=date(2024, 9, 1),
)


def end(on: date, appointment: str = "a-1") -> EndAppointment:
    return EndAppointment(officer_id=OFFICER_ID, appointment_id=AppointmentId(appointment), until_on=on)


ended = AppointmentEnded(officer_id=OFFICER_ID, appointment_id=AppointmentId("a-1"), until_on=date(2026, 9, 1))


def test_an_officer_is_registered_and_appointed() -> None:
    scenario(OFFICER, when=[register, appoint], then=[registered, appointed])


def test_the_same_list_imported_again_changes_nothing() -> None:
    scenario(OFFICER, given=[registered, appointed], when=[register, appoint], then=[])


def test_an_unknown_officer_is_not_appointed() -> None:
    scenario(OFFICER, when=appoint, then=NoSuchOfficer)


def test_an_appointment_ends_and_ends_once() -> None:
    scenario(OFFICER, given=[registered, appointed], when=[end(date(2026, 9, 1)), end(date(2026, 9, 1))], then=[ended])


def test_an_appointment_does_not_end_before_it_began() -> None:
    scenario(OFFICER, given=[registered, appointed], when=end(date(2024, 8, 31)), then=AppointmentEndsBeforeItBegins)


def test_an_appointment_that_is_not_held_cannot_end() -> None:
    scenario(OFFICER, given=[registered], when=end(date(2026, 9, 1), "a-2"), then=NoSuchAppointment)


def test_an_ended_appointment_may_be_taken_up_again_from_a_later_day() -> None:
    again = AppointOfficer(
        officer_id=OFFICER_ID,
        appointment_id=AppointmentId("a-1"),
        role=Role.PRINCIPAL,
        body_id=BodyId("school-1"),
        body_kind=BodyKind.SCHOOL,
        division="570126101",
        from_on=date(2026, 10, 1),
    )
    state = scenario(
        OFFICER,
        given=[registered, appointed, ended],
        when=again,
        then=[
            OfficerAppointed(
                officer_id=OFFICER_ID,
                appointment_id=AppointmentId("a-1"),
                role=Role.PRINCIPAL,
                body_id=BodyId("school-1"),
                division="570126101",
                from_on=date(2026, 10, 1),
            )
        ],
    )
    assert not state.ended


def test_an_ended_appointment_may_be_taken_up_again_from_its_first_day() -> None:
    scenario(OFFICER, given=[registered, appointed, ended], when=appoint, then=[appointed])


@pytest.mark.parametrize(
    ("role", "kind"),
    [(Role.BUREAU_LEAD, BodyKind.SCHOOL), (Role.VILLAGE_CADRE, BodyKind.COUNTY_OFFICE), (Role.OPERATOR, BodyKind.BUREAU)],
)
def test_a_role_is_held_in_its_own_kind_of_body(role: Role, kind: BodyKind) -> None:
    elsewhere = msgspec.structs.replace(appoint, role=role, body_kind=kind)
    scenario(OFFICER, given=[registered], when=elsewhere, then=RoleNotOfBody)


@pytest.mark.parametrize(("role", "of_class"), [(Role.HOMEROOM_TEACHER, None), (Role.PRINCIPAL, ClassId("class-1"))])
def test_only_homeroom_teachers_are_appointed_to_a_class(role: Role, of_class: ClassId | None) -> None:
    command = msgspec.structs.replace(appoint, role=role, class_id=of_class)
    scenario(OFFICER, given=[registered], when=command, then=ClassNotInForm)


def test_nobody_appoints_oneself() -> None:
    scenario(OFFICER, given=[registered], when=appoint, actor=OFFICER_ID, then=CannotAppointYourself)


BY_ADMINISTRATOR = Authority(frozenset({Role.ACCOUNT_ADMIN}), bureau_ever_led=True)
BY_LEAD = Authority(frozenset({Role.BUREAU_LEAD}), bureau_ever_led=True)
BY_LEADER = Authority(frozenset({Role.COUNTY_LEADER}), bureau_ever_led=True)
appoint_clerk = msgspec.structs.replace(appoint, role=Role.BUREAU_CLERK, body_kind=BodyKind.BUREAU, authority=BY_ADMINISTRATOR)
clerk_appointed = msgspec.structs.replace(appointed, role=Role.BUREAU_CLERK)
lead_appointed = msgspec.structs.replace(appointed, role=Role.BUREAU_LEAD)


def ending(authority: Authority) -> EndAppointment:
    return msgspec.structs.replace(end(date(2026, 9, 1)), authority=authority)


def test_once_the_bureau_ever_had_a_lead_only_the_lead_gives_county_wide_roles() -> None:
    scenario(OFFICER, given=[registered], when=appoint_clerk, then=NeedsBureauLead)
    by_lead = msgspec.structs.replace(appoint_clerk, authority=BY_LEAD)
    scenario(OFFICER, given=[registered], when=by_lead, then=[clerk_appointed])


def test_an_aid_officer_of_the_county_is_the_leads_to_appoint_and_one_of_a_school_is_not() -> None:
    of_a_school = msgspec.structs.replace(appoint, role=Role.AID_OFFICER, authority=BY_ADMINISTRATOR)
    of_the_county = msgspec.structs.replace(of_a_school, body_kind=BodyKind.BUREAU, division="570126")
    scenario(OFFICER, given=[registered], when=of_the_county, then=NeedsBureauLead)
    event = msgspec.structs.replace(appointed, role=Role.AID_OFFICER)
    scenario(OFFICER, given=[registered], when=of_a_school, then=[event])


@pytest.mark.parametrize("held", [lead_appointed, clerk_appointed], ids=["the lead's own", "the clerk's"])
def test_an_administrator_ends_no_role_over_the_county(held: OfficerAppointed) -> None:
    scenario(OFFICER, given=[registered, held], when=ending(BY_ADMINISTRATOR), then=NeedsBureauLead)
    scenario(OFFICER, given=[registered, held], when=ending(BY_LEAD), then=[ended])


def test_an_end_over_the_county_is_not_moved_by_an_administrator_either() -> None:
    earlier = msgspec.structs.replace(end(date(2026, 8, 1)), authority=BY_ADMINISTRATOR)
    scenario(OFFICER, given=[registered, lead_appointed, ended], when=earlier, then=NeedsBureauLead)


def test_the_county_leader_gives_and_ends_the_leads_role_and_no_other() -> None:
    lead = msgspec.structs.replace(appoint_clerk, role=Role.BUREAU_LEAD, authority=BY_LEADER)
    scenario(OFFICER, given=[registered], when=lead, then=[lead_appointed])
    scenario(OFFICER, given=[registered, lead_appointed], when=ending(BY_LEADER), then=[ended])
    scenario(OFFICER, given=[registered, clerk_appointed], when=ending(BY_LEADER), then=NeedsBureauLead)
    scenario(OFFICER, given=[registered, appointed], when=ending(BY_LEADER), then=NotPermitted)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("division", ["570126", "570126101"])
def test_whom_the_services_let_read_the_county_identity_counts_as_over_the_county(role: Role, division: str) -> None:
    held = Appointment(role, "body", None, division, None, "2024-09-01", None)
    if held.county_wide:
        assert over_the_county(role, division)
