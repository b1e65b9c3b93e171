"""Python's garbage collector in a process that works for long.

What the start has built – modules, tables, schemas, routes – stays to the end. Looked over again and again it cost the relay 17 of
its 26 µs a message, and now and then a request a tenth of a second.
"""

from __future__ import annotations

import gc

OBJECTS_A_LOOK, LOOKS_A_WIDER_ONE = 10_000, 20
"""How many new containers call for a look at the youngest, and how many such looks for one at the older ones."""


def spare_what_stays() -> None:
    """From now on look for garbage only among what is made from now on, and not at every seven hundredth object."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS_A_LOOK, LOOKS_A_WIDER_ONE, LOOKS_A_WIDER_ONE)
