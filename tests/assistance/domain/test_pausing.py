"""Granted aid pauses and resumes within its school year."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from services.assistance.domain.application import APPLICATION
from tests.assistance.domain.applications import (
    changed,
    pause,
    paused,
    refused,
    resume,
    resumed,
)
from tests.assistance.invented import (
    IN_REVIEW,
    drafted,
    granted,
)
from tests.scenario import scenario


def test_granted_aid_pauses_and_resumes_once_each() -> None:
    scenario(APPLICATION, given=[*IN_REVIEW, granted], when=[pause, pause, resume, resume], then=[paused, resumed])


@pytest.mark.parametrize("before", [[], [drafted], IN_REVIEW, [*IN_REVIEW, refused]])
def test_only_granted_aid_pauses_or_resumes(before: list[Any]) -> None:
    scenario(APPLICATION, given=before, when=[pause, resume], then=[])


def test_aid_of_a_past_school_year_neither_pauses_nor_resumes() -> None:
    next_year = date(2027, 9, 1)
    scenario(APPLICATION, given=[*IN_REVIEW, granted], when=changed(pause, day=next_year), then=[])
    scenario(APPLICATION, given=[*IN_REVIEW, granted, paused], when=changed(resume, day=next_year), then=[])
