"""How tests are dealt out to processes: each file to one, so that what its tests share is set up once; long files first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

ROOT = Path(__file__).parents[1]

LONG = (
    "tests/deployed/test_two_servers.py",
    "tests/chassis/test_deployed.py",
    "tests/deploy/test_three_brokers.py",
    "tests/system/test_sigkill_demo.py",
    "tests/system/test_canary.py",
    "tests/chassis/test_sigkill.py",
    "tests/demo/test_played_county.py",
    "tests/cli/test_shown.py",
    "tests/system/test_any_request.py",
    "tests/chassis/bus/test_kafka.py",
    "tests/chassis/test_machines.py",
    "tests/deployed/test_partitions.py",
    "tests/chassis/test_told_topics.py",
    "tests/deploy/test_narrow_umask.py",
    "tests/chassis/test_verification_ranges.py",
    "tests/demo/test_lived_on.py",
    "tests/deploy/test_subscribers.py",
    "tests/chassis/bus/test_bus_suite.py",
    "tests/chassis/bus/test_kafka_rights.py",
)
"""Files that take longest, by their seconds: begun first, so that at the end no process waits for another's."""


TOGETHER = (
    ("tests/cli/test_shown.py", "tests/cli/test_commands.py", "tests/cli/test_clearing.py"),
    ("tests/demo/test_played_county.py", "tests/demo/test_lived_on.py"),
    ("tests/deploy/test_gateway_bounds.py", "tests/deploy/test_gateway.py"),
    ("tests/system/test_whole_path.py", "tests/system/test_canary.py", "tests/system/test_typed.py"),
)
"""Files that share a county, which is played once, or a gateway: they go to one process."""

GROUPS = {name: names[0] for names in TOGETHER for name in names}


class ByFile(LoadScopeScheduling):
    """Every test of a file, or of the files that belong together, goes to the same process.

    By the test's name: the marks by which xdist 3.8 would do it do not reach the names that pytest 9.2 gives.
    """

    def _split_scope(self, nodeid: str) -> str:
        name = nodeid.partition("::")[0]
        return GROUPS.get(name, name)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    """However they were to be dealt out."""
    return ByFile(config, log)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first, and those that belong together behind each other."""
    order = {name: place for place, name in enumerate(LONG)}
    items.sort(key=lambda item: order.get(_file(item), len(LONG)))


def _file(item: pytest.Item) -> str:
    return item.path.relative_to(ROOT).as_posix()
