"""What the scripts of a deployment tell whoever runs them: in Chinese and in English."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

DEPLOY = Path(__file__).parents[2] / "deploy"
SCRIPTS = ("bundle.sh", "engine.sh", "load.sh", "images/build.sh", "images/clients.sh", "kafka/start.sh", "kafka/healthy.sh")
ENTRYPOINTS = ("postgres/docker-entrypoint.sh", "nginx/docker-entrypoint.sh")

SAYING = re.compile(r"(?<![\w-])(?:say|fail|refuse|ill|readable [A-Z_]+) (?=\"(?!\$@))(?P<words>(?:\"[^\"]*\"\s*)+)")
CHINESE, ENGLISH = re.compile(r"[\u4e00-\u9fff]"), re.compile(r"[a-z]{3}")


NAMES_AN_IMAGE = re.compile(r"^debian_root\(\) \{$.*?^\}$", re.MULTILINE | re.DOTALL)
"""A function whose text is part of an image's name, so that it keeps its words (`deploy/images/build.sh`)."""


def told(script: str) -> list[list[str]]:
    """What each line of a script says, an entry for each language."""
    source = NAMES_AN_IMAGE.sub("", (DEPLOY / script).read_text()).replace("\\\n", " ")
    lines = re.sub(r" {2,}", " ", source)
    return [re.findall(r'"([^"]*)"', each["words"]) for each in SAYING.finditer(lines)]


@pytest.mark.parametrize("script", [*SCRIPTS, *ENTRYPOINTS])
def test_a_script_says_everything_in_chinese_and_then_in_english(script: str) -> None:
    sayings = told(script)
    assert len(sayings) > 1
    assert [each for each in sayings if not (len(each) == 2 and CHINESE.search(each[0]) and not CHINESE.search(each[1]))] == []
    assert [each for each in sayings if not ENGLISH.search(each[1])] == []


def test_what_names_an_image_keeps_its_words_and_says_them_in_chinese_too() -> None:
    source = (DEPLOY / "images/build.sh").read_text()
    (kept,) = NAMES_AN_IMAGE.findall(source)
    chinese = dict(re.findall(r'^    \["([^"]*)"\]="([^"]*)"$', source, re.MULTILINE))
    english = [words for each in SAYING.finditer(kept) for words in re.findall(r'"([^"]*)"', each["words"])]
    assert english == list(chinese)
    assert all(CHINESE.search(words) for words in chinese.values())


@pytest.mark.parametrize("script", [*SCRIPTS, *ENTRYPOINTS])
def test_no_variable_runs_into_chinese_which_a_shell_of_another_locale_might_take_for_its_name(script: str) -> None:
    assert re.findall(r"\$\w+[^\x00-\x7f]", (DEPLOY / script).read_text(), re.ASCII) == []
