"""A start without the broker: the web side needs none, and no worker uses one that was not looked at beside the data."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest

from services.chassis.bus.kafka import KafkaBus
from services.chassis.bus.kafka_settings import KafkaSettings
from services.chassis.bus.port import Message
from services.chassis.crew import Crew
from services.chassis.errors import Misconfigured
from services.chassis.hands import Hands
from services.contracts.services import SERVICES
from services.deployed.bootstrap import broker
from services.deployed.bootstrap.broker import bring_broker
from services.deployed.bootstrap.checked_brokers import forget_others, states, write_down
from services.deployed.bootstrap.settings import BootstrapSettings
from services.deployed.checked_broker import BrokerNotChecked, CheckedBroker, is_checked
from services.deployed.doctor.broker import looked_at
from services.deployed.doctor.findings import State
from services.deployed.servers import DatabaseServer
from tests.chassis.conftest import Town
from tests.chassis.toy import in_directory
from tests.deployed.databases import Brought, superuser_of
from tests.kafka import KafkaServer
from tests.patience import eventually

AWAY = KafkaSettings(servers=("127.0.0.1:1",), connect_seconds=0.2)
ELSEWHERE = KafkaSettings(servers=("127.0.0.1:1",), prefix="other-", connect_seconds=0.2)
PASSWORDS = {user: f"invented-{user}" for user in SERVICES}


@pytest.fixture
def settings(brought: Brought, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[BootstrapSettings]:
    """A deployment's databases, brought to this release, whose broker is away."""
    monkeypatch.setattr(broker, "PATIENCE_SECONDS", 0.0)
    monkeypatch.setattr(broker, "FIRST_PATIENCE_SECONDS", 0.0)
    monkeypatch.setattr(broker, "ASKED_AGAIN_SECONDS", 0.0)
    with brought.given() as databases:
        yield BootstrapSettings(
            county="570126", servers=(DatabaseServer(brought.superuser, databases),), kafka=AWAY, passwords=PASSWORDS,
            keys={}, desks=(), first_account_code=None, backups=tmp_path,
        )  # fmt: skip


def state_of(settings: BootstrapSettings) -> dict[str, str]:
    (server,) = settings.servers
    with superuser_of(server.superuser) as connection:
        return dict(states(settings.servers, {server.name: connection}))


def bring(settings: BootstrapSettings, **other: str) -> list[str]:
    """What a bootstrap says of its broker's part; `other` is what the state of some data is instead."""
    told: list[str] = []
    now = state_of(settings) | other
    bring_broker(settings, now, told.append, checked=forget_others(settings.databases, settings.kafka, now))
    return told


def used(settings: BootstrapSettings) -> list[bool]:
    """Which services' workers would use the broker."""
    return [is_checked(database.application, settings.kafka) for database in settings.databases]


def test_a_broker_that_is_away_is_passed_over_in_both_languages_and_until_it_was_looked_at_no_worker_uses_it(
    settings: BootstrapSettings,
) -> None:
    (said,) = bring(settings)
    zh, en = said.split("\n")
    assert "网页端照常启动" in zh
    assert "worker 不收发消息" in zh
    assert "The web side starts all the same" in en
    assert "workers send and hear nothing" in en
    assert not any(used(settings))
    first = settings.databases[0]
    with pytest.raises(BrokerNotChecked, match="run `docker compose up --wait`"):
        CheckedBroker(first.application, settings.kafka).must_be()
    (finding,) = looked_at(settings.databases, settings.kafka)
    assert finding.state is State.WRONG


def test_a_broker_that_was_found_ours_and_is_away_keeps_no_worker_waiting(settings: BootstrapSettings) -> None:
    write_down(settings.databases, settings.kafka, state_of(settings))
    (said,) = bring(settings)
    assert "workers go on by themselves" in said
    assert all(used(settings))
    assert list(looked_at(settings.databases, settings.kafka)) == []


def test_once_the_broker_is_there_it_is_looked_at_and_a_waiting_worker_uses_it(
    settings: BootstrapSettings, kafka: KafkaServer
) -> None:
    there = msgspec.structs.replace(settings, kafka=kafka.settings())
    waiting = CheckedBroker(there.databases[0].application, there.kafka)
    with pytest.raises(BrokerNotChecked):
        waiting.must_be()
    assert any(said.startswith("主题 topics ") for said in bring(there))
    waiting.must_be()
    assert bring(there) == [], "run again it changes nothing"


def test_what_was_found_is_of_that_broker_and_prefix_only(settings: BootstrapSettings) -> None:
    write_down(settings.databases, settings.kafka, state_of(settings))
    moved = msgspec.structs.replace(settings, kafka=ELSEWHERE)
    assert not any(used(moved))
    bring(moved)
    assert not any(used(settings)), "and forgotten when another is named"


def test_data_that_were_put_back_or_made_anew_are_looked_at_again_before_a_worker_uses_the_broker(
    settings: BootstrapSettings,
) -> None:
    write_down(settings.databases, settings.kafka, state_of(settings))
    (said,) = bring(settings, registry="put back from a backup")
    assert "workers send and hear nothing" in said
    assert used(settings) == [service != "registry" for service in SERVICES]


def test_a_broker_that_turns_out_to_be_ahead_of_a_database_is_used_by_no_worker_any_more(
    settings: BootstrapSettings, kafka: KafkaServer
) -> None:
    there = msgspec.structs.replace(settings, kafka=kafka.settings())
    bring(there)
    assert all(used(there))
    bus = KafkaBus(there.kafka)
    stranger = Message(topic="registry", key="p1", headers={"ce_id": "not-in-our-database", "ce_county": "570126"}, value=b"{}")
    assert bus.publish([stranger]) == 1
    bus.close()
    with pytest.raises(Misconfigured, match="another deployment uses it") as refused:
        bring(there)
    zh, _ = str(refused.value).split("\n")
    assert "另一套部署" in zh
    assert not any(used(there))


def test_the_application_cannot_say_by_itself_that_a_broker_was_looked_at(settings: BootstrapSettings) -> None:
    for database in settings.databases:
        with psycopg.connect(database.application.url) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("INSERT INTO checked_brokers VALUES ('@127.0.0.1:1', 'x')")


def test_a_worker_whose_broker_was_not_looked_at_keeps_terms_and_sends_nothing_until_it_was(tmp_path: Path) -> None:
    town = Town(in_directory(tmp_path))
    asked: list[str] = []
    looked = []

    def may_be_used() -> None:
        asked.append("asked")
        if not looked:
            raise BrokerNotChecked("not yet")

    crew = Crew(town.house.roll, town.house.bus)
    hands = Hands(crew, bus_may_be_used=may_be_used)
    steps: list[Any] = []
    crew.timers.step = lambda: steps.append("timers") or 0  # type: ignore[method-assign,func-returns-value]  # only that it is called
    crew.relay.step = lambda: steps.append("relay") or 0  # type: ignore[method-assign,func-returns-value]  # the same
    hands.start()
    eventually(lambda: len(asked) > 2 and "timers" in steps, 20)
    assert "relay" not in steps
    looked.append(True)
    eventually(lambda: "relay" in steps, 20)
    hands.stop()
    town.house.close()
