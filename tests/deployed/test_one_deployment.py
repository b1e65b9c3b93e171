"""A server holds one deployment: another's roles and data are left as they are, and data are served with their own keys only."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import msgspec
import psycopg
import pytest

from services.chassis.bus.kafka_settings import KafkaSettings
from services.chassis.errors import Misconfigured
from services.chassis.keys import new_signing_key, new_wrapping_key, signing_key
from services.chassis.signing import CheckpointKey
from services.chassis.wrapping import IndexKeyMoved, NeededWrapping, WrappingKeyMissing
from services.contracts.services import SERVICES
from services.deployed.bootstrap import bootstrap, broker
from services.deployed.bootstrap.one_county import OtherCounty
from services.deployed.bootstrap.one_deployment import NotOurs
from services.deployed.bootstrap.settings import BootstrapSettings
from services.deployed.composition import compose
from services.deployed.data_keys import KeyIds, ids_of, needed
from services.deployed.doctor.findings import Finding, State
from services.deployed.doctor.keys import each_services_keys
from services.deployed.servers import DatabaseServer, ServiceDatabase
from services.deployed.settings import DatabaseSettings, ServiceSettings
from tests.deployed.databases import Brought, enters
from tests.deployed.findings import seen
from tests.deployed.told import key_ids, pem, told
from tests.postgres import PostgresServer

AWAY = KafkaSettings(servers=("127.0.0.1:1",), connect_seconds=0.2)
OURS, ANOTHER = "990126", "990127"
STRANGE = KeyIds(("strange",), "strange")
CHILD = "INSERT INTO subject_keys VALUES (%s, 'A256GCM', %s, %s)"


class Deployment(msgspec.Struct, frozen=True):
    """One that is brought to a server, with secrets of its own."""

    settings: BootstrapSettings
    identity: ServiceSettings

    def bring(self) -> list[str]:
        """A bootstrap; answers what it changed; that Kafka is away is no change."""
        changed: list[str] = []
        bootstrap(self.settings, self.identity, changed.append)
        return [each for each in changed if "Kafka" not in each]

    def database(self, service: str) -> ServiceDatabase:
        return next(each for each in self.settings.databases if each.service == service)

    def signs_in(self) -> bool:
        roles = [role for each in self.settings.databases for role in (each.migrator, each.application)]
        return all(enters(role) for role in roles)

    def signs(self) -> None:
        """What identity's worker does each minute."""
        composed = compose(self.identity)
        assert composed.service.checkpoints.sign()
        composed.close()

    def seals(self, service: str, wrapping_key_id: str = "k1") -> None:
        with psycopg.connect(self.database(service).migrator.url) as connection:
            connection.execute(CHILD, ("p1", wrapping_key_id, b"wrapped"))

    def with_keys(self, service: str, keys: KeyIds) -> Deployment:
        changed = {**self.settings.keys, service: keys}
        return msgspec.structs.replace(self, settings=msgspec.structs.replace(self.settings, keys=changed))


def deployment(
    superuser: DatabaseSettings, wanted: tuple[ServiceDatabase, ...], backups: Path, county: str, passwords: str
) -> Deployment:
    """Keys and passwords are this one's alone."""
    named = tuple(
        msgspec.structs.replace(
            each,
            migrator=msgspec.structs.replace(each.migrator, password=f"{passwords}-migrator"),
            application=msgspec.structs.replace(each.application, password=f"{passwords}-app"),
        )
        for each in wanted
    )
    entered = next(each.application for each in named if each.service == "identity")
    identity = msgspec.structs.replace(told("identity", entered, token_key=pem()), county=county)
    wrapped = (passwords,)
    keys = {service: KeyIds(wrapped, passwords) for service in SERVICES}
    keys["identity"] = msgspec.structs.replace(key_ids(identity), wrapping=wrapped)
    settings = BootstrapSettings(
        county=county, servers=(DatabaseServer(superuser, named),), kafka=AWAY,
        passwords={}, keys=keys, desks=(), first_account_code="invented-one-time-code", backups=backups,
    )  # fmt: skip
    return Deployment(settings, identity)


Place = tuple[DatabaseSettings, tuple[ServiceDatabase, ...]]
Standing = tuple[Brought, Deployment]


@pytest.fixture(scope="module", autouse=True)
def _no_broker_is_waited_for() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for patience in ("PATIENCE_SECONDS", "FIRST_PATIENCE_SECONDS", "ASKED_AGAIN_SECONDS"):
            patch.setattr(broker, patience, 0.0)
        yield


