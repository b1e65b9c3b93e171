"""Which stories a county of a given size lives through, and which children they happen to."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from random import Random

from services.demo.county import aid_stories, daily, disputes, scripts, transfers
from services.demo.county.casting import Casting, Phones
from services.demo.county.chance import stream
from services.demo.county.officers import homeroom_login
from services.demo.county.pupils import Pupil
from services.demo.county.schools import SchoolClass
from services.demo.county.story import LAST_PLAYED_DAY, SilentClass, Story
from services.demo.county.words import say

Write = Callable[[Story], None]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of story: `share` of all pupils, at least one child; `suits` says whom it happens to, where there is one."""

    name: str
    share: float
    suits: Callable[[Pupil], bool]
    write: Write | None = None  # nothing: `stories` gives it more than the story
    serious: bool = False
    phones: Phones = "any"
    groups: tuple[tuple[str, ...], ...] = ()


def _from_grade(grade: int) -> Callable[[Pupil], bool]:
    return lambda pupil: pupil.grade >= grade


def _elder_girl(pupil: Pupil) -> bool:
    return pupil.grade >= 5 and pupil.sex == "female"


def _below_sixteen(pupil: Pupil) -> bool:
    return pupil.grade == 8  # all of them are 13 to 15 years old


def _anybody(_: Pupil) -> bool:
    return True


_serious = partial(Kind, serious=True, phones="one")
_POOR = (("脱贫户",), ("监测户",), ("低保",))

# Invented shares: serious stories touch between 1.5 and 2 % of the pupils, ordinary ones about a tenth.
KINDS = (
    _serious("labour_open", 0.0020, _below_sixteen, scripts.labour_open, groups=(("留守",),)),
    _serious("duties_disputed", 0.0005, _below_sixteen, disputes.duties_disputed, groups=(("留守",),)),
    _serious("lost_contact_open", 0.0015, _from_grade(7), scripts.lost_contact_open),
    _serious("learning_returns", 0.0025, _from_grade(7), scripts.learning_returns),
    _serious("relapse", 0.0015, _from_grade(6), scripts.relapse),
    _serious("family_attitude_returns", 0.0025, _elder_girl, scripts.family_attitude_returns),
    _serious("hardship_returns", 0.0025, _from_grade(4), scripts.hardship_returns, groups=_POOR),
    _serious("aid_while_away", 0.0010, _from_grade(4), aid_stories.aid_while_away),
    _serious("objection_upheld", 0.0005, _from_grade(4), aid_stories.objection_upheld),
    _serious("not_recommended", 0.0005, _from_grade(4), aid_stories.not_recommended),
    _serious("closing_sent_back", 0.0005, _from_grade(4), disputes.closing_sent_back, groups=_POOR),
    _serious("suspected_open", 0.0010, _from_grade(5), scripts.suspected_open),
    _serious("suspected_then_back", 0.0020, _anybody, scripts.suspected_then_back),
    _serious("transfer_overdue", 0.0005, _anybody),
    Kind("uncertain_text", 0.0010, _anybody, daily.uncertain_text, phones="one"),
    Kind("unreachable_number", 0.0015, _anybody, phones="one"),
    Kind("call_made", 0.0015, _anybody, daily.call_made, phones="none"),
    Kind("corrected", 0.006, _anybody, daily.corrected, phones="one"),
    Kind("ill_with_proof", 0.003, _anybody, daily.ill_with_proof),
    Kind("late_correction", 0.004, _anybody, daily.late_correction),
    Kind("one_day", 0.030, _anybody, daily.one_day),
    Kind("illness", 0.035, _anybody, daily.illness),
    Kind("leave", 0.025, _anybody, daily.leave),
)
SILENT_CLASS = "silent_class"
_SILENT_SHARE = 0.001


def stories(seed: int, casting: Casting, terms: Sequence[tuple[int, int]]) -> list[Story]:
    """All stories about children; casting changes the households of some; `terms` are those of transfers (`transfers.py`)."""
    with_more: Mapping[str, Write] = {
        "unreachable_number": lambda story: daily.unreachable_number(story, casting.new_phone()),
        "transfer_overdue": lambda story: transfers.transfer_overdue(story, terms, casting.other_school(story.cast.child)),
    }
    written: list[Story] = []
    count = len(casting.pupils)
    for kind in KINDS:
        for place in range(1, max(1, round(kind.share * count)) + 1):
            name = f"{kind.name}-{place}"
            cast = casting.choose(kind.suits, kind.phones, kind.groups)
            story = Story(name, kind.name, kind.serious, cast, stream(seed, f"story:{name}"))
            write = kind.write or with_more[kind.name]
            write(story)
            written.append(story)
    return written


def silent_classes(chance: Random, classes: Sequence[SchoolClass], written: Sequence[Story]) -> list[SilentClass]:
    """Classes and days on which no story needs a roll call, so that nothing else changes."""
    needed: dict[tuple[str, int, int], set[int]] = {
        (each.school_code, each.grade, each.number): set() for each in classes if each.pupils
    }
    for story in written:
        needed[story.cast.child.class_key] |= story.days_needed()
    free = [(key, day) for key, days in needed.items() for day in range(2, LAST_PLAYED_DAY) if day not in days]
    count = max(1, round(_SILENT_SHARE * sum(each.pupils for each in classes)))
    return [
        SilentClass(f"{SILENT_CLASS}-{place}", key, homeroom_login(*key), day, say(chance, "silent"))
        for place, (key, day) in enumerate(chance.sample(free, count), start=1)
    ]
