"""What the players know of the county before they begin: classes with who sends their lists, and the ids behind roll numbers.

Roll numbers stand on the paper in a teacher's hand; the registry answers the id, asked with a purpose.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from services.contracts.ids import class_id, school_year
from services.demo.stage import Fact, Stage, answered


@dataclass(frozen=True, order=True)
class ClassKey:
    """School, grade, number."""

    school_code: str
    grade: int
    number: int

    @classmethod
    def of(cls, fact: Fact) -> ClassKey:
        """The class that a fact of the truth names."""
        return cls(fact["school_code"], fact["grade"], fact["class_number"])

    def __str__(self) -> str:
        return f"class {self.grade}({self.number}) of {self.school_code}"


@dataclass(frozen=True)
class TaughtClass:
    """A class, and by session the login of who sends its lists."""

    key: ClassKey
    senders: Mapping[str, str]


class Roll:
    """Looks up ids; what it has looked up it remembers, and loses with the process.

    A child is looked up by its homeroom teacher, or by the bureau's officer named `by`.
    """

    def __init__(self, stage: Stage, truth: Fact, *, by: str | None = None) -> None:
        self._stage = stage
        self._by = by
        self._school_days: list[str] = truth["school_days"]
        self._year = school_year(date.fromisoformat(truth["first_day"]))
        self._teachers = {story["roll_number"]: story["homeroom"] for story in truth["stories"] if story["roll_number"]}
        self._pupil_ids: dict[str, str] = {}
        self._found: dict[tuple[str, ...], str] = {}
        self.classes = [TaughtClass(ClassKey.of(each), each["sessions"]) for each in truth["classes"]]
        self._lists = {(day["day"], listed["session"]): listed for day in truth["days"] for listed in day["lists"]}

    def class_id(self, key: ClassKey) -> str:
        """The class's id."""
        return class_id(key.school_code, self._year, key.grade, key.number)

    def school_day(self, number: int) -> str:
        """The date of a school day, counted from the first of the term."""
        return self._school_days[number - 1]

    def planned(self, day: int, session: str) -> Fact:
        """The lists of a session of a school day, as they were planted."""
        planted: Fact = self._lists[day, session]
        return planted

    def pupil_id(self, roll_number: str) -> str:
        """The child with a roll number."""
        if roll_number not in self._pupil_ids:
            client = self._stage.client(self._by or self._teachers[roll_number])
            asked = {"purpose": "casework" if self._by else "roll_call", "roll_number": roll_number}
            found = answered(client.post("/registry/persons:find", json=asked), "look-up by roll number")
            self._pupil_ids[roll_number] = found["pupil_id"]
        return self._pupil_ids[roll_number]

    def once(self, *names: str, look_up: Callable[[], str]) -> str:
        """An id or number that never changes once it is given (a story's case, a duty, an application), looked up once."""
        if names not in self._found:
            self._found[names] = look_up()
        return self._found[names]

    def guardians(self, roll_number: str) -> list[Fact]:
        """The child's guardians with their phones, in the order of the roster, asked for by its homeroom teacher."""
        client = self._stage.client(self._teachers[roll_number])
        asked = {"purpose": "contact_family", "pupil_ids": [self.pupil_id(roll_number)], "fields": ["phone"]}
        found = answered(client.post("/registry/persons:resolve", json=asked), "look-up of guardians")
        guardians: list[Fact] = found["persons"][0]["guardians"]
        return guardians
