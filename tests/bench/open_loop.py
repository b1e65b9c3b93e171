"""An open-loop HTTP load: requests leave at their appointed times whatever became of the ones before.

Latency counts from the appointed time, so a server that stalls is charged for the queue it causes. Run as a process of its own.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from urllib.parse import urlsplit

import msgspec


class Shot(msgspec.Struct, frozen=True):
    """One request of the load; `kind` groups the latencies."""

    kind: str
    method: str
    path: str
    headers: dict[str, str]
    body: str = ""


class Hit(msgspec.Struct, frozen=True):
    """What came of a shot: seconds from the appointed time to the last byte; `problem` is the code of a refusal."""

    kind: str
    status: int
    seconds: float
    problem: str = ""


class Problem(msgspec.Struct, frozen=True):
    """What the load reads of a refusal."""

    code: str


class Connections:
    """Kept-alive connections, as a browser or a department's system keeps them."""

    def __init__(self, host: str, port: int) -> None:
        self._address = (host, port)
        self._idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def send(self, shot: Shot) -> tuple[int, str]:
        """Status and, for a refusal, its code. A kept connection that the server has closed meanwhile is replaced.

        Sending again is safe: nothing was answered, and writes carry their Idempotency-Key.
        """
        while self._idle:
            try:
                return await self._exchange(shot, *self._idle.pop())
            except (ConnectionError, asyncio.IncompleteReadError):
                continue
        return await self._exchange(shot, *await asyncio.open_connection(*self._address))

    async def _exchange(self, shot: Shot, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> tuple[int, str]:
        body = shot.body.encode()
        headers = {"Host": self._address[0], "Content-Length": str(len(body)), **shot.headers}
        head = f"{shot.method} {shot.path} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        writer.write(head.encode() + b"\r\n" + body)
        answer = await reader.readuntil(b"\r\n\r\n")
        status = int(answer.split(b" ", 2)[1])
        fields = dict(line.lower().split(b": ", 1) for line in answer.split(b"\r\n")[1:] if b": " in line)
        content = await reader.readexactly(int(fields.get(b"content-length", b"0")))
        if fields.get(b"connection") == b"close":
            writer.close()
        else:
            self._idle.append((reader, writer))
        refused = b"problem+json" in fields.get(b"content-type", b"")
        return status, msgspec.json.decode(content, type=Problem).code if refused else ""


async def fire(url: str, shots: Sequence[Shot], per_second: float) -> list[Hit]:
    """Send the shots at an even rate; answers one hit a shot."""
    where = urlsplit(url)
    connections = Connections(where.hostname or "127.0.0.1", where.port or 80)
    start = time.perf_counter() + 0.1
    hits: list[Hit] = []

    async def one(shot: Shot, at: float) -> None:
        await asyncio.sleep(at - time.perf_counter())
        try:
            status, problem = await connections.send(shot)
        except (OSError, asyncio.IncompleteReadError) as broken:
            status, problem = 0, type(broken).__name__
        hits.append(Hit(shot.kind, status, time.perf_counter() - at, problem))

    await asyncio.gather(*(one(shot, start + number / per_second) for number, shot in enumerate(shots)))
    return hits


def percentile(seconds: Sequence[float], share: float) -> float:
    """The value below which the share of the measurements lies, in seconds."""
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def main() -> None:
    """Read {url, per_second, shots} from standard input, write the hits to standard output."""
    import sys  # noqa: PLC0415  only as a process of its own

    asked = msgspec.json.decode(sys.stdin.buffer.read(), type=tuple[str, float, list[Shot]])
    sys.stdout.buffer.write(msgspec.json.encode(asyncio.run(fire(asked[0], asked[2], asked[1]))))


if __name__ == "__main__":
    main()
