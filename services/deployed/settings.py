"""What a container is told: by its environment, where a value may come from a file (`NAME_FILE`), and by nothing else."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import msgspec
import sqlalchemy as sa
from environs import EnvError, FileAwareEnv

from services.chassis.bus.kafka_settings import KafkaSettings, Security
from services.chassis.errors import Misconfigured
from services.chassis.wrapping import KEY_BYTES
from services.contracts.identity_numbers import NotWellFormed, division_code
from services.contracts.services import SERVICES
from services.deployed.database_tls import DatabaseTls, towards

T = TypeVar("T")

COUNTY_DIGITS = 6
DATABASE_PREFIX = "fuxue_"
APPLICATION_SUFFIX, MIGRATOR_SUFFIX = "_app", "_migrator"
POSTGRES_PORT = 5432
DOORBELL_PORT = 7070
KAFKA_CLIENT_SECONDS = 10.0
INSTANT_FORM = ("带时区的时刻，如 2026-09-01T09:00:00+08:00", "an instant with its zone, such as 2026-09-01T09:00:00+08:00")


class DatabaseSettings(msgspec.Struct, frozen=True):
    """A database and who we are in it; the password stands in no `repr`. Without `tls` libpq takes it where it is offered."""

    host: str
    port: int
    name: str
    user: str
    password: str
    tls: DatabaseTls | None = None

    def __repr__(self) -> str:
        return f"DatabaseSettings({self.user}@{self.host}:{self.port}/{self.name})"

    @property
    def url(self) -> str:
        """As psycopg and SQLAlchemy take it."""
        query = {} if self.tls is None else self.tls.parameters
        made = sa.URL.create("postgresql", self.user, self.password, self.host, self.port, self.name, query)
        return made.render_as_string(hide_password=False)

    @property
    def variables(self) -> Mapping[str, str]:
        """As PostgreSQL's programs take what must stand in no list of processes, and TLS."""
        return {"PGPASSWORD": self.password, **({} if self.tls is None else self.tls.variables)}


class DemoSettings(msgspec.Struct, frozen=True):
    """Where a demo deployment keeps the position of its business clock, which all its containers share, and where it begins."""

    clock: Path
    begins: datetime


class ServiceSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that the two processes of a service are told.

    `clients` are those who may ask identity for a token of a service: client id → secret; `token_key` signs tokens. Both are
    identity's alone. `workers` are rung at this address when something was committed. Under `erasures` workers note who is erased;
    nobody does where it is not given.
    """

    service: str
    county: str
    database: DatabaseSettings
    kafka: KafkaSettings
    wrapping_keys: Mapping[str, bytes]
    checkpoint_key: bytes
    identity_url: str
    registry_url: str
    client_secret: str
    workers: tuple[str, int]
    token_key: bytes | None = None
    clients: Mapping[str, str] = {}
    demo: DemoSettings | None = None
    metrics_from: tuple[str, ...] = ()
    erasures: Path | None = None

    def __repr__(self) -> str:
        return f"ServiceSettings({self.service}, county {self.county})"


def service_settings(service: str, env: FileAwareEnv | None = None) -> ServiceSettings:
    """The settings of a service; raises Misconfigured, which names the variable and the accepted form."""
    read = environment(env)
    if service not in SERVICES:
        there = ", ".join(SERVICES)
        raise Misconfigured(
            f"没有名为 {service!r} 的服务：请用 {there} 之一。\nthere is no service {service!r}: name one of {there}."
        )
    identity = service == "identity"
    return ServiceSettings(
        service=service,
        county=county(read),
        database=database(read, service),
        kafka=kafka(read, user=service, password=read.text("FUXUE_KAFKA_PASSWORD")),
        wrapping_keys=wrapping_keys(read.text("FUXUE_WRAPPING_KEYS")),
        checkpoint_key=read.text("FUXUE_CHECKPOINT_KEY").encode(),
        identity_url=read.text("FUXUE_IDENTITY_URL", "http://identity:8000"),
        registry_url=read.text("FUXUE_REGISTRY_URL", "http://registry:8000"),
        client_secret=read.text("FUXUE_CLIENT_SECRET"),
        token_key=read.text("FUXUE_TOKEN_KEY").encode() if identity else None,
        clients=read.named("FUXUE_CLIENTS") if identity else {},
        demo=demo(read),
        metrics_from=read.words("FUXUE_METRICS_FROM"),
        workers=read.address("FUXUE_WORKERS") or (f"{service}-worker", DOORBELL_PORT),
        erasures=erasures(read),
    )


def environment(env: FileAwareEnv | None = None) -> Reading:
    """The process's own environment, unless another is given."""
    return Reading(env or FileAwareEnv(strip_whitespace=True))


