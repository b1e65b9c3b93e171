"""Whose a broker is: a deployment touches none that another uses under the same names, and two live side by side under prefixes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from services.chassis.bus import kafka_admin
from services.chassis.bus.cloudevents import to_message
from services.chassis.bus.kafka import KafkaBus
from services.chassis.bus.kafka_ends import ends
from services.chassis.bus.kafka_settings import KafkaSettings
from services.chassis.bus.port import Message
from services.chassis.errors import Misconfigured
from services.contracts.services import SERVICES
from services.contracts.topics import layout
from services.deployed.bootstrap.broker_owner import must_be_ours
from services.deployed.composition import compose
from services.deployed.servers import ServiceDatabase
from services.deployed.settings import ServiceSettings
from services.identity.adapters.accounts import open_first_account
from tests.deployed.databases import Brought
from tests.deployed.told import pem, told
from tests.kafka import KafkaServer

Databases = tuple[ServiceDatabase, ...]
OURS, ANOTHER = "990126", "990127"
PASSWORDS = {user: f"invented-{user}" for user in SERVICES}


@pytest.fixture
def fresh(brought: Brought) -> Iterator[Databases]:
    """The databases of a deployment in which nothing has happened."""
    with brought.given() as databases:
        yield databases


def relayed(kafka: KafkaServer, identity: ServiceSettings, county: str | None = None) -> KafkaSettings:
    """The broker after a deployment's first account was told there."""
    settings = kafka.settings()
    kafka_admin.apply(settings, layout(()), PASSWORDS)
    composed = compose(identity)
    open_first_account(composed.service, identity.county, "invented-one-time-code")
    messages = [to_message(envelope, topic) for _, topic, envelope in composed.service.store.outbox(100)]
    composed.close()
    if county is not None:
        for message in messages:
            message.headers["ce_county"] = county  # type: ignore[index]  # a plain dict, as it was made above
    bus = KafkaBus(settings)
    assert bus.publish(messages) == len(messages)
    bus.close()
    return settings


def test_a_broker_on_which_nothing_was_said_may_be_anybodys(kafka: KafkaServer, fresh: Databases) -> None:
    settings = kafka.settings()
    must_be_ours(settings, fresh, "570126")
    kafka_admin.apply(settings, layout(()), PASSWORDS)
    must_be_ours(settings, fresh, "570126")


def test_the_broker_that_tells_our_own_events_is_ours(kafka: KafkaServer, fresh: Databases) -> None:
    ours = next(each.application for each in fresh if each.service == "identity")
    settings = relayed(kafka, told("identity", ours, token_key=pem()))
    assert ends(settings, "identity")
    must_be_ours(settings, fresh, "570126")


def test_a_broker_that_is_ahead_of_a_service_s_database_is_refused_with_what_to_do(kafka: KafkaServer, fresh: Databases) -> None:
    ours = next(each.application for each in fresh if each.service == "identity")
    settings = relayed(kafka, told("identity", ours, token_key=pem()))
    bus = KafkaBus(settings)
    later = Message(topic="registry", key="p1", headers={"ce_id": "not-in-our-database", "ce_county": "570126"}, value=b"{}")
    assert bus.publish([later]) == 1
    bus.close()
    with pytest.raises(Misconfigured, match="holds messages of registry that are not in its database"):
        must_be_ours(settings, fresh, "570126")
