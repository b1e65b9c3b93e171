"""What the bootstrap is told: where the servers are, and the directory with every password that it sets."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec
from environs import FileAwareEnv

from services.chassis.bus.kafka_settings import KafkaSettings
from services.chassis.errors import Misconfigured
from services.contracts.codes import Department
from services.contracts.identity_numbers import NotWellFormed, division_code
from services.contracts.services import SERVICES
from services.contracts.topics import Desk
from services.deployed.data_keys import KeyIds
from services.deployed.servers import DatabaseServer, ServiceDatabase, in_order, owners
from services.deployed.settings import (
    APPLICATION_SUFFIX,
    MIGRATOR_SUFFIX,
    DatabaseSettings,
    Reading,
    common_server,
    county,
    database_of,
    database_tls,
    environment,
    erasures,
    kafka,
    not_in_form,
    server_of,
)

SUPERUSER = "postgres"
KAFKA_ADMIN = "admin"
MOST_PARTITIONS = 64
"""Of one topic: as many workers of one service could share it, and no county needs them; each costs every broker files."""


class BootstrapSettings(msgspec.Struct, frozen=True, kw_only=True):
    """`servers` are in the order in which they are copied (`servers.in_order`); `passwords` are the broker's users'.
    `keys` are the services', by their ids alone.

    `backups` is where an upgrade puts a backup before it begins, `erasures` where the services note who is erased.
    `partitions` are those that the county has chosen, by service. `first_account_code` may be gone once the account is open.
    `release` is that of the compose files, where they tell it.
    """

    county: str
    servers: tuple[DatabaseServer, ...]
    kafka: KafkaSettings
    passwords: Mapping[str, str]
    keys: Mapping[str, KeyIds]
    desks: tuple[Desk, ...]
    first_account_code: str | None
    backups: Path
    erasures: Path | None = None
    release: str | None = None
    partitions: Mapping[str, int] = {}

    def __repr__(self) -> str:
        return f"BootstrapSettings(county {self.county})"

    @property
    def databases(self) -> tuple[ServiceDatabase, ...]:
        """Of all services, in their order."""
        found = [each for server in self.servers for each in server.databases]
        return tuple(sorted(found, key=lambda each: SERVICES.index(each.service)))

    def first_code(self) -> str:
        """The one-time code of the first account; raises Misconfigured where it is gone."""
        if self.first_account_code is None:
            raise Misconfigured(
                "首个账号的一次性密码已不在：如需要，在 deploy/secrets/bootstrap/first_account_code 中写入一个。\n"
                "The one-time code of the first account is gone: where one is needed, put it into"
                " deploy/secrets/bootstrap/first_account_code."
            )
        return self.first_account_code

    @property
    def erasure_lists(self) -> tuple[Path, ...]:
        """The directories with a list of who is erased: beside the backups, and each service's own."""
        own = () if self.erasures is None else tuple(self.erasures / service for service in SERVICES)
        return (self.backups, *own)

    def server_of(self, service: str) -> DatabaseServer:
        """The server that is to hold a service's database."""
        return next(server for server in self.servers if service in {each.service for each in server.databases})

    def server_named(self, name: str) -> DatabaseServer:
        """One of the servers; raises Misconfigured."""
        for server in self.servers:
            if server.name == name:
                return server
        there = ", ".join(server.name for server in self.servers)
        raise Misconfigured(f"没有服务器 {name}；设置中的服务器：{there}。\nThere is no server {name}; the settings name {there}.")

    @property
    def owners(self) -> Mapping[str, DatabaseSettings]:
        """Each service's database, as its owner."""
        return owners(self.servers)


def bootstrap_settings(env: FileAwareEnv | None = None) -> BootstrapSettings:
    """The settings from the environment; raises Misconfigured."""
    read = environment(env)
    secret = _Secrets(Path(read.text("FUXUE_BOOTSTRAP_SECRETS", "/run/secrets/fuxue")))
    wanted = desks(read)
    return BootstrapSettings(
        county=county(read),
        servers=_servers(read, secret),
        kafka=msgspec.structs.replace(kafka(read, user=KAFKA_ADMIN, password=secret("kafka_admin_password")), user=KAFKA_ADMIN),
        passwords={user: secret(f"{user}_kafka_password") for user in (*SERVICES, *(desk.topic for desk in wanted))},
        keys={service: _keys(service, secret) for service in SERVICES},
        desks=wanted,
        first_account_code=secret.if_there("first_account_code"),
        backups=Path(read.text("FUXUE_BACKUPS", "/backups")),
        erasures=erasures(read),
        release=read.optional("FUXUE_RELEASE") or None,
        partitions=partitions(read),
    )


