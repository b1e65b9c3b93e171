"""Whoever uses a house without having configured logs – a script, a command – logs as a deployment does: JSON, no values."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.deployment import Deployment, found

CANARY = "欧阳雪见 13912345678"

SCRIPT = f"""
import sys
from pathlib import Path
from services.embedded import House

house = House(Path(sys.argv[1]))

def breaks(*_arguments, **_named):
    secret = {CANARY!r}
    raise ValueError(f"cannot store {{secret}}")

house.apps["registry"].view_functions = dict.fromkeys(house.apps["registry"].view_functions, breaks)
with house.client() as client:
    client.get("/registry/health")
house.stop()
"""

COMMAND = f"""
import sys
from services.chassis.web import operator
from services.cli import main

def breaks(*_arguments, **_named):
    secret = {CANARY!r}
    raise ValueError(f"cannot read {{secret}}")

operator.answer = breaks
main(["--data", sys.argv[1], "verify"])
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    found(tmp_path, Deployment("570126", demo_from=datetime(2026, 9, 1, tzinfo=UTC)))
    return tmp_path


def logged_by(page: str, data: Path) -> str:
    """What a process of its own writes to standard error."""
    command = [sys.executable, "-c", page, str(data)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stderr  # noqa: S603  our own page


@pytest.mark.parametrize("page", [SCRIPT, COMMAND], ids=["script", "command"])
def test_what_breaks_is_logged_by_its_type_and_place_and_shows_no_value(data: Path, page: str) -> None:
    logged = logged_by(page, data)
    lines = [json.loads(line) for line in logged.splitlines() if line.startswith("{")]
    (raised,) = [line["raised"][0] for line in lines if "raised" in line]
    assert raised["type"] == "builtins.ValueError"
    assert raised["at"][-1].endswith(" breaks")
    assert CANARY not in logged
    assert "13912345678" not in logged
    assert "Traceback" not in logged
