"""Headers, rows of the school list, findings, masks, and the tables of rules and purposes."""

from __future__ import annotations

import pytest

from services.contracts.codes import Role, SchoolKind, Session
from services.contracts.ids import class_id, school_id
from services.registry.domain import file_rules
from services.registry.domain.cells import RowReader
from services.registry.domain.findings import Finding, Findings
from services.registry.domain.headers import letters, read_header
from services.registry.domain.masks import masked
from services.registry.domain.purposes import PURPOSES, Field, Purpose
from services.registry.domain.roster_rows import COLUMNS
from services.registry.domain.school_rows import OPTIONAL_COLUMNS, SCHOOL_COLUMNS, ClassRow, SchoolRow, read_class, read_school
from tests.registry.rosters import SCHOOL_CODE, TODAY, Row, school, school_class

# --- headers ------------------------------------------------------------------------------------------------------------


def test_headers_are_found_in_any_order_with_stars_spaces_and_full_width() -> None:
    header = read_header(["姓 名*", "监护人１电话\n", "学籍号"], {"学籍号": "", "姓名": "", "监护人1电话": ""})
    assert header.broken == []
    assert header.places == {"姓名": 0, "监护人1电话": 1, "学籍号": 2}
    assert header.cells(["王", "1"]) == {"姓名": "王", "监护人1电话": "1", "学籍号": ""}


def test_each_missing_doubled_or_unknown_column_is_named_once() -> None:
    header = read_header(["姓名", "姓名", "张三的家"], {"学籍号": "", "姓名": ""})
    assert [(column, rule.code) for column, rule in header.broken] == [
        ("姓名", "roster.column_twice"),
        ("C", "roster.column_unknown"),
        ("学籍号", "roster.column_missing"),
    ]


def test_a_cell_without_a_header_is_seen() -> None:
    header = read_header(["姓名", ""], {"姓名": ""})
    assert header.strays(["王", " ", "x"]) == ["C"]


