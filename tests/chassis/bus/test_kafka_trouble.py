"""What is said of Kafka's troubles: each sentence in Chinese and in English, with the same facts, and what to do."""

from __future__ import annotations

import re
from string import Formatter

import pytest

from services.chassis.bus import kafka_trouble
from services.chassis.bus.kafka_trouble import Sentence

TABLE: dict[str, Sentence] = {name: said for name, said in vars(kafka_trouble).items() if name.isupper()}

ONE_LANGUAGE_ONLY = frozenset({"zh", "en", "operation", "resource", "verb", "noun"})
"""Facts that are a word of the language itself."""

ASKED = re.compile(r"[：，；。（]若?[^：；。]*请[^：；。]+")
TOLD_TO_DO = re.compile(r"[:;] (?:where .* )?(?:check|let|look|put|report|run|set)\b.+")


def facts(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name} - ONE_LANGUAGE_ONLY


@pytest.mark.parametrize("name", TABLE)
def test_each_trouble_is_told_in_chinese_and_in_english_with_the_same_facts(name: str) -> None:
    zh, en = TABLE[name]
    assert re.search(r"[\u4e00-\u9fff]", zh)
    assert not re.search(r"[\u4e00-\u9fff]", en)
    assert (zh[-1], en[-1]) == ("。", "."), "whole sentences, for others may follow"
    assert facts(zh) == facts(en)


@pytest.mark.parametrize("name", TABLE)
def test_each_trouble_says_what_to_do_in_both_languages_and_names_the_same_commands(name: str) -> None:
    zh, en = TABLE[name]
    assert ASKED.search(zh)
    assert TOLD_TO_DO.search(en)
    command = re.compile(r"docker compose (?:run --rm \w+|up --wait)|deploy/[\w./]+\w")
    assert command.findall(zh) == command.findall(en)
