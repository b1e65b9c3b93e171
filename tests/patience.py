"""Waiting for what comes to hold by itself, without guessing how long it takes."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

PATIENCE_SECONDS = 30.0


def eventually(holds: Callable[[], Any], seconds: float = PATIENCE_SECONDS) -> Any:
    """Ask until it holds; answers what was answered."""
    until = time.monotonic() + seconds
    while not (answer := holds()):
        assert time.monotonic() < until, "it does not come to hold"
        time.sleep(0.02)
    return answer
