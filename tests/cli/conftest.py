"""A small county that has lived its days, and the command line that looks at it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import structlog
from click.testing import CliRunner, Result

from services import embedded
from services.chassis.logs import configure_unconfigured_logs
from services.cli import main, reach
from tests.demo.played import quickly

PUPILS = "60"


@pytest.fixture(autouse=True)
def _logs_of_a_new_process() -> None:
    """A command finds the logs as its process would, not as an earlier test has set them."""
    structlog.reset_defaults()


def fuxue(data: Path, *words: str) -> Result:
    """What a person types, and what comes back."""
    return CliRunner().invoke(main, ["--data", str(data), *words])


@contextmanager
def kept_open(data: Path) -> Iterator[None]:
    """Each command finds the house open meanwhile and leaves it so: to open it takes longer than most of them."""
    house = embedded.House(data)

    def found(_data: Path) -> embedded.House:
        configure_unconfigured_logs()
        return house

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(embedded, "House", found)
        patched.setattr(house, "stop", lambda: None)
        patched.setattr(reach, "owner_of", lambda _data: None)
        yield
    house.stop()


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A county that was played to its end and left to its visitors."""
    quickly()
    data: Path = tmp_path_factory.mktemp("cli")
    result = fuxue(data, "demo", "--no-serve", "--pupils", PUPILS)
    assert result.exit_code == 0, result.output
    assert "0 处不同" in result.output
    return data
