"""The plan of the house, held against the house."""

from __future__ import annotations

import ast
import importlib
import pkgutil
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

import services
from services.chassis.decider import Policy, Term
from services.chassis.storage.sqlite_file import engine_for, migrate_file
from services.chassis.storage.tables import HOUSE
from services.contracts.policy_codes import POLICY_FORMS
from services.contracts.services import SERVICES

ROOT = Path(services.__file__).parent
ROOMS = {
    "README.md",
    "__init__.py",
    "domain",
    "reactions.py",
    "projections.py",
    "queries.py",
    "api",
    "storage",
    "adapters",
    "service.py",
    "app.py",
}


GROWN = {"reactions", "projections", "queries"}
"""Rooms of one page that may have become a folder of the same name (docs/decisions/0011)."""


def _room(path: Path) -> str:
    return f"{path.name}.py" if path.is_dir() and path.name in GROWN else path.name


def modules_of(service: str) -> list[str]:
    package = importlib.import_module(f"services.{service}")
    return [module.name for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")]


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_has_the_same_rooms(service: str) -> None:
    found = {_room(path) for path in (ROOT / service).iterdir() if path.name != "__pycache__"}
    assert found <= ROOMS, "a room may be absent, never renamed"
    assert {"README.md", "projections.py", "queries.py", "api", "storage", "service.py"} <= found


API_PAGES = {"__init__", "routes", "schemas", "scope", "acting", "pages", "words"}
SUBJECT_PAGES = ("_routes", "_schemas")
STORAGE_PAGES = {"__init__", "tables", "vault_tables", "log_tables", "rows"}
OF_THE_LOOK_UP = {"registry": {"persons", "access_log"}, "casework": {"access_log"}}
"""Who is behind the ids is answered, and logged, where the caller is known (docs/decisions/0011)."""


@pytest.mark.parametrize("service", SERVICES)
def test_the_pages_of_a_room_are_called_the_same_in_every_service(service: str) -> None:
    api = {page.stem for page in (ROOT / service / "api").glob("*.py") if not page.stem.endswith(SUBJECT_PAGES)}
    assert api - OF_THE_LOOK_UP.get(service, set()) <= API_PAGES
    assert {page.stem for page in (ROOT / service / "storage").glob("*.py")} <= STORAGE_PAGES
    assert {"routes", "schemas"} <= api


@pytest.mark.parametrize("service", SERVICES)
def test_no_route_asks_a_table_by_itself(service: str) -> None:
    routes = [page for page in (ROOT / service / "api").glob("*.py") if page.stem not in OF_THE_LOOK_UP.get(service, set())]
    asking = [page.name for page in routes if "sa.select(" in (text := page.read_text(encoding="utf-8")) or ".connect()" in text]
    assert asking == []


@pytest.mark.parametrize("service", SERVICES)
def test_the_migrated_schema_is_what_the_tables_say(service: str, tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite"
    migrate_file(path, ROOT / service / "storage" / "migrations")
    wanted = sa.MetaData()
    for metadata in [HOUSE, *metadata_of(service)]:
        for table in metadata.tables.values():
            table.to_metadata(wanted)
    engine = engine_for(path)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = [d for d in compare_metadata(context, wanted) if "alembic_version" not in str(d)]
        keys = {name: sa.inspect(connection).get_pk_constraint(name)["constrained_columns"] for name in wanted.tables}
    engine.dispose()
    assert differences == []
    assert keys == {name: table.primary_key.columns.keys() for name, table in wanted.tables.items()}, "alembic compares no keys"


def metadata_of(service: str) -> list[sa.MetaData]:
    found: list[sa.MetaData] = []
    for name in modules_of(service):
        if ".storage." in name and ".migrations" not in name:
            module = importlib.import_module(name)
            found += [value for value in vars(module).values() if isinstance(value, sa.MetaData) and value is not HOUSE]
    return list({id(metadata): metadata for metadata in found}.values())


def policies_in_the_house() -> dict[str, int | Term]:
    found: dict[str, int | Term] = {}
    for service in SERVICES:
        for name in modules_of(service):
            if ".domain." not in name:
                continue
            for value in vars(importlib.import_module(name)).values():
                several = value.values() if isinstance(value, dict) else value if isinstance(value, tuple) else (value,)
                found.update({policy.code: policy.default for policy in several if isinstance(policy, Policy)})
    return found


def test_every_number_of_the_county_is_listed_once_in_contracts_and_its_default_is_in_form() -> None:
    defaults = policies_in_the_house()
    assert POLICY_FORMS.keys() == defaults.keys()
    assert [code for code, default in defaults.items() if not POLICY_FORMS[code].accepts(default)] == []


def test_every_page_says_what_it_is_for() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in ROOT.rglob("*.py")
        if path.read_text(encoding="utf-8").strip() and ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) is None
    ]
    assert silent == []
