"""Stories that the lists themselves tell: a session missed, a list on paper, a class that sends nothing or sends it late."""

from collections.abc import Callable, Mapping, Sequence
from random import Random

from services.contracts.codes import ContactMeans, Session
from services.demo.county.daily import expect_absence_texts
from services.demo.county.lists import ClassKey, on_list, senders
from services.demo.county.officers import homeroom_login
from services.demo.county.phases import contact
from services.demo.county.schools import School, SchoolClass
from services.demo.county.story import LAST_PLAYED_DAY, SilentClass, Story
from services.demo.county.words import say

SILENT_CLASS, SILENT_RETURN_DAY = "silent_class", "silent_return_day"
RETURN_LIST_COMES_AFTER = 2  # school days: the evening between shows the alarm
_SILENT_SHARE = 0.001

FreeDays = Callable[[ClassKey], Sequence[int]]
"""School days of a class on which, and on the day after which, no story needs a list."""


def half_days(story: Story) -> None:
    """Gone after lunch, and that school day was missed; on another day not there before noon, and that one was not."""
    gone, late = _two_days(story, range(2, LAST_PLAYED_DAY))
    story.absent(gone, gone, only=Session.AFTERNOON)
    contact(story, gone, ContactMeans.CALL, 16, "afternoon")
    story.absent(late, late, only=Session.MORNING)
    for _ in (gone, late):
        expect_absence_texts(story)


def boarder_missed(story: Story, return_days: Sequence[int]) -> None:
    """Not back on the evening before lessons begin, another time not in the dormitory at night; in class each morning after."""
    at_home, out = _two_days(story, [day for day in return_days if day < LAST_PLAYED_DAY])
    story.absent(at_home, at_home, only=Session.RETURN_DAY)
    story.absent(out, out, only=Session.DORMITORY)
    for _ in (at_home, out):
        expect_absence_texts(story)


def expect_texts_of_return_days(story: Story, return_days: Sequence[int]) -> None:
    """Who stays away over a return day is missed on it as well, and may be asked about then."""
    staying = [day for day in return_days if (mark := on_list(story, day, Session.RETURN_DAY)) and mark.only is None]
    story.expect_texts("absence_query", 0, len(staying) if story.serious else 0)


def _two_days(story: Story, days: Sequence[int]) -> tuple[int, int]:
    """One of the days, and another on which nothing of the first is left."""
    one = story.chance.choice(days)
    return one, story.chance.choice([day for day in range(2, LAST_PLAYED_DAY) if abs(day - one) > 1])


def paper_list(story: Story, free: FreeDays) -> None:
    """The list of a day comes on paper and is entered a day later: the child was missed, and nobody is texted about it now."""
    day = story.chance.choice(free(story.cast.child.class_key))
    story.absent(day, day, only=Session.MORNING)
    story.act(day + 1, 10, "send_list", story.cast.principal, list_day=day, session=Session.MORNING)
    key, homeroom = story.cast.child.class_key, story.cast.homeroom
    story.silent = SilentClass(story.id, story.kind, key, homeroom, day, Session.MORNING, story.says("silent.paper"))
    story.expect_texts("absence_query", 0, 0)


def free_days(written: Sequence[Story]) -> FreeDays:
    """As the stories that are written leave them."""

    def free(key: ClassKey) -> Sequence[int]:
        needed = {day for story in written if story.cast.child.class_key == key for day in story.days_needed()}
        return [day for day in range(2, LAST_PLAYED_DAY) if not needed & {day, day + 1}]

    return free


def silent_classes(chance: Random, classes: Sequence[SchoolClass], written: Sequence[Story]) -> list[SilentClass]:
    """Classes and mornings on which no story needs a roll call, so that nothing else changes."""
    needed: dict[ClassKey, set[int]] = {(each.school_code, each.grade, each.number): set() for each in classes if each.pupils}
    for story in written:
        needed[story.cast.child.class_key] |= story.days_needed()
    free = [(key, day) for key, days in needed.items() for day in range(2, LAST_PLAYED_DAY) if day not in days]
    count = max(1, round(_SILENT_SHARE * sum(each.pupils for each in classes)))
    return [
        SilentClass(f"{SILENT_CLASS}-{place}", SILENT_CLASS, key, homeroom_login(*key), day, Session.MORNING, say(chance, "silent"))
        for place, (key, day) in enumerate(chance.sample(free, count), start=1)
    ]


def silent_return_day(
    chance: Random,
    classes: Sequence[SchoolClass],
    schools: Mapping[str, School],
    days: Sequence[int],
    written: Sequence[Story],
) -> SilentClass:
    """A class of boarders of which nobody says who has come back until the supervisor is asked; no story is about it then."""
    asked = [each for each in classes if each.pupils and Session.RETURN_DAY in schools[each.school_code].sessions]
    free = [
        (key, day)
        for key in ((each.school_code, each.grade, each.number) for each in asked)
        for day in days
        if day + RETURN_LIST_COMES_AFTER <= LAST_PLAYED_DAY and not _names_somebody(written, key, day)
    ]
    key, day = chance.choice(free)
    supervisor = senders(schools[key[0]], key)[Session.RETURN_DAY]
    return SilentClass(
        f"{SILENT_RETURN_DAY}-1",
        SILENT_RETURN_DAY,
        key,
        supervisor,
        day,
        Session.RETURN_DAY,
        say(chance, "silent.return_day"),
        sent_on=day + RETURN_LIST_COMES_AFTER - 1,
    )


def _names_somebody(written: Sequence[Story], key: ClassKey, day: int) -> bool:
    """Whether a boarder of the class is away on the return day or was on the day before it: the late list would tell of it."""
    boarders = [story for story in written if story.cast.child.class_key == key and story.cast.child.boards]
    return any(on_list(story, day, Session.RETURN_DAY) or any(mark.day == day - 1 for mark in story.marks) for story in boarders)
