"""Every rule of a roster row, broken once; and the rows that only look wrong."""

from __future__ import annotations

from datetime import date

import pytest

from services.contracts.codes import DisabilityGrade, DisabilityKind, Group
from services.contracts.identity_numbers import check_character
from services.contracts.ids import class_id
from services.registry.domain.cells import RowReader
from services.registry.domain.roster_rows import PupilRow, read_row
from services.registry.domain.roster_words import Paper
from tests.registry.rosters import SCHOOL_CODE, TODAY, VILLAGE, Row, child, resident_id


def read(row: Row) -> tuple[PupilRow | None, list[tuple[str, str, str]]]:
    reader = RowReader(row)
    pupil = read_row(2, reader, SCHOOL_CODE, TODAY)
    return pupil, [(column, rule.code, severity) for column, rule, severity in reader.broken]


def test_a_good_row_is_read_whole() -> None:
    pupil, broken = read(child(1))
    assert broken == []
    assert pupil is not None
    assert (pupil.sex, pupil.paper, pupil.grade, pupil.boarding) == ("female", Paper.RESIDENT_ID, 4, False)
    assert pupil.class_id == class_id(SCHOOL_CODE, 2026, 4, 1)
    assert pupil.born_on == date(2016, 10, 2)
    assert pupil.groups == (Group.RELIEF_HOUSEHOLD, Group.LEFT_BEHIND)
    assert pupil.second_language == "ii"
    assert pupil.residence_division == VILLAGE
    (mother,) = pupil.guardians
    assert (mother.relation, mother.mobile, mother.carer) == ("mother", True, True)


def test_all_groups_of_the_field_are_read_and_of_a_disability_its_kind_and_grade() -> None:
    pupil, broken = read(child(1, 困难类别="残疾、困境儿童、涉案未成年人、低保边缘、支出型困难", 残疾类别="听力", 残疾等级="二级"))
    assert (pupil is not None, broken) == (True, [])
    assert pupil is not None
    assert set(pupil.groups) == {
        Group.DISABLED,
        Group.IN_DIFFICULTY,
        Group.INVOLVED_IN_CASE,
        Group.MINIMUM_LIVING_MARGIN,
        Group.EXPENSE_DRIVEN,
    }
    assert (pupil.disability_kind, pupil.disability_grade) == (DisabilityKind.HEARING, DisabilityGrade.TWO)


@pytest.mark.parametrize(
    ("cells", "column", "rule"),
    [
        ({"学籍号": "G12"}, "学籍号", "roll_number.form"),
        ({"学籍号": 5.2e17}, "学籍号", "number.spreadsheet"),
        ({"学籍号": "5.2E+17"}, "学籍号", "number.spreadsheet"),
        ({"姓名": ""}, "姓名", "name.empty"),
        ({"姓名": "张" * 51}, "姓名", "name.too_long"),
        ({"姓名": "张?"}, "姓名", "name.lost_character"),
        ({"姓名": "=cmd|/c calc!A"}, "姓名", "name.other_character"),
        ({"性别": ""}, "性别", "roster.missing"),
        ({"性别": "女生"}, "性别", "roster.unknown_word"),
        ({"证件类型": "身份证明"}, "证件类型", "roster.unknown_word"),
        ({"证件类型": "无"}, "证件类型", "roster.number_without_paper"),
        ({"证件号码": ""}, "证件号码", "roster.paper_without_number"),
        ({"证件号码": "99012620161002999"}, "证件号码", "resident_id.form"),
        ({"证件号码": "990126201613022028"}, "证件号码", "resident_id.date"),
        ({"证件号码": 9.90126201610022e17}, "证件号码", "number.spreadsheet"),
        ({"证件类型": "护照", "证件号码": "!"}, "证件号码", "passport.form"),
        ({"出生日期": ""}, "出生日期", "roster.missing"),
        ({"出生日期": "2016-02-30"}, "出生日期", "roster.no_such_date"),
        ({"出生日期": "十月一日"}, "出生日期", "roster.no_such_date"),
        ({"出生日期": 42644.0}, "出生日期", "roster.no_such_date"),
        ({"出生日期": "2026-09-09"}, "出生日期", "roster.date_in_the_future"),
        ({"民族": "火星族"}, "民族", "roster.unknown_word"),
        ({"年级": ""}, "年级", "roster.missing"),
        ({"年级": "10"}, "年级", "roster.unknown_class"),
        ({"年级": "四"}, "年级", "roster.unknown_class"),
        ({"班号": "0"}, "班号", "roster.unknown_class"),
        ({"寄宿": "有时"}, "寄宿", "roster.unknown_word"),
        ({"户籍区划": "99012"}, "户籍区划", "division_code.form"),
        ({"现住区划": ""}, "现住区划", "roster.missing"),
        ({"户籍地址": "长" * 201}, "户籍地址", "roster.text"),
        ({"现住地址": "一行\n两行"}, "现住地址", "roster.text"),
        ({"困难类别": "脱贫户，很穷"}, "困难类别", "roster.unknown_word"),
        ({"困难类别": "残疾", "残疾类别": "耳聋"}, "残疾类别", "roster.unknown_word"),
        ({"困难类别": "残疾", "残疾等级": "五级"}, "残疾等级", "roster.unknown_word"),
        ({"残疾等级": "一级"}, "困难类别", "roster.disability_without_group"),
        ({"第二语言": "火星语"}, "第二语言", "roster.unknown_word"),
        ({"监护人1姓名": ""}, "监护人1姓名", "name.empty"),
        ({"监护人1姓名": "张三13800138000"}, "监护人1姓名", "name.other_character"),
        ({"监护人1关系": ""}, "监护人1关系", "roster.missing"),
        ({"监护人1关系": "邻居"}, "监护人1关系", "roster.unknown_word"),
        ({"监护人1电话": "12345"}, "监护人1电话", "phone.form"),
        ({"监护人1电话": "2345678"}, "监护人1电话", "phone.area_code"),
        ({"监护人1电话": 15400000001.0}, "监护人1电话", "number.spreadsheet"),
        ({"监护人1证件号": "1"}, "监护人1证件号", "resident_id.form"),
        ({"监护人2关系": "父亲"}, "监护人2姓名", "name.empty"),
        ({"实际照料人": "?"}, "实际照料人", "name.lost_character"),
        ({"实际照料人": "<b>x</b>"}, "实际照料人", "name.other_character"),
    ],
)
def test_a_broken_cell_keeps_the_row_out(cells: Row, column: str, rule: str) -> None:
    pupil, broken = read(child(1, **cells))
    assert pupil is None
    assert (column, rule, "error") in broken


