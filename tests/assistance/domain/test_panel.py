"""The school's panel: who may sit on it, and each panel that is none."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from services.assistance.domain import errors
from services.assistance.domain.application import APPLICATION
from services.assistance.domain.panel import of_school
from services.assistance.domain.policies import PANEL_MEMBERS, PANEL_ROLES
from services.chassis.errors import Refusal
from services.contracts.assistance import ObjectionRaised, PublicNoticePosted
from services.contracts.codes import Role
from services.contracts.identity import AppointmentRow
from services.contracts.ids import AppointmentId, BodyId, OfficerId, SchoolId
from tests.assistance.domain.applications import TODAY, answer, changed, grant, recommend
from tests.assistance.invented import (
    APPLICATION_ID,
    OBJECTION_ID,
    ON_NOTICE,
    PANEL,
    PUPIL_ID,
    SCHOOL_ID,
    drafted,
    ended,
    signed,
)
from tests.scenario import given_now, scenario

PRINCIPAL, HOMEROOM, PARENT = PANEL
TAKER = OfficerId("school-aid")


def named(*members: str) -> Any:
    """These as members, all of them of the school."""
    return changed(recommend, members=members, school=frozenset(members))


def decide(command: Any, signature: Any = signed) -> list[Any]:
    """What is decided on a drafted and signed application."""
    state = APPLICATION.evolve(APPLICATION.evolve(APPLICATION.initial(), drafted), signature)
    return APPLICATION.decide(state, command)


def refused_at(command: Any) -> str | None:
    """The field at which the panel is refused."""
    with pytest.raises(Refusal) as refused:
        decide(command)
    return refused.value.field


@pytest.mark.parametrize("members", [(), PANEL[:1], PANEL[:2]])
def test_fewer_members_than_the_countys_number_are_no_panel(members: tuple[str, ...]) -> None:
    scenario(APPLICATION, given=[drafted, signed], when=named(*members), then=errors.PanelTooSmall)
    assert refused_at(named(*members)) == "members"


def test_how_many_members_a_panel_has_is_the_countys_number() -> None:
    five = changed(given_now(), policies={PANEL_MEMBERS.code: 5})
    scenario(APPLICATION, given=[drafted, signed], when=changed(recommend, given=five), then=errors.PanelTooSmall)
    two = changed(given_now(), policies={PANEL_MEMBERS.code: 2})
    accepted = decide(changed(named(*PANEL[:2]), given=two))
    assert isinstance(accepted[-1], PublicNoticePosted)


def test_a_member_named_twice_does_not_fill_the_panel() -> None:
    twice = named(PRINCIPAL, HOMEROOM, PARENT, PRINCIPAL)
    scenario(APPLICATION, given=[drafted, signed], when=twice, then=errors.PanelMemberTwice)
    assert refused_at(twice) == "members.3"


def test_a_stranger_to_the_school_does_not_sit_on_its_panel() -> None:
    foreign = changed(recommend, school=frozenset(PANEL[:2]))
    scenario(APPLICATION, given=[drafted, signed], when=foreign, then=errors.PanelMemberNotOfSchool)
    assert refused_at(foreign) == "members.2"


def test_who_took_the_signature_does_not_sit_on_the_panel() -> None:
    taker = named(PRINCIPAL, TAKER, PARENT)
    scenario(APPLICATION, given=[drafted, signed], when=taker, then=errors.SignatureTakerOnPanel)
    assert refused_at(taker) == "members.1"


def test_nor_does_the_officer_for_whom_a_substitute_took_it() -> None:
    by_substitute = changed(signed, taken_by=OfficerId("substitute"), on_behalf_of=PRINCIPAL)
    scenario(APPLICATION, given=[drafted, by_substitute], when=recommend, then=errors.SignatureTakerOnPanel)


def test_the_homeroom_teacher_sits_on_the_panel_unless_the_signature_was_taken_by_them() -> None:
    assert isinstance(decide(recommend)[-1], PublicNoticePosted)
    by_homeroom = changed(signed, taken_by=HOMEROOM)
    scenario(APPLICATION, given=[drafted, by_homeroom], when=recommend, then=errors.SignatureTakerOnPanel)


def test_of_a_signature_of_the_release_before_nobody_knows_who_took_it() -> None:
    before = changed(signed, taken_by=None)
    assert isinstance(decide(named(PRINCIPAL, TAKER, PARENT), before)[-1], PublicNoticePosted)


def test_a_panel_that_has_decided_is_not_asked_again_who_sat_on_it() -> None:
    scenario(APPLICATION, given=ON_NOTICE, when=named(PRINCIPAL), then=[])


def appointed(role: Role, body: str = SCHOOL_ID, from_on: date = TODAY, until_on: date | None = None) -> AppointmentRow:
    post = AppointmentId("appointment-1")
    return AppointmentRow(post, OfficerId(role), role, BodyId(body), None, "990126100", None, from_on, until_on)


@pytest.mark.parametrize("role", sorted(PANEL_ROLES))
def test_leaders_teachers_and_parents_of_the_school_may_sit(role: Role) -> None:
    assert of_school([appointed(role)], {SCHOOL_ID}, TODAY) == {role}


@pytest.mark.parametrize("role", sorted(set(Role) - PANEL_ROLES))
def test_no_other_role_may_sit(role: Role) -> None:
    assert of_school([appointed(role)], {SCHOOL_ID}, TODAY) == set()


def test_the_panel_of_a_teaching_point_may_draw_on_its_central_school() -> None:
    central, other = SchoolId("school-2"), SchoolId("school-3")
    of_central = appointed(Role.TEACHER, central)
    assert of_school([of_central], {SCHOOL_ID, central}, TODAY) == {Role.TEACHER}
    assert of_school([of_central], {SCHOOL_ID, other}, TODAY) == set()


def standing_in(member: str, absent: str, *members: str) -> Any:
    """These as members, one of them in the place of somebody else that day."""
    return changed(named(*members), stood_in_for={OfficerId(member): frozenset({OfficerId(absent)})})


def test_an_officer_and_the_days_substitute_do_not_both_fill_the_panel() -> None:
    both = standing_in(PARENT, PRINCIPAL, PRINCIPAL, HOMEROOM, PARENT)
    scenario(APPLICATION, given=[drafted, signed], when=both, then=errors.PanelMemberTwice)
    assert refused_at(both) == "members.2"


def test_the_substitute_of_who_took_the_signature_does_not_sit_in_their_place() -> None:
    taken = changed(signed, taken_by=OfficerId("away"))
    in_place = standing_in(PRINCIPAL, "away", PRINCIPAL, HOMEROOM, PARENT)
    scenario(APPLICATION, given=[drafted, taken], when=in_place, then=errors.SignatureTakerOnPanel)


def test_for_whom_a_member_sat_is_told_and_they_neither_review_nor_examine() -> None:
    decided, posted = decide(standing_in(PRINCIPAL, "away", PRINCIPAL, HOMEROOM, PARENT))
    assert decided.stood_in_for == ("away",)
    raised = ObjectionRaised(application_id=APPLICATION_ID, pupil_id=PUPIL_ID, objection_id=OBJECTION_ID, text=decided.minutes)
    by_absent = changed(answer, given=given_now(actor="away"))
    scenario(APPLICATION, given=[drafted, signed, decided, posted, raised], when=by_absent, then=errors.ObjectionAgainstOwnAct)
    review = changed(grant, given=given_now(actor="away"))
    scenario(APPLICATION, given=[drafted, signed, decided, posted, ended], when=review, then=errors.SamePersonAsPanel)


def test_an_appointment_elsewhere_ended_or_not_begun_is_none_of_the_school() -> None:
    day = timedelta(days=1)
    teacher = Role.TEACHER
    assert of_school([appointed(teacher, "school-2")], {SCHOOL_ID}, TODAY) == set()
    assert of_school([appointed(teacher, from_on=TODAY + day)], {SCHOOL_ID}, TODAY) == set()
    assert of_school([appointed(teacher, from_on=TODAY - day, until_on=TODAY - day)], {SCHOOL_ID}, TODAY) == set()
    assert of_school([appointed(teacher, from_on=TODAY - day, until_on=TODAY)], {SCHOOL_ID}, TODAY) == {teacher}
