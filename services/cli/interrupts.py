"""Ctrl-C while something long is done in steps: it is heard between two of them, so that nothing is left half done."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def heard_between_steps() -> Iterator[Callable[[], None]]:
    """Gives what is to be called between two steps; it raises KeyboardInterrupt once Ctrl-C was pressed.

    Whoever presses a second time does not want to wait and is heard at once.
    """
    pressed = False

    def hear(_signal: int, _frame: FrameType | None) -> None:
        nonlocal pressed
        if pressed:
            raise KeyboardInterrupt
        pressed = True

    def between_steps() -> None:
        if pressed:
            raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, hear)
    try:
        yield between_steps
    finally:
        signal.signal(signal.SIGINT, before)
