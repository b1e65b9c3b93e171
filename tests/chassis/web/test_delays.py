"""How long things have waited in a service, as Prometheus and a health check are told."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from services.chassis.envelope import Context, stamp
from services.chassis.storage.tables import LOST_PLACES, PARKED, TIMERS, WORK
from services.chassis.web.delays import delays, unsent_seconds
from tests.chassis.toy_roll import EnrolPupil
from tests.chassis.web.conftest import Desk

WAITED = timedelta(minutes=20)
NOTHING_WAITS = dict.fromkeys(("outbox", "timers", "work", "parked", "lost_places", "unsigned"), 0.0)


def enrol(desk: Desk, pupil_id: str = "p1") -> None:
    desk.service.execute(EnrolPupil(pupil_id=pupil_id), Context(actor="o"))


def put(desk: Desk, table: sa.Table, **facts: object) -> None:
    """A row that has what it needs and nothing more."""
    filler = {column.name: 0 if isinstance(column.type, sa.Integer) else "" for column in table.columns}
    with desk.service.engine.begin() as connection:
        connection.execute(sa.insert(table), filler | facts)


def test_where_nothing_has_happened_nothing_waits(desk: Desk) -> None:
    assert delays(desk.service) == NOTHING_WAITS


def test_an_event_is_unsent_from_its_record_on_and_unsigned_until_the_next_checkpoint(desk: Desk) -> None:
    enrol(desk)
    desk.clock.instant += WAITED
    enrol(desk, "p2")
    assert delays(desk.service) == NOTHING_WAITS | {"outbox": 1200.0, "unsigned": 1200.0}
    desk.service.checkpoints.sign()
    assert delays(desk.service) == NOTHING_WAITS | {"outbox": 1200.0}
    desk.clock.instant += WAITED
    enrol(desk, "p3")
    desk.clock.instant += WAITED
    assert delays(desk.service)["unsigned"] == 1200.0


def test_the_health_check_tells_the_same_of_what_is_unsent(desk: Desk) -> None:
    enrol(desk)
    desk.clock.instant += WAITED
    assert unsent_seconds(desk.service) == delays(desk.service)["outbox"] == 1200.0


@pytest.mark.parametrize(
    ("kind", "table", "facts"),
    [
        ("timers", TIMERS, {"due_at": "due", "not_before": "later"}),
        ("work", WORK, {"not_before": "due", "state": "pending"}),
        ("work", WORK, {"not_before": "due", "state": "started"}),
        ("parked", PARKED, {"parked_at": "due"}),
        ("lost_places", LOST_PLACES, {"found_at": "due"}),
    ],
)
def test_the_oldest_of_each_kind_is_told(desk: Desk, kind: str, table: sa.Table, facts: dict[str, str]) -> None:
    now = desk.clock.instant
    instants = {"due": stamp(now), "later": stamp(now + 2 * WAITED)}
    binary = {column.name: b"" for column in table.columns if isinstance(column.type, sa.LargeBinary)}
    put(desk, table, **binary, **{name: instants.get(fact, fact) for name, fact in facts.items()})
    desk.clock.instant = now + WAITED
    assert delays(desk.service) == NOTHING_WAITS | {kind: 1200.0}


@pytest.mark.parametrize(
    ("table", "facts"), [(TIMERS, {"due_at": "later", "not_before": "later"}), (WORK, {"not_before": "due", "state": "done"})]
)
def test_what_is_not_due_yet_or_done_is_not_late(desk: Desk, table: sa.Table, facts: dict[str, str]) -> None:
    instants = {"due": stamp(desk.clock.instant), "later": stamp(desk.clock.instant + 2 * WAITED)}
    put(desk, table, **{name: instants.get(fact, fact) for name, fact in facts.items()})
    desk.clock.instant += WAITED
    assert delays(desk.service) == NOTHING_WAITS


def test_prometheus_reads_them_beside_the_counts(desk: Desk) -> None:
    enrol(desk)
    desk.clock.instant += WAITED
    told = dict(re.findall(r'fuxue_late_seconds\{kind="(\w+)",service="roll"\} ([\d.]+)', desk.client.get("/metrics").text))
    assert told == {kind: str(seconds) for kind, seconds in delays(desk.service).items()}
