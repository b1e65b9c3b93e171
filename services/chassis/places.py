"""Places for heavy work: whoever finds none is told so at once, and holds up nobody who wants something small."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from services.chassis.errors import PlacesTaken

UPLOADS_AT_ONCE = 2
"""Files that a service works off at the same time; who brings a third is asked to come again, and the desks stay open."""


class Places:
    """A fixed number of places in this process."""

    def __init__(self, number: int) -> None:
        self._free = threading.BoundedSemaphore(number)

    @contextmanager
    def one(self) -> Iterator[None]:
        """A place until the work is done; raises PlacesTaken instead of waiting for one."""
        if not self._free.acquire(blocking=False):
            raise PlacesTaken
        try:
            yield
        finally:
            self._free.release()
