"""Where a broker has not the topics on which services told their events, a new epoch of the bus begins, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
import sqlalchemy as sa

from services.chassis.bus import kafka_admin
from services.chassis.bus.kafka_clients import asking
from services.chassis.bus.kafka_inspection import topics
from services.chassis.bus.kafka_settings import KafkaSettings
from services.chassis.storage.epochs import Epoch, latest
from services.chassis.storage.tables import EVENTS, OUTBOX, PUBLICATIONS
from services.contracts.codes import Department
from services.contracts.services import SERVICES
from services.contracts.topics import Desk, layout
from services.deployed.bootstrap.bus_epoch import begin_where_topics_are_gone
from services.deployed.bootstrap.databases import engine_of
from services.deployed.composition import compose
from services.deployed.servers import ServiceDatabase
from services.identity.adapters.accounts import open_first_account
from tests.deployed.databases import Brought
from tests.deployed.told import pem, told
from tests.kafka import KafkaServer
from tests.patience import eventually

Databases = tuple[ServiceDatabase, ...]
NOW = datetime(2026, 9, 8, 2, 0, tzinfo=UTC)
DESK = Desk(Department.CIVIL_AFFAIRS, "570126")
PASSWORDS = {user: f"invented-{user}" for user in (*SERVICES, DESK.topic)}


@pytest.fixture
def databases(brought: Brought) -> Iterator[Databases]:
    """Those of a deployment in which identity has told of its first account."""
    with brought.given() as wanted:
        composed = compose(told("identity", of("identity", wanted).application, token_key=pem()))
        open_first_account(composed.service, "570126", "invented-one-time-code")
        composed.close()
        send(of("identity", wanted))
        yield wanted


@pytest.fixture
def broker(kafka: KafkaServer) -> KafkaSettings:
    """With all topics."""
    settings = kafka.settings()
    kafka_admin.apply(settings, layout((DESK,)), PASSWORDS)
    return settings


def of(service: str, databases: Databases) -> ServiceDatabase:
    return next(each for each in databases if each.service == service)


def send(database: ServiceDatabase) -> None:
    """As if the relay had sent all that waits."""
    with engine_of(database.migrator) as engine, engine.begin() as connection:
        connection.execute(OUTBOX.delete())


def epoch(database: ServiceDatabase) -> Epoch | None:
    with engine_of(database.migrator) as engine:
        return latest(engine)


def delete(broker: KafkaSettings, topic: str) -> None:
    with asking(broker, "whether a topic is gone") as admin:
        admin.delete_topics([broker.named(topic)])
    eventually(lambda: topic not in topics(broker))


def test_where_all_topics_stand_none_begins(broker: KafkaSettings, databases: Databases) -> None:
    assert begin_where_topics_are_gone(broker, databases, NOW) == []
    assert {epoch(database) for database in databases} == {None}


def test_on_an_empty_broker_one_begins_for_every_service_and_again_until_the_topics_are_made(
    kafka: KafkaServer, databases: Databases
) -> None:
    empty = kafka.settings()
    assert begin_where_topics_are_gone(empty, databases, NOW) == list(SERVICES)
    assert begin_where_topics_are_gone(empty, databases, NOW + timedelta(seconds=1)) == list(SERVICES), (
        "cut short before the topics"
    )
    kafka_admin.apply(empty, layout(()), PASSWORDS)
    assert begin_where_topics_are_gone(empty, databases, NOW + timedelta(seconds=2)) == []
    assert {epoch(database) for database in databases} == {Epoch("2026-09-08T02:00:01.000000Z", 2, None)}


def test_in_a_deployment_that_has_not_begun_none_begins(kafka: KafkaServer, brought: Brought) -> None:
    with brought.given() as wanted:
        assert begin_where_topics_are_gone(kafka.settings(), wanted, NOW) == []


def test_at_a_first_start_whose_account_nobody_has_heard_of_none_begins(kafka: KafkaServer, brought: Brought) -> None:
    with brought.given() as wanted:
        identity = of("identity", wanted)
        composed = compose(told("identity", identity.application, token_key=pem()))
        open_first_account(composed.service, "570126", "invented-one-time-code")
        composed.close()
        empty = kafka.settings()
        assert begin_where_topics_are_gone(empty, wanted, NOW) == []
        send(identity)
        assert begin_where_topics_are_gone(empty, wanted, NOW) == list(SERVICES)


def test_in_an_epoch_of_which_all_waits_still_another_begins(kafka: KafkaServer, databases: Databases) -> None:
    identity = of("identity", databases)
    empty = kafka.settings()
    assert begin_where_topics_are_gone(empty, databases, NOW) == list(SERVICES)
    composed = compose(told("identity", identity.application, token_key=pem()))
    composed.service.store.requeue("identity")
    composed.close()
    assert begin_where_topics_are_gone(empty, databases, NOW + timedelta(seconds=1)) == list(SERVICES)


def test_a_departments_topic_that_is_gone_begins_one_for_casework_if_anything_was_sent_there(
    broker: KafkaSettings, databases: Databases
) -> None:
    casework = of("casework", databases)
    named = {column.name: "x" for column in EVENTS.columns if isinstance(column.type, sa.Text)}
    place = {"topic": DESK.topic, "stream_id": "x", "version": 1}
    with engine_of(casework.migrator) as engine, engine.begin() as connection:
        connection.execute(EVENTS.insert().values({**named, "version": 1, "schema": 1, "data": b""}))
        connection.execute(PUBLICATIONS.insert().values({**place, "subject": "x", "type": "x", "schema": 1, "data": b""}))
        connection.execute(OUTBOX.insert().values(place))
    delete(broker, DESK.topic)
    assert begin_where_topics_are_gone(broker, databases, NOW) == [], "it was never sent, and waits"
    send(casework)
    assert begin_where_topics_are_gone(broker, databases, NOW) == ["casework"]


def test_topics_of_another_deployment_on_the_broker_are_not_taken_for_ours(broker: KafkaSettings, databases: Databases) -> None:
    beside_it = msgspec.structs.replace(broker, prefix=f"{broker.prefix}beside.")
    assert "identity" in topics(broker)
    assert topics(beside_it) == frozenset()
    assert begin_where_topics_are_gone(beside_it, databases, NOW) == list(SERVICES)
