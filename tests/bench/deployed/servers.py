"""PostgreSQL and Kafka as the deployment starts them, in containers of its own images: what is committed is on the disk."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg
import sqlalchemy as sa
from testcontainers.community.postgres import PostgresContainer
from testcontainers.core.config import testcontainers_config

from services.chassis.bus.kafka_settings import KafkaSettings, Security
from services.chassis.keys import new_signing_key
from services.chassis.web.tokens import TokenSigner
from services.contracts.topics import layout
from services.deployed.settings import DatabaseSettings, ServiceSettings
from services.identity.service import MIGRATIONS as IDENTITY_MIGRATIONS
from tests.deploy.containers import ADMIN, PASSWORD, broker
from tests.engine import image_name
from tests.kafka import KafkaServer
from tests.postgres import PostgresServer

DATABASE = "postgres -c max_connections=300 -c shared_buffers=256MB"
"""What docker-compose.yml tells it; no more: a commit waits for the disk."""

DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
HEAP = "-Xms256m -Xmx512m"
COUNTY = "570126"
"""The invented county."""

ROOMS = IDENTITY_MIGRATIONS.parents[2]


@dataclass(frozen=True)
class Servers:
    """Both servers, and which share of the whole load is wanted: a small one shows that a measure works, no more."""

    postgres: PostgresServer
    kafka: KafkaServer
    share: float

    def of(self, whole: int) -> int:
        """So many of them, where the whole load has `whole`."""
        return max(1, round(whole * self.share))

    def bus(self) -> KafkaSettings:
        """The broker as a deployment's clients are set, under a prefix of its own, with the house's topics."""
        return KafkaSettings(
            servers=(self.kafka.address,),
            security=Security.SASL_PLAINTEXT,
            user=ADMIN,
            password=PASSWORD,
            prefix=f"bench-{uuid4().hex[:8]}.",
        )

    def service(self, name: str, bus: KafkaSettings, bell: int = 9) -> ServiceSettings:
        """What a container of the service would be told, on a new database; `bell` is the port at which its worker is rung."""
        url = sa.make_url(self.postgres.database(ROOMS / name / "storage" / "migrations"))
        return ServiceSettings(
            service=name,
            county=COUNTY,
            database=DatabaseSettings(
                host=url.host or "",
                port=url.port or 0,
                name=url.database or "",
                user=url.username or "",
                password=str(url.password),
            ),
            kafka=bus,
            wrapping_keys={"bench": bytes(32)},
            checkpoint_key=new_signing_key(),
            identity_url="http://127.0.0.1:9",
            registry_url="http://127.0.0.1:9",
            client_secret="invented",
            workers=("127.0.0.1", bell),
            token_key=TokenSigner.generate().private_pem() if name == "identity" else None,
        )


HOUSE_TOPICS = layout(()).topics


@contextmanager
def started(share: float) -> Iterator[Servers]:
    """Both, started; gone afterwards with all they held."""
    testcontainers_config.ryuk_disabled = True  # its helper image would be pulled from a registry
    with tempfile.TemporaryDirectory() as folder:
        kafka = broker(image_name("kafka"), Path(folder), java="")
        kafka.container.with_envs(KAFKA_HEAP_OPTS=HEAP)
        postgres = PostgresContainer(image_name("postgres"), driver=None).with_command(DATABASE)
        with postgres as database, kafka.container as container:
            url = database.get_connection_url()
            _must_be_durable(url)
            name = container.get_wrapped_container().id
            yield Servers(PostgresServer(url), KafkaServer(f"kafka://{ADMIN}:{PASSWORD}@127.0.0.1:{kafka.port}/{name}"), share)


def _must_be_durable(url: str) -> None:
    with psycopg.connect(url) as connection:
        for setting, value in DURABLE.items():
            found = connection.execute("SELECT current_setting(%s)", (setting,)).fetchone()
            assert found == (value,), f"PostgreSQL runs with {setting}={found}"
