"""The lists of each played day as plain facts: which sessions are called, who is named, which classes send nothing then."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from services.contracts.codes import Session
from services.demo.county.lists import CALLED_AT, ClassKey, on_list, senders
from services.demo.county.officers import homeroom_login
from services.demo.county.schools import School, SchoolClass
from services.demo.county.story import Fact, SilentClass, Story


def class_fact(key: ClassKey) -> Fact:
    """How facts name a class."""
    school_code, grade, class_number = key
    return {"school_code": school_code, "grade": grade, "class_number": class_number}


class DayLists:
    """What the classes send, following from the stories; `return_days` are named by the school day after."""

    def __init__(
        self,
        schools: Mapping[str, School],
        opened: Sequence[SchoolClass],
        return_days: Mapping[int, date],
        written: Sequence[Story],
        silent: Sequence[SilentClass],
    ) -> None:
        self._senders = {
            key: senders(schools[key[0]], key) for key in ((each.school_code, each.grade, each.number) for each in opened)
        }
        self._return_days = return_days
        self._stories: defaultdict[ClassKey, list[Story]] = defaultdict(list)
        for story in written:
            self._stories[story.cast.child.class_key].append(story)
        on_paper = [story.silent for story in written if story.silent is not None]
        self._silent = [*on_paper, *silent]

    def classes(self) -> list[Fact]:
        """Each class with its homeroom teacher, and who sends its lists."""
        return [{**class_fact(key), "by": homeroom_login(*key), "sessions": by} for key, by in self._senders.items()]

    def called_on(self, day: int, on: date, session: Session) -> date | None:
        """The date on which a session of school day `day` is called, if it is."""
        return self._return_days.get(day) if session is Session.RETURN_DAY else on

    def of(self, day: int, on: date) -> list[Fact]:
        """The lists of one school day and of the return day before it (a class that is not named: all present)."""
        called = [(session, at) for session, at in CALLED_AT.items() if self.called_on(day, on, session) is not None]
        return [self._list(day, self.called_on(day, on, session) or on, session, at) for session, at in called]

    def _list(self, day: int, on: date, session: Session, at: str) -> Fact:
        asked = sorted(key for key, by in self._senders.items() if session in by)
        exceptions = {key: self._exceptions(key, day, session) for key in asked}
        return {
            "session": session,
            "on": on.isoformat(),
            "at": at,
            "roll_calls": [{**class_fact(key), "exceptions": named} for key, named in exceptions.items() if named],
            "silent": [class_fact(each.class_key) for each in self._silent if (each.day, each.session) == (day, session)],
        }

    def _exceptions(self, key: ClassKey, day: int, session: Session) -> list[Fact]:
        marked = [(story.cast.child.roll_number, on_list(story, day, session)) for story in self._stories[key]]
        return [{"roll_number": number, "mark": mark.mark, **mark.facts} for number, mark in marked if mark is not None]
