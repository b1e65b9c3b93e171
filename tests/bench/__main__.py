"""`make bench`: every figure that the project promises, in one table; ratios are measured against their peer in the same run."""

from __future__ import annotations

import sys
from collections.abc import Callable

from tests.bench import api, append, demo, latency, rebuild
from tests.bench.figures import Figure, show

MEASURES: dict[str, Callable[[], list[Figure]]] = {
    "demo": demo.measure,
    "append": append.measure,
    "rebuild": rebuild.measure,
    "latency": latency.measure,
    "api": api.measure,
}


def main(wanted: list[str]) -> None:
    """Measure all, or those named."""
    figures: list[Figure] = []
    try:
        for name, measure in MEASURES.items():
            if not wanted or name in wanted:
                sys.stderr.write(f"measuring {name} …\n")
                figures += measure()
    finally:  # a measure that fails takes none of the others along
        show(figures)


if __name__ == "__main__":
    main(sys.argv[1:])
