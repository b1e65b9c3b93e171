"""The API under an open load: a county of 2,000 in its second week, 100 requests a second, four reads to one write.

Reads are a page of the ledger and the page of a case; writes are roll calls and visits. The load comes from another process.
"""

from __future__ import annotations

import os
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import httpx
import msgspec

from services.chassis.keys import Keys
from services.chassis.web.tokens import TokenSigner
from tests.bench.figures import Figure
from tests.bench.open_loop import Hit, Shot, percentile

PUPILS = 2_000
PLAY_UNTIL = "2026-09-11"
PER_SECOND = 100
REQUESTS = 2_000
WARM_UP = 200
WRITES_IN = 5
"""Every fifth request writes: 20 %."""

READ_BAR_MS = 50.0
WRITE_BAR_MS = 100.0
MILLISECONDS = 1_000.0
START_SECONDS = 60.0


def measure() -> list[Figure]:
    """p95 of reads and of writes, from the appointed time to the last byte."""
    with tempfile.TemporaryDirectory() as directory:
        data = Path(directory)
        environment = {**os.environ, "FUXUE_DATA": directory}
        fuxue = str(Path(sys.executable).with_name("fuxue"))
        play = [fuxue, "demo", "--no-serve", "--pupils", str(PUPILS), "--until", PLAY_UNTIL]
        subprocess.run(play, env=environment, check=True, stdout=subprocess.DEVNULL)  # noqa: S603  our own command
        with _served(fuxue, environment) as url:
            shots = _shots(url, data)
            _fire(url, shots[:WARM_UP])
            hits = _fire(url, shots[WARM_UP:])
    failed = [hit for hit in hits if not 200 <= hit.status < 300]
    if failed:
        why = Counter((hit.kind, hit.status, hit.problem) for hit in failed)
        raise RuntimeError(f"{len(failed)} of {len(hits)} requests failed: {why}")
    return [_figure(hits, "read", READ_BAR_MS), _figure(hits, "write", WRITE_BAR_MS)]


def _figure(hits: list[Hit], kind: str, bar: float) -> Figure:
    seconds = [hit.seconds for hit in hits if hit.kind == kind]
    p50, p95, p99 = (percentile(seconds, share) * MILLISECONDS for share in (0.5, 0.95, 0.99))
    note = f"{len(seconds)} of {len(hits)} at {PER_SECOND}/s open loop; p50 {p50:.1f}, p99 {p99:.1f} ms"
    return Figure(f"API, {kind} p95", p95, "ms", bar, "at most", note=note)


@contextmanager
def _served(fuxue: str, environment: dict[str, str]) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    serve = [fuxue, "serve", "--port", str(port)]
    server = subprocess.Popen(serve, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603  our own page
    try:
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            try:
                if httpx.get(f"{url}/registry/health").is_success:
                    break
            except httpx.TransportError:
                time.sleep(0.1)
        yield url
    finally:
        server.terminate()
        server.wait(START_SECONDS)


def _fire(url: str, shots: list[Shot]) -> list[Hit]:
    """The load, from a process of its own."""
    asked = msgspec.json.encode((url, float(PER_SECOND), shots))
    command = [sys.executable, "-m", "tests.bench.open_loop"]
    done = subprocess.run(command, input=asked, stdout=subprocess.PIPE, check=True)  # noqa: S603  our own page
    return msgspec.json.decode(done.stdout, type=list[Hit])


def _shots(url: str, data: Path) -> list[Shot]:
    """Reads by the bureau's clerk; lists by each class's teacher, visits by the clerk."""
    signer = TokenSigner.from_pem(Keys(data / "keys").token_pem)
    with sqlite3.connect(f"file:{data / 'registry.sqlite'}?mode=ro", uri=True) as registry:
        teachers = registry.execute(
            "SELECT class_id, officer_id FROM appointments WHERE role = 'homeroom_teacher' AND class_id IS NOT NULL"
        ).fetchall()
        called = registry.execute(
            "SELECT DISTINCT stream_id FROM events WHERE type = 'registry.RollCallTaken' AND instr(data, '\"afternoon\"')"
        ).fetchall()
        (clerk,) = registry.execute("SELECT officer_id FROM appointments WHERE role = 'bureau_clerk'").fetchone()
    registry.close()
    as_clerk = {"Authorization": f"Bearer {signer.sign(clerk)}"}
    found = httpx.get(f"{url}/casework/cases", params={"limit": 200}, headers=as_clerk)
    open_cases = [case for case in found.json()["items"] if case["ended_on"] is None]
    cases = [case["case_id"] for case in open_cases]
    days = [f"2026-09-{day:02}" for day in (11, 10, 9, 8, 7, 4)]  # as late as a list may come
    # where the afternoon is not called in the play; "all present" in the class of a child with a case would withdraw the case
    passed = {case["class_id"] for case in open_cases} | {stream.removeprefix("class_term-").split(":")[0] for (stream,) in called}
    whole = [each for each in teachers if each[0] not in passed]
    roll_calls = [(day, of_class, teacher) for day in days for of_class, teacher in sorted(whole)]
    tokens = {teacher: signer.sign(teacher) for _, teacher in teachers}
    writes = (REQUESTS + WARM_UP) // WRITES_IN
    lists = min(len(roll_calls), writes // 2)  # spread evenly among the visits
    shots: list[Shot] = []
    for number in range(REQUESTS + WARM_UP):
        if number % WRITES_IN:
            path = f"/casework/cases/{cases[number % len(cases)]}" if number % 2 else "/registry/ledger?limit=50"
            shots.append(Shot("read", "GET", path, as_clerk))
            continue
        taken = number // WRITES_IN * lists // writes
        if (number // WRITES_IN + 1) * lists // writes == taken:
            body: dict[str, object] = {"visited_on": days[0], "result": "undecided", "next_step": "下周再访"}
            shots.append(_write(f"/casework/cases/{cases[number % len(cases)]}/visits", body, as_clerk["Authorization"]))
        else:
            day, of_class, teacher = roll_calls[taken]
            body = {"class_id": of_class, "day": day, "session": "afternoon", "absent": [], "excused": []}
            shots.append(_write("/registry/roll-calls", body, f"Bearer {tokens[teacher]}"))
    return shots


def _write(path: str, body: dict[str, object], authorization: str) -> Shot:
    headers = {"Authorization": authorization, "Content-Type": "application/json", "Idempotency-Key": str(uuid4())}
    return Shot("write", "POST", path, headers, msgspec.json.encode(body).decode())
