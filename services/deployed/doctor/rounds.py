"""A round through the whole deployment: one side after another, whatever the others are like."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import msgspec

from services.assembly import MIGRATIONS
from services.chassis.bus.kafka_settings import KafkaSettings
from services.chassis.reactions import NotReached
from services.chassis.web.tokens import OPERATOR
from services.contracts.topics import layout
from services.deployed.bootstrap.settings import BootstrapSettings
from services.deployed.doctor import at_work, broker, certificates, databases, first_account, host, keys, servers
from services.deployed.doctor.certificates import SHOW_IT
from services.deployed.doctor.findings import Finding, warning, wrong
from services.deployed.ends import TopicEnds
from services.deployed.tokens import OwnToken
from services.deployed.trust import CertificateNotBelieved, trusting

INVENTED_COUNTY = "570126"
HTTPS_PORT = 443
ANSWER_SECONDS = 30.0
"""How long a service may take; one whose database hangs says so itself well before."""


class Door(msgspec.Struct, frozen=True):
    """The gateway as the operator reaches it, what it is called from outside, and the certificate to be shown there."""

    url: str
    ca_file: Path
    shown: Path
    operator_secret: str
    names: tuple[str, ...]
    broker_address: str

    def __repr__(self) -> str:
        return f"Door({self.url})"


def examine(settings: BootstrapSettings, door: Door, *, demo: bool) -> Iterator[Finding]:
    """All findings, in the order in which one would look; raises nothing that a finding can tell."""
    yield from _county(settings.county, demo=demo)
    yield from databases.each_database(settings.databases, MIGRATIONS)
    yield from keys.each_services_keys(settings.databases, settings.keys)
    yield from servers.each_server(settings.servers)
    if not demo:
        yield from first_account.code_unspent(settings.databases)
    yield from broker.looked_at(settings.databases, settings.kafka)
    yield from broker.topics_users_and_rights(settings.kafka, layout(settings.desks, settings.partitions))
    trust = certificates.Trust.of(door.ca_file, door.shown)
    elsewhere = settings.kafka.ca_file  # then it is another's certificate that they show
    yield from broker.each_broker(
        settings.kafka, door.broker_address, trust if elsewhere is None else certificates.Trust(trusting(elsewhere), None)
    )
    gateway = urlsplit(door.url)
    yield from certificates.gateway_certificates(gateway.hostname or "", gateway.port or HTTPS_PORT, door.names, trust.expected)
    yield from _at_work(settings.kafka, door)
    yield from host.room_on_disk(settings.backups)


def _at_work(kafka: KafkaSettings, door: Door) -> Iterator[Finding]:
    token = OwnToken(door.url, OPERATOR, door.operator_secret, ca_file=door.ca_file)
    ends = TopicEnds(kafka)
    try:
        headers = {"Authorization": f"Bearer {token()}"}
        with httpx.Client(base_url=door.url, verify=trusting(door.ca_file), headers=headers, timeout=ANSWER_SECONDS) as client:
            yield from at_work.each_service(client, ends)
    except CertificateNotBelieved as refused:
        yield wrong(
            "certificate inside",
            (f"网关出示的证书不可信：{refused.why}。", f"The gateway shows a certificate that is not believed: {refused.why}."),
            SHOW_IT,
        )
    except NotReached as refused:
        yield wrong(
            "service identity",
            ("identity 未向运维人员签发令牌。", f"Identity gives the operator no token: {refused}."),
            (
                "先看上面关于 identity 数据库的结论，再检查容器 gateway 与 identity。",
                "See first what is found of identity's database above, then look at the containers gateway and identity.",
            ),
        )
    finally:
        ends.close()
        token.close()


def _county(county: str, *, demo: bool) -> Iterator[Finding]:
    if county == INVENTED_COUNTY and not demo:
        yield warning(
            "county",
            (f"FUXUE_COUNTY 仍是虚构县 {county}。", f"FUXUE_COUNTY is still the invented county {county}."),
            (
                (
                    "之后不能再改：趁还没有数据，`docker compose down --volumes`，在 .env 设 FUXUE_COUNTY，"
                    "再 `docker compose up --wait`。"
                ),
                "Only while it is empty: `docker compose down --volumes`, FUXUE_COUNTY into .env, `docker compose up --wait`.",
            ),
        )
