"""The rules of roster and school files, each in one sentence for a clerk, with the form that would be accepted.

Rules of numbers and names are shared with other services (`contracts.identity_rules`); `RULES` finds either kind by its code.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from services.contracts import identity_rules
from services.contracts.identity_rules import BrokenRule

TEXT_CHARACTERS_AT_MOST = 200
"""The longest address of the field has about 80 characters."""

_COLUMNS = ("表头与模板一致，列的顺序不限", "the headers of the template, in any order")
_CLASS = ("本校已登记的年级（1至9）和班号", "a grade (1 to 9) and class that the school has registered")
_DATE = ("如2015-03-01、2015/3/1或20150301，不晚于今天", "such as 2015-03-01, 2015/3/1 or 20150301, not after today")
_TEXT = ("一行文字，最多200个字符", "one line of at most 200 characters")

COLUMN_MISSING = BrokenRule("roster.column_missing", "缺少这一列。", "This column is missing.", *_COLUMNS)
COLUMN_TWICE = BrokenRule("roster.column_twice", "这一列出现了两次。", "This column stands there twice.", *_COLUMNS)
COLUMN_UNKNOWN = BrokenRule(
    "roster.column_unknown",
    "模板中没有这一列。",
    "The template has no such column.",
    "删除该列，或改为模板中的列名",
    "delete the column or give it a header of the template",
)
NO_ROWS = BrokenRule(
    "roster.no_rows", "表头下面没有数据。", "There is nothing below the headers.", "每行一条记录", "one record a row"
)
CHECK_STOPPED = BrokenRule(
    "roster.check_stopped",
    "问题太多，检查到这一行为止，以下各行未检查。",
    "There is too much amiss: the check ended at this row, those below it have not been looked at.",
    "先更正以上各行，再上传一次",
    "mend the rows above and upload the file again",
)
MISSING = BrokenRule("roster.missing", "必填项为空。", "A required cell is empty.", "填写该项", "fill in the cell")
UNKNOWN_WORD = BrokenRule(
    "roster.unknown_word",
    "该项不是可接受的用语。",
    "The cell does not hold an accepted word.",
    "用该列可接受的用语",
    "a word that the column takes",
)
NO_SUCH_DATE = BrokenRule(
    "roster.no_such_date", "日期不存在或格式不对。", "There is no such date, or it is not in an accepted form.", *_DATE
)
DATE_IN_THE_FUTURE = BrokenRule("roster.date_in_the_future", "日期晚于今天。", "The date is in the future.", *_DATE)
AGE_OUT_OF_RANGE = BrokenRule(
    "roster.age",
    "按出生日期推算的年龄不在3至25岁之间。",
    "By the birth date the pupil is not between 3 and 25 years old.",
    "核对出生日期",
    "check the birth date",
)
UNKNOWN_CLASS = BrokenRule(
    "roster.unknown_class", "本校没有登记这个年级或班级。", "The school has not registered such a grade or class.", *_CLASS
)
TEXT_NOT_ACCEPTED = BrokenRule(
    "roster.text",
    "文字过长，或含有换行等不可见字符。",
    "The text is too long, or has a line break or another character that cannot be seen.",
    *_TEXT,
)
PAPER_WITHOUT_NUMBER = BrokenRule(
    "roster.paper_without_number",
    "填写了证件类型，但没有证件号码。",
    "There is a kind of paper but no number.",
    "填写号码，或将证件类型改为“无”",
    "fill in the number, or make the kind 无 (none)",
)
DISABILITY_WITHOUT_GROUP = BrokenRule(
    "roster.disability_without_group",
    "填写了残疾类别或等级，但困难类别中没有“残疾”。",
    "There is a kind or grade of disability, but 残疾 is not among the groups.",
    "在困难类别中加“残疾”，或删除残疾类别和等级",
    "add 残疾 to the groups, or delete kind and grade",
)
NUMBER_WITHOUT_PAPER = BrokenRule(
    "roster.number_without_paper",
    "填写了证件号码，但没有证件类型。",
    "There is a number but no kind of paper.",
    "填写证件类型，或删除号码",
    "fill in the kind of paper, or delete the number",
)
DUPLICATE_ROLL_NUMBER = BrokenRule(
    "roster.duplicate_roll_number",
    "学籍号与上面某一行相同。",
    "A row above has the same roll number.",
    "每名学生一行",
    "one row a pupil",
)
DUPLICATE_ID_NUMBER = BrokenRule(
    "roster.duplicate_id_number",
    "证件号码与上面某一行相同。",
    "A row above has the same identity number.",
    "每名学生一行",
    "one row a pupil",
)
DUPLICATE_CHILD = BrokenRule(
    "roster.duplicate_child",
    "没有学籍号和证件号码，且姓名和出生日期与上面某一行相同。",
    "The row has no number, and a row above has the same name and birth date.",
    "填写学籍号或证件号码",
    "fill in a roll or identity number",
)
AT_ANOTHER_SCHOOL = BrokenRule(
    "roster.at_another_school",
    "该生学籍在本县另一所学校。",
    "The pupil is on the roll of another school of the county.",
    "先办理转学，转入后再导入",
    "transfer the pupil first, then import",
)
BEING_IMPORTED_ELSEWHERE = BrokenRule(
    "roster.being_imported_elsewhere",
    "该生正在随另一个文件导入另一所学校。",
    "The pupil is being imported to another school with another file.",
    "核对该生就读学校",
    "check at which school the pupil is",
)
NUMBERS_OF_TWO_PUPILS = BrokenRule(
    "roster.numbers_of_two_pupils",
    "学籍号和证件号码分别属于两名在册学生。",
    "Roll number and identity number belong to two different pupils.",
    "核对两个号码",
    "check both numbers",
)
ROLL_NUMBER_OF_ANOTHER = BrokenRule(
    "roster.roll_number_of_another",
    "该学籍号属于另一名学生（证件号码、姓名或出生日期不同）。",
    "The roll number belongs to another child (identity number, name or birth date differ).",
    "核对学籍号和证件号码",
    "check roll and identity number",
)
CENTRAL_SCHOOL_UNKNOWN = BrokenRule(
    "schools.central_school_unknown",
    "中心校代码既不在本文件中，也未登记。",
    "The central school is neither in this file nor registered.",
    "先登记中心校",
    "register the central school first",
)
SCHOOL_UNKNOWN = BrokenRule(
    "schools.school_unknown",
    "学校代码既不在本文件中，也未登记。",
    "The school is neither in this file nor registered.",
    "先登记学校",
    "register the school first",
)
DUPLICATE_SCHOOL = BrokenRule(
    "schools.duplicate_school",
    "学校代码与上面某一行相同。",
    "A row above has the same school code.",
    "每所学校一行",
    "one row a school",
)
DUPLICATE_CLASS = BrokenRule(
    "schools.duplicate_class", "班级与上面某一行相同。", "A row above has the same class.", "每个班级一行", "one row a class"
)
GRADE_NOT_ACCEPTED = BrokenRule(
    "schools.grade", "年级不是1至9。", "The grade is not 1 to 9.", "1至9的整数", "a whole number from 1 to 9"
)
CLASS_NUMBER_NOT_ACCEPTED = BrokenRule(
    "schools.class_number",
    "班号不是1至99的整数。",
    "The class number is not 1 to 99.",
    "1至99的整数",
    "a whole number from 1 to 99",
)
ENTRY_YEAR_DIFFERS = BrokenRule(
    "schools.entry_year",
    "入学年份与本学年的年级不符。",
    "The year of entry does not fit the grade in this school year.",
    "本学年该年级进入小学或初中的年份",
    "the year in which this grade entered primary or junior school",
)

ALL_PRESENT_NAMES_NOBODY = BrokenRule(
    "roll_call.all_present",
    "“全勤”一行不填学籍号，且该班该场次只有这一行。",
    "A row 全勤 names no pupil, and is the only row of its list.",
    "每个班级、场次或填一行“全勤”，或只填缺勤和请假的学生",
    "for each list either one row 全勤, or only the pupils who were away",
)
PUPIL_UNKNOWN = BrokenRule(
    "roll_call.pupil_unknown",
    "没有该学籍号的在册学生。",
    "No pupil on the roll has this roll number.",
    "名册中的学籍号",
    "a roll number of the roster",
)

NO_GUARDIAN = BrokenRule(
    "roster.no_guardian", "没有填写监护人。", "No guardian is given.", "至少一名监护人", "at least one guardian"
)
NO_PHONE = BrokenRule(
    "roster.no_phone", "监护人都没有电话。", "No guardian has a phone number.", "至少一个联系电话", "at least one phone number"
)
GUARDIAN_KNOWN_OTHERWISE = BrokenRule(
    "roster.guardian_known_otherwise",
    "该监护人在其他学校也有孩子，登记的信息与本行不同，已保留原有信息。",
    "The guardian has children at another school and is known otherwise there; what was known is kept.",
    "与监护人核实后由学校单独更正",
    "ask the guardian, then correct it on its own",
)
NO_NUMBER = BrokenRule(
    "roster.no_number",
    "既没有学籍号也没有证件号码，今后只能按姓名和出生日期识别。",
    "There is neither a roll nor an identity number: the pupil can only be found by name and birth date.",
    "尽快补录",
    "to be added soon",
)

RULES: Mapping[str, BrokenRule] = MappingProxyType(
    {rule.code: rule for page in (vars(identity_rules), globals().copy()) for rule in page.values() if isinstance(rule, BrokenRule)}
)
"""Every rule by its code."""
