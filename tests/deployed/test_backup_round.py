"""A backup made while the server runs, restored into an empty volume by the image's own command, and served by the server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

import docker
import psycopg
import pytest
from docker.models.volumes import Volume
from docker.types import Mount
from testcontainers.core.container import DockerContainer
from testcontainers.core.wait_strategies import ExecWaitStrategy

from services.contracts.services import SERVICES
from services.deployed.erasures import FILE_NAME
from tests.deploy.containers import PASSWORD, Images, ended, hardened, secret

ROOT = Path(__file__).parents[2]
DATA = "/var/lib/postgresql/data"
READY = ExecWaitStrategy(["pg_isready", "--host", "127.0.0.1", "--username", "postgres"]).with_startup_timeout(120)
IN_THE_DATABASE = """
CREATE TABLE subject_keys (subject_id text PRIMARY KEY, wrapped_key bytea);
INSERT INTO subject_keys VALUES ('erased', ''), ('kept', 'wrapped');
"""

NewVolume = Callable[[], Volume]


@pytest.fixture
def new_volume(engine: docker.DockerClient) -> Iterator[NewVolume]:
    made: list[Volume] = []

    def new() -> Volume:
        made.append(engine.volumes.create(f"fuxue-test-{uuid4().hex[:12]}"))
        return made[-1]

    yield new
    for volume in made:
        volume.remove(force=True)


def server(image: str, cluster: Volume, folder: Path) -> DockerContainer:
    """PostgreSQL as the deployment starts it, on this volume."""
    container = hardened(image, "/var/run/postgresql", user="999:999", mounts=[Mount(DATA, cluster.name)]).with_exposed_ports(5432)
    container.with_volume_mapping(secret(folder, "superuser_password", PASSWORD), "/run/secrets/superuser_password")
    container.with_volume_mapping(ROOT / "deploy" / "postgres" / "pg_hba.conf", "/etc/fuxue/pg_hba.conf")
    container.with_envs(POSTGRES_PASSWORD_FILE="/run/secrets/superuser_password")
    return container.with_command("postgres -chba_file=/etc/fuxue/pg_hba.conf -cwal_level=replica").waiting_for(READY)


def query(container: DockerContainer, statement: str, database: str = "postgres") -> list[tuple[object, ...]]:
    host, port = container.get_container_host_ip(), container.get_exposed_port(5432)
    with psycopg.connect(host=host, port=port, user="postgres", password=PASSWORD, dbname=database, autocommit=True) as connection:
        done = connection.execute(statement)
        return done.fetchall() if done.description else []


def operators(image: str, backups: Volume, *mounts: Mount, **more: str) -> DockerContainer:
    """The image of the services with this working copy in it, beside the volume of backups."""
    container = hardened(image, mounts=[Mount("/backups", backups.name), *mounts], **more)
    return container.with_volume_mapping(ROOT / "services", "/opt/fuxue/app/services")


def secrets_of(folder: Path) -> Path:
    """What the bootstrap and the operator read of them."""
    place = folder / "bootstrap"
    place.mkdir()
    names = ["postgres_password", "kafka_admin_password", "first_account_code", *(f"{name}_kafka_password" for name in SERVICES)]
    for name in (*names, *(f"{service}_{kind}_password" for service in SERVICES for kind in ("migrator", "database", "postgres"))):
        secret(place, name, PASSWORD)
    for name in (f"{service}_{kind}" for service in SERVICES for kind in ("wrapping_key_ids", "checkpoint_key_id")):
        secret(place, name, "invented")
    place.chmod(0o755)
    return place


def make_databases(container: DockerContainer) -> None:
    for service in SERVICES:
        query(container, f"CREATE ROLE fuxue_{service}_migrator LOGIN SUPERUSER PASSWORD '{PASSWORD}'")
        query(container, f"CREATE DATABASE fuxue_{service} OWNER fuxue_{service}_migrator")
    query(container, IN_THE_DATABASE, "fuxue_registry")


def back_up(image: str, backups: Volume, folder: Path, host: str) -> tuple[int, str]:
    container = operators(image, backups).with_volume_mapping(secrets_of(folder), "/run/secrets/fuxue")
    container.with_envs(FUXUE_COUNTY="990126", FUXUE_DATABASE_HOST=host)
    with container.with_command(["fuxue", "backup"]) as running:
        return ended(running.get_wrapped_container())


def restore(image: str, backups: Volume, cluster: Volume) -> tuple[int, str]:
    may_give = ["CHOWN", "DAC_OVERRIDE", "FOWNER"]
    container = operators(image, backups, Mount("/postgres", cluster.name), user="0:0", cap_add=may_give)
    with container.with_command(["fuxue", "restore"]) as running:
        return ended(running.get_wrapped_container())


def test_what_was_backed_up_is_there_again_and_a_second_restore_is_refused(
    image: Images, new_volume: NewVolume, engine: docker.DockerClient, tmp_path: Path
) -> None:
    backups, before, after = new_volume(), new_volume(), new_volume()
    with ExitStack() as opened:
        first = opened.enter_context(server(image("postgres"), before, tmp_path))
        make_databases(first)
        address = engine.containers.get(first.get_wrapped_container().id).attrs["NetworkSettings"]["Networks"]["bridge"][
            "IPAddress"
        ]
        status, words = back_up(image("fuxue"), backups, tmp_path, address)
        assert status == 0, words
    status, words = restore(image("fuxue"), backups, after)
    assert status == 0, words
    with server(image("postgres"), after, tmp_path) as second:
        assert query(second, "SELECT subject_id FROM subject_keys ORDER BY 1", "fuxue_registry") == [("erased",), ("kept",)]
    status, words = restore(image("fuxue"), backups, after)
    assert status == 1
    assert "holds a cluster already" in words
    with operators(image("fuxue"), backups).with_command(["cat", f"/backups/{FILE_NAME}"]) as listed:
        _, noted = ended(listed.get_wrapped_container())
    assert '"registry":["erased"]' in noted
