"""The invented county: repeatable, valid, nowhere on the map, and its truth agrees with its files and with itself."""

import csv
import hashlib
import json
import os
import subprocess
import sys
import time
import zipfile
from collections import Counter, defaultdict
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from services.contracts import codes
from services.contracts import identity_numbers as numbers
from services.demo.county import CountyFiles, CountyTooSmall, ForeignRosters, TermTooShort, generate
from services.demo.county.rosters import HEADERS
from services.demo.county.stories import KINDS

FIRST_DAY = date(2026, 9, 1)
REAL_DIVISIONS = Path("/work/shared/data/divisions")
INVENTED_PREFIX = "57"
ROLL_CALL_AT = "08:20"

Row = dict[str, Any]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> CountyFiles:
    return generate(tmp_path_factory.mktemp("small"), seed=1, pupils=60, first_day=FIRST_DAY)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> CountyFiles:
    return generate(tmp_path_factory.mktemp("large"), seed=1, pupils=2000, first_day=FIRST_DAY)


@pytest.fixture(params=["small", "large"])
def county(request: pytest.FixtureRequest) -> CountyFiles:
    files = request.getfixturevalue(request.param)
    assert isinstance(files, CountyFiles)
    return files


def csv_rows(path: Path, encoding: str = "utf-8-sig") -> list[Row]:
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file))


def sheet_rows(path: Path, sheet: str) -> list[Row]:
    headers, *rows = CalamineWorkbook.from_path(path).get_sheet_by_name(sheet).to_python()
    return [dict(zip(map(str, headers), row, strict=True)) for row in rows]


def roster(path: Path) -> list[Row]:
    return csv_rows(path, "gb18030") if path.suffix == ".csv" else sheet_rows(path, "学生名册")


def pupils(county: CountyFiles) -> list[Row]:
    return [{**row, "学校代码": path.stem} for path in county.rosters for row in roster(path)]


def truth(county: CountyFiles) -> Any:
    return json.loads(county.truth.read_text(encoding="utf-8"))


def child_stories(county: CountyFiles) -> list[Any]:
    return [story for story in truth(county)["stories"] if story["roll_number"]]


def digests(directory: Path) -> dict[str, str]:
    return {
        str(path.relative_to(directory)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(directory.rglob("*"))
        if path.is_file()
    }


# --- the files --------------------------------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_bytes_in_another_process_and_time_zone(small: CountyFiles, tmp_path: Path) -> None:
    program = (
        "import sys; from datetime import date; from pathlib import Path; from services.demo.county import generate;"
        "generate(Path(sys.argv[1]), seed=1, pupils=60, first_day=date(2026, 9, 1))"
    )
    elsewhere = {**os.environ, "PYTHONHASHSEED": "77", "TZ": "America/Lima", "LC_ALL": "C"}
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=True, env=elsewhere)  # noqa: S603 - ourselves
    assert digests(tmp_path) == digests(small.directory)


