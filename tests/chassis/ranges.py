"""Ranges as short as a test's log: what is found must not depend on how long they are."""

from __future__ import annotations

import pytest

from services.chassis.verification import checkpoints, log, run


def short_ranges(monkeypatch: pytest.MonkeyPatch, rows: int) -> None:
    """Verify so many events, rows of a journal, or entries of checkpoints at a time."""
    monkeypatch.setattr(log, "EVENTS_A_RANGE", rows)
    monkeypatch.setattr(log, "ROWS_A_JOURNAL_RANGE", rows)
    monkeypatch.setattr(checkpoints, "ENTRIES_A_PAGE", rows)
    monkeypatch.setattr(run, "ANCHORS_A_PAGE", 2)