@pytest.mark.parametrize(("place", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ"), (702, "AAA")])
def test_columns_have_the_letters_that_a_spreadsheet_shows(place: int, name: str) -> None:
    assert letters(place) == name


# --- the school list ----------------------------------------------------------------------------------------------------


def read_school_row(row: Row) -> tuple[SchoolRow | None, list[tuple[str, str]]]:
    reader = RowReader(row)
    return read_school(2, reader), [(column, rule.code) for column, rule, _ in reader.broken]


def read_class_row(row: Row) -> tuple[ClassRow | None, list[tuple[str, str]]]:
    reader = RowReader(row)
    return read_class(2, reader, TODAY), [(column, rule.code) for column, rule, _ in reader.broken]


def test_the_sessions_of_a_school_are_read_in_the_order_of_the_day() -> None:
    read, broken = read_school_row(school(SCHOOL_CODE, 点名场次="返校、上午"))
    assert broken == []
    assert read is not None
    assert read.sessions == (Session.MORNING, Session.RETURN_DAY)


def test_a_list_without_a_column_for_sessions_names_none() -> None:
    cells = ["x"] * (len(SCHOOL_COLUMNS) - 1)
    header = read_header([column for column in SCHOOL_COLUMNS if column != "点名场次"], SCHOOL_COLUMNS, OPTIONAL_COLUMNS)
    assert (list(header.broken), header.cells(cells)["点名场次"]) == ([], "")
    assert [column for column, _ in read_header(["学校代码"], SCHOOL_COLUMNS, OPTIONAL_COLUMNS).broken] == [
        column for column in SCHOOL_COLUMNS if column not in ("学校代码", "点名场次")
    ]


def test_a_school_and_a_class_are_read() -> None:
    read, broken = read_school_row(school(SCHOOL_CODE, 中心校代码="2199012609"))
    assert broken == []
    assert read is not None
    assert (read.kind, read.boarding, read.central_code) == (SchoolKind.PRIMARY, True, "2199012609")
    of_school, broken = read_class_row(school_class(SCHOOL_CODE, 4, 2))
    assert broken == []
    assert of_school == ClassRow(2, school_id(SCHOOL_CODE), class_id(SCHOOL_CODE, 2026, 4, 2), 2023, 2)


@pytest.mark.parametrize(
    ("cells", "column", "rule"),
    [
        ({"学校代码": ""}, "学校代码", "roster.missing"),
        ({"学校代码": "123"}, "学校代码", "school_code.form"),
        ({"学校代码": 2199012600.0}, "学校代码", "number.spreadsheet"),
        ({"学校名称": ""}, "学校名称", "roster.missing"),
        ({"办学类型": "大学"}, "办学类型", "roster.unknown_word"),
        ({"区划代码": ""}, "区划代码", "roster.missing"),
        ({"区划代码": "99"}, "区划代码", "division_code.form"),
        ({"寄宿制": ""}, "寄宿制", "roster.missing"),
        ({"中心校代码": "9"}, "中心校代码", "school_code.form"),
        ({"点名场次": "早上"}, "点名场次", "roster.unknown_word"),
    ],
)
def test_a_broken_school_row_is_kept_out(cells: Row, column: str, rule: str) -> None:
    read, broken = read_school_row({**school(SCHOOL_CODE), **cells})
    assert read is None
    assert broken == [(column, rule)]


@pytest.mark.parametrize(
    ("cells", "column", "rule"),
    [
        ({"学校代码": ""}, "学校代码", "roster.missing"),
        ({"年级": "10", "入学年份": "2026"}, "年级", "schools.grade"),
        ({"班号": "100"}, "班号", "schools.class_number"),
        ({"入学年份": "2020"}, "入学年份", "schools.entry_year"),
        ({"入学年份": ""}, "入学年份", "roster.missing"),
    ],
)
def test_a_broken_class_row_is_kept_out(cells: Row, column: str, rule: str) -> None:
    read, broken = read_class_row({**school_class(SCHOOL_CODE, 4, 1), **cells})
    assert read is None
    assert broken == [(column, rule)]


@pytest.mark.parametrize("entered", ["2018", "2024"])
def test_a_junior_class_may_name_the_year_of_grade_1_or_of_grade_7(entered: str) -> None:
    read, _ = read_class_row(school_class(SCHOOL_CODE, 9, 1, 入学年份=entered))
    assert read is not None
    assert read.cohort == 2018


# --- findings and rules -------------------------------------------------------------------------------------------------


def finding(row: int, severity: str = "error") -> Finding:
    return Finding("", row, "姓名", "name.empty", "warning" if severity == "warning" else "error")


def test_all_findings_are_counted_and_the_first_kept() -> None:
    findings = Findings(2)
    for row in range(5):
        findings.add(finding(row))
    assert (findings.errors, [each.row for each in findings.kept]) == (5, [0, 1])


def test_a_full_report_gives_up_warnings_for_errors() -> None:
    findings = Findings(2)
    for each in (finding(1, "warning"), finding(2, "warning"), finding(3), finding(4, "warning"), finding(5), finding(6)):
        findings.add(each)
    assert [each.row for each in findings.kept] == [3, 5]
    assert (findings.errors, findings.warnings) == (3, 3)


def test_every_rule_says_what_is_wrong_and_what_would_be_accepted_in_both_languages() -> None:
    assert len(file_rules.RULES) > 40
    for code, rule in file_rules.RULES.items():
        assert code == rule.code
        assert all((rule.zh, rule.en, rule.accepted_zh, rule.accepted_en))


def test_every_column_has_an_english_name() -> None:
    assert len(COLUMNS) == 27
    assert all(COLUMNS.values())


# --- masks and purposes -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "text", "shown"),
    [
        ("name", "张小明", "张*"),
        ("name", "阿依古丽·买买提", "阿*"),
        ("carer", "奶奶", "奶*"),
        ("phone", "15400001234", "尾号1234"),
        ("id_number", "570126201403021234", "5****"),
        ("roll_number", "G570126201403021234", "G****"),
        ("birth_date", "2014-03-02", "2014"),
        ("division", "990126101202", "990126101"),
        ("people", "彝族", "****"),
    ],
)
def test_a_mask_shows_as_little_as_the_field_agreed_on(field: str, text: str, shown: str) -> None:
    assert masked(field, text) == shown


def test_every_purpose_has_its_row_and_plain_and_masked_never_overlap() -> None:
    assert set(PURPOSES) == set(Purpose)
    for rows in PURPOSES.values():
        for row in rows:
            assert row.roles or row.services
            assert not row.plain & row.masked


def test_nobody_but_the_roll_office_sees_everything_and_the_operator_sees_nothing() -> None:
    everything = {role for rows in PURPOSES.values() for row in rows for role in row.roles if row.plain == frozenset(Field)}
    assert everything == {Role.ROLL_ADMINISTRATOR, Role.BUREAU_CLERK}
    every = {role for rows in PURPOSES.values() for row in rows for role in row.roles}
    assert not every & {Role.OPERATOR, Role.ACCOUNT_ADMIN}


def test_a_department_sees_name_and_division_and_only_for_a_duty() -> None:
    rows = [(purpose, row) for purpose, rows in PURPOSES.items() for row in rows if Role.DEPARTMENT_OFFICER in row.roles]
    assert [(purpose, row.plain | row.masked) for purpose, row in rows] == [(Purpose.DUTY, frozenset({Field.NAME, Field.DIVISION}))]