def test_a_workbook_does_not_say_when_it_was_made(small: CountyFiles) -> None:
    for path in (small.schools, small.officers, small.broken[0]):
        with zipfile.ZipFile(path) as parts:
            assert b"2026-01-01T00:00:00Z" in parts.read("docProps/core.xml")
            assert {part.date_time for part in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_generation_that_was_broken_off_is_taken_up_by_the_next(small: CountyFiles, tmp_path: Path) -> None:
    (tmp_path / "bodies.csv").write_text("half")
    (tmp_path / "rosters").mkdir()
    (tmp_path / "rosters" / small.rosters[0].name).write_text("half")
    generate(tmp_path, seed=1, pupils=60, first_day=FIRST_DAY)
    assert digests(tmp_path) == digests(small.directory)


def test_another_seed_gives_other_pupils_and_officers_in_files_of_the_same_names(small: CountyFiles, tmp_path: Path) -> None:
    other = generate(tmp_path, seed=2, pupils=60, first_day=FIRST_DAY)
    one, two = digests(small.directory), digests(other.directory)
    assert one.keys() == two.keys()
    same = {name for name in one if one[name] == two[name]}
    assert same == {"calendar-government.csv", "calendar-school.csv"}


def test_a_roll_call_to_bring_in_is_of_the_morning_after_the_played_days_and_of_a_child_without_a_story(
    county: CountyFiles,
) -> None:
    (row,) = csv_rows(county.roll_call_example)
    planted = truth(county)
    assert row["日期"] == next(day for day in planted["school_days"] if day > planted["days"][-1]["on"])
    assert row["学籍号"] not in {story["roll_number"] for story in planted["stories"]}
    (pupil,) = [pupil for pupil in pupils(county) if pupil["学籍号"] == row["学籍号"]]
    assert all(pupil[column] == row[column] for column in ("学校代码", "年级", "班号"))
    assert (row["场次"], row["情况"]) == ("上午", "缺勤")


def test_two_thousand_pupils_are_written_in_less_than_five_seconds(tmp_path: Path) -> None:
    begun = time.monotonic()
    generate(tmp_path, seed=3, pupils=2000, first_day=FIRST_DAY)
    assert time.monotonic() - begun < 5


def test_rosters_of_another_county_are_not_mixed_in(tmp_path: Path) -> None:
    (tmp_path / "rosters").mkdir()
    (tmp_path / "rosters" / "9999999999.xlsx").touch()
    with pytest.raises(ForeignRosters):
        generate(tmp_path, seed=1, pupils=60, first_day=FIRST_DAY)


def test_a_term_without_enough_school_days_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TermTooShort):
        generate(tmp_path, seed=1, pupils=60, first_day=date(2026, 12, 20))


def test_a_county_without_enough_children_for_the_stories_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CountyTooSmall):
        generate(tmp_path, seed=1, pupils=12, first_day=FIRST_DAY)


@pytest.mark.parametrize(("count", "seed"), [(40, 5), (61, 6), (137, 7), (700, 8)])
def test_there_are_exactly_as_many_pupils_as_asked_for(count: int, seed: int, tmp_path: Path) -> None:
    county = generate(tmp_path, seed=seed, pupils=count, first_day=FIRST_DAY)
    assert len(pupils(county)) == count == truth(county)["pupils"]


def test_every_cell_is_text_and_the_headers_are_the_agreed_ones(county: CountyFiles) -> None:
    for path in county.rosters:
        rows = roster(path)
        assert rows
        assert list(rows[0]) == list(HEADERS)
        assert all(isinstance(cell, str) for row in rows for cell in row.values())
    for path, sheet in ((county.schools, "学校"), (county.schools, "班级"), (county.officers, "人员")):
        assert all(isinstance(cell, str) for row in sheet_rows(path, sheet) for cell in row.values())


def test_about_every_fourth_school_sends_csv_in_gb18030(county: CountyFiles) -> None:
    as_csv = [path for path in county.rosters if path.suffix == ".csv"]
    assert len(as_csv) == len(county.rosters) // 4 >= 1
    for path in as_csv:
        assert not path.read_bytes().startswith(b"\xef\xbb\xbf")
        with pytest.raises(UnicodeDecodeError):
            path.read_text(encoding="utf-8")


# --- numbers, names and places ----------------------------------------------------------------------------------------


def test_every_number_is_well_formed_and_agrees_with_what_stands_beside_it(county: CountyFiles) -> None:
    for row in pupils(county):
        sex: numbers.Sex = "male" if row["性别"] == "男" else "female"
        born_on = date.fromisoformat(row["出生日期"])
        numbers.person_name(row["姓名"])
        if row["学籍号"]:
            numbers.roll_number(row["学籍号"])
        if row["证件类型"] in ("居民身份证", "港澳台居民居住证"):
            paper = numbers.resident_id(row["证件号码"])
            assert numbers.disagreements(paper, sex=sex, born_on=born_on) == ()
        elif row["证件类型"] == "护照":
            numbers.passport_number(row["证件号码"])
        else:
            assert (row["证件类型"], row["证件号码"]) == ("无", "")
        for guardian in ("监护人1", "监护人2"):
            if row[f"{guardian}电话"]:
                numbers.phone(row[f"{guardian}电话"])
            if row[f"{guardian}证件号"]:
                assert born_on - numbers.resident_id(row[f"{guardian}证件号"]).born_on > timedelta(days=18 * 365)
        assert numbers.division_code(row["现住区划"]).level == numbers.division_code(row["户籍区划"]).level == "village"