@pytest.mark.parametrize("number", ["证件号码", "学籍号"])
def test_a_wrong_check_character_keeps_the_row_out(number: str) -> None:
    row = child(1)
    typed = str(row[number])
    row[number] = typed[:-1] + ("1" if typed[-1] != "1" else "2")
    pupil, broken = read(row)
    assert pupil is None
    assert [column for column, rule, severity in broken if rule.endswith("check_digit") and severity == "error"] == [number]


@pytest.mark.parametrize(
    ("cells", "column", "rule"),
    [
        ({"性别": "男"}, "性别", "resident_id.sex_differs"),
        ({"出生日期": "2016-10-05"}, "出生日期", "resident_id.birth_date_differs"),
        ({"学籍号": f"G{resident_id(date(2016, 5, 5), 7)}"}, "学籍号", "roll_number.resident_id_differs"),
        ({"出生日期": "1990-10-02"}, "出生日期", "roster.age"),
        ({"学籍号": "", "证件类型": "无", "证件号码": ""}, "学籍号", "roster.no_number"),
        ({"监护人1电话": ""}, "监护人1电话", "roster.no_phone"),
        (
            {"监护人1姓名": "", "监护人1关系": "", "监护人1电话": "", "监护人1证件号": "", "实际照料人": ""},
            "监护人1姓名",
            "roster.no_guardian",
        ),
    ],
)
def test_what_is_only_odd_is_a_warning(cells: Row, column: str, rule: str) -> None:
    pupil, broken = read(child(1, **cells))
    assert pupil is not None
    assert (column, rule, "warning") in broken


@pytest.mark.parametrize(
    "written", ["2016-10-02", "2016/10/2", "2016.10.2", "20161002", "2016年10月2日", 20161002.0, "２０１６-10-02"]
)
def test_dates_are_read_in_the_written_forms_of_the_field(written: str | float) -> None:
    pupil, broken = read(child(1, 出生日期=written))
    assert broken == []
    assert pupil is not None
    assert pupil.born_on == date(2016, 10, 2)


@pytest.mark.parametrize(
    ("phone", "digits", "mobile"),
    [("+86 154-0000-0001", "15400000001", True), ("0880-2345678", "08802345678", False), ("(0880) 2345678", "08802345678", False)],
)
def test_phones_are_read_as_people_type_them(phone: str, digits: str, mobile: bool) -> None:
    pupil, _ = read(child(1, 监护人1电话=phone))
    assert pupil is not None
    assert (pupil.guardians[0].phone, pupil.guardians[0].mobile) == (digits, mobile)


def test_a_figure_is_a_number_where_no_digit_can_be_lost() -> None:
    pupil, broken = read(child(1, 年级=4.0, 班号=1.0, 现住区划=float(VILLAGE)))
    assert broken == []
    assert pupil is not None
    assert (pupil.grade, pupil.residence_division) == (4, VILLAGE)


def test_permits_and_passports_are_papers_too() -> None:
    permit = "81990120161002002"
    pupil, broken = read(child(1, 学籍号="", 证件类型="港澳台居民居住证", 证件号码=permit + check_character(permit)))
    assert [rule for _, rule, severity in broken if severity == "error"] == []
    assert pupil is not None
    assert pupil.paper is Paper.RESIDENCE_PERMIT
    pupil, _ = read(child(1, 学籍号="", 证件类型="护照", 证件号码="e1234567"))
    assert pupil is not None
    assert pupil.id_number == "E1234567"


def test_names_are_kept_as_typed_with_rare_hanzi_and_dots() -> None:
    pupil, broken = read(child(1, 姓名=" 阿依古丽•买买提𬭎 "))
    assert broken == []
    assert pupil is not None
    assert pupil.name == "阿依古丽•买买提𬭎"


def test_a_carer_who_is_no_guardian_is_kept_by_name() -> None:
    pupil, _ = read(child(1, 实际照料人="奶奶"))
    assert pupil is not None
    assert (pupil.carer, pupil.guardians[0].carer) == ("奶奶", False)