def not_in_form(name: str, zh: str, en: str) -> Misconfigured:
    """A variable that is set otherwise than as it is accepted; the accepted form in Chinese and in English."""
    return Misconfigured(
        f"{name} 的格式不正确，应为{zh}：请在 .env 或它所来自的文件中改正。\n"
        f"{name} is not in form; the form is {en}: put it right in .env, or in the file that it comes from."
    )


class Reading:
    """Variables by name; what is missing or malformed is told in a sentence that names the variable, never its value."""

    def __init__(self, env: FileAwareEnv) -> None:
        self._env = env

    def text(self, name: str, default: str | None = None) -> str:
        """A text that is not empty."""
        value = self._read(name, lambda: self._env.str(name, default), "文本", "a text")
        if not value:
            raise Misconfigured(
                f"{name} 未设置：请设置它，或将 {name}_FILE 设为存放它的文件。\n"
                f"{name} is not set; set it, or {name}_FILE to the file that holds it."
            )
        return value

    def optional(self, name: str) -> str:
        """A text, or nothing."""
        return self._read(name, lambda: self._env.str(name, ""), "文本", "a text")

    def number(self, name: str, default: int) -> int:
        """A whole number."""
        return self._read(name, lambda: self._env.int(name, default), "整数", "a whole number")

    def words(self, name: str) -> tuple[str, ...]:
        """Words with commas between; none where the variable is not set."""
        return tuple(word.strip() for word in self.optional(name).split(",") if word.strip())

    def named(self, name: str) -> Mapping[str, str]:
        """Lines of `name=value`."""
        pairs = [line.partition("=") for line in self.optional(name).splitlines() if line.strip()]
        if not all(key and equals and value for key, equals, value in pairs):
            raise not_in_form(name, "每行一个 name=value", "name=value, one a line")
        return {key.strip(): value.strip() for key, _, value in pairs}

    def address(self, name: str) -> tuple[str, int] | None:
        """`host:port`, or nothing."""
        value = self.optional(name)
        if not value:
            return None
        host, colon, port = value.rpartition(":")
        if not (host and colon and port.isdigit()):
            raise not_in_form(name, " host:port", "host:port")
        return host, int(port)

    def server(self, name: str, port: int) -> tuple[str, int] | None:
        """`host` or `host:port`, or nothing; `port` is the one that need not be said."""
        value = self.optional(name)
        if not value:
            return None
        host, colon, said = value.partition(":")
        if not host or (colon and not said.isdigit()):
            raise not_in_form(name, " host 或 host:port", "host or host:port")
        return host, int(said or port)

    def instant(self, name: str) -> datetime:
        """An instant in UTC, given with its zone as ISO 8601 has it."""
        try:
            instant = datetime.fromisoformat(self.text(name))
        except ValueError as broken:
            raise not_in_form(name, INSTANT_FORM[0], INSTANT_FORM[1]) from broken
        if instant.tzinfo is None:
            raise not_in_form(name, INSTANT_FORM[0], INSTANT_FORM[1])
        return instant.astimezone(UTC)

    @staticmethod
    def _read(name: str, ask: Callable[[], T], zh: str, en: str) -> T:
        try:
            return ask()
        except EnvError as broken:
            raise not_in_form(name, zh, en) from broken
        except ValueError as broken:
            raise Misconfigured(
                f"{name}_FILE 所指的文件无法由本用户读取：请检查该文件是否存在及其权限。\n"
                f"{name}_FILE names a file that cannot be read by this user: see that it is there, and who may read it."
            ) from broken