def test_no_number_is_given_to_two_pupils(county: CountyFiles) -> None:
    for column in ("学籍号", "证件号码"):
        given = Counter(row[column] for row in pupils(county) if row[column])
        assert max(given.values()) == 1


def test_no_code_or_phone_could_belong_to_anybody(county: CountyFiles) -> None:
    for row in pupils(county):
        divisions = [row["现住区划"], row["户籍区划"], *(row[f"监护人{place}证件号"] for place in (1, 2))]
        if row["证件类型"] == "居民身份证":
            divisions.append(row["证件号码"])
        assert all(code.startswith(INVENTED_PREFIX) for code in divisions if code)
        phones = [row["监护人1电话"], row["监护人2电话"]]
        assert all(phone.startswith(("154", "0880-")) for phone in phones if phone)
    for body in csv_rows(county.bodies):
        assert body["区划代码"].startswith(INVENTED_PREFIX)


@pytest.mark.skipif(not REAL_DIVISIONS.is_dir(), reason="the list of real divisions is not on this machine")
def test_neither_code_nor_name_is_one_of_a_real_county_or_township(large: CountyFiles) -> None:
    real = csv_rows(REAL_DIVISIONS / "counties.csv", "utf-8") + csv_rows(REAL_DIVISIONS / "townships.csv", "utf-8")
    assert len(real) > 40_000
    assert not any(row["code"].startswith(INVENTED_PREFIX) for row in real)
    names = {row["name"] for row in real}
    invented = {"云岫县", "霜桥县"} | {
        body["单位名称"].removesuffix("人民政府") for body in csv_rows(large.bodies) if body["类型"] == "乡镇"
    }
    assert not invented & names


def test_the_county_has_every_form_of_paper_name_phone_and_family(large: CountyFiles) -> None:
    rows = pupils(large)
    assert {row["民族"] for row in rows} == {"汉族", "彝族", "苗族", "藏族", "维吾尔族"}
    assert any("·" in row["姓名"] for row in rows)
    assert any(ord(character) > 0xFFFF for row in rows for character in row["姓名"])
    assert {row["学籍号"][:1] for row in rows} == {"G", "J", "L", ""}
    assert {row["证件类型"] for row in rows} == {"居民身份证", "港澳台居民居住证", "护照", "无"}
    assert {row["监护人1电话"][:1] for row in rows} == {"1", "0", ""}
    assert any(not row["监护人2姓名"] for row in rows)
    groups = {group for row in rows for group in row["困难类别"].split("、")}
    assert groups == {"", "脱贫户", "监测户", "低保", "特困", "孤儿", "事实无人抚养", "残疾", "留守", "随迁"}
    carers = [row for row in rows if row["实际照料人"] not in (row["监护人1姓名"], row["监护人2姓名"])]
    assert carers


def test_even_a_small_county_has_the_papers_that_make_trouble(small: CountyFiles) -> None:
    rows = pupils(small)
    assert any(not row["证件号码"] for row in rows)
    assert any(row["学籍号"].startswith("L") for row in rows)
    assert any(row["监护人1电话"].startswith("0") for row in rows)
    assert any(ord(character) > 0xFFFF for row in rows for character in row["姓名"])


def test_brothers_and_sisters_share_their_guardians(large: CountyFiles) -> None:
    families: defaultdict[str, list[Row]] = defaultdict(list)
    for row in pupils(large):
        if row["监护人1证件号"]:
            families[row["监护人1证件号"]].append(row)
    siblings = [family for family in families.values() if len(family) > 1]
    assert len(siblings) > 100
    for family in siblings:
        shared = [column for column in HEADERS if column.startswith("监护人")] + ["现住地址", "民族"]
        assert len({tuple(row[column] for column in shared) for row in family}) == 1
        assert len({row["年级"] for row in family}) == len(family) <= 3


# --- schools, officers, calendars -------------------------------------------------------------------------------------


def test_every_pupil_sits_in_a_class_that_the_school_list_knows(county: CountyFiles) -> None:
    classes = sheet_rows(county.schools, "班级")
    known = {(row["学校代码"], row["年级"], row["班号"]) for row in classes}
    seated = {(row["学校代码"], row["年级"], row["班号"]) for row in pupils(county)}
    assert seated == known
    assert len(classes) == len(known)


