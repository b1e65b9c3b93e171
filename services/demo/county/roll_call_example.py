"""A roll call for visitors to bring in: of the school morning on which the played county is left to them."""

from collections.abc import Collection, Sequence
from datetime import date

from services.contracts.codes import Session
from services.demo.county.pupils import Pupil
from services.demo.county.tables import SESSIONS, Rows

HEADERS = ("日期", "学校代码", "年级", "班号", "场次", "学籍号", "情况")


def rows(on: date, enrolled: Sequence[Pupil], of_stories: Collection[str]) -> Rows:
    """One class's list: a child of whom no story tells is away, so that its parents are texted."""
    known = [pupil for pupil in enrolled if pupil.roll_number]
    away = next((pupil for pupil in known if pupil.roll_number not in of_stories), known[0])
    place = [on.isoformat(), away.school_code, str(away.grade), str(away.class_number), SESSIONS[Session.MORNING]]
    return [list(HEADERS), [*place, away.roll_number, "缺勤"]]
