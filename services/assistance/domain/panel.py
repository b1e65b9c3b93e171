"""The school's panel 评审小组: who may sit on it, and whether those named for an application are one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from services.assistance.domain.errors import PanelMemberNotOfSchool, PanelMemberTwice, PanelTooSmall, SignatureTakerOnPanel
from services.assistance.domain.policies import PANEL_ROLES
from services.contracts.identity import AppointmentRow
from services.contracts.ids import OfficerId, SchoolId


def of_school(appointments: Iterable[AppointmentRow], school_id: SchoolId, day: date) -> frozenset[OfficerId]:
    """Whoever of these is appointed at the school that day to something with which one sits on its panel.

    A school's body id is its school id.
    """
    return frozenset(
        each.officer_id
        for each in appointments
        if each.role in PANEL_ROLES and SchoolId(each.body_id) == school_id and each.in_force_on(day)
    )


def must_be_a_panel(
    members: tuple[OfficerId, ...],
    school: frozenset[OfficerId],
    signature_taken_by: frozenset[OfficerId],
    *,
    least: int,
) -> None:
    """Different people, enough of them, all of the `school`, and none who took the guardian's signature.

    The pupil's own homeroom teacher may sit. Raises PanelMemberTwice, PanelTooSmall, PanelMemberNotOfSchool,
    SignatureTakerOnPanel, the field with the place in the list.
    """
    for place, member in enumerate(members):
        if member in members[:place]:
            raise PanelMemberTwice(field=f"members.{place}")
    if len(members) < least:
        raise PanelTooSmall(field="members", least=least, named=len(members))
    for place, member in enumerate(members):
        if member not in school:
            raise PanelMemberNotOfSchool(field=f"members.{place}")
        if member in signature_taken_by:
            raise SignatureTakerOnPanel(field=f"members.{place}")
