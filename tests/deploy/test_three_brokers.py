"""Three brokers as the overlay starts them: one may be away, and no acknowledged record is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from kafka import KafkaConsumer, KafkaProducer
from kafka.admin import KafkaAdminClient, NewTopic

from tests.deploy.compose import BASE, THREE_BROKERS
from tests.deploy.containers import QUICK_START
from tests.deployed.project import Project, free_port
from tests.patience import eventually

pytestmark = pytest.mark.slow

BROKERS = ("kafka", "kafka-2", "kafka-3")
TOPIC = "rolls"
RECORDS = 50
PATIENCE_SECONDS = 60


@pytest.fixture
def brokers(image: Callable[[str], str], tmp_path: Path) -> Iterator[Project]:
    for role in ("fuxue", "kafka"):
        image(role)
    second, third = free_port(), free_port()
    project = Project.new(
        "fuxue-three",
        75,
        tmp_path,
        COMPOSE_FILE=f"{BASE}:{THREE_BROKERS}",
        FUXUE_KAFKA_HEAP=f"-Xms256m -Xmx512m {QUICK_START}",
        FUXUE_BROKER_PORT_2=str(second),
        FUXUE_BROKER_ADDRESS_2=f"localhost:{second}",
        FUXUE_BROKER_PORT_3=str(third),
        FUXUE_BROKER_ADDRESS_3=f"localhost:{third}",
    )
    try:
        project.compose("up", "--wait", "--no-build", *BROKERS)
        yield project
    finally:
        project.down()


def reached(project: Project) -> dict[str, Any]:
    """What a client outside needs to reach them, by the one address that it was given, over TLS."""
    return {
        "bootstrap_servers": f"localhost:{project.broker_port}",
        "security_protocol": "SASL_SSL",
        "ssl_cafile": str(project.secrets / "ca" / "ca.crt"),
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": "admin",
        "sasl_plain_password": (project.secrets / "kafka" / "admin_password").read_text(),
    }


def read_back(project: Project, count: int) -> list[bytes]:
    """What is there, from the beginning, until so much has come."""
    found: list[bytes] = []
    with closing(KafkaConsumer(TOPIC, auto_offset_reset="earliest", enable_auto_commit=False, **reached(project))) as consumer:

        def enough() -> bool:
            for records in consumer.poll(1_000).values():
                found.extend(record.value for record in records)
            return len(found) >= count

        eventually(enough, PATIENCE_SECONDS)
    return found


def test_one_broker_may_be_killed_and_come_back_and_no_record_is_lost(brokers: Project) -> None:
    with closing(KafkaAdminClient(**reached(brokers))) as admin:
        admin.create_topics([NewTopic(TOPIC, num_partitions=3, replication_factor=3)])
    with closing(KafkaProducer(acks="all", enable_idempotence=True, **reached(brokers))) as producer:
        sent = [b"%d" % number for number in range(3 * RECORDS)]

        def send(values: list[bytes]) -> None:
            for acknowledged in [producer.send(TOPIC, key=value, value=value) for value in values]:
                acknowledged.get(timeout=PATIENCE_SECONDS)

        send(sent[:RECORDS])
        brokers.compose("kill", "kafka-2")
        send(sent[RECORDS : 2 * RECORDS])
        brokers.compose("up", "--wait", "--no-build", *BROKERS)
        brokers.compose("kill", "kafka-3")
        send(sent[2 * RECORDS :])
    assert sorted(read_back(brokers, len(sent))) == sorted(sent)