def test_schools_classes_and_bodies_name_each_other_rightly(county: CountyFiles) -> None:
    schools = sheet_rows(county.schools, "学校")
    known = [numbers.school_code(row["学校代码"]) for row in schools]
    assert {path.stem for path in county.rosters} == set(known)
    bodies = csv_rows(county.bodies)
    assert [row["单位代码"] for row in bodies if row["类型"] == "学校"] == known
    seen = {""}
    for body in bodies:
        assert body["上级单位代码"] in seen  # whoever reads line by line knows the superior already
        seen.add(body["单位代码"])
    for school in schools:
        assert (school["办学类型"] == "教学点") == bool(school["中心校代码"])
        assert school["中心校代码"] in (*known, "")


def test_every_office_that_the_stories_need_is_filled_once(county: CountyFiles) -> None:
    officers = sheet_rows(county.officers, "人员")
    bodies = csv_rows(county.bodies)
    held = Counter((row["单位代码"], row["角色"]) for row in officers if row["角色"] != "teacher" and not row["班号"])
    assert max(held.values()) == 1
    assert len({row["工号"] for row in officers}) == len({row["登录名"] for row in officers}) == len(officers)
    offices = {
        "学校": {"roll_administrator", "aid_officer"},
        "乡镇": {"township_officer"},
        "村": {"village_cadre"},
        "部门": {"department_officer"},
        "教育局": {"bureau_lead", "bureau_clerk", "aid_officer", "account_admin", "county_leader"},
    }
    for body in bodies:
        assert {(body["单位代码"], role) for role in offices[body["类型"]]} <= held.keys()
    homerooms = {row["工号"]: row for row in officers if row["角色"] == "homeroom_teacher"}
    classes = sheet_rows(county.schools, "班级")
    assert len(homerooms) == len(classes)
    for each in classes:
        teacher = homerooms[each["班主任工号"]]
        assert (teacher["单位代码"], teacher["年级"], teacher["班号"]) == (each["学校代码"], each["年级"], each["班号"])
    assert all(date.fromisoformat(row["任职开始"]) < FIRST_DAY for row in officers)


def test_the_two_calendars_are_whole_know_make_up_days_and_differ(small: CountyFiles) -> None:
    government = {date.fromisoformat(row["日期"]): row for row in csv_rows(small.calendar_government)}
    school = {date.fromisoformat(row["日期"]): row for row in csv_rows(small.calendar_school)}
    assert list(government) == [date(2026, 1, 1) + timedelta(days=past) for past in range(730)]
    assert list(school) == [FIRST_DAY + timedelta(days=past) for past in range(153)]
    assert government[date(2026, 9, 20)]["类型"] == "工作日"  # a Sunday
    assert school[date(2026, 9, 20)]["类型"] == "上课"
    assert {school[date(2026, 10, day)]["类型"] for day in range(1, 8)} == {"放假"}
    assert all(government[day]["类型"] == "工作日" for day, row in school.items() if row["类型"] == "上课")
    closed = [row for row in school.values() if row["类型"] == "放假"]
    offices_open = [row for row in closed if government[date.fromisoformat(row["日期"])]["类型"] == "工作日"]
    assert {row["名称"] for row in offices_open} == {"火塘节", "寒假"}
    assert government[date(2027, 3, 1)]["名称"] == "暂定"
    taught = [day.isoformat() for day, row in school.items() if row["类型"] == "上课"]
    assert taught == truth(small)["school_days"]


def test_a_year_that_the_library_does_not_know_falls_back_to_weekdays(tmp_path: Path) -> None:
    county = generate(tmp_path, seed=1, pupils=60, first_day=date(2040, 9, 1))
    days = csv_rows(county.calendar_government)
    assert {row["名称"] for row in days} == {"暂定"}
    assert all((row["类型"] == "工作日") == (date.fromisoformat(row["日期"]).weekday() < 5) for row in days)


def working_days(county: CountyFiles) -> list[date]:
    return [date.fromisoformat(row["日期"]) for row in csv_rows(county.calendar_government) if row["类型"] == "工作日"]


def after(works: list[date], on: date, count: int) -> date:
    """The last day of a term of working days."""
    return [day for day in works if day > on][count - 1]


# --- the truth --------------------------------------------------------------------------------------------------------


