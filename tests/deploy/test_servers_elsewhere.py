"""A PostgreSQL and a Kafka that are no containers of the deployment: what .env says of TLS reaches every client, and holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest
from environs import FileAwareEnv
from testcontainers.core.container import DockerContainer
from testcontainers.core.wait_strategies import ExecWaitStrategy

from services.chassis.bus.kafka_inspection import brokers
from services.chassis.errors import BusUnavailable
from services.contracts.services import SERVICES
from services.deployed.settings import DatabaseSettings, database_tls, environment, kafka
from tests.deploy.certificates import broker_keystore
from tests.deploy.compose import DEMO, ELSEWHERE, resolved
from tests.deploy.containers import ADMIN, PASSWORD, Images, broker, hardened, secret, volume
from tests.deployed.listener import imported

CHOSEN = {
    "FUXUE_DATABASE_HOST": "postgres.county.example",
    "FUXUE_DATABASE_SSLMODE": "verify-full",
    "FUXUE_KAFKA_SERVERS": "kafka.county.example:9094",
    "FUXUE_KAFKA_SECURITY": "SASL_SSL",
}
SERVED = """
cp /given/tls.key /given/tls.crt /tmp/ && chmod 600 /tmp/tls.key
printf 'local all all trust\\nhostssl all all all scram-sha-256\\n' > /tmp/pg_hba.conf
exec docker-entrypoint.sh postgres -c ssl=on -c ssl_cert_file=/tmp/tls.crt -c ssl_key_file=/tmp/tls.key -c hba_file=/tmp/pg_hba.conf
"""
"""A server that takes nobody without TLS."""

SOON_SECONDS = 3.0
"""For who is never believed; whoever is believed is let in within one."""

TAKES_TLS = ExecWaitStrategy(["sh", "-c", "PGPASSWORD=$(cat /run/secrets/password) psql -h localhost -U postgres -c ''"])

Told = Callable[..., Any]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    """The variables of a container, as the settings read them."""

    def read(**variables: str) -> Any:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        return environment(FileAwareEnv())

    return read


@pytest.fixture
def tls(tmp_path: Path) -> Path:
    """Key, certificate for `localhost`, and authority of a server of the county's."""
    key, certificate = imported(tmp_path, "localhost")
    for path in (key, certificate, key.parent / "ca.crt"):
        path.chmod(0o644)  # the server's user makes copies of its own
    key.parent.chmod(0o755)  # a house that another test has opened keeps what is made to itself
    return key.parent


@pytest.fixture
def postgres_elsewhere(image: Images, tls: Path, tmp_path: Path) -> Iterator[DockerContainer]:
    data = [volume("/var/lib/postgresql/data")]
    container = hardened(image("postgres"), "/var/run/postgresql", user="999:999", mounts=data, entrypoint=["sh", "-c", SERVED])
    container.with_exposed_ports(5432).with_volume_mapping(tls, "/given")
    container.with_volume_mapping(secret(tmp_path, "password", PASSWORD), "/run/secrets/password")
    container.with_envs(POSTGRES_PASSWORD_FILE="/run/secrets/password", POSTGRES_INITDB_ARGS="--encoding=UTF8")
    with container.waiting_for(TAKES_TLS):
        yield container


def test_what_env_says_of_them_reaches_every_container_that_asks_them_with_a_place_for_the_authority(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text("".join(f"{name}={value}\n" for name, value in CHOSEN.items()))
    found = resolved(DEMO, ELSEWHERE, env_file=env_file)["services"]
    askers = {name for name, service in found.items() if "FUXUE_KAFKA_SERVERS" in (service.get("environment") or {})}
    assert askers == {"bootstrap", "operator", "play", *SERVICES, *(f"{service}-worker" for service in SERVICES)}
    for name in askers:
        environment, shown = found[name]["environment"], {each["target"] for each in found[name]["secrets"]}
        assert {variable: environment[variable] for variable in CHOSEN} == CHOSEN, name
        assert "edge" in found[name]["networks"], "the network inside leads nowhere else"
        for place in (Path(environment["FUXUE_DATABASE_CA"]), Path(environment["FUXUE_KAFKA_CA"])):
            assert place.parent.name in {Path(each).name for each in shown}, name


def as_administrator(read: Any, port: int) -> DatabaseSettings:
    return DatabaseSettings("localhost", port, "postgres", "postgres", PASSWORD, database_tls(read, "localhost"))


def test_a_postgresql_elsewhere_is_held_against_its_authority_by_services_and_programs_alike(
    postgres_elsewhere: DockerContainer, tls: Path, tmp_path: Path, told: Told
) -> None:
    port = int(postgres_elsewhere.get_exposed_port(5432))
    settings = as_administrator(told(FUXUE_DATABASE_SSLMODE="verify-full", FUXUE_DATABASE_CA=str(tls / "ca.crt")), port)
    with psycopg.connect(settings.url) as connection:
        assert connection.execute("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()").fetchone() == (True,)
    given = {**settings.variables, "PGSSLROOTCERT": "/given/ca.crt"}
    dumped = ["pg_dump", "--host", "localhost", "--username", "postgres", "--no-password", "--schema-only"]
    status, said = postgres_elsewhere.get_wrapped_container().exec_run(dumped, environment=given)
    assert status == 0, said

    (tmp_path / "stranger").mkdir()
    stranger = imported(tmp_path / "stranger", "localhost")[1].parent / "ca.crt"
    with pytest.raises(psycopg.OperationalError, match="certificate verify failed"):
        psycopg.connect(as_administrator(told(FUXUE_DATABASE_CA=str(stranger)), port).url)


def test_a_kafka_elsewhere_is_held_against_its_authority(image: Images, tmp_path: Path, told: Told) -> None:
    keystore, authority = broker_keystore(tmp_path, IPv4Address("127.0.0.1"))
    started = broker(image("kafka"), tmp_path)
    port = started.outside(keystore)
    read = told(FUXUE_KAFKA_SERVERS=f"127.0.0.1:{port}", FUXUE_KAFKA_SECURITY="SASL_SSL", FUXUE_KAFKA_CA=str(authority))
    (tmp_path / "stranger").mkdir()
    _, stranger = broker_keystore(tmp_path / "stranger", IPv4Address("127.0.0.1"))
    with started.container:
        (up,) = brokers(kafka(read, user=ADMIN, password=PASSWORD))
        assert up.advertised["EXTERNAL"] == f"127.0.0.1:{port}"
        strangers = kafka(told(FUXUE_KAFKA_CA=str(stranger)), user=ADMIN, password=PASSWORD)
        with pytest.raises(BusUnavailable):
            brokers(msgspec.structs.replace(strangers, connect_seconds=SOON_SECONDS))
