"""Dated substitutes: who names whom, for which days – and what a substitute is not."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from services.chassis.errors import NotPermitted
from services.contracts.codes import Role
from services.contracts.identity import (
    AppointmentEnded,
    AppointmentRow,
    OfficerAppointed,
    OfficerRegistered,
    SubstituteNamed,
    SubstituteWithdrawn,
    SubstitutionRow,
)
from services.contracts.ids import AppointmentId, BodyId, OfficerId, SubstitutionId
from services.identity.domain import errors
from services.identity.domain.authority import Authority
from services.identity.domain.officer import OFFICER
from services.identity.domain.substitution import NameSubstitute, WithdrawSubstitute
from tests.scenario import given_now, scenario

PRINCIPAL, DEPUTY, ADMIN = OfficerId("principal"), OfficerId("deputy"), OfficerId("admin")
SCHOOL, BUREAU, ELSEWHERE = BodyId("school"), BodyId("bureau"), BodyId("elsewhere")
POST, SUBSTITUTION = AppointmentId("a-1"), SubstitutionId("s-1")
MONDAY, FRIDAY = date(2026, 9, 14), date(2026, 9, 18)
"""The week after the day of the tests, 8 September 2026."""


def office(body: BodyId = SCHOOL, role: Role = Role.VICE_PRINCIPAL, until: date | None = None) -> AppointmentRow:
    """The substitute's own appointment."""
    return AppointmentRow(AppointmentId("a-2"), DEPUTY, role, body, None, "990126101", None, date(2024, 9, 1), until)


registered = OfficerRegistered(officer_id=PRINCIPAL, staff_number="1", name="invented", body_id=SCHOOL)
appointed = OfficerAppointed(
    officer_id=PRINCIPAL,
    appointment_id=POST,
    role=Role.PRINCIPAL,
    body_id=SCHOOL,
    division="990126101",
    from_on=date(2024, 9, 1),
)
name = NameSubstitute(
    officer_id=PRINCIPAL,
    substitution_id=SUBSTITUTION,
    appointment_id=POST,
    substitute_id=DEPUTY,
    from_on=MONDAY,
    until_on=FRIDAY,
    body_above=BUREAU,
    offices=(office(),),
)
named = SubstituteNamed(
    officer_id=PRINCIPAL,
    substitution_id=SUBSTITUTION,
    appointment_id=POST,
    substitute_id=DEPUTY,
    office_id=AppointmentId("a-2"),
    from_on=MONDAY,
    until_on=FRIDAY,
)
withdraw = WithdrawSubstitute(officer_id=PRINCIPAL, substitution_id=SUBSTITUTION)
withdrawn = SubstituteWithdrawn(officer_id=PRINCIPAL, substitution_id=SUBSTITUTION, withdrawn_on=date(2026, 9, 8))
IN_OFFICE = [registered, appointed]
ADMINISTRATOR = {"administers": True, "authority": Authority(frozenset({Role.ACCOUNT_ADMIN}), bureau_ever_led=True)}


def elsewhere(officer: OfficerId, substitute: OfficerId, **facts: Any) -> SubstitutionRow:
    """What one of the two has to do with a third officer in the same week."""
    row = SubstitutionRow(SubstitutionId("s-9"), officer, AppointmentId("a-9"), substitute, AppointmentId("a-8"), MONDAY, MONDAY)
    return replace(row, **facts)


def test_an_approver_names_a_substitute_for_the_days_of_absence() -> None:
    scenario(OFFICER, given=IN_OFFICE, when=name, then=[named], actor=PRINCIPAL)


def test_an_officer_of_the_body_above_may_stand_in() -> None:
    of_bureau = replace(name, offices=(office(BUREAU, Role.BUREAU_CLERK),))
    scenario(OFFICER, given=IN_OFFICE, when=of_bureau, then=[named], actor=PRINCIPAL)


def test_the_account_administrator_of_the_body_names_one_for_who_cannot() -> None:
    scenario(OFFICER, given=IN_OFFICE, when=replace(name, **ADMINISTRATOR), then=[named], actor=ADMIN)


@pytest.mark.parametrize(
    ("changes", "actor", "refused"),
    [
        ({}, "colleague", NotPermitted),
        ({"authority": Authority(frozenset({Role.ACCOUNT_ADMIN})), "administers": False}, ADMIN, NotPermitted),
        ({"authority": Authority(frozenset({Role.PRINCIPAL})), "administers": True}, "colleague", NotPermitted),
        (ADMINISTRATOR, DEPUTY, errors.CannotNameYourself),
        ({"substitute_id": PRINCIPAL}, PRINCIPAL, errors.SubstituteIsOneself),
        ({"appointment_id": AppointmentId("a-7")}, PRINCIPAL, errors.NoSuchAppointment),
        ({"is_system": True}, PRINCIPAL, errors.SystemAnswersDutiesOnly),
        ({"from_on": FRIDAY, "until_on": MONDAY}, PRINCIPAL, errors.SubstituteEndsBeforeItBegins),
        ({"from_on": date(2026, 9, 7)}, PRINCIPAL, errors.SubstituteBackdated),
        ({"offices": ()}, PRINCIPAL, errors.SubstituteNotOfBody),
        ({"offices": (office(ELSEWHERE),)}, PRINCIPAL, errors.SubstituteNotOfBody),
        ({"offices": (office(until=date(2026, 9, 17)),)}, PRINCIPAL, errors.SubstituteNotOfBody),
        ({"offices": (office(role=Role.ACCOUNT_ADMIN),)}, PRINCIPAL, errors.SubstituteNotOfBody),
        ({"offices": (office(role=Role.PARENT_REPRESENTATIVE),)}, PRINCIPAL, errors.SubstituteNotOfBody),
        ({"elsewhere": (elsewhere(DEPUTY, OfficerId("third")),)}, PRINCIPAL, errors.SubstituteOfASubstitute),
        ({"elsewhere": (elsewhere(OfficerId("third"), PRINCIPAL),)}, PRINCIPAL, errors.SubstituteOfASubstitute),
    ],
)
def test_nobody_else_names_and_nobody_else_is_named(
    changes: dict[str, Any], actor: str, refused: type[errors.NotFound | errors.RuleBroken | errors.NotPermitted]
) -> None:
    scenario(OFFICER, given=IN_OFFICE, when=replace(name, **changes), then=refused, actor=actor)