def test_every_kind_of_story_happens_and_no_child_is_in_two(county: CountyFiles) -> None:
    planted = truth(county)
    assert set(planted["totals"]["kinds"]) == {kind.name for kind in KINDS} | {"silent_class", "silent_return_day"}
    children = [story["roll_number"] for story in child_stories(county)]
    assert len(children) == len(set(children)) == planted["totals"]["children"]


def test_serious_stories_touch_one_and_a_half_to_two_percent_of_a_large_county(large: CountyFiles) -> None:
    assert 0.015 <= truth(large)["totals"]["serious"] / 2000 <= 0.02


def test_every_child_of_a_story_sits_where_the_truth_says(county: CountyFiles) -> None:
    seats = {row["学籍号"]: row for row in pupils(county)}
    for story in child_stories(county):
        row = seats[story["roll_number"]]
        assert (row["学校代码"], row["年级"], row["班号"]) == (
            story["school_code"],
            str(story["grade"]),
            str(story["class_number"]),
        )
        phones = {row["监护人1电话"], row["监护人2电话"]}
        assert story["gateway"] is None or story["gateway"]["phone"] in phones


def test_whoever_acts_is_an_officer_and_acts_in_order_on_a_played_school_day(county: CountyFiles) -> None:
    planted = truth(county)
    logins = {row["登录名"] for row in sheet_rows(county.officers, "人员")}
    for story in planted["stories"]:
        assert story["homeroom"] in logins
        acts = story.get("acts", [])
        assert [(act["day"], act["at"]) for act in acts] == sorted((act["day"], act["at"]) for act in acts)
        for act in acts:
            assert {act["by"], *act.get("officers", {}).values(), *act.get("visitors", []), *act.get("members", [])} <= logins
            assert act["on"] == planted["school_days"][act["day"] - 1]
            assert 1 <= act["day"] <= planted["last_played_day"]
            assert ROLL_CALL_AT < act["at"] < "21:00"


def test_the_expected_ledgers_follow_from_the_marks_by_the_countys_rule(county: CountyFiles) -> None:
    """Counted again, from marks alone: six missed days in a row make suspected, presence before dropout lifts.

    Who has not come since the term began is suspected when the registration window closes, on the third day. Of a child whose
    transfer is in flight nothing follows from the marks: it is suspected when the term has passed.
    """
    planted = truth(county)
    last_day, school_days = planted["last_played_day"], planted["school_days"]
    works = working_days(county)
    for story in child_stories(county):
        withdrawn = {act["day"] for act in story["acts"] if act["act"] == "correct_roll_call"}
        missed = {mark["day"] for mark in story["marks"] if mark["mark"] == "absent" and not mark["only"]} - withdrawn
        confirmed = {act["day"] for act in story["acts"] if act["act"] == "confirm_dropout"}
        closed = {act["day"] for act in story["acts"] if act["act"] == "approve_closing"}
        let_go = [date.fromisoformat(act["on"]) for act in story["acts"] if act["act"] == "start_transfer"]
        overdue = {(after(works, on, 20) + timedelta(days=1)).isoformat() for on in let_go}
        missed = set() if let_go else missed
        ledger, in_a_row, moves = "school_age", 0, []
        for day in range(1, last_day + 1):
            in_a_row = in_a_row + 1 if day in missed else 0
            before = ledger
            if day in closed:
                ledger = "school_age"
            elif day in confirmed:
                assert ledger == "suspected"
                ledger = "dropout"
            elif school_days[day - 1] in overdue:
                ledger = "suspected"
            elif ledger == "suspected" and not in_a_row and not let_go:
                ledger = "school_age"
            elif ledger == "school_age" and (in_a_row > 5 or in_a_row == day >= 3):
                ledger = "suspected"
            if ledger != before:
                moves.append((day, ledger))
        assert moves == [(move["day"], move["ledger"]) for move in story["expected"]["moves"]], story["id"]
        assert ledger == story["expected"]["ledger"]


