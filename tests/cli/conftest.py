"""A small county that has lived its days, and the command line that looks at it."""

from __future__ import annotations

from pathlib import Path

import pytest
import structlog
from click.testing import CliRunner, Result

from services.cli import main
from tests.demo.played import quickly

PUPILS = "60"


@pytest.fixture(autouse=True)
def _logs_of_a_new_process() -> None:
    """A command finds the logs as its process would, not as an earlier test has set them."""
    structlog.reset_defaults()


def fuxue(data: Path, *words: str) -> Result:
    """What a person types, and what comes back."""
    return CliRunner().invoke(main, ["--data", str(data), *words])


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A county that was played to its end and left to its visitors."""
    quickly()
    data: Path = tmp_path_factory.mktemp("cli")
    result = fuxue(data, "demo", "--no-serve", "--pupils", PUPILS)
    assert result.exit_code == 0, result.output
    assert "0 处不同" in result.output
    return data
