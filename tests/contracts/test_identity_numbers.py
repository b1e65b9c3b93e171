"""The papers of people, schools and places: what is read, what is refused, and that no value is ever repeated."""

import pickle
from contextlib import suppress
from datetime import date

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts import identity_rules as rules
from services.contracts.identity_numbers import (
    NotWellFormed,
    check_character,
    disagreements,
    division_code,
    matching_name,
    passport_number,
    person_name,
    phone,
    resident_id,
    roll_number,
    roll_number_disagreement,
    school_code,
)
from services.contracts.identity_rules import BrokenRule

VALID = "11010519491231002X"  # the example printed in the standard

days = st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31))
sequences = st.integers(min_value=0, max_value=999)


@st.composite
def resident_ids(draw: st.DrawFn) -> str:
    seventeen = f"{draw(st.integers(110000, 659999))}{draw(days):%Y%m%d}{draw(sequences):03d}"
    return seventeen + check_character(seventeen)


def test_the_example_of_the_standard_is_read() -> None:
    paper = resident_id(VALID)
    assert (paper.number, paper.paper, paper.division) == (VALID, "resident_id", "110105")
    assert (paper.born_on, paper.sex) == (date(1949, 12, 31), "female")


@pytest.mark.parametrize(
    "typed",
    [
        "11010519491231002x",
        " 110105 19491231 002X ",
        "１１０１０５１９４９１２３１００２Ｘ",
        "'11010519491231002X",
        "\ufeff11010519491231002X\t",
    ],
)
def test_a_resident_id_is_read_however_it_was_typed(typed: str) -> None:
    assert resident_id(typed).number == VALID


@given(number=resident_ids())
def test_every_number_with_its_check_character_is_read(number: str) -> None:
    paper = resident_id(number)
    assert f"{paper.born_on:%Y%m%d}" == number[6:14]
    assert paper.sex == ("male" if number[16] in "13579" else "female")


@given(number=resident_ids(), place=st.integers(0, 16), other=st.integers(1, 9))
def test_one_wrong_digit_is_always_found(number: str, place: int, other: int) -> None:
    wrong = number[:place] + str((int(number[place]) + other) % 10) + number[place + 1 :]
    with pytest.raises(NotWellFormed):
        resident_id(wrong)


@given(number=resident_ids(), place=st.integers(0, 15))
def test_two_neighbouring_digits_changed_about_are_always_found(number: str, place: int) -> None:
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    if swapped != number:
        with pytest.raises(NotWellFormed):
            resident_id(swapped)


@pytest.mark.parametrize(
    ("seventeen", "paper"),
    [
        ("81000020100203001", "residence_permit"),
        ("82000020100203002", "residence_permit"),
        ("83000020100203003", "residence_permit"),
        ("91115620100203004", "foreign_permanent_residence"),
    ],
)
def test_permits_of_the_same_form_are_papers_too(seventeen: str, paper: str) -> None:
    assert resident_id(seventeen + check_character(seventeen)).paper == paper


def test_a_different_sex_or_birth_date_beside_the_number_is_a_warning() -> None:
    paper = resident_id(VALID)
    assert disagreements(paper, sex="female", born_on=date(1949, 12, 31)) == ()
    assert disagreements(paper, sex=None, born_on=None) == ()
    both = disagreements(paper, sex="male", born_on=date(1949, 12, 30))
    assert both == (rules.RESIDENT_ID_SEX_DIFFERS, rules.RESIDENT_ID_BIRTH_DATE_DIFFERS)


@pytest.mark.parametrize(
    ("typed", "kind"),
    [(f"G{VALID}", "G"), (f"g {VALID.lower()}", "G"), (f"J{VALID}", "J"), ("L570126201502291234", None)],
)
def test_roll_numbers_of_all_kinds_are_read(typed: str, kind: str | None) -> None:
    if kind is None:  # 2015 had no 29 February
        with pytest.raises(NotWellFormed):
            roll_number(typed)
    else:
        assert roll_number(typed).kind == kind


@given(born_on=days, sequence=st.integers(0, 9999))
def test_a_temporary_roll_number_needs_no_check_character(born_on: date, sequence: int) -> None:
    assert roll_number(f"L570126{born_on:%Y%m%d}{sequence:04d}").kind == "L"


def test_only_a_g_number_is_expected_to_equal_the_resident_id() -> None:
    paper = resident_id(VALID)
    other = "57012620150203001" + check_character("57012620150203001")
    assert roll_number_disagreement(roll_number(f"G{VALID}"), paper) is None
    assert roll_number_disagreement(roll_number(f"G{other}"), paper) == rules.ROLL_NUMBER_DIFFERS
    assert roll_number_disagreement(roll_number(f"J{other}"), paper) is None


