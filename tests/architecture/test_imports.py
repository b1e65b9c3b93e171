"""The pure rooms may import what is named here, and nothing else (architecture.md §1; docs/decisions/0007)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from services.contracts.services import SERVICES
from tests.architecture.pages import ROOT, Imported, imports_in, impure_calls_in, module_of, page_of, reached_from

PURE_LIBRARIES = frozenset(
    {
        "__future__", "bisect", "collections", "collections.abc", "dataclasses", "datetime", "enum", "functools", "hashlib",
        "msgspec", "msgspec.inspect", "msgspec.structs", "re", "string", "types", "typing", "unicodedata", "uuid",
    }
)  # fmt: skip
"""Of the standard library what computes; what opens, waits, draws lots or asks a clock is not among it."""

DECLARATIVE_LIBRARIES = PURE_LIBRARIES | {"contextlib", "sqlalchemy"}
"""Beside that: tables are described in SQLAlchemy's terms, and the store's port in those of context managers."""

ANY = frozenset({"*"})

VOCABULARY: Mapping[str, frozenset[str]] = {
    "services.chassis.decider": ANY,
    "services.chassis.errors": ANY,
    "services.chassis.envelope": frozenset({"Sealed"}),
    "services.chassis.county": frozenset({"DayKind", "GOVERNMENT"}),
}
"""What of the chassis the domain speaks: two whole pages, and of two others the words that stand in events."""

NO_LANGUAGE = frozenset({"published", "public_pages", "identity_rows"})
LANGUAGE = tuple(sorted(module_of(path) for path in (ROOT / "contracts").rglob("*.py") if path.stem not in NO_LANGUAGE))
"""The pages of the published language; `published` and `public_pages` write files, `identity_rows` is a page of projections."""

ROOMS: Mapping[str, Mapping[str, frozenset[str]]] = {
    "domain": {**VOCABULARY, **dict.fromkeys(LANGUAGE, ANY)},
    "contracts": {
        **VOCABULARY,
        **dict.fromkeys(LANGUAGE, ANY),
        "services.chassis.bus.layout": ANY,
        "services.chassis.catalogue": frozenset({"Catalogue", "Upcaster"}),
        "services.chassis.checkpoints": frozenset({"CheckpointSigned"}),
        "services.chassis.publication": frozenset({"Published"}),
        "services.chassis.republication": frozenset({"LogRepublished"}),
        "services.chassis.envelope": frozenset({"Sealed", "Envelope"}),
    },
    "reactions": {
        **VOCABULARY,
        **dict.fromkeys((*LANGUAGE, "services.contracts.identity_rows"), ANY),
        "services.chassis.envelope": frozenset({"Sealed", "Envelope"}),
        "services.chassis.reactions": ANY,
    },
    "projections": {
        **VOCABULARY,
        **dict.fromkeys(LANGUAGE, ANY),
        "services.chassis.checkpoints": frozenset({"CheckpointSigned", "Head"}),
        "services.chassis.envelope": frozenset({"Sealed", "Envelope"}),
        "services.chassis.projections": ANY,
        "services.chassis.storage.tables": ANY,
    },
}
"""What each pure room may import of the house, beside its own service's pages (`OWN`)."""

OWN: Mapping[str, tuple[str, ...]] = {
    "domain": ("domain",),
    "contracts": (),
    "reactions": ("reactions", "domain", "projections", "storage.rows"),
    "projections": ("projections", "domain", "storage.tables", "storage.vault_tables", "storage.rows"),
}
"""The rooms of its own service that each may import; of `storage` only the pages of tables and rows."""


def pages_of(room: str) -> list[Path]:
    """The pages that a room's rule is for."""
    match room:
        case "domain":
            return sorted(page for service in SERVICES for page in (ROOT / service / "domain").rglob("*.py"))
        case "contracts":
            return sorted(path for module in LANGUAGE if (path := page_of(module)))
        case "projections":
            return [*pages_of_services(room), ROOT / "contracts" / "identity_rows.py"]
        case _:
            return pages_of_services(room)


