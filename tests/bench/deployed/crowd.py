"""Several processes that do the same at the same time, each prepared before the common start."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from services.chassis.collector import spare_what_stays

PREPARED_SECONDS = 120.0
SPAWN = multiprocessing.get_context("spawn")
"""A forked process would share connections and threads of this one."""

Prepare = Callable[..., AbstractContextManager[Callable[[], None]]]
"""Gives what one process, by its number, is to do; a function of a module, for it travels by name."""


def seconds_of(processes: int, prepare: Prepare, *given: Any) -> float:
    """From the common start to the end of the last of them."""
    barrier, spans = SPAWN.Barrier(processes), SPAWN.SimpleQueue()
    crowd = [SPAWN.Process(target=_one, args=(prepare, number, given, barrier, spans), daemon=True) for number in range(processes)]
    for each in crowd:
        each.start()
    for each in crowd:
        each.join()
    if failed := [each.exitcode for each in crowd if each.exitcode]:
        raise RuntimeError(f"{len(failed)} of {processes} processes failed")
    begun, ended = zip(*(spans.get() for _ in crowd), strict=True)
    return float(max(ended) - min(begun))


def _one(prepare: Prepare, number: int, given: tuple[Any, ...], barrier: Any, spans: Any) -> None:
    try:
        with prepare(number, *given) as act:
            spare_what_stays()  # as every process of a deployment; the peer has the same of it
            barrier.wait(PREPARED_SECONDS)
            begun = time.monotonic()
            act()
            spans.put((begun, time.monotonic()))
    except BaseException:
        barrier.abort()  # the others wait for nobody
        raise
