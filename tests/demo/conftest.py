"""A county that has lived its thirty days, played once for all who look at it or live on in a copy."""

from __future__ import annotations

import pytest

from tests.demo.played import PUPILS, ThirtyDays, play_and_check, quickly


@pytest.fixture(scope="session")
def thirty_days(tmp_path_factory: pytest.TempPathFactory) -> ThirtyDays:
    """Where it lies, and what was found on the evening of each day."""
    quickly()
    data = tmp_path_factory.mktemp("thirty-days")
    return ThirtyDays(data, play_and_check(data, pupils=PUPILS))
