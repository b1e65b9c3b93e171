"""A closed load: some callers who each ask again as soon as they are answered, as a process of its own; how many answers a second.

python -m tests.bench.closed_loop < {url, callers, shots}
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Sequence
from urllib.parse import urlsplit

import msgspec

from tests.bench.open_loop import Connections, Shot


class Answers(msgspec.Struct, frozen=True):
    """What came of the load: seconds from the first request to the last answer, and the codes of what was refused."""

    seconds: float
    refused: list[str]


async def ask(url: str, shots: Sequence[Shot], callers: int) -> Answers:
    """Send all shots, so many at a time."""
    where = urlsplit(url)
    connections = Connections(where.hostname or "127.0.0.1", where.port or 80)
    waiting = iter(shots)
    refused: list[str] = []

    async def call() -> None:
        for shot in waiting:
            status, problem = await connections.send(shot)
            if not 200 <= status < 300:
                refused.append(problem or str(status))

    began = time.perf_counter()
    await asyncio.gather(*(call() for _ in range(callers)))
    return Answers(time.perf_counter() - began, refused)


def main() -> None:
    """Read {url, callers, shots} from standard input, write the answers to standard output."""
    url, callers, shots = msgspec.json.decode(sys.stdin.buffer.read(), type=tuple[str, int, list[Shot]])
    sys.stdout.buffer.write(msgspec.json.encode(asyncio.run(ask(url, shots, callers))))


if __name__ == "__main__":
    main()
