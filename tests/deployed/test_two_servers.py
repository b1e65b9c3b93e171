"""A county whose registry moves to a server of its own, is backed up at work, and goes on elsewhere: nothing lost or twice."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import docker
import msgspec
import psycopg
import pytest
from testcontainers.core.container import DockerContainer

from services.chassis.bus.kafka import KafkaBus
from services.chassis.bus.kafka_settings import KafkaSettings
from services.chassis.chores import do_all
from services.chassis.crew import Crew
from services.chassis.envelope import Context
from services.chassis.findings import Report
from services.chassis.hands import Hands
from services.chassis.service import Service
from services.chassis.verification import verify
from services.contracts.codes import BodyKind, SchoolKind
from services.contracts.ids import BodyId
from services.contracts.services import SERVICES
from services.deployed.bootstrap import bootstrap
from services.deployed.bootstrap.settings import BootstrapSettings, bootstrap_settings
from services.deployed.composition import Composed, compose
from services.deployed.settings import DatabaseSettings, ServiceSettings
from services.identity.domain.body import RegisterBody
from services.registry.domain.school import RegisterSchool
from tests.anchors import all_anchors
from tests.deploy.containers import Images, ended, hardened
from tests.deployed.test_backup_round import NewVolume, new_volume, secrets_of, server
from tests.deployed.told import key_ids, pem, told
from tests.kafka import KafkaServer
from tests.patience import eventually

__all__ = ["new_volume"]

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
HEARD = {"registry": ("identity", "casework"), "casework": ("identity", "registry", "casework"),
         "oversight": ("identity", "registry", "casework")}  # fmt: skip
"""Who reads whose topic, as far as anything is told here."""

BY_OPERATOR = Context(actor="service:operator")
ERASED = "a-child-erased-since"


@dataclass
class County:
    """What outlives its servers: keys and passwords, the directories of backups and of the lists of the erased."""

    folder: Path
    secrets: Path
    keys: dict[str, ServiceSettings]
    fuxue: str

    @property
    def backups(self) -> Path:
        return self.folder / "backups"

    @property
    def erasures(self) -> Path:
        return self.folder / "erasures"

    def settings(self, common: str, registry: str, kafka: KafkaSettings) -> BootstrapSettings:
        """As the bootstrap is told, with registry on a server of its own or not."""
        with pytest.MonkeyPatch.context() as patched:
            for name, value in self.environment(common, registry).items():
                patched.setenv(name, value)
            patched.setenv("FUXUE_BOOTSTRAP_SECRETS", str(self.secrets))
            patched.setenv("FUXUE_BACKUPS", str(self.backups))
            patched.setenv("FUXUE_ERASURES", str(self.erasures))
            return msgspec.structs.replace(bootstrap_settings(), kafka=kafka)

    def environment(self, common: str, registry: str) -> dict[str, str]:
        return {"FUXUE_COUNTY": "990126", "FUXUE_DATABASE_HOST": common, "FUXUE_REGISTRY_DATABASE_SERVER": registry}

    def command(self, common: str, registry: str, *words: str) -> str:
        """A command of the operator's, in the image with this working copy in it."""
        container = self._image().with_volume_mapping(self.secrets, "/run/secrets/fuxue")
        container.with_envs(**self.environment(common, registry))
        return said(container, *words)

    def restore(self, clusters: Mapping[str, str]) -> str:
        """The newest backup into volumes, by server."""
        root = self._image(user="0:0", cap_add=["CHOWN", "DAC_OVERRIDE", "FOWNER"])
        for name, volume in clusters.items():
            root.with_volume_mapping(volume, f"/{name}", "rw")
        return said(root, "restore", *(word for name in clusters for word in ("--cluster", f"/{name}")))

    def _image(self, user: str = f"{os.getuid()}:{os.getgid()}", **more: object) -> DockerContainer:
        container = hardened(self.fuxue, user=user, **more)
        container.with_volume_mapping(self.backups, "/backups", "rw")
        return container.with_volume_mapping(ROOT / "services", "/opt/fuxue/app/services")


def said(container: DockerContainer, *words: str) -> str:
    with container.with_command(["fuxue", *words]) as running:
        status, told_there = ended(running.get_wrapped_container())
    assert status == 0, told_there
    return told_there


