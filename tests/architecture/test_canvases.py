"""The canvas of each service, held against what the service takes."""

from __future__ import annotations

import importlib
import re

import pytest

from services.chassis.decider import Decider
from services.contracts.services import SERVICES
from tests.architecture.test_rooms import ROOT, modules_of

COMMANDS = re.compile(r"^## Commands.*?(?=^## )|^\| \*\*Commands\*\*.*?$", re.MULTILINE | re.DOTALL)
NAME = re.compile(r"`([A-Z][A-Za-z]+)`")


@pytest.mark.parametrize("service", SERVICES)
def test_the_canvas_names_every_command_of_the_service_and_no_other(service: str) -> None:
    pages = [importlib.import_module(name) for name in modules_of(service) if ".domain." in name]
    deciders = [value for page in pages for value in vars(page).values() if isinstance(value, Decider)]
    taken = {command.__name__ for decider in deciders for command in decider.commands}
    told = COMMANDS.search((ROOT / service / "README.md").read_text(encoding="utf-8"))
    assert told is not None
    assert set(NAME.findall(told.group())) == taken
