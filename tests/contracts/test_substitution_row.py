"""When a substitute acts: all three must hold that day."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from services.contracts.codes import Role
from services.contracts.identity import AppointmentRow, SubstitutionRow
from services.contracts.ids import AppointmentId, BodyId, OfficerId, SubstitutionId

FIRST, LAST, AFTER = date(2026, 9, 1), date(2026, 9, 7), date(2026, 9, 8)
POST = AppointmentRow(
    appointment_id=AppointmentId("post"),
    officer_id=OfficerId("absent"),
    role=Role.PRINCIPAL,
    body_id=BodyId("school"),
    class_id=None,
    division="990126",
    department=None,
    from_on=FIRST,
)
OFFICE = replace(POST, appointment_id=AppointmentId("office"), officer_id=OfficerId("substitute"), role=Role.TEACHER)
ROW = SubstitutionRow(
    SubstitutionId("s"), POST.officer_id, POST.appointment_id, OFFICE.officer_id, OFFICE.appointment_id, FIRST, LAST
)


def test_a_substitute_acts_from_the_first_day_to_the_last() -> None:
    assert [ROW.acts_on(day, POST, OFFICE) for day in (FIRST, LAST, AFTER)] == [True, True, False]


@pytest.mark.parametrize(
    ("row", "post", "office"),
    [
        (replace(ROW, withdrawn_on=FIRST), POST, OFFICE),
        (ROW, None, OFFICE),
        (ROW, POST, None),
        (ROW, replace(POST, from_on=AFTER), OFFICE),
        (ROW, POST, replace(OFFICE, from_on=AFTER)),
    ],
)
def test_nobody_acts_in_a_post_or_from_an_office_that_is_not_in_force(
    row: SubstitutionRow, post: AppointmentRow | None, office: AppointmentRow | None
) -> None:
    assert not row.acts_on(LAST, post, office)
