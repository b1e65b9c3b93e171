"""Which stories a county of a given size lives through, and which children they happen to."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from services.contracts.codes import Session
from services.demo.county import aid_stories, daily, disputes, harm, list_stories, scripts, transfers
from services.demo.county.casting import Casting, Phones
from services.demo.county.chance import stream
from services.demo.county.pupils import Pupil
from services.demo.county.schools import School
from services.demo.county.story import Story

Write = Callable[[Story], None]
Suits = Callable[[Pupil], bool]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of story: `share` of all pupils, at least one child; `suits` says whom it happens to, where there is one.

    With `where` it happens at such schools only; with `on_free_days` no other story needs the class's lists of its days.
    """

    name: str
    share: float
    suits: Suits
    write: Write | None = None  # nothing: `stories` gives it more than the story
    serious: bool = False
    phones: Phones = "any"
    groups: tuple[tuple[str, ...], ...] = ()
    boards: bool = False
    where: Callable[[School], bool] | None = None
    on_free_days: bool = False

    @property
    def particular(self) -> bool:
        """Whether nobody else will do where no child suits."""
        return self.where is not None or self.on_free_days


def _from_grade(grade: int) -> Callable[[Pupil], bool]:
    return lambda pupil: pupil.grade >= grade


def _elder_girl(pupil: Pupil) -> bool:
    return pupil.grade >= 5 and pupil.sex == "female"


def _below_sixteen(pupil: Pupil) -> bool:
    return pupil.grade == 8  # all of them are 13 to 15 years old


def _teaching_point(school: School) -> bool:
    return bool(school.central_code)


def _calling_at(session: Session) -> Callable[[School], bool]:
    return lambda school: session in school.sessions


def _anybody(_: Pupil) -> bool:
    return True


_serious = partial(Kind, serious=True, phones="one")
_POOR = (("脱贫户",), ("监测户",), ("低保",))

# Invented shares: serious stories touch between 1.5 and 2 % of the pupils, ordinary ones about a tenth.
# Those that need a place of their own are cast first, while it has free children; those for whom any household will do last.
KINDS = (
    _serious("at_a_teaching_point", 0.0005, _anybody, scripts.suspected_then_back, where=_teaching_point),
    Kind("boarder_missed", 0.0015, _anybody, phones="one", where=_calling_at(Session.RETURN_DAY), boards=True),
    Kind("half_days", 0.003, _anybody, list_stories.half_days, phones="one", where=_calling_at(Session.AFTERNOON)),
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
    Kind("harm_reported", 0.0005, _anybody, harm.harm_reported, phones="one"),
    Kind("paper_list", 0.0005, _anybody, on_free_days=True),
)


def stories(seed: int, casting: Casting, terms: Sequence[tuple[int, int]], return_days: Sequence[int]) -> list[Story]:
    """All stories about children; casting changes the households of some; `terms` are those of transfers (`transfers.py`)."""
    written: list[Story] = []
    free = list_stories.free_days(written)
    with_more: Mapping[str, Write] = {
        "unreachable_number": lambda story: daily.unreachable_number(story, casting.new_phone()),
        "transfer_overdue": lambda story: transfers.transfer_overdue(story, terms, casting.other_school(story.cast.child)),
        "boarder_missed": lambda story: list_stories.boarder_missed(story, return_days),
        "paper_list": lambda story: list_stories.paper_list(story, free),
    }
    count = len(casting.pupils)
    for kind in KINDS:
        suits = _whom(kind, casting, free)
        for place in range(1, max(1, round(kind.share * count)) + 1):
            name = f"{kind.name}-{place}"
            cast = casting.choose(suits, kind.phones, kind.groups, boards=kind.boards, nobody_else=kind.particular)
            story = Story(name, kind.name, kind.serious, cast, stream(seed, f"story:{name}"))
            write = kind.write or with_more[kind.name]
            write(story)
            if Session.RETURN_DAY in casting.schools[cast.child.school_code].sessions:
                list_stories.expect_texts_of_return_days(story, return_days)
            written.append(story)
    return written


def _whom(kind: Kind, casting: Casting, free: list_stories.FreeDays) -> Suits:
    """Whom a kind happens to, by themselves, their school and the days that other stories leave to their class."""

    def suits(pupil: Pupil) -> bool:
        of_place = kind.where is None or kind.where(casting.schools[pupil.school_code])
        return of_place and kind.suits(pupil) and (not kind.on_free_days or bool(free(pupil.class_key)))

    return suits
