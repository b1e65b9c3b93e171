"""The pages of the house as their sources say: what each imports, and which builtins and clocks it calls."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import services

ROOT = Path(services.__file__).parent


class Imported(NamedTuple):
    """One import of a page: the module, and the name taken from it ("" where the module itself is taken)."""

    module: str
    name: str


def module_of(path: Path) -> str:
    """The dotted name of a page of the house."""
    parts = path.relative_to(ROOT.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def page_of(module: str) -> Path | None:
    """The page of a dotted name; nothing for a module that is not the house's."""
    path = ROOT.parent.joinpath(*module.split("."))
    for page in (path.with_suffix(".py"), path / "__init__.py"):
        if module.split(".", maxsplit=1)[0] == ROOT.name and page.is_file():
            return page
    return None


def imports_in(source: str) -> Iterator[Imported]:
    """Every import of a source, wherever it stands; of a package of the house the page that is taken from it."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (Imported(alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            for alias in node.names:
                inside = f"{module}.{alias.name}"
                yield Imported(inside, "") if page_of(inside) else Imported(module, alias.name)


def impure_calls_in(source: str) -> Iterator[str]:
    """What a source asks of the outside without an import of its own: a file, a terminal, a clock, another program's words."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        match node.func:
            case ast.Name(id="open" | "print" | "input" | "exec" | "eval" | "compile" | "__import__" as name):
                yield name
            case ast.Attribute(attr="now" | "utcnow" | "today" | "uuid1" | "uuid4" as name):
                yield name


def reached_from(pages: list[Path]) -> dict[Path, Path | None]:
    """The pages of the house that these lead to by imports, each with the page that led there first."""
    reached: dict[Path, Path | None] = dict.fromkeys(pages)
    waiting = list(pages)
    while waiting:
        page = waiting.pop()
        for imported in imports_in(page.read_text(encoding="utf-8")):
            led_to = page_of(imported.module)
            if led_to is not None and led_to not in reached:
                reached[led_to] = page
                waiting.append(led_to)
    return reached
