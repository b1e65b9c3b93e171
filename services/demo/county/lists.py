"""The lists of a class: at which sessions it calls the roll and when, on which days, and who stands on each list."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise

from services.contracts.codes import Session
from services.demo.county.officers import DORM_SUPERVISOR, homeroom_login, office_login
from services.demo.county.schools import School
from services.demo.county.story import Mark, Story

ClassKey = tuple[str, int, int]

CALLED_AT: Mapping[Session, str] = {
    Session.RETURN_DAY: "19:00",
    Session.MORNING: "08:20",
    Session.AFTERNOON: "14:40",
    Session.DORMITORY: "21:30",
}
"""In the order in which they are called; each is sent before the class would be silent (domain.md section 2, local)."""

OF_BOARDERS = frozenset({Session.RETURN_DAY, Session.DORMITORY})
_ONE_DAY = timedelta(days=1)


def return_days(school_days: Sequence[date]) -> dict[int, date]:
    """Days on which boarders come back, by the number of the school day that follows: the last day of each break."""
    return {number: on - _ONE_DAY for number, (before, on) in enumerate(pairwise(school_days), start=2) if on - before > _ONE_DAY}


def senders(school: School, key: ClassKey) -> dict[Session, str]:
    """Who sends the lists of a class: its homeroom teacher, those of boarders the dormitory's supervisor."""
    supervisor = office_login(DORM_SUPERVISOR, school.code)
    return {session: supervisor if session in OF_BOARDERS else homeroom_login(*key) for session in school.sessions}


def on_list(story: Story, day: int, session: Session) -> Mark | None:
    """The mark that the story's child has on a list; none where it is there, or not asked for.

    A return day's list is that of the school day after. Whoever was away before it comes back on it – not before the morning
    where the story is a serious one, nor while the leave goes on.
    """
    if session in OF_BOARDERS and not story.cast.child.boards:
        return None
    of_day = _away_all_day(story, day)
    if session is Session.RETURN_DAY:
        before = _away_all_day(story, day - 1)
        stays = story.serious if before and before.mark == "absent" else of_day is not None and of_day.mark == "excused"
        of_day = before if stays else None
    elif session is not Session.MORNING and day in story.corrected_on:
        of_day = None
    return of_day or next((mark for mark in story.marks if mark.day == day and mark.only is session), None)


def _away_all_day(story: Story, day: int) -> Mark | None:
    return next((mark for mark in story.marks if mark.day == day and mark.only is None), None)
