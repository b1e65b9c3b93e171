"""The canvas of each service, held against what the service takes."""

from __future__ import annotations

import importlib
import re

import pytest
import sqlalchemy as sa

from services.chassis.decider import Decider
from services.contracts.services import SERVICES
from tests.architecture.test_rooms import ROOT, modules_of

COMMANDS = re.compile(r"^## Commands.*?(?=^## )|^\| \*\*Commands\*\*.*?$", re.MULTILINE | re.DOTALL)
EVENTS_IN = re.compile(r"^- in: .*?(?=^- |^## )", re.MULTILINE | re.DOTALL)
TABLE = re.compile(r"`([a-z_]+)`")
NAME = re.compile(r"`([A-Z][A-Za-z]+)`")
REACTING = [service for service in SERVICES if any((ROOT / service).glob("reactions*"))]


@pytest.mark.parametrize("service", SERVICES)
def test_the_canvas_names_every_command_of_the_service_and_no_other(service: str) -> None:
    pages = [importlib.import_module(name) for name in modules_of(service) if ".domain." in name]
    deciders = [value for page in pages for value in vars(page).values() if isinstance(value, Decider)]
    taken = {command.__name__ for decider in deciders for command in decider.commands}
    told = COMMANDS.search((ROOT / service / "README.md").read_text(encoding="utf-8"))
    assert told is not None
    assert set(NAME.findall(told.group())) == taken


@pytest.mark.parametrize("service", REACTING)
def test_the_canvas_names_every_event_to_which_the_service_reacts(service: str) -> None:
    reactions = importlib.import_module(f"services.{service}.reactions").REACTIONS
    told = EVENTS_IN.search((ROOT / service / "README.md").read_text(encoding="utf-8"))
    assert told is not None
    assert {when.event.__name__ for when in reactions} - set(NAME.findall(told.group())) == set()


@pytest.mark.parametrize("service", SERVICES)
def test_the_canvas_names_every_table_of_the_service(service: str) -> None:
    tables = importlib.import_module(f"services.{service}.storage.tables")
    named = set(TABLE.findall((ROOT / service / "README.md").read_text(encoding="utf-8")))
    assert {value.name for value in vars(tables).values() if isinstance(value, sa.Table)} - named == set()
