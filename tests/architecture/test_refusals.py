"""Every refusal of the house is a whole sentence in both languages: no place in it is left empty, wherever it is raised."""

from __future__ import annotations

import ast
import importlib
import string
from collections.abc import Iterator
from types import ModuleType

import pytest

from services.chassis.errors import FieldError, FormRejected, Refusal
from services.chassis.spreadsheets.workbooks import COLUMNS_AT_MOST, ROWS_AT_MOST, UNPACKED_BYTES_AT_MOST, too_large
from services.chassis.web.language import Language
from services.chassis.web.problems import Problem, problem_of
from tests.architecture.pages import ROOT, module_of

PAGES = sorted(path for path in ROOT.rglob("*.py") if "migrations" not in path.parts)
for page in PAGES:
    importlib.import_module(module_of(page))  # so that every refusal of the house is a subclass by now


def _below(kind: type[Refusal]) -> Iterator[type[Refusal]]:
    yield kind
    for each in kind.__subclasses__():
        yield from _below(each)


REFUSALS = sorted(
    {kind for kind in _below(Refusal) if kind.__module__.startswith("services.")}, key=lambda kind: (kind.__module__, kind.__name__)
)


def places(kind: type[Refusal]) -> set[str]:
    """The facts that its sentences tell, in one language or the other."""
    return {name for sentence in (kind.zh, kind.en) for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def said(problem: Problem) -> list[str]:
    return [problem.title, problem.detail, *(part for error in problem.errors for part in error)]


@pytest.mark.parametrize("kind", REFUSALS, ids=lambda kind: kind.__name__)
def test_what_a_clerk_reads_has_no_empty_place(kind: type[Refusal]) -> None:
    facts = {name: f"[{name}]" for name in places(kind)}
    refusal = kind(**facts) if issubclass(kind, FormRejected) else kind(field="a_field", **facts)
    chinese, english = said(problem_of(refusal, "zh")), said(problem_of(refusal, "en"))
    assert not [sentence for sentence in (*chinese, *english, str(refusal)) if "{" in sentence or not sentence]
    assert any("\u4e00" <= sign <= "\u9fff" for sign in chinese[1])
    assert english[1].isascii() or not any("\u4e00" <= sign <= "\u9fff" for sign in english[1])
    assert all(any(f"[{name}]" in sentence for sentence in (*chinese, *english)) for name in facts)


def test_a_refusal_that_lacks_a_fact_cannot_be_made() -> None:
    with_facts = [kind for kind in REFUSALS if places(kind)]
    assert len(with_facts) > 20
    for kind in with_facts:
        with pytest.raises(KeyError):
            kind()


def _refusal_named(page: ModuleType, node: ast.expr | None) -> type[Refusal] | None:
    """The refusal that a name on this page stands for."""
    match node:
        case ast.Name(id=name):
            found = getattr(page, name, None)
        case ast.Attribute(value=ast.Name(id=of), attr=name):
            module = getattr(page, of, None)
            found = vars(module).get(name) if isinstance(module, ModuleType) else None
        case _:
            return None
    return found if isinstance(found, type) and issubclass(found, Refusal) else None


def _made_in_the_house() -> Iterator[tuple[str, type[Refusal], set[str | None]]]:
    """Each place where a refusal is made: page and line, its class, the facts that it is given."""
    for path in PAGES:
        page = importlib.import_module(module_of(path))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            place = f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"
            if isinstance(node, ast.Call) and (kind := _refusal_named(page, node.func)) is not None:
                yield place, kind, {keyword.arg for keyword in node.keywords} - {"field"}
            elif isinstance(node, ast.Raise) and (kind := _refusal_named(page, node.exc)) is not None:
                yield place, kind, set()


def test_wherever_a_refusal_is_made_it_is_given_the_facts_that_it_tells() -> None:
    made = list(_made_in_the_house())
    assert len(made) > 200
    assert [(place, kind.__name__, facts) for place, kind, facts in made if facts != places(kind)] == []


def test_every_refusal_with_a_sentence_of_its_own_is_made_somewhere() -> None:
    made = {kind for _, kind, _ in _made_in_the_house()}
    parents = {base for kind in REFUSALS for base in kind.__mro__[1:]}
    assert [kind.__name__ for kind in REFUSALS if kind not in made | parents] == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_file_that_is_too_large_is_told_how_large_it_may_be(language: Language) -> None:
    problem = problem_of(too_large(ROWS_AT_MOST), language)
    assert [str(cap) in problem.detail for cap in (ROWS_AT_MOST, COLUMNS_AT_MOST, UNPACKED_BYTES_AT_MOST // 2**20)] == [True] * 3
    assert problem.errors == (("file", problem.detail),)


def test_a_rejected_form_names_its_fields_in_both_languages() -> None:
    form = FormRejected(FieldError("day", "应为日期。", "Not a date."))
    assert problem_of(form, "zh").errors == (("day", "应为日期。"),)
    assert problem_of(form, "en").errors == (("day", "Not a date."),)