def test_departments_answer_within_their_term_or_are_expected_to_be_overdue(county: CountyFiles) -> None:
    three, ten = 3, 10  # working days
    terms = {
        "verify_whereabouts": three,
        "inspect_child_labour": three,
        "inspect_employer": three,
        "persuade": three,
        "decide_relief": ten,
        "verify_household_status": ten,
        "support_family": ten,
        "supervise_school": ten,
    }
    works = working_days(county)
    late = 0
    for story in child_stories(county):
        for duty in story["expected"]["duties"]:
            if duty["kind"] not in terms:  # answered by a visit, or standing
                continue
            acts = [act for act in story["acts"] if act["act"] == "record_cause" or act.get("kind") == duty["kind"]]
            asked = [date.fromisoformat(act["on"]) for act in acts if act["act"] in ("record_cause", "return_duty")]
            answers = [date.fromisoformat(act["on"]) for act in acts if act["act"] in ("complete_duty", "decline_duty")]
            beyond = [answered > after(works, since, terms[duty["kind"]]) for since, answered in zip(asked, answers, strict=True)]
            assert duty["overdue"] == duty["escalated"] == any(beyond)
            late += duty["overdue"]
    assert late == truth(county)["totals"]["kinds"]["labour_open"]


def test_a_closed_case_was_observed_long_enough_and_closed_by_three_people(county: CountyFiles) -> None:
    closed = [story for story in child_stories(county) if story["expected"]["case"] == "closed"]
    assert closed
    for story in closed:
        days = {act["act"]: act["day"] for act in story["acts"]}
        assert days["approve_closing"] - days["confirm_return"] > 20
        assert not [mark for mark in story["marks"] if mark["day"] >= days["confirm_return"]]
        people = {act["by"] for act in story["acts"] if act["act"].endswith("_closing")}
        assert len(people) == 3
        assert story["expected"]["aid"] == "granted"


def test_aid_is_reviewed_after_five_working_days_of_public_notice(county: CountyFiles) -> None:
    works = working_days(county)
    for story in child_stories(county):
        on = {act["act"]: date.fromisoformat(act["on"]) for act in story["acts"]}
        if "review_application" in on:
            assert sum(on["decide_in_panel"] < day < on["review_application"] for day in works) >= 5
            assert "raise_objection" not in on or (on["raise_objection"] - on["decide_in_panel"]).days <= 5


def test_a_panel_is_of_three_people_at_least_without_the_one_who_took_the_signature(county: CountyFiles) -> None:
    panels = 0
    for story in child_stories(county):
        by = {act["act"]: act for act in story["acts"]}
        if "decide_in_panel" in by:
            members = by["decide_in_panel"]["members"]
            assert len(members) == len(set(members)) >= 3
            assert by["sign_application"]["by"] not in members
            panels += 1
    assert panels >= 5


def test_a_household_that_is_told_by_a_call_has_no_phone(county: CountyFiles) -> None:
    by_number = {row["学籍号"]: row for row in pupils(county)}
    called = [story for story in child_stories(county) if story["kind"] == "call_made"]
    assert called
    for story in called:
        row = by_number[story["roll_number"]]
        assert (row["监护人1电话"], row["监护人2电话"]) == ("", "")


def test_a_transfer_leads_to_another_school_that_teaches_the_grade_or_out_of_the_county(large: CountyFiles) -> None:
    taught = {(row["学校代码"], row["年级"]) for row in sheet_rows(large.schools, "班级")}
    for story in child_stories(large):
        for act in story["acts"]:
            if act["act"] == "start_transfer":
                assert act["to_school"] != story["school_code"]
                assert act["to_school"] is None or (act["to_school"], str(story["grade"])) in taught


def lists_of(planted: Any, session: str) -> list[Any]:
    """The planned lists of a session with the number of their school day."""
    return [{**listed, "day": day["day"]} for day in planted["days"] for listed in day["lists"] if listed["session"] == session]


SEAT = ("school_code", "grade", "class_number")


def seat(fact: Any) -> tuple[Any, ...]:
    return tuple(fact[key] for key in SEAT)


@pytest.mark.parametrize("kind", ["silent_class", "silent_return_day", "paper_list"])
def test_a_class_that_sends_nothing_in_time_is_planted_as_silent(county: CountyFiles, kind: str) -> None:
    planted = truth(county)
    silent = [story for story in planted["stories"] if story["kind"] == kind]
    assert silent
    for story in silent:
        ((on, classes),) = [
            (listed["on"], listed["silent"])
            for listed in lists_of(planted, story["silent"]["session"])
            if listed["day"] == story["silent"]["day"]
        ]
        assert seat(story) in map(seat, classes)
        sent = [act for act in story["acts"] if act["act"] == "send_list"]
        assert len(sent) == (kind != "silent_class")
        assert all(act["on"] > on for act in sent)


