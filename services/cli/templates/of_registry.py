"""The files that the registry reads: schools with their classes, rosters, roll calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from services.cli.templates.form import BLANK_IF_NONE, DATE, Column, Sheet, Template
from services.contracts.labels import Names
from services.contracts.labels.reasons import IMPORT_KINDS
from services.registry.domain import roll_call_rows, roster_rows, school_rows
from services.registry.domain.accepted_words import WORDS, FileKind

_SCHOOL: Names = ("10 位学校代码，文本", "10-digit school code, as text")
_GRADE: Names = ("1 至 9", "1 to 9")
_CLASS: Names = ("1 至 99", "1 to 99")
_ROLL_NUMBER: Names = (
    "G 或 J 加 18 位，或临时号 L 加 18 位；文本",
    "G or J and 18 characters, or a temporary L and 18; as text",
)
_RESIDENT_ID: Names = ("18 位身份证件号码，文本", "18 characters of a resident identity number, as text")
_DIVISION: Names = ("6、9 或 12 位区划代码，文本", "division code of 6, 9 or 12 digits, as text")
_NAME: Names = ("姓名", "a name")
_ADDRESS: Names = ("一行地址，可空", "an address in one line, may be empty")
_PHONE: Names = ("手机或带区号的固定电话，文本，可空", "mobile or landline with area code, as text, may be empty")
_ONE_WORD: Names = ("可用词之一", "one of the words")

_ROSTER_FORMS: Mapping[str, Names] = {
    "学籍号": _ROLL_NUMBER,
    "姓名": ("1 至 50 个字符", "1 to 50 characters"),
    "证件类型": ("可用词之一；没有证件填“无”", "one of the words; 无 where there is no paper"),
    "证件号码": ("与证件类型一致，文本", "of that paper, as text"),
    "出生日期": DATE,
    "民族": ("可用词之一，可空", "one of the words, may be empty"),
    "年级": _GRADE,
    "班号": _CLASS,
    "户籍区划": _DIVISION,
    "户籍地址": _ADDRESS,
    "现住区划": _DIVISION,
    "现住地址": _ADDRESS,
    "困难类别": ("可用词，多个用“、”隔开，没有则留空", "one or more of the words with 、 between, empty where there is none"),
    "残疾类别": ("残疾证上的类别，不是残疾则留空", "as on the certificate, empty where there is none"),
    "残疾等级": ("残疾证上的等级，不是残疾则留空", "as on the certificate, empty where there is none"),
    "第二语言": ("家庭使用的第二语言，可空", "the household's second language, may be empty"),
    **{f"监护人{place}姓名": _NAME for place in (1, 2)},
    **{f"监护人{place}关系": ("有该监护人时必填", "needed where there is such a guardian") for place in (1, 2)},
    **{f"监护人{place}电话": _PHONE for place in (1, 2)},
    **{f"监护人{place}证件号": _RESIDENT_ID for place in (1, 2)},
    "实际照料人": ("照料孩子的人的姓名，可空", "name of who looks after the child, may be empty"),
}
_ROSTER_REQUIRED = frozenset({"姓名", "性别", "出生日期", "年级", "班号", "寄宿", "现住区划"})
_ROSTER_EXAMPLE: Mapping[str, str] = {
    "学籍号": "G570126201704150025",
    "姓名": "张示例",
    "性别": "女",
    "证件类型": "居民身份证",
    "证件号码": "570126201704150025",
    "出生日期": "2017-04-15",
    "民族": "汉族",
    "年级": "4",
    "班号": "1",
    "寄宿": "否",
    "户籍区划": "570126100201",
    "户籍地址": "示例县示例镇示例村1组1号",
    "现住区划": "570126100201",
    "现住地址": "示例县示例镇示例村1组1号",
    "困难类别": "留守",
    "监护人1姓名": "张样本",
    "监护人1关系": "祖父",
    "监护人1电话": "15400000000",
    "实际照料人": "张样本",
}

_SCHOOL_FORMS: Mapping[str, Names] = {
    "学校代码": _SCHOOL,
    "学校名称": _NAME,
    "英文名": ("可空", "may be empty"),
    "区划代码": _DIVISION,
    "中心校代码": BLANK_IF_NONE,
    "点名场次": (
        "可用词，多个用“、”隔开；留空为上午（寄宿制另加返校）",
        "one or more of the words with 、 between; empty for 上午, where children board 返校 too",
    ),
}
_CLASS_FORMS: Mapping[str, Names] = {
    "学校代码": _SCHOOL,
    "年级": _GRADE,
    "班号": _CLASS,
    "入学年份": ("该班进入一年级的年份，初中也可填进入七年级的年份", "the year in which the class entered grade 1, or grade 7"),
    "班主任工号": ("仅供查阅，可空", "for people to read, may be empty"),
}
_ROLLCALL_FORMS: Mapping[str, Names] = {
    "日期": ("今天或最近五个上课日之一，如 2026-09-01", "today or one of the last five school days, as 2026-09-01"),
    "学校代码": _SCHOOL,
    "年级": _GRADE,
    "班号": _CLASS,
    "场次": _ONE_WORD,
    "学籍号": ("缺勤、请假的学生每人一行；“全勤”一行留空", "one row a child that was away; empty in a row 全勤"),
    "情况": (
        "可用词之一；全班到齐的班级只填一行“全勤”",
        "one of the words; a class of which nobody was away has one row 全勤",
    ),
}


def schools() -> Template:
    """The schools of the county and their classes."""
    school_row = ("3157126100", "示例镇中心学校", "Example Town School", "九年一贯", "570126100", "否", "", "上午")
    class_rows = (("3157126100", "4", "1", "2023", "YX00008"), ("3157126100", "5", "1", "2022", ""))
    columns = school_rows.SCHOOL_COLUMNS
    required = frozenset({"学校代码", "学校名称", "办学类型", "区划代码", "寄宿制"})
    of_schools = Sheet(school_rows.SCHOOLS_SHEET, _columns("schools", columns, _SCHOOL_FORMS, required), (school_row,))
    in_class = frozenset({"学校代码", "年级", "班号", "入学年份"})
    of_classes = Sheet(
        school_rows.CLASSES_SHEET, _columns("schools", school_rows.CLASS_COLUMNS, _CLASS_FORMS, in_class), class_rows
    )
    return Template(IMPORT_KINDS["schools"], (of_schools, of_classes))


def roster() -> Template:
    """The pupils of one school."""
    columns = _columns("roster", roster_rows.COLUMNS, _ROSTER_FORMS, _ROSTER_REQUIRED)
    example = tuple(_ROSTER_EXAMPLE.get(column, "") for column in roster_rows.COLUMNS)
    return Template(IMPORT_KINDS["roster"], (Sheet(roster_rows.SHEET, columns, (example,)),))


def rollcall() -> Template:
    """Lists of several classes, as they come from paper."""
    required = frozenset({"日期", "学校代码", "年级", "班号", "场次", "情况"})
    columns = _columns("rollcall", roll_call_rows.COLUMNS, _ROLLCALL_FORMS, required)
    away = ("2026-09-01", "3157126100", "4", "1", "上午", "G570126201704150025", "缺勤")
    nobody_away = ("2026-09-01", "3157126100", "5", "1", "上午", "", roll_call_rows.ALL_PRESENT)
    return Template(IMPORT_KINDS["rollcall"], (Sheet("点名", columns, (away, nobody_away)),))


def _columns(kind: FileKind, columns: Mapping[str, str], forms: Mapping[str, Names], required: frozenset[str]) -> Sequence[Column]:
    words = WORDS[kind]
    return [
        Column(header, english, header in required, forms.get(header, _ONE_WORD), words.get(header, ()))
        for header, english in columns.items()
    ]
