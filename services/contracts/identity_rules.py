"""What can be wrong with a number or a name, in one sentence for a clerk, and the form that would be accepted.

One table for the registry's import errors, the identity service's forms and the printed lists of both. A `code` is
stable.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BrokenRule:
    """What is wrong and which form would be accepted, for a clerk, in both languages; never the value itself."""

    code: str
    zh: str
    en: str
    accepted_zh: str
    accepted_en: str


_RESIDENT_ID_FORM = (
    "18位：17位数字加1位校验码（数字或X），文本格式",
    "18 characters: 17 digits and a check character (digit or X), as text",
)
_ROLL_NUMBER_FORM = (
    "19位文本：G或J加18位（末位为校验码），或临时号L加6位区划、8位出生日期、4位数字",
    "19 characters as text: G or J and 18, the last a check character; temporary: L, division, birth date, 4 digits",
)
_NAME_FORM = (
    "1至50个字符的文字，中间可有“·”、空格、连字符、撇号、句点，生僻字照录，不含数字和其他符号",
    "1 to 50 characters: letters, between them · space hyphen apostrophe full stop, rare Hanzi as they are; no digit or symbol",
)

SPREADSHEET_NUMBER = BrokenRule(
    "number.spreadsheet",
    "表格软件已把该号码变成数值，后几位可能已丢失。",
    "The spreadsheet has turned the number into a figure; its last digits may be lost.",
    "把该列设为文本后重新录入",
    "format the column as text and type the number again",
)
RESIDENT_ID_MALFORMED = BrokenRule(
    "resident_id.form",
    "身份证件号码的形式不对。",
    "The identity number does not have the form of one.",
    *_RESIDENT_ID_FORM,
)
RESIDENT_ID_NO_SUCH_DATE = BrokenRule(
    "resident_id.date",
    "身份证件号码中的出生日期不存在。",
    "The birth date inside the identity number does not exist.",
    "第7至14位为真实日期（年月日）",
    "characters 7 to 14 are a date that exists (YYYYMMDD)",
)
RESIDENT_ID_CHECK_DIGIT = BrokenRule(
    "resident_id.check_digit",
    "身份证件号码的校验码不对，请核对是否录错。",
    "The check character of the identity number does not fit; look for a typing error.",
    *_RESIDENT_ID_FORM,
)
RESIDENT_ID_SEX_DIFFERS = BrokenRule(
    "resident_id.sex_differs",
    "身份证件号码显示的性别与填写的不一致。",
    "The identity number says another sex than the one stated.",
    "第17位单数为男、双数为女",
    "character 17 is odd for male, even for female",
)
RESIDENT_ID_BIRTH_DATE_DIFFERS = BrokenRule(
    "resident_id.birth_date_differs",
    "身份证件号码中的出生日期与填写的不一致。",
    "The identity number says another birth date than the one stated.",
    "第7至14位等于出生日期",
    "characters 7 to 14 equal the birth date",
)
ROLL_NUMBER_MALFORMED = BrokenRule(
    "roll_number.form", "学籍号的形式不对。", "The roll number does not have the form of one.", *_ROLL_NUMBER_FORM
)
ROLL_NUMBER_NO_SUCH_DATE = BrokenRule(
    "roll_number.date",
    "临时学籍号中的出生日期不存在。",
    "The birth date inside the temporary roll number does not exist.",
    *_ROLL_NUMBER_FORM,
)
ROLL_NUMBER_CHECK_DIGIT = BrokenRule(
    "roll_number.check_digit",
    "学籍号的校验码不对，请核对是否录错。",
    "The check character of the roll number does not fit; look for a typing error.",
    *_ROLL_NUMBER_FORM,
)
ROLL_NUMBER_DIFFERS = BrokenRule(
    "roll_number.resident_id_differs",
    "G字头学籍号与身份证件号码不一致。",
    "The G roll number and the identity number differ.",
    "G加本人18位身份证件号码",
    "G and the pupil's own 18-character identity number",
)
PASSPORT_MALFORMED = BrokenRule(
    "passport.form",
    "护照号码的形式不对。",
    "The passport number does not have the form of one.",
    "5至15位大写字母和数字",
    "5 to 15 letters and digits",
)
SCHOOL_CODE_MALFORMED = BrokenRule(
    "school_code.form",
    "学校代码的形式不对。",
    "The school code does not have the form of one.",
    "10位数字，文本格式",
    "10 digits, as text",
)
DIVISION_CODE_MALFORMED = BrokenRule(
    "division_code.form",
    "区划代码的形式不对。",
    "The division code does not have the form of one.",
    "县6位、乡镇9位、村12位数字",
    "6 digits for a county, 9 for a township, 12 for a village",
)
PHONE_MALFORMED = BrokenRule(
    "phone.form",
    "电话号码的形式不对。",
    "The phone number does not have the form of one.",
    "11位手机号（1开头），或带区号的固定电话",
    "an 11-digit mobile number beginning with 1, or a landline with its area code",
)
PHONE_WITHOUT_AREA_CODE = BrokenRule(
    "phone.area_code",
    "固定电话缺少区号。",
    "The landline number lacks its area code.",
    "区号加号码，如0×××-×××××××",
    "area code and number, as in 0xxx-xxxxxxx",
)
NAME_EMPTY = BrokenRule("name.empty", "姓名为空。", "The name is empty.", *_NAME_FORM)
NAME_TOO_LONG = BrokenRule("name.too_long", "姓名超过50个字符。", "The name has more than 50 characters.", *_NAME_FORM)
NAME_NOT_PRINTABLE = BrokenRule(
    "name.not_printable",
    "姓名中有换行等不可见字符。",
    "The name has a line break or another character that cannot be seen.",
    *_NAME_FORM,
)
NAME_LOST_CHARACTER = BrokenRule(
    "name.lost_character",
    "姓名中有字在保存时丢失，变成了“?”。",
    "A character of the name was lost when the file was saved and became a question mark.",
    "用UTF-8或GB18030保存，生僻字照录",
    "save as UTF-8 or GB18030 and keep rare Hanzi as they are",
)
NAME_WITHOUT_LETTER = BrokenRule("name.no_letter", "姓名中没有文字。", "The name has no letter in it.", *_NAME_FORM)
NAME_DOT_OUTSIDE = BrokenRule(
    "name.dot_outside", "间隔号“·”不在姓名中间。", "The dot · stands at the beginning or end of the name.", *_NAME_FORM
)
NAME_OTHER_CHARACTER = BrokenRule(
    "name.other_character",
    "姓名中有数字或符号，或以连字符、句点开头。",
    "The name has a digit or a symbol in it, or begins with a hyphen or full stop.",
    *_NAME_FORM,
)