@pytest.fixture(scope="module")
def standing(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standing]:
    """A deployment, and where it was brought from nothing: its first account is there, and nothing else."""

    def from_nothing(_superuser: DatabaseSettings, _databases: tuple[ServiceDatabase, ...]) -> None:
        assert brought.bring()

    databases = Brought(postgres, from_nothing)
    brought = deployment(databases.superuser, databases.wanted, tmp_path_factory.mktemp("backups"), OURS, "k1")
    yield databases, brought
    databases.clear()


@pytest.fixture
def place(standing: Standing) -> Place:
    """A server, and what is wanted there."""
    databases, _ = standing
    return databases.superuser, databases.wanted


@pytest.fixture
def first(standing: Standing) -> Iterator[Deployment]:
    """The deployment that stands on the server."""
    databases, brought = standing
    with databases.given():
        yield brought


@pytest.mark.parametrize("county", [OURS, ANOTHER])
def test_a_second_deployment_on_a_server_is_refused_and_the_first_ones_passwords_stay(
    first: Deployment, place: Place, tmp_path: Path, county: str
) -> None:
    second = deployment(*place, tmp_path, county, "second")
    with pytest.raises(NotOurs if county == OURS else OtherCounty) as young:
        second.bring()
    first.signs()
    first.seals("registry")
    with pytest.raises(NotOurs if county == OURS else OtherCounty) as grown:
        second.bring()
    for refused in (young, grown):
        zh, en = str(refused.value).split("\n")
        assert "什么也没有改动" in zh
        assert "PostgreSQL server of its own" in en
        assert "Nothing was changed" in en
    assert first.signs_in()
    assert not second.signs_in()
    assert first.bring() == []


def test_a_deployment_that_lost_its_passwords_and_kept_its_keys_is_given_them_again(
    first: Deployment, place: Place, tmp_path: Path
) -> None:
    first.signs()
    first.seals("registry")
    made_anew = deployment(*place, tmp_path, OURS, "anew")
    entered = made_anew.database("identity").application
    again = Deployment(
        msgspec.structs.replace(made_anew.settings, keys=first.settings.keys),
        msgspec.structs.replace(first.identity, database=entered),
    )
    assert len(again.bring()) == 2 * len(SERVICES)
    assert again.signs_in()


@pytest.mark.parametrize(("service", "file"), [("registry", "registry/wrapping_keys"), ("identity", "identity/checkpoint_key")])
def test_keys_that_are_not_the_datas_are_refused_by_the_bootstrap_and_found_by_the_doctor(
    first: Deployment, service: str, file: str
) -> None:
    first.signs()
    first.seals("registry")
    assert list(each_services_keys(first.settings.databases, first.settings.keys)) == []
    given = msgspec.structs.asdict(first.settings.keys[service])
    which = file.partition("/")[2].removesuffix("_keys").removesuffix("_key")
    lost = first.with_keys(service, KeyIds(**given | {which: getattr(STRANGE, which)}))
    with pytest.raises(NotOurs) as refused:
        lost.bring()
    zh, en = str(refused.value).split("\n")
    assert f"（{file}）" in zh
    assert f"({file})" in en
    assert "put the copy of deploy/secrets back" in en
    assert first.signs_in()
    (finding,) = each_services_keys(lost.settings.databases, lost.settings.keys)
    assert (finding.subject, finding.state) == (f"keys of {service}", State.WRONG)
    assert file in finding.what.zh
    assert finding.remedy is not None
    assert "放回" in finding.remedy.zh


