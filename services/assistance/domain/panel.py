"""The school's panel 评审小组: who may sit on it, and whether those named for an application are one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from types import MappingProxyType

from services.assistance.domain.errors import PanelMemberNotOfSchool, PanelMemberTwice, PanelTooSmall, SignatureTakerOnPanel
from services.assistance.domain.policies import PANEL_ROLES
from services.contracts.identity import AppointmentRow
from services.contracts.ids import OfficerId, SchoolId

NOBODY: Mapping[OfficerId, frozenset[OfficerId]] = MappingProxyType({})
"""No member is a substitute."""


def of_school(appointments: Iterable[AppointmentRow], schools: Collection[SchoolId], day: date) -> frozenset[OfficerId]:
    """Whoever of these is appointed that day, at one of the schools, to something with which one sits on a panel.

    `schools` are the child's and, of a teaching point, the central school above it. A school's body id is its school id.
    """
    return frozenset(
        each.officer_id
        for each in appointments
        if each.role in PANEL_ROLES and SchoolId(each.body_id) in schools and each.in_force_on(day)
    )


def must_be_a_panel(
    members: tuple[OfficerId, ...],
    school: frozenset[OfficerId],
    signature_taken_by: frozenset[OfficerId],
    stood_in_for: Mapping[OfficerId, frozenset[OfficerId]] = NOBODY,
    *,
    least: int,
) -> None:
    """Different people, enough of them, all of the `school`, and none who took the guardian's signature.

    An officer and the day's substitute are one pair of eyes. The pupil's own homeroom teacher may sit. Raises PanelMemberTwice,
    PanelTooSmall, PanelMemberNotOfSchool, SignatureTakerOnPanel, the field with the place in the list.
    """
    seated: set[OfficerId] = set()
    for place, member in enumerate(members):
        people = {member, *stood_in_for.get(member, ())}
        if people & seated:
            raise PanelMemberTwice(field=f"members.{place}")
        seated |= people
    if len(members) < least:
        raise PanelTooSmall(field="members", least=least, named=len(members))
    for place, member in enumerate(members):
        if member not in school:
            raise PanelMemberNotOfSchool(field=f"members.{place}")
        if {member, *stood_in_for.get(member, ())} & signature_taken_by:
            raise SignatureTakerOnPanel(field=f"members.{place}")