def county(read: Reading) -> str:
    """The county's division code."""
    code = read.text("FUXUE_COUNTY")
    try:
        well_formed = len(division_code(code).code) == COUNTY_DIGITS
    except NotWellFormed:
        well_formed = False
    if not well_formed:
        raise not_in_form(
            "FUXUE_COUNTY", "县级区划代码，六位数字，如 570126", "a county's division code, six digits such as 570126"
        )
    return code


def database(read: Reading, service: str) -> DatabaseSettings:
    """The service's own database, as the application."""
    host, port = server_of(read, service)
    return DatabaseSettings(
        host=host,
        port=port,
        name=read.text("FUXUE_DATABASE_NAME", database_of(service)),
        user=read.text("FUXUE_DATABASE_USER", database_of(service) + APPLICATION_SUFFIX),
        password=read.text("FUXUE_DATABASE_PASSWORD"),
        tls=database_tls(read, host),
    )


def database_tls(read: Reading, host: str) -> DatabaseTls | None:
    """What is asked of a connection to this server; nothing of the deployment's own."""
    return towards(host, read.optional("FUXUE_DATABASE_SSLMODE"), read.optional("FUXUE_DATABASE_CA"))


def server_of(read: Reading, service: str) -> tuple[str, int]:
    """Host and port of the service's PostgreSQL: its own, where FUXUE_<SERVICE>_DATABASE_SERVER names one, else that of all."""
    return read.server(f"FUXUE_{service.upper()}_DATABASE_SERVER", POSTGRES_PORT) or common_server(read)


def common_server(read: Reading) -> tuple[str, int]:
    """Host and port of the PostgreSQL of every service that has none of its own."""
    return read.text("FUXUE_DATABASE_HOST", "postgres"), read.number("FUXUE_DATABASE_PORT", POSTGRES_PORT)


def database_of(service: str) -> str:
    """What a service's database is called where nobody says otherwise."""
    return DATABASE_PREFIX + service


def kafka(read: Reading, *, user: str, password: str) -> KafkaSettings:
    """The broker, as one of its users."""
    prefix = read.optional("FUXUE_KAFKA_PREFIX")
    security = read.text("FUXUE_KAFKA_SECURITY", Security.SASL_PLAINTEXT)
    if security not in set(Security):
        raise not_in_form("FUXUE_KAFKA_SECURITY", f" {'、'.join(Security)} 之一", f"one of {', '.join(Security)}")
    ca_file = read.optional("FUXUE_KAFKA_CA") if security == Security.SASL_SSL else ""
    return KafkaSettings(
        servers=read.words("FUXUE_KAFKA_SERVERS") or ("kafka:9092",),
        security=Security(security),
        user=prefix + user,
        password=password,
        ca_file=Path(ca_file) if ca_file else None,
        prefix=prefix,
        replication=read.number("FUXUE_KAFKA_REPLICATION", 1),
        connect_seconds=KAFKA_CLIENT_SECONDS,
    )


def erasures(read: Reading) -> Path:
    """Where the services note who is erased, each in a directory of its own: a volume that is not lost with a database."""
    return Path(read.text("FUXUE_ERASURES", "/erasures"))


def wrapping_keys(lines: str, where: str = "FUXUE_WRAPPING_KEYS") -> Mapping[str, bytes]:
    """Wrapping keys in base64, one a line, the one in force first; an id is derived from each. Raises Misconfigured."""
    try:
        keys = [base64.b64decode(line, validate=True) for line in lines.removeprefix("\ufeff").split()]  # an editor's mark
    except ValueError as broken:  # no base64, or no ASCII
        raise not_in_form(where, "每行一个密钥，即 32 字节的 base64", "base64 of 32 bytes, one key a line") from broken
    named = {hashlib.sha256(key).hexdigest()[:12]: key for key in keys}
    if len(named) < len(keys) or any(len(key) != KEY_BYTES for key in keys) or not keys:
        form = "每行一个各不相同的密钥，至少一个，各为 32 字节的 base64", "keys that differ, at least one, each base64 of 32 bytes"
        raise not_in_form(where, *form)
    return named


def demo(read: Reading) -> DemoSettings | None:
    """The shared clock of a demo deployment; nothing for a county's own."""
    clock = read.optional("FUXUE_DEMO_CLOCK")
    return DemoSettings(Path(clock), read.instant("FUXUE_DEMO_BEGINS")) if clock else None
