"""PostgreSQL's image, ours or the official one: the variables that compose gives it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from testcontainers.community.postgres import PostgresContainer
from testcontainers.core.container import DockerContainer
from testcontainers.core.wait_strategies import ExecWaitStrategy

from tests.deploy.containers import PASSWORD, Images, ended, hardened, secret, volume

SOCKETS = "/var/run/postgresql"
MADE_BY_SCRIPT = "CREATE TABLE made_once (at timestamptz DEFAULT now()); INSERT INTO made_once DEFAULT VALUES;"


@pytest.fixture(scope="module")
def server(image: Images) -> Iterator[PostgresContainer]:
    with PostgresContainer(image("postgres"), driver=None) as started:
        yield started


def test_a_query_over_the_network_is_answered_in_utf_8(server: PostgresContainer) -> None:
    with psycopg.connect(server.get_connection_url()) as connection:
        answer = connection.execute("SELECT '复学'::text, length('复学'), current_setting('server_encoding')").fetchone()
    assert answer == ("复学", 2, "UTF8")


def test_a_wrong_password_is_refused(server: PostgresContainer) -> None:
    wrong = server.get_connection_url().replace(f":{server.password}@", ":wrong@")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(wrong)


def test_passwords_are_kept_as_scram(server: PostgresContainer) -> None:
    with psycopg.connect(server.get_connection_url()) as connection:
        kept = connection.execute("SELECT rolpassword FROM pg_authid WHERE rolname = current_user").fetchone()
    assert kept is not None
    assert kept[0].startswith("SCRAM-SHA-256$")


ANSWERS = ExecWaitStrategy(["pg_isready", "--host", "127.0.0.1", "--username", "fuxue", "--dbname", "county"]).with_startup_timeout(
    30
)


def server_of_its_own(image: str, **more: Any) -> DockerContainer:
    return hardened(image, SOCKETS, user="999:999", mounts=[volume("/var/lib/postgresql/data")], **more)


@pytest.fixture
def hardened_server(image: Images, tmp_path: Path) -> Iterator[DockerContainer]:
    container = server_of_its_own(image("postgres")).with_exposed_ports(5432)
    container.with_volume_mapping(secret(tmp_path, "postgres_password", PASSWORD), "/run/secrets/postgres_password")
    container.with_volume_mapping(secret(tmp_path, "once.sql", MADE_BY_SCRIPT), "/docker-entrypoint-initdb.d/once.sql")
    container.with_envs(
        POSTGRES_PASSWORD_FILE="/run/secrets/postgres_password",
        POSTGRES_USER="fuxue",
        POSTGRES_DB="county",
        POSTGRES_INITDB_ARGS="--data-checksums",
        PGDATA="/var/lib/postgresql/data/cluster",
    )
    with container.waiting_for(ANSWERS):
        yield container


def test_a_hardened_server_keeps_its_data_over_a_restart_and_ran_its_scripts_once(hardened_server: DockerContainer) -> None:
    hardened_server.get_wrapped_container().restart(timeout=20)
    ANSWERS.wait_until_ready(hardened_server)
    port = hardened_server.get_exposed_port(5432)
    with psycopg.connect(host="127.0.0.1", port=port, user="fuxue", password=PASSWORD, dbname="county") as connection:
        found = connection.execute("SELECT count(*), current_setting('data_checksums') FROM made_once").fetchone()
    assert found == (1, "on")


def test_a_server_that_is_stopped_ends_cleanly(hardened_server: DockerContainer) -> None:
    container = hardened_server.get_wrapped_container()
    container.stop(timeout=20)
    assert container.wait()["StatusCode"] == 0
    assert "database system is shut down" in container.logs().decode()


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({}, "no password is given for the superuser 'postgres'; set POSTGRES_PASSWORD_FILE to the file that holds it"),
        ({"POSTGRES_PASSWORD_FILE": "/run/secrets/none"}, "POSTGRES_PASSWORD_FILE is /run/secrets/none, and there is no such file"),
        ({"POSTGRES_PASSWORD_FILE": "/dev/null"}, "POSTGRES_PASSWORD_FILE is /dev/null, and"),
        (
            {"POSTGRES_PASSWORD": PASSWORD, "POSTGRES_PASSWORD_FILE": "/etc/passwd"},
            "both POSTGRES_PASSWORD and POSTGRES_PASSWORD_FILE",
        ),
    ],
)
def test_our_image_says_what_is_wrong_with_its_secret(image: Images, variables: dict[str, str], words: str) -> None:
    with server_of_its_own(image("postgres"), env=variables) as container:
        status, said = ended(container.get_wrapped_container())
    assert status == 78
    assert "postgres does not start: " in said
    assert words in said