@pytest.mark.parametrize(
    ("typed", "code", "level"),
    [
        ("570126", "570126", "county"),
        ("570126102", "570126102", "township"),
        ("570126102203", "570126102203", "village"),
        ("570126102000", "570126102", "township"),
        ("570126000000", "570126", "county"),
    ],
)
def test_a_division_is_named_by_the_length_of_its_code(typed: str, code: str, level: str) -> None:
    division = division_code(typed)
    assert (division.code, division.level, division.county) == (code, level, "570126")
    assert division.township == (code[:9] if level != "county" else None)


def test_a_division_covers_what_lies_in_it() -> None:
    assert division_code("570126102").covers(division_code("570126102203"))
    assert not division_code("570126102203").covers(division_code("570126102"))


def test_a_school_code_and_a_passport_are_read_however_they_were_typed() -> None:
    assert school_code(" ２１５７00 0012") == "2157000012"
    assert passport_number("e 1234567") == "E1234567"
    assert passport_number("1E1234567") == "1E1234567"


@pytest.mark.parametrize(
    "typed",
    [
        "15412345678",
        "+86 154 1234 5678",
        "0086-154-1234-5678",
        "8615412345678",
        "１５４１２３４５６７８",
        "(+86)154—1234—5678",
    ],
)
def test_a_mobile_number_has_one_form(typed: str) -> None:
    assert (phone(typed).number, phone(typed).kind) == ("15412345678", "mobile")


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("0880-2345678", "08802345678"),
        ("（0880）2345678", "08802345678"),
        ("+86 880 2345678", "08802345678"),
        ("86 0880 2345678", "08802345678"),
        ("+86 10 23456789", "01023456789"),
        ("010 23456789", "01023456789"),
    ],
)
def test_a_landline_has_one_form(typed: str, number: str) -> None:
    assert (phone(typed).number, phone(typed).kind) == (number, "landline")


@given(
    number=st.from_regex(r"\A1[3-9][0-9]{9}\Z"),
    cut=st.integers(1, 10),
    prefix=st.sampled_from(["", "+86", "86", "0086"]),
)
def test_every_mobile_number_keeps_its_digits(number: str, cut: int, prefix: str) -> None:
    assert phone(f"{prefix} {number[:cut]}-{number[cut:]}").number == number


@given(area=st.sampled_from(["10", "21", "23", "371", "451", "731", "871", "991"]), rest=st.integers(2_000_000, 8_999_999))
def test_a_landline_is_what_the_phone_library_calls_possible(area: str, rest: int) -> None:
    local = f"{rest}{rest % 10}" if len(area) == 2 else f"{rest}"
    number = phone(f"0{area} {local}").number
    assert phonenumbers.is_possible_number(phonenumbers.parse(number, "CN"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("古丽娜尔·吐尔逊", "古丽娜尔•吐尔逊"),
        ("古丽娜尔·吐尔逊", "古丽娜尔．吐尔逊"),
        ("古丽娜尔·吐尔逊", "古丽娜尔 ‧ 吐尔逊"),
        ("古丽娜尔·吐尔逊", "古丽娜尔・吐尔逊"),
        ("李 明", "李明"),
        ("李　明", "李\u200b明"),
        ("Ａnna  Li", "anna li"),
    ],
)
def test_two_spellings_of_a_name_match(one: str, other: str) -> None:
    assert person_name(one).matching == person_name(other).matching


def test_a_name_is_kept_as_typed() -> None:
    name = person_name(" 古丽娜尔 • 吐尔逊\u3000")
    assert name.as_typed == "古丽娜尔 • 吐尔逊"


@pytest.mark.parametrize("rare", ["王𠅤", "\U000323af明", "\U0002ebf0", "张\ue863"])
def test_rare_hanzi_are_kept(rare: str) -> None:
    assert person_name(rare).as_typed == rare
    assert person_name(rare).matching == rare


@pytest.mark.parametrize(
    "typed",
    ["Jean-Luc O'Brien", "O’Brien", "D. Li Jr.", "Nguyễn Văn A", "ئالىم", "བསྟན་འཛིན", "李〇明", "ｱｲ･ﾊﾟﾘ", "Ｌｉ　Ｍｉｎｇ"],
)
def test_names_of_every_script_are_read_and_kept_as_typed(typed: str) -> None:
    assert person_name(typed).as_typed == typed


@pytest.mark.parametrize(
    "typed",
    [
        "=cmd|/c calc!A1",
        "@SUM(A)",
        "+张三",
        "-张三",
        "．张三",
        "http://a.cn/x",
        "【银行】转账",
        "<script>x</script>",
        "张三13800138000",
        "张三１",
        "张三②",
        "张三（大）",
        "张三,李四",
        "张三_李四",
        "李😀明",
        "李\U0001fbfa明",
        "李\u0378明",
    ],
)
def test_a_name_with_a_digit_or_a_symbol_is_refused_whatever_program_would_read_it(typed: str) -> None:
    with pytest.raises(NotWellFormed) as refused:
        person_name(typed)
    assert refused.value.rule == rules.NAME_OTHER_CHARACTER


