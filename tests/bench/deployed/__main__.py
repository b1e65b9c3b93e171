"""`make bench-deployed`: the figures of a deployment, in one table; ratios are measured against their peer in the same run."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

from services.chassis.collector import spare_what_stays
from tests.bench.deployed import append, command, drain, effect, rebuild, relay, web
from tests.bench.deployed.servers import Servers, started
from tests.bench.figures import Figure, show

MEASURES: dict[str, Callable[[Servers], list[Figure]]] = {
    "append": append.measure,
    "command": command.measure,
    "web": web.measure,
    "relay": relay.measure,
    "effect": effect.measure,
    "drain": drain.measure,
    "rebuild": rebuild.measure,
}


def main() -> None:
    """Measure all, or those named."""
    parser = argparse.ArgumentParser(prog="make bench-deployed")
    parser.add_argument("measures", nargs="*", choices=[*MEASURES, []], help="those to take; without any, all")
    parser.add_argument(
        "--share", type=float, default=1.0, help="of the whole load; less than 1 shows that a measure works, no more"
    )
    asked = parser.parse_args()
    figures: list[Figure] = []
    try:
        spare_what_stays()  # as every process of a deployment; peers in this one have the same of it
        with started(asked.share) as servers:
            for name, measure in MEASURES.items():
                if not asked.measures or name in asked.measures:
                    sys.stderr.write(f"measuring {name} …\n")
                    figures += measure(servers)
    finally:  # a measure that fails after half an hour takes none of the others along
        show(figures, "make bench-deployed")


if __name__ == "__main__":
    main()
