"""Children who go missing in the toy county, and what falls due of them, in the county's time."""

from __future__ import annotations

from datetime import datetime

from services.chassis.decider import COUNTY_TIME
from services.chassis.storage.port import Timer
from tests.chassis.toy import START, House
from tests.chassis.toy_roll import EnrolPupil, NoticeAbsence

TODAY = START.astimezone(COUNTY_TIME).date()


def county(month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=COUNTY_TIME)


def missing(house: House, *pupils: str) -> None:
    for pupil_id in pupils:
        house.tell(EnrolPupil(pupil_id=pupil_id))
        house.tell(NoticeAbsence(pupil_id=pupil_id, day=TODAY))


def due(house: House) -> dict[str, datetime]:
    return {t.timer_id: datetime.fromisoformat(t.due_at).astimezone(COUNTY_TIME) for t in house.roll.store.timers()}


def kinds(house: House, pupil_id: str) -> list[str]:
    return [envelope.type.removeprefix("roll.") for envelope in house.roll.store.walk([f"pupil-{pupil_id}"])]


def texts(house: House) -> list[Timer]:
    """The timers of texts to parents."""
    return [timer for timer in house.roll.store.timers() if timer.timer_id.endswith("text")]