def test_a_silent_class_has_nothing_else_to_tell_on_that_morning(county: CountyFiles) -> None:
    planted = truth(county)
    for story in planted["stories"]:
        if story["kind"] in ("silent_class", "silent_return_day"):
            for listed in lists_of(planted, story["silent"]["session"]):
                assert listed["day"] != story["silent"]["day"] or seat(story) not in map(seat, listed["roll_calls"])


def test_a_list_on_paper_names_the_child_and_sets_off_no_text(county: CountyFiles) -> None:
    planted = truth(county)
    for story in child_stories(county):
        if story["kind"] == "paper_list":
            day = story["silent"]["day"]
            (listed,) = (each for each in lists_of(planted, "morning") if each["day"] == day)
            (named,) = (each for each in listed["roll_calls"] if seat(each) == seat(story))
            assert [fact["roll_number"] for fact in named["exceptions"]] == [story["roll_number"]]
            assert story["expected"]["texts"] == {"absence_query": [0, 0]}


def test_each_school_calls_the_roll_at_its_own_sessions(county: CountyFiles) -> None:
    words = {"morning": "上午", "afternoon": "下午", "dormitory": "宿舍", "return_day": "返校"}
    listed = {row["学校代码"]: set(row["点名场次"].split("、")) for row in sheet_rows(county.schools, "学校")}
    assert {word for sessions in listed.values() for word in sessions} == set(words.values())
    logins = {row["登录名"] for row in sheet_rows(county.officers, "人员")}
    for each in truth(county)["classes"]:
        assert {words[session] for session in each["sessions"]} == listed[each["school_code"]]
        assert set(each["sessions"].values()) <= logins
        for session in each["sessions"].keys() & {"dormitory", "return_day"}:
            assert each["sessions"][session] == f"dorm_supervisor.{each['school_code']}"


def test_return_days_are_the_last_days_of_the_breaks(small: CountyFiles) -> None:
    planted = truth(small)
    taught = {date.fromisoformat(day) for day in planted["school_days"]}
    days = [date.fromisoformat(listed["on"]) for listed in lists_of(planted, "return_day")]
    assert date(2026, 10, 7) in days  # the last of the week of the National Day
    assert date(2026, 9, 19) in days  # a Saturday, for the Sunday after is made up
    assert not taught & set(days)
    assert {day + timedelta(days=1) for day in days} <= taught


def test_lists_of_boarders_name_boarders_only_and_every_session_is_missed_by_somebody(large: CountyFiles) -> None:
    planted = truth(large)
    boarding = {row["学籍号"] for row in pupils(large) if row["寄宿"] == "是"}
    for session in ("morning", "afternoon", "dormitory", "return_day"):
        calls = [call for listed in lists_of(planted, session) for call in listed["roll_calls"]]
        named = {exception["roll_number"] for call in calls for exception in call["exceptions"]}
        assert named
        assert session in ("morning", "afternoon") or named <= boarding


def test_of_a_teaching_point_the_central_school_acts(county: CountyFiles) -> None:
    points = {row["学校代码"]: row["中心校代码"] for row in sheet_rows(county.schools, "学校") if row["中心校代码"]}
    offices = {(row["单位代码"], row["角色"]) for row in sheet_rows(county.officers, "人员")}
    assert not {(code, "principal") for code in points} & offices
    (story,) = (each for each in child_stories(county) if each["kind"] == "at_a_teaching_point")
    by = {act["by"] for act in story["acts"] if act["act"] in ("write_report", "record_school_visit")}
    assert by == {f"central_school.{points[story['school_code']]}"}


def test_a_correction_comes_before_the_text_would_go_out(county: CountyFiles) -> None:
    for story in child_stories(county):
        if story["kind"] == "corrected":
            (act,) = story["acts"]
            assert act["act"] == "correct_roll_call"
            assert ROLL_CALL_AT < act["at"] <= "08:40"
            assert story["expected"]["texts"] == {"absence_query": [0, 0]}


