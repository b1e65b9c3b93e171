"""How a template becomes a text, with every fallback."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from services.notifications.adapters.seeds import seeded_templates
from services.notifications.domain.texts import Composed, Facts, Limits, TemplateText, compose, fill, ucs2_length

LIMITS = Limits(variable=20, text=500)
DAY = date(2026, 9, 8)
FACTS = Facts(school="青石中学", school_en="Qingshi School", day=DAY, child="阿依古丽·买买提")


def seed(code: str) -> TemplateText:
    (found,) = [each for each in seeded_templates() if each.template == code]
    return TemplateText(found.signature, found.variables, found.bodies, found.unnamed_bodies)


QUERY = seed("absence_query")


def composed(facts: Facts = FACTS, second: str | None = None, within: Limits = LIMITS, words: TemplateText = QUERY) -> Composed:
    text = compose(words, facts, second_language=second, within=within)
    assert text is not None
    return text


def with_facts(**changes: Any) -> Facts:
    facts = {"school": FACTS.school, "school_en": FACTS.school_en, "day": DAY, "child": FACTS.child, **changes}
    return Facts(**facts)


def test_a_text_begins_with_the_signature_and_names_child_school_and_day() -> None:
    text = composed()
    assert text == Composed(
        "【县教育局】家长您好：阿依古丽·买买提今天（9月8日）点名时不在青石中学，学校没有收到请假。请尽快与班主任联系，告知孩子情况。",
        "zh",
        named=True,
    )


def test_a_text_to_an_unknown_number_names_no_child() -> None:
    text = composed(with_facts(child=None))
    assert (text.named, "您的孩子" in text.text) == (False, True)


@pytest.mark.parametrize("name", ["买" * 21, "𠮷" * 11, "", "王【x】", "a.com", "张\u202e三", "张\n三"])
def test_a_name_that_does_not_fit_a_variable_is_left_out(name: str) -> None:
    text = composed(with_facts(child=name))
    assert not text.named
    assert "您的孩子" in text.text


def test_a_name_with_a_dot_and_one_of_twenty_characters_are_said() -> None:
    for name in ("阿不都热依木·阿不都克里木", "买" * 20, "𠮷" * 10):
        assert name in composed(with_facts(child=name)).text


def test_a_name_that_looks_like_a_place_is_said_as_it_is() -> None:
    assert "{school}" in composed(with_facts(child="{school}")).text


@pytest.mark.parametrize("second", ["bo", "ug", "en"])
def test_a_household_with_a_second_language_reads_both(second: str) -> None:
    text = composed(second=second)
    chinese, other = text.text.split("\n")
    assert text.language == f"zh+{second}"
    assert chinese == composed().text
    assert FACTS.child is not None
    assert FACTS.child in other


@pytest.mark.parametrize("second", ["ii", "hmn", "zh", None, ""])
def test_a_language_without_a_body_falls_back_to_chinese(second: str | None) -> None:
    assert composed(second=second) == composed()


def test_a_second_language_without_its_unnamed_body_falls_back_to_chinese() -> None:
    words = TemplateText(QUERY.signature, QUERY.variables, QUERY.bodies, {"zh": QUERY.unnamed_bodies["zh"]})
    assert composed(with_facts(child=None), "bo", words=words).language == "zh"
    assert composed(second="bo", words=words).language == "zh+bo"


def test_two_languages_that_are_too_long_together_fall_back_to_chinese() -> None:
    both = ucs2_length(composed(second="ug").text)
    assert composed(second="ug", within=Limits(20, both)).language == "zh+ug"
    assert composed(second="ug", within=Limits(20, both - 1)).language == "zh"


def test_a_chinese_text_that_is_too_long_is_no_text() -> None:
    length = ucs2_length(composed().text)
    assert composed(within=Limits(20, length)).language == "zh"
    assert compose(QUERY, FACTS, second_language=None, within=Limits(20, length - 1)) is None


def test_a_school_whose_name_does_not_fit_is_the_school() -> None:
    text = composed(with_facts(school="很" * 21, school_en="x" * 21), "en").text
    assert "点名时不在学校，" in text
    assert "was not at the school when" in text


def test_a_text_without_a_fact_that_it_needs_is_no_text() -> None:
    assert compose(QUERY, with_facts(day=None), second_language=None, within=LIMITS) is None
    assert fill(QUERY, with_facts(child=None), language="zh", named=True, within=LIMITS) is None


def test_days_are_said_in_the_form_of_each_language() -> None:
    days = {second: composed(second=second).text.split("\n")[-1] for second in ("en", "bo", "ug")}
    assert "(Sep 8)" in days["en"]
    assert "(ཟླ་9ཚེས་8)" in days["bo"]
    assert "(9-ئاينىڭ 8-كۈنى)" in days["ug"]


def test_a_hanzi_beyond_the_bmp_counts_twice() -> None:
    assert ucs2_length("张𠮷") == 3