@pytest.fixture
def county(tmp_path: Path, image: Images) -> County:
    nowhere = DatabaseSettings("nowhere", 1, "", "", "")
    keys = {name: told(name, nowhere, token_key=pem() if name == "identity" else None) for name in SERVICES}
    county = County(tmp_path, secrets_of(tmp_path), keys, image("fuxue"))
    for name, ids in ((name, key_ids(each)) for name, each in keys.items()):
        (county.secrets / f"{name}_wrapping_key_ids").write_text("\n".join(ids.wrapping))
        (county.secrets / f"{name}_checkpoint_key_id").write_text(ids.checkpoint)
    county.backups.mkdir()
    county.erasures.mkdir()
    return county


def address(engine: docker.DockerClient, container: DockerContainer) -> str:
    """Where containers and this machine reach it alike."""
    networks = engine.containers.get(container.get_wrapped_container().id).attrs["NetworkSettings"]["Networks"]
    return str(networks["bridge"]["IPAddress"])


@contextmanager
def composed(county: County, settings: BootstrapSettings) -> Iterator[dict[str, Composed]]:
    """The services, each on the server that the settings name."""
    with ExitStack() as opened:
        made = {}
        for database in settings.databases:
            keys = msgspec.structs.replace(county.keys[database.service], database=database.application, erasures=county.erasures)
            made[database.service] = compose(keys)
            opened.callback(made[database.service].close)
        yield made


@contextmanager
def at_work(services: Mapping[str, Service], kafka: KafkaSettings) -> Iterator[None]:
    """With every hand of theirs at work."""
    with ExitStack() as opened:
        for service in services.values():
            bus = KafkaBus(kafka)
            opened.callback(bus.close)
            crew = Crew(service, bus)
            opened.callback(crew.close)
            hands = Hands(crew)
            hands.start()
            opened.callback(hands.stop)
        yield


class Traffic:
    """Requests to identity and registry, one after another, while something else happens."""

    def __init__(self, services: Mapping[str, Service], numbers: Iterator[int]) -> None:
        self._services = services
        self._numbers = numbers
        self._enough = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.trouble: list[BaseException] = []

    def __enter__(self) -> Traffic:
        self._thread.start()
        return self

    def __exit__(self, *_raised: object) -> None:
        self._enough.set()
        self._thread.join()
        assert self.trouble == [], "commands pass while the servers are copied"

    def _run(self) -> None:
        try:
            while not self._enough.wait(0.01):
                happen(self._services, next(self._numbers))
        except Exception as trouble:  # noqa: BLE001  the test's own thread tells it
            self.trouble.append(trouble)


def happen(services: Mapping[str, Service], number: int) -> None:
    """Something in identity and something in registry, of which all others hear, and a checkpoint that oversight keeps."""
    body = RegisterBody(
        body_id=BodyId(f"body-{number}"), code=f"b{number}", kind=BodyKind.BUREAU, name="局", name_en="Bureau", division="990126",
    )  # fmt: skip
    school = RegisterSchool(
        code=f"99{number:08}", name="校", name_en="School", kind=SchoolKind.PRIMARY, division="990126", boarding=False,
    )  # fmt: skip
    services["identity"].execute(body, BY_OPERATOR)
    services["registry"].execute(school, BY_OPERATOR)
    for name in ("identity", "registry"):
        services[name].checkpoints.sign()


def inside(database: DatabaseSettings, statement: str, values: Sequence[object] = ()) -> list[tuple[object, ...]]:
    with psycopg.connect(database.url) as connection:
        done = connection.execute(statement, values)
        return done.fetchall() if done.description else []


def logs(settings: BootstrapSettings) -> dict[str, set[tuple[object, ...]]]:
    owners = settings.owners
    return {name: set(inside(owners[name], "SELECT stream_id, version, hash FROM events")) for name in SERVICES}


def heard(settings: BootstrapSettings, reader: str) -> dict[str, set[tuple[object, ...]]]:
    """What a service has journalled, by topic."""
    rows = inside(settings.owners[reader], "SELECT topic, stream_id, version FROM received")
    return {topic: {(stream, version) for of, stream, version in rows if of == topic} for topic in HEARD[reader]}


def effects_without_cause(settings: BootstrapSettings) -> dict[str, set[tuple[object, ...]]]:
    """What readers have had that their producers do not have."""
    has = {name: {(stream, version) for stream, version, _ in log} for name, log in logs(settings).items()}
    found = {f"{reader} of {topic}": had - has[topic] for reader in HEARD for topic, had in heard(settings, reader).items()}
    return {where: lacking for where, lacking in found.items() if lacking}


def everybody_has_heard(settings: BootstrapSettings) -> bool:
    has = {name: {(stream, version) for stream, version, _ in log} for name, log in logs(settings).items()}
    return all(had == has[topic] for reader in HEARD for topic, had in heard(settings, reader).items())


