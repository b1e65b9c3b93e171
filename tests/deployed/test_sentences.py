"""Whatever an operator of a deployment is told, he is told in Chinese and in English."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.chassis.errors import Fault
from tests.architecture.pages import ROOT, module_of

PAGES = sorted((ROOT / "deployed").rglob("*.py"))

PAIR = re.compile(r"(?P<zh>[^\n]*[\u4e00-\u9fff][^\n]*[。！？]?)\n(?P<en>[^\n\u4e00-\u9fff]*[a-z]{2}[^\n\u4e00-\u9fff]*)")
CHINESE, ENGLISH = re.compile(r"[\u4e00-\u9fff]"), re.compile(r"[a-z]{3}")


def faults(of: type[Fault] = Fault) -> set[str]:
    """The names of all faults of the house, as far as pages have been imported."""
    return {of.__name__}.union(*(faults(each) for each in of.__subclasses__()))


def literal(node: ast.expr) -> str | None:
    """The text of a string with `x` for each fact, or nothing where a string is composed elsewhere."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr():
            return "".join(part.value if isinstance(part, ast.Constant) else "x" for part in node.values)
        case _:
            return None


def calls(page: Path) -> Iterator[tuple[str, str]]:
    """What is called in a page, and each text that it is given."""
    for node in ast.walk(ast.parse(page.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            for argument in node.args:
                if (text := literal(argument)) is not None:
                    yield node.func.id, text


@pytest.mark.parametrize("page", PAGES, ids=module_of)
def test_what_is_wrong_in_a_deployment_is_told_in_chinese_and_then_in_english(page: Path) -> None:
    importlib.import_module(module_of(page))
    known = faults()
    assert [text for name, text in calls(page) if name in known and not PAIR.fullmatch(text)] == []


@pytest.mark.parametrize("page", PAGES, ids=module_of)
def test_what_a_run_says_of_its_steps_is_in_chinese_and_in_english(page: Path) -> None:
    told = [text for name, text in calls(page) if name == "tell"]
    assert [text for text in told if ENGLISH.search(text) and not CHINESE.search(text)] == []
