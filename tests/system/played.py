"""A small county that has lived its 30 school days, in which people typed one child's personal data wherever they could type."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
from python_calamine import CalamineWorkbook

from services.chassis.logs import configure_logs
from services.contracts.codes import Department
from services.demo.founding import CountyDirectory
from services.demo.performance import COUNTY_DIRECTORY, on_stage, perform, prepare
from services.embedded import House
from tests.demo.played import quickly

PUPILS = 60
SEED = 7
STORY = "hardship_returns-1"
TYPED = frozenset(
    {
        "note", "evidence", "answer", "letter", "text", "parents_words", "childs_words", "policy_explained", "next_step",
        "study", "life", "psychology", "attendance", "place", "employer",
    }
)  # fmt: skip
"""The fields of the planted acts that hold what people type (`letter` becomes a file's name)."""

ANSWERED_WITH_A_FILE = "decide_relief"
"""The duty of the canary's story whose answer comes with a scan, named by whoever has saved it."""

PERSONAL = ("姓名", "证件号码", "户籍地址", "现住地址", "监护人1姓名", "监护人1电话", "监护人1证件号")


@dataclass
class Played:
    """The county after its days: where its data are, what was typed, what was logged, the house at rest."""

    data: Path
    county: CountyDirectory
    canary: Mapping[str, str]
    roll_number: str
    house: House
    logs: io.StringIO = field(default_factory=io.StringIO)

    def story(self) -> dict[str, Any]:
        """The canary's story."""
        return next(story for story in self.county.truth()["stories"] if story["id"] == STORY)


def roster_row(county: CountyDirectory, roll_number: str) -> dict[str, str]:
    """The child's row in the school's list, by column."""
    for path in county.rosters:
        if path.suffix == ".csv":
            rows = [line.split(",") for line in path.read_text(encoding="gb18030").splitlines()]
        else:
            rows = [[str(cell) for cell in row] for row in CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()]
        for row in rows[1:]:
            if roll_number in row:
                return dict(zip(rows[0], row, strict=False))
    raise LookupError("the roster does not have the child")


def mark(act: str, field: str) -> str:
    """What stands behind the words that were typed into a field of an act, to be found again where they are read."""
    return f"〔{act}.{field}〕"


def type_into(act: dict[str, Any], typed: str) -> None:
    """Let people type it into every text of an act, and into the name of the file that one of them sends."""
    if act["act"] == "complete_duty" and act["kind"] == ANSWERED_WITH_A_FILE:
        act["letter"] = "回函"
    for name in TYPED & act.keys():
        act[name] = f"{act[name]} {typed}{mark(act['act'], name)}"
    for measure in act.get("measures", ()):
        measure["text"] = f"{measure['text']} {typed}{mark(act['act'], 'measures')}"
    if "letter" in act:
        act["letter"] += ".pdf"


def let_report(story: dict[str, Any], day: dict[str, Any], police: str) -> None:
    """In the evening of the last day the child's teacher makes a mandatory report about it, and the police answer."""
    on = {"day": day["day"], "on": day["on"]}
    acts = (
        {"at": "20:00", "act": "report_harm", "by": story["homeroom"], "sign": "abuse", "text": "报告"},
        {"at": "20:10", "act": "acknowledge_report", "by": police},
        {"at": "20:20", "act": "answer_report", "by": police, "hold": False, "text": "答复"},
    )
    story["acts"] += [{**on, **act} for act in acts]
    turns = ("MandatoryReportOpened abuse", "MandatoryReportAcknowledged", "MandatoryReportAnswered false")
    story["expected"]["turns"] += [{**on, "turn": turn} for turn in turns]


@contextmanager
def played(data: Path) -> Iterator[Played]:
    """Generate, let the canary's data be typed into every text of its story, found, play 30 days."""
    county = prepare(data, seed=SEED, pupils=PUPILS)
    truth = county.truth()
    story = next(story for story in truth["stories"] if story["id"] == STORY)
    row = roster_row(county, story["roll_number"])
    canary = {column: row[column] for column in PERSONAL if len(row.get(column, "")) > 1}
    typed = "，".join(canary.values())
    let_report(story, truth["days"][-1], Department.PUBLIC_SECURITY)
    for act in story["acts"]:
        type_into(act, typed)
    (county.path / "truth" / "truth.json").write_bytes(msgspec.json.encode(truth))
    quickly()
    logs = io.StringIO()
    configure_logs("info", logs)
    house = House(data)
    try:
        county_as_typed = CountyDirectory(data / COUNTY_DIRECTORY)
        with on_stage(house, county_as_typed) as stage:
            perform(stage, county_as_typed)
        yield Played(data, county, canary, story["roll_number"], house, logs)
    finally:
        house.stop()