def desks(read: Reading) -> tuple[Desk, ...]:
    """The departments' systems that connect, as FUXUE_DEPARTMENT_SYSTEMS names them: `civil_affairs:570126,…`."""
    return tuple(_desk(word) for word in read.words("FUXUE_DEPARTMENT_SYSTEMS"))


def partitions(read: Reading) -> Mapping[str, int]:
    """How many partitions the topics of services have that the county has chosen itself: `registry:8,casework:8`."""
    return dict(_partitions(word) for word in read.words("FUXUE_PARTITIONS"))


def _partitions(word: str) -> tuple[str, int]:
    service, _, number = word.partition(":")
    if service not in SERVICES or not number.isdecimal() or not 0 < int(number) <= MOST_PARTITIONS:
        raise not_in_form(
            f"FUXUE_PARTITIONS: {word}",
            f" service:number，其中 service 为 {'、'.join(SERVICES)} 之一，分区数为 1 至 {MOST_PARTITIONS}（部门主题各一个）",
            f"service:number with a service of {', '.join(SERVICES)} and 1 to {MOST_PARTITIONS} partitions (departments' topics"
            " have one each)",
        )
    return service, int(number)


def _desk(word: str) -> Desk:
    department, _, division = word.partition(":")
    try:
        return Desk(Department(department), division_code(division).code)
    except (ValueError, NotWellFormed) as broken:
        raise not_in_form(
            f"FUXUE_DEPARTMENT_SYSTEMS: {word}",
            f" department:division，其中 department 为 {'、'.join(Department)} 之一，division 为区划代码，如 570126",
            f"department:division with a department of {', '.join(Department)} and a division code such as 570126",
        ) from broken


def _servers(read: Reading, secret: _Secrets) -> tuple[DatabaseServer, ...]:
    """Each server once, with all that it holds; the superuser's password of one that is not the common one is by service."""
    holds: dict[tuple[str, int], list[str]] = {}
    for service in SERVICES:
        holds.setdefault(server_of(read, service), []).append(service)
    common = common_server(read)
    servers = []
    for (host, port), services in holds.items():
        password = secret("postgres_password" if (host, port) == common else f"{services[0]}_postgres_password")
        superuser = DatabaseSettings(host, port, "postgres", SUPERUSER, password, database_tls(read, host))
        servers.append(DatabaseServer(superuser, tuple(_database(service, superuser, secret) for service in services)))
    return in_order(servers)


def _database(service: str, superuser: DatabaseSettings, secret: _Secrets) -> ServiceDatabase:
    name = database_of(service)

    def of(user: str, password: str) -> DatabaseSettings:
        return msgspec.structs.replace(superuser, name=name, user=user, password=password)

    return ServiceDatabase(
        service=service,
        migrator=of(name + MIGRATOR_SUFFIX, secret(f"{service}_migrator_password")),
        application=of(name + APPLICATION_SUFFIX, secret(f"{service}_database_password")),
    )


def _keys(service: str, secret: _Secrets) -> KeyIds:
    return KeyIds(tuple(secret(f"{service}_wrapping_key_ids").split()), secret(f"{service}_checkpoint_key_id"))


class _Secrets:
    """One file a secret."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def if_there(self, name: str) -> str | None:
        """A secret that is taken away once it has been used."""
        return self(name) if (self._directory / name).exists() else None

    def __call__(self, name: str) -> str:
        try:
            return (self._directory / name).read_text().strip()
        except OSError as trouble:
            raise Misconfigured(
                f"{self._directory / name} 无法读取；docker compose run --rm secrets 会生成。\n"
                f"{self._directory / name} cannot be read ({trouble.strerror}); docker compose run --rm secrets makes it."
            ) from trouble
