"""Embedded: from a commit in one service to its committed effect in another, while events come at an even rate."""

from __future__ import annotations

import tempfile
import threading
import time
from datetime import UTC, date, datetime
from pathlib import Path

import sqlalchemy as sa

from services.chassis.envelope import Context
from services.chassis.storage.tables import APPOINTMENTS
from services.contracts.codes import BodyKind, Role
from services.contracts.ids import AppointmentId, BodyId, OfficerId
from services.deployment import Deployment, found
from services.embedded import House
from services.identity.domain.officer import AppointOfficer, RegisterOfficer
from tests.bench.figures import Figure
from tests.bench.open_loop import percentile

EVENTS = 1_000
PER_SECOND = 100
BAR_MS = 50.0
LONGEST_WAIT_SECONDS = 30
MILLISECONDS = 1_000.0
CONTEXT = Context(actor="service:bench")
OFFICER = OfficerId("bench-officer")


def measure() -> list[Figure]:
    """Appointments made in identity, seen in casework's own table."""
    with tempfile.TemporaryDirectory() as directory:
        data = Path(directory)
        found(data, Deployment("570126", demo_from=datetime(2026, 9, 1, tzinfo=UTC)))
        house = House(data)
        try:
            seconds = _measure(house)
        finally:
            house.stop()
    p50, p99 = (percentile(seconds, share) * MILLISECONDS for share in (0.5, 0.99))
    return [
        Figure(
            "embedded: commit → effect in another service, p99",
            p99,
            "ms",
            BAR_MS,
            "at most",
            note=f"{EVENTS} events at {PER_SECOND}/s, p50 {p50:.1f} ms",
        )
    ]


def _measure(house: House) -> list[float]:
    identity, casework = house.services["identity"], house.services["casework"]
    registered = RegisterOfficer(officer_id=OFFICER, staff_number="B1", name="bench", body_id=BodyId("bench"))
    identity.execute(registered, CONTEXT)
    house.settle()
    committed: dict[str, float] = {}
    seen: dict[str, float] = {}
    all_seen = threading.Event()
    of_bench = sa.select(APPOINTMENTS.c.appointment_id).where(APPOINTMENTS.c.officer_id == OFFICER)

    def look() -> None:
        now = time.perf_counter()
        with casework.engine.connect() as connection:
            for appointment in connection.execute(of_bench).scalars():
                seen.setdefault(appointment, now)
        if len(seen) == EVENTS:
            all_seen.set()

    casework.store.on_commit(look)
    house.start()
    start = time.perf_counter()
    for number in range(EVENTS):
        time.sleep(max(0.0, start + number / PER_SECOND - time.perf_counter()))
        identity.execute(_appointment(number), CONTEXT)
        committed[f"bench-{number}"] = time.perf_counter()
    if not all_seen.wait(LONGEST_WAIT_SECONDS):
        raise RuntimeError(f"only {len(seen)} of {EVENTS} events had an effect within {LONGEST_WAIT_SECONDS} s")
    return [seen[name] - at for name, at in committed.items()]


def _appointment(number: int) -> AppointOfficer:
    return AppointOfficer(
        officer_id=OFFICER,
        appointment_id=AppointmentId(f"bench-{number}"),
        role=Role.TEACHER,
        body_id=BodyId("bench"),
        body_kind=BodyKind.SCHOOL,
        division="570126",
        from_on=date(2026, 9, 1),
    )
