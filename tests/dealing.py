"""How tests are dealt out to processes: each file to one, so that what its tests share is set up once; long files first."""

from __future__ import annotations

from pathlib import Path

import pytest

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


@pytest.hookimpl(tryfirst=True)  # the plugin that deals them out reads the marks afterwards
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test of a file, or of the files that say they belong together, goes to the same process."""
    order = {name: place for place, name in enumerate(LONG)}
    items.sort(key=lambda item: order.get(_file(item), len(LONG)))
    for item in items:
        if item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(_file(item)))


def _file(item: pytest.Item) -> str:
    return item.path.relative_to(ROOT).as_posix()
