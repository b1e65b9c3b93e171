"""A county that lives its thirty days, played once for all who look at it or live on in a copy, on whichever of its evenings."""

from __future__ import annotations

import pytest

from tests.demo.played import PUPILS, TWELFTH_DAY, LivedCounty, play_and_check, quickly


@pytest.fixture(scope="session")
def twelve_days(tmp_path_factory: pytest.TempPathFactory) -> LivedCounty:
    """Stopped on the evening of its twelfth school day."""
    quickly()
    data = tmp_path_factory.mktemp("twelve-days")
    return LivedCounty(data, play_and_check(data, pupils=PUPILS, until=TWELFTH_DAY))


@pytest.fixture(scope="session")
def thirty_days(tmp_path_factory: pytest.TempPathFactory, twelve_days: LivedCounty) -> LivedCounty:
    """A copy that went on to the end."""
    data = tmp_path_factory.mktemp("thirty-days")
    twelve_days.copied_to(data)
    return LivedCounty(data, {**twelve_days.evenings, **play_and_check(data, pupils=PUPILS)})
