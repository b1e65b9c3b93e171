"""What a command must be told by the service's own rows is told to each that asks for it."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import fields

from services.chassis.model import Model
from services.deployment import Deployment, found
from services.embedded import House


def asking(model: Model) -> set[str]:
    """The commands that ask whether a family is left alone."""
    commands = {command for decider in model.deciders for command in decider.commands}
    return {each.__name__ for each in commands if ("held", bool) in {(field.name, field.type) for field in fields(each)}}


def test_each_command_that_asks_whether_a_family_is_left_alone_is_told(tmp_path: Path) -> None:
    """Forgotten, it would go to the family while a mandatory report holds."""
    found(tmp_path, Deployment("570126"))
    house = House(tmp_path)
    models = [service.model for service in house.services.values()]
    house.stop()
    assert {model.service for model in models if asking(model)} == {"notifications", "registry"}
    for model in models:
        assert asking(model) <= {command.__name__ for command in model.completions}