def nothing_waits(services: Mapping[str, Service]) -> bool:
    """Whether no event is parked, and every place on the bus that was lost is settled."""
    waits = [service.store.backlog() for service in services.values()]
    return not any(each["parked"] or each["lost_places"] for each in waits)


def verified(services: Mapping[str, Service]) -> dict[str, Report]:
    """As `fuxue verify` asks: each log against the checkpoints that oversight holds of it."""
    held = {name: all_anchors(services["oversight"].engine, name) for name in SERVICES}
    return {
        name: verify(service.store, service.model.catalogue, service.checkpoints.public_keys, held[name])
        for name, service in services.items()
    }


def test_a_registry_on_a_server_of_its_own_is_moved_there_backed_up_at_work_and_goes_on_elsewhere(
    county: County, image: Images, new_volume: NewVolume, engine: docker.DockerClient, kafka: KafkaServer, tmp_path: Path
) -> None:
    first_bus, second_bus = kafka.settings(), kafka.settings()
    numbers = count(1)
    restored = {name: new_volume() for name in ("common", "own")}
    changed: list[str] = []
    with server(image("postgres"), new_volume(), tmp_path) as first, server(image("postgres"), new_volume(), tmp_path) as second:
        common, own = address(engine, first), address(engine, second)
        together = county.settings(common, common, first_bus)
        bootstrap(together, identity_of(county, together), changed.append)
        with composed(county, together) as made:
            happen(services_of(made), next(numbers))
        before = logs(together)

        apart = county.settings(common, own, first_bus)
        with pytest.raises(Exception, match=f"move registry --from {common}"):
            bootstrap(apart, identity_of(county, apart), changed.append)
        assert f"registry → {own}" in county.command(common, own, "move", "registry", "--from", common)
        changed.clear()
        bootstrap(apart, identity_of(county, apart), changed.append)
        assert changed == [], "the move has left nothing to make"
        assert logs(apart) == before

        give_key(apart)
        with composed(county, apart) as made, at_work(services_of(made), first_bus):
            services = services_of(made)
            happen(services, next(numbers))
            eventually(lambda: everybody_has_heard(apart))
            with Traffic(services, numbers):
                assert "备份完成" in county.command(common, own, "backup")
            erase(apart)
            a_minute_later(services)
    county.restore({common: restored["common"].name, own: restored["own"].name})

    with (
        server(image("postgres"), restored["common"], tmp_path) as third,
        server(image("postgres"), restored["own"], tmp_path) as fourth,
    ):
        elsewhere = county.settings(address(engine, third), address(engine, fourth), second_bus)
        assert effects_without_cause(elsewhere) == {}, "the copies are of one moment between the services"
        changed.clear()
        bootstrap(elsewhere, identity_of(county, elsewhere), changed.append)
        assert [line for line in changed if "\nerasures: 1 " in line]
        assert [line for line in changed if f"\nnew epoch of the bus: {', '.join(SERVICES)} " in line], changed
        assert inside(elsewhere.owners["registry"], "SELECT wrapped_key FROM subject_keys") == [(b"",)]
        with composed(county, elsewhere) as made, at_work(services_of(made), second_bus):
            services = services_of(made)
            happen(services, next(numbers))
            eventually(lambda: everybody_has_heard(elsewhere))
            eventually(lambda: nothing_waits(services))
            assert {name: report.findings for name, report in verified(services).items()} == dict.fromkeys(SERVICES, ())
            assert verified(services)["registry"].anchors > 0


def a_minute_later(services: Mapping[str, Service]) -> None:
    """What their hands have done when a minute is over."""
    for service in services.values():
        do_all(service.each_minute, service.name)


def services_of(made: Mapping[str, Composed]) -> dict[str, Service]:
    return {name: each.service for name, each in made.items()}


def identity_of(county: County, settings: BootstrapSettings) -> ServiceSettings:
    (database,) = [each for each in settings.databases if each.service == "identity"]
    return msgspec.structs.replace(county.keys["identity"], database=database.application)


def give_key(settings: BootstrapSettings) -> None:
    inside(settings.owners["registry"], "INSERT INTO subject_keys VALUES (%s, 'v1', 'k1', 'wrapped')", (ERASED,))


def erase(settings: BootstrapSettings) -> None:
    inside(settings.owners["registry"], "UPDATE subject_keys SET wrapped_key = '' WHERE subject_id = %s", (ERASED,))