def test_a_substitute_of_another_week_or_one_withdrawn_makes_no_chain() -> None:
    for row in (
        elsewhere(DEPUTY, OfficerId("third"), from_on=date(2026, 9, 8), until_on=date(2026, 9, 13)),
        elsewhere(DEPUTY, OfficerId("third"), withdrawn_on=date(2026, 9, 8)),
        elsewhere(OfficerId("third"), DEPUTY),
    ):
        scenario(OFFICER, given=IN_OFFICE, when=replace(name, elsewhere=(row,)), then=[named], actor=PRINCIPAL)


def test_who_teaches_or_administers_accounts_has_no_substitute() -> None:
    for role in (Role.TEACHER, Role.ACCOUNT_ADMIN):
        held = [registered, replace(appointed, role=role)]
        scenario(OFFICER, given=held, when=name, then=errors.RoleHasNoSubstitute, actor=PRINCIPAL)


def test_a_county_wide_role_is_lent_by_its_holder_or_by_who_gives_it_and_by_no_account_administrator() -> None:
    lead = [registered, replace(appointed, role=Role.BUREAU_LEAD, body_id=BUREAU, division="990126")]
    to_clerk = replace(name, offices=(office(BUREAU, Role.BUREAU_CLERK),))
    scenario(OFFICER, given=lead, when=to_clerk, then=[named], actor=PRINCIPAL)
    scenario(OFFICER, given=lead, when=replace(to_clerk, **ADMINISTRATOR), then=errors.NeedsBureauLead, actor=ADMIN)
    county_leader = Authority(frozenset({Role.COUNTY_LEADER}), bureau_ever_led=True)
    by_leader = replace(to_clerk, administers=True, authority=county_leader)
    scenario(OFFICER, given=lead, when=by_leader, then=[named], actor="county-leader")


def test_one_appointment_has_one_substitute_a_day() -> None:
    again = replace(name, substitution_id=SubstitutionId("s-2"), from_on=FRIDAY, until_on=FRIDAY)
    scenario(OFFICER, given=[*IN_OFFICE, named], when=again, then=errors.SubstituteDaysOverlap, actor=PRINCIPAL)
    later = replace(again, from_on=date(2026, 9, 19), until_on=date(2026, 9, 20))
    follows = replace(named, substitution_id=SubstitutionId("s-2"), from_on=later.from_on, until_on=later.until_on)
    scenario(OFFICER, given=[*IN_OFFICE, named], when=later, then=[follows], actor=PRINCIPAL)
    free_again = replace(named, substitution_id=SubstitutionId("s-2"), from_on=FRIDAY)
    scenario(OFFICER, given=[*IN_OFFICE, named, withdrawn], when=again, then=[free_again], actor=PRINCIPAL)


def test_nobody_stands_in_for_days_on_which_the_appointment_is_not_held() -> None:
    left = AppointmentEnded(officer_id=PRINCIPAL, appointment_id=POST, until_on=date(2026, 9, 16))
    scenario(OFFICER, given=[*IN_OFFICE, left], when=name, then=errors.AppointmentNotHeldThen, actor=PRINCIPAL)


def test_a_substitute_names_and_withdraws_nobody_in_the_others_name() -> None:
    standing_in = replace(given_now(actor=DEPUTY), on_behalf_of=PRINCIPAL)
    other = replace(name, substitute_id=OfficerId("third"), given=standing_in)
    scenario(OFFICER, given=IN_OFFICE, when=other, then=errors.SubstituteNamesNobody)
    taken = replace(withdraw, given=standing_in)
    scenario(OFFICER, given=[*IN_OFFICE, named], when=taken, then=errors.SubstituteNamesNobody)


@pytest.mark.parametrize("actor", [PRINCIPAL, DEPUTY])
def test_a_substitute_is_withdrawn_once_by_the_officer_or_lays_it_down(actor: str) -> None:
    scenario(OFFICER, given=[*IN_OFFICE, named], when=[withdraw, withdraw], then=[withdrawn], actor=actor)


def test_what_is_over_or_was_never_named_is_not_withdrawn_and_strangers_withdraw_nothing() -> None:
    scenario(OFFICER, given=IN_OFFICE, when=withdraw, then=errors.NoSuchSubstitution, actor=PRINCIPAL)
    over = replace(named, from_on=date(2026, 9, 1), until_on=date(2026, 9, 7))
    scenario(OFFICER, given=[*IN_OFFICE, over], when=withdraw, then=errors.SubstitutionIsOver, actor=PRINCIPAL)
    scenario(OFFICER, given=[*IN_OFFICE, named], when=withdraw, then=NotPermitted, actor="colleague")