def test_wrapping_keys_in_another_order_are_refused_by_the_bootstrap_and_the_service_and_found_by_the_doctor(
    first: Deployment,
) -> None:
    entered = told("registry", first.database("registry").application)
    composed = compose(entered)
    composed.service.turns.run(lambda turn: turn.seal("p1", "place", "words"))
    composed.close()
    turned = first.with_keys("registry", KeyIds(("k1", "new"), "k1"))
    with pytest.raises(IndexKeyMoved) as refused:
        turned.bring()
    keys = {"k1": os.urandom(32), "new": os.urandom(32)}
    with pytest.raises(IndexKeyMoved):
        compose(msgspec.structs.replace(entered, wrapping_keys=keys))
    zh, en = str(refused.value).split("\n")
    for sentence in (zh, en):
        assert "k1" in sentence
        assert "deploy/secrets/registry/wrapping_keys" in sentence
    (finding,) = each_services_keys(turned.settings.databases, turned.settings.keys)
    assert (finding.subject, finding.state, finding.what.en) == ("keys of registry", State.WRONG, en)
    assert "docker compose restart registry registry-worker" in finding.remedy.en
    with psycopg.connect(entered.database.url) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("UPDATE index_keys SET wrapping_key_id = 'new'")
    assert first.with_keys("registry", KeyIds(("new", "k1"), "k1")).bring() == []
    rotated = compose(msgspec.structs.replace(entered, wrapping_keys={"new": os.urandom(32), **entered.wrapping_keys}))
    assert [rotated.service.keyring.wrap_anew() for _ in range(2)] == [1, 0]
    rotated.close()
    with psycopg.connect(entered.database.url) as connection:
        assert needed(connection, "registry").wrapping == NeededWrapping(frozenset({"new"}), "k1")


def test_the_doctor_tells_by_which_lines_keys_are_still_wrapped_and_which_of_them_may_go(first: Deployment) -> None:
    def told_of(*ids: str) -> Finding:
        keys = {"registry": KeyIds(ids, "k1")}
        (finding,) = each_services_keys([first.database("registry")], keys)
        return finding

    empty = told_of("new", "k1")
    assert (empty.state, empty.what.en) == (State.WELL, "There is no child's key yet: no line wraps anything.")
    first.seals("registry")
    fresh = told_of("new", "k1")
    assert (fresh.subject, fresh.state) == ("wrapping keys of registry", State.WARNING)
    assert fresh.what.en == "The first line is 1 (new), but children's keys are still wrapped by 2 (k1). No line may go."
    assert fresh.remedy is not None
    assert "`docker compose restart registry registry-worker`" in fresh.remedy.en
    with psycopg.connect(first.database("registry").migrator.url) as connection:
        connection.execute("UPDATE subject_keys SET wrapping_key_id = 'new'")
    done = told_of("new", "middle", "k1")
    assert done.state is State.WELL
    assert done.what.en == "Children's keys are wrapped by the first line alone: 1 (new). Lines that may go: 2 (middle)."
    assert "可以去掉的行：2 (middle)" in done.what.zh
    between = told_of("newer", "new", "middle", "k1")
    assert "still wrapped by 2 (new). Lines that may go: 3 (middle)." in between.what.en


def test_a_new_wrapping_key_before_the_datas_own_and_an_erased_child_need_no_other(first: Deployment) -> None:
    first.seals("registry")
    with psycopg.connect(first.database("registry").migrator.url) as connection:
        connection.execute(CHILD, ("erased", "long gone", b""))
        assert needed(connection, "registry").wrapping.ids == {"k1"}
    assert first.with_keys("registry", KeyIds(("new", "k1"), "k1")).bring() == []


def test_of_a_database_that_does_not_answer_the_doctor_tells_no_key(first: Deployment) -> None:
    gone = msgspec.structs.replace(first.database("registry"), application=msgspec.structs.replace(
        first.database("registry").application, port=1
    ))  # fmt: skip
    assert seen(each_services_keys([gone], {"registry": STRANGE})) == []


def test_neither_web_nor_worker_of_a_service_starts_with_keys_that_are_not_the_datas(first: Deployment) -> None:
    first.seals("registry", "lost")
    entered = first.database("registry").application
    with pytest.raises(WrappingKeyMissing, match="wrapping key lost") as refused:
        compose(told("registry", entered))
    assert "放回" in str(refused.value)
    kept = msgspec.structs.replace(told("registry", entered), wrapping_keys={"new": os.urandom(32), "lost": os.urandom(32)})
    compose(kept).close()


def test_the_ids_of_keys_are_those_by_which_data_name_them_and_what_is_no_key_is_refused() -> None:
    wrapping, checkpoint = new_wrapping_key(), new_signing_key()
    ids = ids_of(wrapping + b"\n" + new_wrapping_key(), checkpoint)
    assert len(ids.wrapping) == 2
    assert ids_of(wrapping, checkpoint).wrapping == ids.wrapping[:1]
    assert ids.checkpoint == CheckpointKey(signing_key(checkpoint, "made")).key_id
    with pytest.raises(Misconfigured):
        ids_of(wrapping, b"no key")