def test_the_morning_lists_of_the_days_are_the_marks_of_the_stories(county: CountyFiles) -> None:
    planted = truth(county)
    told = {
        (listed["day"], exception["roll_number"], exception["mark"])
        for listed in lists_of(planted, "morning")
        for call in listed["roll_calls"]
        for exception in call["exceptions"]
    }
    marked = {
        (mark["day"], story["roll_number"], mark["mark"])
        for story in child_stories(county)
        for mark in story["marks"]
        if mark["only"] in (None, "morning")
    }
    assert told == marked
    assert [day["on"] for day in planted["days"]] == planted["school_days"][:30]
    last = planted["days"][-1]["ledgers_in_the_evening"]
    assert last == planted["totals"]["ledgers"]


def test_whoever_is_away_all_day_is_missed_in_the_afternoon_too_unless_the_morning_was_a_mistake(county: CountyFiles) -> None:
    planted = truth(county)
    called = {seat(each) for each in planted["classes"] if "afternoon" in each["sessions"]}
    missed = {
        (listed["day"], exception["roll_number"])
        for listed in lists_of(planted, "afternoon")
        for call in listed["roll_calls"]
        for exception in call["exceptions"]
    }
    for story in child_stories(county):
        mistaken = {act["day"] for act in story["acts"] if act["act"] == "correct_roll_call"}
        away = {mark["day"] for mark in story["marks"] if mark["only"] in (None, "afternoon")}
        expected = away - mistaken if seat(story) in called else set()
        assert {day for day, number in missed if number == story["roll_number"]} == expected


def test_every_code_in_the_truth_is_one_of_the_published_language(county: CountyFiles) -> None:
    lists: dict[str, type[StrEnum]] = {
        "primary": codes.Cause,
        "department": codes.Department,
        "means": codes.ContactMeans,
        "placement": codes.Placement,
        "outcome": codes.Outcome,
        "result": codes.VisitResult,
        "excuse": codes.ExcuseKind,
    }
    for story in child_stories(county):
        for fact in (*story["acts"], *story["marks"]):
            for name in lists.keys() & fact.keys():
                assert lists[name](fact[name])
            if str(fact.get("act")).endswith(("_duty", "_decline")):
                assert codes.DutyKind(fact["kind"])
    assert all(codes.Role(row["角色"]) for row in sheet_rows(county.officers, "人员"))
    assert all(not row["部门"] or codes.Department(row["部门"]) for row in csv_rows(county.bodies))


# --- the broken rosters -----------------------------------------------------------------------------------------------


def test_the_broken_rosters_hold_their_faults_where_the_truth_says(small: CountyFiles) -> None:
    planted = truth(small)["broken"]
    assert planted["files"] == [path.name for path in small.broken]
    rows = sheet_rows(small.broken[0], "学生名册")
    readers = {
        "证件号码": numbers.resident_id,
        "学籍号": numbers.roll_number,
        "姓名": numbers.person_name,
        "现住区划": numbers.division_code,
        "监护人1电话": numbers.phone,
        "监护人1证件号": numbers.resident_id,
    }
    faulty = {fault["row"] - 2 for fault in planted["faults"]}
    for fault in planted["faults"]:
        cell = rows[fault["row"] - 2][fault["column"]]
        if fault["rule"] == "number.spreadsheet":
            assert isinstance(cell, float)
        elif not fault["rule"].startswith("roster.") and not fault["warning"]:
            with pytest.raises(numbers.NotWellFormed) as refused:
                readers[fault["column"]](cell)
            assert refused.value.rule.code == fault["rule"]
    for row in [row for place, row in enumerate(rows) if place not in faulty]:
        for column, read in readers.items():
            read(row[column])
    assert len(rows) - len(faulty) == 2
    assert rows[-2]["学籍号"] == rows[0]["学籍号"]


def test_the_broken_csv_shows_figures_as_a_spreadsheet_saves_them(small: CountyFiles) -> None:
    cells = [cell for row in csv_rows(small.broken[1]) for cell in row.values()]
    assert any(cell.endswith("E+17") for cell in cells)


def test_no_child_of_a_broken_roster_is_in_the_county(small: CountyFiles) -> None:
    enrolled = {row["学籍号"] for row in pupils(small)}
    assert not enrolled & {row["学籍号"] for row in sheet_rows(small.broken[0], "学生名册")}