def test_a_full_stop_that_ends_an_abbreviation_is_no_dot_of_a_name() -> None:
    assert person_name("Li Ming Jr.").matching == "limingjr."


@given(text=st.text(max_size=60))
def test_any_text_is_either_a_name_or_refused_and_matching_twice_is_matching_once(text: str) -> None:
    once = matching_name(text)
    assert matching_name(once) == once
    with suppress(NotWellFormed):
        assert person_name(text).matching == once


REFUSALS = [
    (resident_id, "5.2E+17", rules.SPREADSHEET_NUMBER),
    (resident_id, "570126201502030017.0", rules.SPREADSHEET_NUMBER),
    (resident_id, "", rules.RESIDENT_ID_MALFORMED),
    (resident_id, "110105491231002", rules.RESIDENT_ID_MALFORMED),
    (resident_id, "01010519491231002X", rules.RESIDENT_ID_MALFORMED),
    (resident_id, "١١٠١٠٥١٩٤٩١٢٣١٠٠٢X", rules.RESIDENT_ID_MALFORMED),
    (resident_id, "110105194902310026", rules.RESIDENT_ID_NO_SUCH_DATE),
    (resident_id, "110105194912310021", rules.RESIDENT_ID_CHECK_DIGIT),
    (passport_number, "E12", rules.PASSPORT_MALFORMED),
    (roll_number, VALID, rules.ROLL_NUMBER_MALFORMED),
    (roll_number, f"L{VALID}", rules.ROLL_NUMBER_MALFORMED),
    (roll_number, "L570126201502301234", rules.ROLL_NUMBER_NO_SUCH_DATE),
    (roll_number, "G110105194912310021", rules.ROLL_NUMBER_CHECK_DIGIT),
    (school_code, "215700001", rules.SCHOOL_CODE_MALFORMED),
    (division_code, "5701261", rules.DIVISION_CODE_MALFORMED),
    (phone, "12012345678", rules.PHONE_MALFORMED),
    (phone, "1541234567", rules.PHONE_MALFORMED),
    (phone, "2345678", rules.PHONE_WITHOUT_AREA_CODE),
    (person_name, " \u3000\ufeff", rules.NAME_EMPTY),
    (person_name, "长" * 51, rules.NAME_TOO_LONG),
    (person_name, "李\n明", rules.NAME_NOT_PRINTABLE),
    (person_name, "李\u202e明", rules.NAME_NOT_PRINTABLE),
    (person_name, "李\ud800明", rules.NAME_NOT_PRINTABLE),
    (person_name, "李？", rules.NAME_LOST_CHARACTER),
    (person_name, "李\ufffd", rules.NAME_LOST_CHARACTER),
    (person_name, "123", rules.NAME_WITHOUT_LETTER),
    (person_name, "·李明", rules.NAME_DOT_OUTSIDE),
    (person_name, "李明1", rules.NAME_OTHER_CHARACTER),
]


@pytest.mark.parametrize(("read", "typed", "rule"), REFUSALS)
def test_what_is_not_well_formed_is_refused_by_its_rule_and_never_repeated(read: object, typed: str, rule: BrokenRule) -> None:
    assert callable(read)
    with pytest.raises(NotWellFormed) as refused:
        read(typed)
    assert refused.value.rule == rule
    assert refused.value.__cause__ is None
    assert not typed.strip() or typed not in f"{refused.value!r} {rule}"
    assert pickle.loads(pickle.dumps(refused.value)).rule == rule  # noqa: S301 - our own bytes


def test_every_rule_is_raised_or_given_as_a_warning_in_this_file_and_says_what_is_accepted_in_both_languages() -> None:
    written = {value for value in vars(rules).values() if isinstance(value, BrokenRule)}
    warnings = {rules.RESIDENT_ID_SEX_DIFFERS, rules.RESIDENT_ID_BIRTH_DATE_DIFFERS, rules.ROLL_NUMBER_DIFFERS}
    assert {rule for _, _, rule in REFUSALS} | warnings == written
    assert len({rule.code for rule in written}) == len(written)
    for rule in written:
        assert all((rule.zh, rule.en, rule.accepted_zh, rule.accepted_en))


def test_a_result_shows_no_value_when_it_is_printed() -> None:
    shown = f"{resident_id(VALID)}{roll_number('G' + VALID)}{phone('15412345678')}{person_name('李明')}"
    assert not any(value in shown for value in (VALID, "1949", "15412345678", "李明"))


def test_a_number_longer_than_any_paper_is_refused_quickly() -> None:
    for read in (resident_id, roll_number, phone, school_code, division_code):
        with pytest.raises(NotWellFormed):
            read("1" * 1_000_000)
