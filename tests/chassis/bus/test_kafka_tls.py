"""Kafka over TLS, as from outside the deployment: by the county's own CA, and by no other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address
from pathlib import Path

import msgspec
import pytest

from services.chassis.bus.kafka import KafkaBus
from services.chassis.bus.kafka_settings import KafkaSettings, Security
from services.chassis.errors import BusUnavailable, Misconfigured
from tests.chassis.bus.adapters import TOPIC, Database, message, read_all
from tests.deploy.certificates import broker_keystore
from tests.deploy.containers import ADMIN, PASSWORD, Images, broker
from tests.topics import forms


@dataclass
class Outside:
    """A broker seen from outside, and the CA of somebody else."""

    settings: KafkaSettings
    foreign_authority: Path


@pytest.fixture(scope="module")
def outside(image: Images, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outside]:
    folder, elsewhere = tmp_path_factory.mktemp("kafka"), tmp_path_factory.mktemp("elsewhere")
    keystore, authority = broker_keystore(folder, IPv4Address("127.0.0.1"))
    _, foreign_authority = broker_keystore(elsewhere, IPv4Address("127.0.0.1"))
    started = broker(image("kafka"), folder)
    address = f"127.0.0.1:{started.outside(keystore)}"
    with started.container:
        yield Outside(
            KafkaSettings(servers=(address,), security=Security.SASL_SSL, user=ADMIN, password=PASSWORD, ca_file=authority),
            foreign_authority,
        )


def test_messages_are_sent_and_read_over_tls(outside: Outside) -> None:
    bus = KafkaBus(outside.settings)
    bus.create_topics(forms({TOPIC: 1}))
    assert bus.publish([message("pupil-1", 1)]) == 1
    database = Database()
    read_all(database, bus.subscribe("care", [TOPIC], database), count=1)
    assert database.numbers_by_key() == {"pupil-1": ["pupil-1/1"]}
    bus.close()


def test_a_broker_that_another_ca_vouches_for_is_not_spoken_to(outside: Outside) -> None:
    bus = KafkaBus(msgspec.structs.replace(outside.settings, ca_file=outside.foreign_authority, connect_seconds=1.0))
    with pytest.raises(BusUnavailable, match=r"opens no session .* its CA"):
        bus.publish([message("pupil-1", 1)])
    bus.close()


def test_a_ca_that_is_not_there_is_named(outside: Outside) -> None:
    bus = KafkaBus(msgspec.structs.replace(outside.settings, ca_file=Path("/nowhere/ca.pem")))
    with pytest.raises(Misconfigured, match=r"/nowhere/ca\.pem"):
        bus.publish([message("pupil-1", 1)])
    bus.close()
