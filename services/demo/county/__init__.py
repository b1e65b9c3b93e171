"""The generator of the invented county: the files that a county really has, and beside them the truth that it planted.

Everything here is invented: the county's division code is given to no place, its phone numbers to no carrier. The same
seed, size and first day give the same files, byte for byte, under the same version of `chinesecalendar`.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from services.chassis.spreadsheets.writing import write_csv, write_workbook
from services.demo.county import (
    broken,
    calendars,
    list_stories,
    lists,
    officers,
    places,
    roll_call_example,
    rosters,
    schools,
    stories,
    tables,
)
from services.demo.county import pupils as enrolment
from services.demo.county.casting import Casting, CountyTooSmall
from services.demo.county.chance import stream
from services.demo.county.day_lists import DayLists
from services.demo.county.households import Papers
from services.demo.county.story import LAST_PLAYED_DAY
from services.demo.county.transfers import transfer_terms
from services.demo.county.truth import truth

__all__ = ["FOLDERS", "CountyFiles", "CountyTooSmall", "ForeignRosters", "TermTooShort", "files_in", "generate", "may_be_roster"]

FOLDERS = ("rosters", "broken", "truth")
CSV_EVERY = 4  # one school in four sends CSV in GB18030 instead of a workbook
ROSTER_SHEET = "学生名册"


class TermTooShort(ValueError):
    """The term that begins on this day does not have the school days that the stories need."""


class ForeignRosters(ValueError):
    """The directory holds rosters of another county; importing it would mix the two."""


@dataclass(frozen=True, slots=True)
class CountyFiles:
    """Where everything was written; `truth` is written last, so that it exists only beside a whole county."""

    directory: Path
    bodies: Path
    schools: Path
    officers: Path
    rosters: tuple[Path, ...]
    calendar_government: Path
    calendar_school: Path
    roll_call_example: Path
    broken: tuple[Path, ...]
    truth: Path

    @property
    def paths(self) -> tuple[Path, ...]:
        """All of them."""
        tables = (self.bodies, self.schools, self.officers, self.calendar_government, self.calendar_school, self.roll_call_example)
        return (*tables, *self.rosters, *self.broken, self.truth)


def generate(directory: Path, *, seed: int, pupils: int, first_day: date) -> CountyFiles:
    """Writes a county with exactly this many pupils, whose autumn term begins on the first working day from `first_day`.

    Raises `TermTooShort`, `CountyTooSmall` or `ForeignRosters`.
    """
    calendar = calendars.school_calendar(first_day)
    school_days = [day.on for day in calendar if day.taught]
    if len(school_days) < LAST_PLAYED_DAY:
        raise TermTooShort(f"{len(school_days)} school days, at least {LAST_PLAYED_DAY} are needed")
    townships = places.townships(stream(seed, "places"), pupils=pupils)
    founded = schools.schools(townships)
    opened = schools.classes(founded, pupils=pupils, first_day=first_day)
    appointed = officers.officers(stream(seed, "officers"), townships, founded, opened, first_day=first_day)
    papers = Papers(stream(seed, "papers"))
    admission = enrolment.admit_all(stream(seed, "pupils"), papers, founded, opened, townships, first_day=first_day)
    casting = Casting(stream(seed, "casting"), papers, admission, founded, last_day=school_days[LAST_PLAYED_DAY - 1])
    government = calendars.government_days(first_day)
    come_back = lists.return_days(school_days[:LAST_PLAYED_DAY])
    written = stories.stories(seed, casting, transfer_terms(government, school_days), [*come_back])
    silent = [
        *list_stories.silent_classes(stream(seed, "silent classes"), opened, written),
        list_stories.silent_return_day(stream(seed, "silent return day"), opened, casting.schools, [*come_back], written),
    ]
    spoilt = broken.broken_roster(stream(seed, "broken"), papers, founded[0], townships[0], first_day=first_day)

    county = _paths(directory, founded)
    write_csv(county.bodies, tables.bodies(officers.bodies(townships, founded)))
    sheets = {"学校": tables.schools(founded), "班级": tables.classes(opened, appointed)}
    write_workbook(county.schools, sheets)
    write_workbook(county.officers, {"人员": tables.officers(appointed)})
    _write_rosters(county.rosters, casting)
    write_csv(county.calendar_government, tables.government_calendar(government))
    write_csv(county.calendar_school, tables.school_calendar(calendar))
    write_workbook(county.broken[0], {ROSTER_SHEET: [rosters.HEADERS, *spoilt.rows]})
    write_csv(county.broken[1], [rosters.HEADERS, *spoilt.as_text()])
    told_of = {story.cast.child.roll_number for story in written}
    next_morning = school_days[min(LAST_PLAYED_DAY, len(school_days) - 1)]
    write_csv(county.roll_call_example, roll_call_example.rows(next_morning, casting.pupils, told_of))
    day_lists = DayLists(casting.schools, opened, come_back, written, silent)
    planted = truth(seed, pupils, school_days, day_lists, written, silent)
    sixteen = [{"roll_number": each.roll_number, "on": each.sixteen_on.isoformat()} for each in casting.of_age]
    _write_json(county.truth, {**planted, "sixteen": sixteen, "broken": spoilt.facts([path.name for path in county.broken])})
    return county


def _paths(directory: Path, founded: Sequence[schools.School]) -> CountyFiles:
    """The places of all files; takes away the mark of a whole county until everything is written."""
    for folder in FOLDERS:
        (directory / folder).mkdir(parents=True, exist_ok=True)
    names = [f"{school.code}{_form(place)}" for place, school in enumerate(founded)]
    county = files_in(directory, names)
    if set((directory / "rosters").iterdir()) - set(county.rosters):
        raise ForeignRosters(f"{directory} holds rosters that are not of this county; choose an empty directory")
    county.truth.unlink(missing_ok=True)
    return county


def _form(place: int) -> str:
    return ".csv" if place % CSV_EVERY == CSV_EVERY - 1 else ".xlsx"


def may_be_roster(name: str) -> bool:
    """Whether a file in the folder of rosters has the name of one that was generated."""
    stem, form = Path(name).stem, Path(name).suffix
    return form in (".csv", ".xlsx") and schools.may_be_code(stem)


def files_in(directory: Path, roster_names: Iterable[str]) -> CountyFiles:
    """The places of all files of a county in a directory; its rosters go by the names of its schools."""
    return CountyFiles(
        directory=directory,
        bodies=directory / "bodies.csv",
        schools=directory / "schools.xlsx",
        officers=directory / "officers.xlsx",
        rosters=tuple(directory / "rosters" / name for name in roster_names),
        calendar_government=directory / "calendar-government.csv",
        calendar_school=directory / "calendar-school.csv",
        roll_call_example=directory / "rollcall-example.csv",
        broken=(directory / "broken" / "roster-with-errors.xlsx", directory / "broken" / "roster-with-errors.csv"),
        truth=directory / "truth" / "truth.json",
    )


def _write_rosters(paths: Sequence[Path], casting: Casting) -> None:
    rows: defaultdict[str, list[list[str]]] = defaultdict(list)
    for pupil in casting.pupils:
        rows[pupil.school_code].append(rosters.row(pupil, casting.households[pupil.household]))
    for path in paths:
        table = [rosters.HEADERS, *rows[path.stem]]
        if path.suffix == ".csv":
            write_csv(path, table, encoding="gb18030")
        else:
            write_workbook(path, {ROSTER_SHEET: table})


def _write_json(path: Path, content: Mapping[str, object]) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