def pages_of_services(room: str) -> list[Path]:
    """The room's pages in every service: one page, or a folder of the same name."""
    return sorted(
        path for service in SERVICES for path in (*(ROOT / service).glob(f"{room}.py"), *(ROOT / service / room).rglob("*.py"))
    )


def refused(imported: Imported, room: str, service: str) -> bool:
    """Whether a page of a service's room may not import this."""
    if imported.module in PURE_LIBRARIES:
        return False
    own = [f"services.{service}.{part}" for part in OWN[room]]
    if any(imported.module == name or imported.module.startswith(f"{name}.") for name in own):
        return False
    names = ROOMS[room].get(imported.module, frozenset())
    return not (names is ANY or imported.name in names)


def service_of(page: Path) -> str:
    return page.relative_to(ROOT).parts[0]


@pytest.mark.parametrize("room", ROOMS)
def test_a_pure_room_imports_what_is_named_and_nothing_else(room: str) -> None:
    pages = pages_of(room)
    assert pages
    found = [
        (module_of(page), imported.module, imported.name)
        for page in pages
        for imported in imports_in(page.read_text(encoding="utf-8"))
        if refused(imported, room, service_of(page))
    ]
    assert found == []


@pytest.mark.parametrize("room", ROOMS)
def test_a_pure_room_opens_nothing_and_asks_no_clock(room: str) -> None:
    found = [(module_of(page), call) for page in pages_of(room) for call in impure_calls_in(page.read_text(encoding="utf-8"))]
    assert found == []


@pytest.mark.parametrize(
    ("rooms", "libraries"),
    [(("domain", "contracts"), PURE_LIBRARIES), (("projections", "reactions"), DECLARATIVE_LIBRARIES)],
    ids=["domain and contracts", "projections and reactions"],
)
def test_nothing_that_a_pure_room_leads_to_can_reach_outside(rooms: tuple[str, ...], libraries: frozenset[str]) -> None:
    reached = reached_from([page for room in rooms for page in pages_of(room)])
    found = [
        (module_of(page), imported.module, "through", module_of(through) if through else "")
        for page, through in reached.items()
        for imported in imports_in(page.read_text(encoding="utf-8"))
        if page_of(imported.module) is None and imported.module not in libraries
    ]
    assert found == []


@pytest.mark.parametrize("service", SERVICES)
def test_what_a_web_process_runs_knows_neither_a_bus_nor_what_a_crew_does(service: str) -> None:
    reached = reached_from([ROOT / service / "app.py", ROOT / service / "service.py"])
    behind_the_desk = {"bus.port", "bus.kafka", "bus.embedded", "consumer", "crew", "hands", "relay", "timers", "work"}
    assert {module_of(page) for page in reached} & {f"services.chassis.{name}" for name in behind_the_desk} == set()
    assert "kafka" not in {each.module.partition(".")[0] for page in reached for each in imports_in(page.read_text("utf-8"))}


@pytest.mark.parametrize(
    "line",
    [
        "import os",
        "import sqlite3",
        "from time import sleep",
        "from random import choice",
        "import sqlalchemy as sa",
        "import msgspec.json_schema",
        "from services.chassis.envelope import stamp",
        "from services.chassis.county import Calendars",
        "from services.chassis.turn import Turn",
        "from services.chassis import sealing",
        "from services.casework.domain.state import CaseState",
        "from services.registry.projections import PUPIL_ROWS",
        "from services.contracts.identity_rows import APPOINTMENT_ROWS",
        "from . import pupil",
        "def decide():\n    from pathlib import Path",
    ],
)
def test_an_import_that_is_not_named_is_refused_wherever_it_stands(line: str) -> None:
    assert any(refused(imported, "domain", "registry") for imported in imports_in(line))


@pytest.mark.parametrize("line", ["open('x')", "datetime.now(UTC)", "date.today()", "uuid.uuid4()", "print(state)"])
def test_a_call_that_asks_the_outside_is_found(line: str) -> None:
    assert list(impure_calls_in(line))
