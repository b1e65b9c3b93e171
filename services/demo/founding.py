"""Founding a demo county through the real import path: first account, the county's lists, schools, rosters – over HTTP.

Everything here may be done twice: a file that was imported changes nothing, a password that was set is on file.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import msgspec

from services.chassis.decider import COUNTY_TIME, derived_id
from services.demo.accounts import ADMINISTRATOR, FIRST_LOGIN
from services.demo.player.timetable import instant
from services.demo.stage import Fact, Refused, Stage, answered

Progress = Callable[[str, int, int], None]
"""What is being done, how much of it is done, how much there is."""

FOUNDED_AT = time(9)
"""When on the working day before the first school day the lists are imported."""

OPENS_AT = time(7)
"""When the first school day begins for the player; a county whose clock has come so far is founded."""

CLERK = "bureau_clerk"
PARENT = "parent_representative"


@dataclass(frozen=True)
class CountyDirectory:
    """The files of a generated county, by what they are."""

    path: Path

    @property
    def _truth(self) -> Path:
        return self.path / "truth" / "truth.json"

    @property
    def rosters(self) -> list[Path]:
        """One a school."""
        return sorted((self.path / "rosters").iterdir())

    def is_whole(self) -> bool:
        """Whether all files were written: the truth is written last."""
        return self._truth.exists()

    def truth(self) -> Fact:
        """What was planted."""
        read: Fact = msgspec.json.decode(self._truth.read_bytes())
        return read


def demo_start(first_day: date) -> datetime:
    """From when a demo's clock runs: the morning before the first school day."""
    return datetime.combine(first_day - timedelta(days=1), FOUNDED_AT, COUNTY_TIME).astimezone(UTC)


def useful_logins(truth: Fact) -> list[str]:
    """The accounts that a visitor should find first: the county's, then all who have to do with one child's whole way."""
    county = ["bureau_lead", "bureau_clerk"]
    child = featured_story(truth)
    around = dict.fromkeys(act["by"] for act in child["acts"] if act["by"] not in county)
    departments = [duty["department"] for duty in child["expected"]["duties"] if duty["department"] != "township"]
    rest = ["public_security", "civil_affairs", "human_resources", "county_leader", "aid_officer", ADMINISTRATOR]
    return list(dict.fromkeys([*county, *sorted(around, key=_by_role), *departments, *rest]))


_ROLES = ("principal", "homeroom", "township_officer", "village_cadre", "aid_officer")


def _by_role(login: str) -> tuple[int, str]:
    role = login.partition(".")[0]
    return (_ROLES.index(role) if role in _ROLES else len(_ROLES), login)


def featured_story(truth: Fact) -> Fact:
    """One child whose way goes through everything: from the empty desk to the closing, with duties and aid."""
    children: list[Fact] = [story for story in truth["stories"] if story["roll_number"]]
    return max(children, key=lambda story: (story["expected"]["case"] == "closed", len(story["acts"])))


def is_founded(stage: Stage, truth: Fact) -> bool:
    """Whether the county's clock was moved out of the day of founding."""
    return stage.moved_to() >= opening(truth)


def found_county(stage: Stage, county: CountyDirectory, progress: Progress | None = None) -> None:
    """Import the county and open its first school day; raises Refused where the house does not take a file."""
    tell = progress or (lambda _what, _done, _all: None)
    truth = county.truth()
    files: Sequence[tuple[str, Path]] = (
        ("bodies", county.path / "bodies.csv"),
        ("officers", county.path / "officers.xlsx"),
        ("calendar_government", county.path / "calendar-government.csv"),
        ("calendar_school", county.path / "calendar-school.csv"),
    )
    for done, (kind, path) in enumerate(files):
        tell(kind, done, len(files))
        _upload(stage, FIRST_LOGIN, "/identity/imports", path, kind=kind)
        stage.settle()
    _import_into_registry(stage, county.path / "schools.xlsx", kind="schools")
    for done, path in enumerate(county.rosters):
        tell("rosters", done, len(county.rosters))
        _import_into_registry(stage, path, kind="roster", school_code=path.stem)
    tell("accounts", 0, 1)
    stage.sign_in(sorted({CLERK, *useful_logins(truth), *_senders(truth), *_parents(truth)}))
    stage.advance(opening(truth))


def _senders(truth: Fact) -> set[str]:
    """Who sends the lists of the classes."""
    return {login for each in truth["classes"] for login in each["sessions"].values()}


def _parents(truth: Fact) -> set[str]:
    """Parents who go along on visits: they act in nothing, and whoever checks what they see is to find them signed in."""
    acts = [act for story in truth["stories"] for act in story["acts"]]
    return {login for act in acts for login in act.get("visitors", ()) if login.startswith(PARENT)}


def opening(truth: Fact) -> datetime:
    """When the first school day begins."""
    return instant(date.fromisoformat(truth["first_day"]), OPENS_AT.isoformat("minutes"))


def _import_into_registry(stage: Stage, path: Path, **form: str) -> None:
    staged = _upload(stage, CLERK, "/registry/imports", path, **form)
    stage.settle()
    where = f"import of {path.name}"
    outcome = answered(stage.client(CLERK).get(f"/registry/imports/{staged['import_id']}"), where)
    if outcome["status"] != "completed":
        raise Refused(where, outcome["status"], f"{outcome.get('errors', 0)} rows are not in the accepted form")


def _upload(stage: Stage, login: str, path: str, file: Path, **form: str) -> Any:
    content = file.read_bytes()
    response = stage.client(login).post(
        path,
        files={"file": (file.name, content)},
        data=form,
        headers={"Idempotency-Key": derived_id("demo", "import", path, file.name)},
    )
    return answered(response, f"import of {file.name}")
