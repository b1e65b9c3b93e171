"""Each thing that can be wrong with a deployment, planted: the doctor finds it, and nothing where all is well."""

from __future__ import annotations

import re
import shutil
import time
from collections import namedtuple
from collections.abc import Iterator, Mapping, Sequence
from email.utils import formatdate
from pathlib import Path
from typing import Any

import httpx
import msgspec
import psycopg
import pytest
from kafka import KafkaAdminClient, errors

from services.assembly import MIGRATIONS
from services.chassis.bus import kafka_admin
from services.chassis.bus.kafka_settings import KafkaSettings
from services.chassis.bus.layout import Operation, Resource, Right
from services.chassis.errors import BusUnavailable
from services.chassis.storage.postgres_connections import ANSWER_SECONDS, CONNECT_SECONDS
from services.chassis.storage.postgres_lead import LEADER, LOCKS, READERS
from services.chassis.web.health import OUTBOX_SLOW_SECONDS
from services.contracts.codes import Department
from services.contracts.services import SERVICES
from services.contracts.topics import Desk, layout
from services.deployed.bootstrap.settings import BootstrapSettings
from services.deployed.doctor import Finding, State, examine, host, rounds, servers
from services.deployed.doctor.at_work import LAG_WORTH_A_LOOK, each_service
from services.deployed.doctor.broker import topics_users_and_rights
from services.deployed.doctor.databases import each_database
from services.deployed.doctor.host import clocks, room_on_disk
from services.deployed.doctor.rounds import Door
from services.deployed.doctor.servers import each_server
from services.deployed.servers import DatabaseServer, ServiceDatabase
from services.deployed.settings import DatabaseSettings
from tests.deployed.databases import Brought, other_name
from tests.deployed.findings import seen
from tests.deployed.listener import authority
from tests.kafka import KafkaServer

# --- databases ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def server(brought: Brought) -> Iterator[tuple[DatabaseSettings, ServiceDatabase]]:
    """The superuser, and one database as the bootstrap leaves it."""
    with brought.given(SERVICES[0]) as (first,):
        yield brought.superuser, first


@pytest.fixture
def database(server: tuple[DatabaseSettings, ServiceDatabase]) -> ServiceDatabase:
    return server[1]


def test_a_database_that_a_worker_leads_is_well(database: ServiceDatabase) -> None:
    with psycopg.connect(database.application.url) as worker:
        worker.execute("SELECT pg_advisory_lock(%s, %s)", (LOCKS, LEADER))
        assert seen(each_database([database], MIGRATIONS)) == [(f"database {database.application.name}", State.WELL)]


def test_a_database_that_no_worker_leads_is_found(database: ServiceDatabase) -> None:
    assert (f"{database.service} worker", State.WRONG) in seen(each_database([database], MIGRATIONS))


@pytest.mark.parametrize(
    ("change", "remedy"),
    [
        ("DELETE FROM alembic_version WHERE version_num LIKE 'house%'", "docker compose run --rm bootstrap"),
        ("UPDATE alembic_version SET version_num = 'house_9999' WHERE version_num LIKE 'house%'", "docker compose build"),
    ],
    ids=["earlier: the bootstrap brings it", "newer: the bootstrap of this image would refuse it again"],
)
def test_a_database_of_another_release_is_found_and_told_what_helps(database: ServiceDatabase, change: str, remedy: str) -> None:
    with psycopg.connect(database.migrator.url) as connection:
        connection.execute(change)
    found, *_ = each_database([database], MIGRATIONS)
    assert (found.subject, found.state) == (f"database {database.application.name}", State.WRONG)
    assert found.remedy is not None
    for words in (found.remedy.zh, found.remedy.en):
        assert remedy in words
        assert ("bootstrap" in words) == ("bootstrap" in remedy)


@pytest.mark.parametrize(
    ("fault", "words"),
    [({"password": "x"}, "the password of"), ({"port": 1}, "cannot be reached"), ({"name": "nowhere"}, "has no database nowhere")],
)
def test_a_database_that_does_not_let_the_application_in_is_found(
    database: ServiceDatabase, fault: dict[str, Any], words: str
) -> None:
    kept_out = msgspec.structs.replace(database, application=msgspec.structs.replace(database.application, **fault))
    (finding,) = each_database([kept_out], MIGRATIONS)
    assert finding.state is State.WRONG
    assert words in finding.what.en


def test_a_database_that_has_moved_away_and_was_closed_is_told_as_such(
    server: tuple[DatabaseSettings, ServiceDatabase], database: ServiceDatabase
) -> None:
    with psycopg.connect(server[0].url, autocommit=True) as superuser:
        superuser.execute(f'ALTER DATABASE "{database.application.name}" CONNECTION LIMIT 0')
        try:
            (finding,) = each_database([database], MIGRATIONS)
        finally:
            superuser.execute(f'ALTER DATABASE "{database.application.name}" CONNECTION LIMIT -1')
    assert finding.state is State.WRONG
    assert "it was moved to another server" in finding.what.en
    assert "数据已迁往别处" in finding.what.zh


@pytest.fixture
def half_full(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the disk of this machine is like."""
    monkeypatch.setattr(servers, "room_of", lambda _connection: (50, 100))


@pytest.mark.usefixtures("half_full")
def test_the_clock_of_the_databases_machine_is_held_against_ours(server: tuple[DatabaseSettings, ServiceDatabase]) -> None:
    superuser, database = server
    one = DatabaseServer(superuser, (database,))
    assert seen(each_server([one])) == [(f"clock {one.name}", State.WELL), (f"disk of {one.name}", State.WELL)]


@pytest.mark.usefixtures("half_full")
def test_each_server_is_looked_at_whatever_the_others_are_like(server: tuple[DatabaseSettings, ServiceDatabase]) -> None:
    superuser, database = server
    there = DatabaseServer(superuser, (database,))
    gone = DatabaseServer(msgspec.structs.replace(superuser, port=1), ())
    assert seen(each_server([gone, there])) == [
        (gone.name, State.WRONG), (f"clock {there.name}", State.WELL), (f"disk of {there.name}", State.WELL)
    ]  # fmt: skip


def test_a_server_tells_the_room_under_its_data_and_keeps_nothing_of_being_asked(
    server: tuple[DatabaseSettings, ServiceDatabase],
) -> None:
    with psycopg.connect(server[0].url, autocommit=True) as connection:
        free, total = servers.room_of(connection)
        left = connection.execute("SELECT count(*) FROM pg_class WHERE relname = 'told'").fetchone()
    assert 0 <= free <= total
    assert total > 1e9, "in bytes"
    assert left == (0,)


@pytest.mark.parametrize(
    ("trouble", "state"),
    [(psycopg.errors.DiskFull("full"), State.WRONG), (psycopg.errors.InsufficientPrivilege("no"), State.WARNING)],
)
def test_a_servers_disk_that_is_full_or_that_nobody_may_look_at_is_told(
    server: tuple[DatabaseSettings, ServiceDatabase], monkeypatch: pytest.MonkeyPatch, trouble: Exception, state: State
) -> None:
    def refused(_connection: object) -> tuple[int, int]:
        raise trouble

    monkeypatch.setattr(servers, "room_of", refused)
    one = DatabaseServer(server[0], (server[1],))
    assert (f"disk of {one.name}", state) in seen(each_server([one]))


def test_a_copy_that_a_move_has_left_on_the_former_server_is_a_warning(
    server: tuple[DatabaseSettings, ServiceDatabase],
) -> None:
    superuser, database = server
    former = DatabaseServer(superuser, ())
    own = DatabaseServer(msgspec.structs.replace(superuser, host=other_name(superuser.host)), (database,))
    found = seen(each_server([former, own]))
    assert (f"{database.migrator.name} on {former.name}", State.WARNING) in found
    assert not [subject for subject, _ in found if subject.endswith(f" on {own.name}")], "at home it is no copy"


@pytest.mark.parametrize(
    ("host", "command"),
    [
        ("postgres", "docker compose exec postgres psql -U postgres -c 'DROP DATABASE fuxue_registry'"),
        ("postgres-identity", "docker compose exec postgres-identity psql -U postgres -c 'DROP DATABASE fuxue_registry'"),
        ("db.county.example", "psql -h db.county.example -p 5433 -U postgres -c 'DROP DATABASE fuxue_registry'"),
    ],
)
def test_a_copy_that_a_move_has_left_is_taken_away_by_a_command_that_can_be_typed(host: str, command: str) -> None:
    former = DatabaseServer(DatabaseSettings(host, 5433, "postgres", "postgres", "x"), ())
    assert servers.take_away(former, "fuxue_registry") == command


def test_readers_that_a_backup_holds_are_told(database: ServiceDatabase) -> None:
    with psycopg.connect(database.migrator.url) as backup:
        backup.execute("SELECT pg_advisory_lock(%s, %s)", (LOCKS, READERS))
        assert (f"{database.service} readers", State.WARNING) in seen(each_database([database], MIGRATIONS))
    assert f"{database.service} readers" not in dict(seen(each_database([database], MIGRATIONS)))


# --- the broker -----------------------------------------------------------------------------------------------------------


def test_missing_topics_are_found_until_they_are_made(kafka: KafkaServer) -> None:
    settings = kafka.settings()
    assert seen(topics_users_and_rights(settings, layout(()))) == [("broker", State.WRONG)]
    kafka_admin.apply(settings, layout(()), dict.fromkeys(SERVICES, "invented-Password.1"))
    assert seen(topics_users_and_rights(settings, layout(()))) == [("broker", State.WELL)]


def test_a_department_that_was_taken_off_and_can_still_read_is_found_until_the_bootstrap_has_run(kafka: KafkaServer) -> None:
    settings = kafka.settings()
    desk = Desk(Department.CIVIL_AFFAIRS, "990126")
    passwords = dict.fromkeys((*SERVICES, desk.topic), "invented-Password.1")
    kafka_admin.apply(settings, layout((desk,)), passwords)
    assert seen(topics_users_and_rights(settings, layout(()))) == [
        (f"broker user {desk.topic}", State.WRONG), ("broker", State.WELL)
    ]  # fmt: skip
    kafka_admin.apply(settings, layout(()), passwords)
    assert seen(topics_users_and_rights(settings, layout(()))) == [("broker", State.WELL)]


def test_a_right_beyond_the_table_and_settings_that_differ_are_found_each_with_what_to_do(kafka: KafkaServer) -> None:
    settings = kafka.settings()
    desk = Desk(Department.CIVIL_AFFAIRS, "990126")
    ours = layout((desk,), {"registry": 5})
    curious = Right(desk.topic, Operation.READ, Resource.TOPIC, "registry")
    forms = tuple(msgspec.structs.replace(form, kept_days=3) if form.name == "casework" else form for form in ours.topics)
    passwords = dict.fromkeys((*SERVICES, desk.topic), "invented-Password.1")
    kafka_admin.apply(settings, msgspec.structs.replace(ours, topics=forms, rights=(*ours.rights, curious)), passwords)
    found = list(topics_users_and_rights(settings, layout((desk,), {"registry": 8, "identity": 1})))
    assert [(each.subject, each.state) for each in found] == [
        ("broker", State.WRONG), ("broker", State.WRONG), ("partitions of registry", State.WARNING)
    ]  # fmt: skip
    surplus, kept, partitions = found
    named = settings.named
    assert f"ACL READ on TOPIC {named('registry')} for {named(desk.topic)}" in surplus.what.en
    assert "casework: retention.ms" in kept.what.en
    assert "has 5 partitions, not 8" in partitions.what.en
    assert all(each.remedy is not None and "bootstrap" in each.remedy.en for each in found)
    (fewer,) = [each for each in topics_users_and_rights(settings, layout((desk,))) if each.state is State.WARNING]
    assert fewer.remedy is not None
    assert "`registry:5` into FUXUE_PARTITIONS" in fewer.remedy.en


def test_a_broker_that_does_not_answer_is_found() -> None:
    nobody = KafkaSettings(servers=("127.0.0.1:1",), connect_seconds=0.3, request_seconds=0.3)
    assert seen(topics_users_and_rights(nobody, layout(()))) == [("broker", State.WRONG)]


@pytest.mark.parametrize("question", ["list_topics", "describe_user_scram_credentials", "describe_acls"])
@pytest.mark.parametrize(
    "trouble", [errors.KafkaTimeoutError, errors.SecurityDisabledError, errors.ClusterAuthorizationFailedError]
)
def test_a_broker_that_dies_or_refuses_in_the_middle_of_the_questions_is_found(
    kafka: KafkaServer, monkeypatch: pytest.MonkeyPatch, question: str, trouble: type[Exception]
) -> None:
    def refused(*_asked: object) -> None:
        raise trouble

    monkeypatch.setattr(KafkaAdminClient, question, refused)
    (finding,) = topics_users_and_rights(kafka.settings(), layout(()))
    assert (finding.subject, finding.state) == ("broker", State.WRONG)
    assert trouble.__name__ in finding.what.en or "authorizer" in finding.what.en


# --- the services ---------------------------------------------------------------------------------------------------------

WELL: Mapping[str, Any] = {"oldest_outbox_seconds": 0.0, "parked": 0, "lost_places": 0, "items": ()}
REST: Mapping[str, Any] = {"quiescent": True, "next_due": None, "reads": ["registry"], "positions": {"registry/0": 10}}
ENDS = {"registry/0": 10, "casework/0": 99_999}


def asked(
    *,
    health: Mapping[str, Any] = WELL,
    status: int = 200,
    rest_status: int = 200,
    date: str | None = None,
    ends: Mapping[str, int] = ENDS,
    lost: Sequence[str] = (),
) -> list[Finding]:
    """What is found where casework alone is as given; the others are well."""

    def answer(request: httpx.Request) -> httpx.Response:
        headers = {"date": date} if date else {}
        if request.url.path.endswith("/lost-places"):
            return httpx.Response(200, json={"items": [{"topic": topic} for topic in lost if "casework" in request.url.path]})
        if "casework" not in request.url.path:
            return httpx.Response(200, json={**WELL, **REST})
        status_here = rest_status if request.url.path.endswith("/rest") else status
        return httpx.Response(status_here, json={**health, **REST}, headers=headers)

    with httpx.Client(base_url="http://gateway", transport=httpx.MockTransport(answer)) as client:
        return [each for each in each_service(client, lambda: ends) if "casework" in each.subject or each.state is not State.WELL]


def test_services_at_work_are_well() -> None:
    assert [(each.subject, each.state) for each in asked()] == [("service casework", State.WELL)]


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"oldest_outbox_seconds": OUTBOX_SLOW_SECONDS + 1}, "oldest event to be sent"),
        ({"parked": 3}, "3 events are parked"),
    ],
)
def test_what_waits_or_is_parked_is_found(fault: dict[str, Any], words: str) -> None:
    (finding,) = asked(health={**WELL, **fault})
    assert (finding.subject, finding.state) == ("service casework", State.WRONG)
    assert words in finding.what.en


def test_a_departments_topic_that_was_made_anew_is_told_with_who_is_to_send_again() -> None:
    (finding,) = [each for each in asked(lost=["department.health.990126"]) if each.state is State.WRONG]
    assert finding.subject == "service casework"
    assert "department.health.990126 was made anew" in finding.what.en
    assert finding.remedy is not None
    assert finding.remedy.en.endswith("operator republish casework`.")


def test_a_lost_place_is_told_with_its_topic_and_who_is_to_send_again() -> None:
    found = asked(lost=["registry", "notifications", "registry"])
    assert [(each.subject, each.state) for each in found] == [("service casework", State.WRONG)] * 2
    for writer, each in zip(("notifications", "registry"), found, strict=True):
        assert f"the topic {writer}" in each.what.en
        assert each.remedy is not None
        assert f"republish {writer}" in each.remedy.en
        assert f"republish {writer}" in each.remedy.zh


def test_a_service_that_does_not_do_its_work_is_found() -> None:
    assert [(each.subject, each.state) for each in asked(status=503)] == [("service casework", State.WRONG)]


def test_a_service_whose_database_is_away_is_not_to_blame_nor_is_the_gateway() -> None:
    (finding,) = asked(health={"status": "down", "database": "unreadable"}, status=503)
    assert (finding.subject, finding.state) == ("service casework", State.WRONG)
    assert "because its database is away" in finding.what.en
    assert finding.remedy is not None
    assert "gateway" not in finding.what.en + finding.remedy.en


def test_a_service_that_takes_too_long_is_found_and_those_behind_it_are_looked_at() -> None:
    def slow(request: httpx.Request) -> httpx.Response:
        if "registry" in request.url.path:
            raise httpx.ReadTimeout("", request=request)
        if request.url.path.endswith("/lost-places"):
            return httpx.Response(200, json={"items": []})
        return httpx.Response(200, json={**WELL, **REST})

    with httpx.Client(base_url="http://gateway", transport=httpx.MockTransport(slow)) as client:
        found = [each for each in each_service(client, lambda: ENDS) if each.subject.startswith("service")]
    assert [each.subject for each in found] == [f"service {name}" for name in SERVICES]
    (wrong,) = [each for each in found if each.state is not State.WELL]
    assert wrong.what.en == "The service does not answer in time."


def test_the_doctor_waits_longer_than_a_service_for_its_database() -> None:
    assert rounds.ANSWER_SECONDS > ANSWER_SECONDS + CONNECT_SECONDS


def test_what_is_parked_is_shown_by_the_operators_own_command() -> None:
    (finding,) = asked(health={**WELL, "parked": 3})
    assert finding.remedy is not None
    typed = ["docker compose run --rm operator parked list", "docker compose run --rm operator parked replay casework POSITION"]
    for sentence in (finding.remedy.zh, finding.remedy.en):
        assert re.findall("`([^`]+)`", sentence) == typed


def test_a_service_that_is_far_behind_on_what_it_reads_is_a_warning() -> None:
    found = asked(ends={**ENDS, "registry/0": 10 + LAG_WORTH_A_LOOK + 1})
    assert [each.subject for each in found if each.state is State.WARNING] == [f"lag {name}" for name in SERVICES]


def test_a_services_clock_that_goes_wrong_is_found() -> None:
    assert ("clock casework", State.WRONG) in [(each.subject, each.state) for each in asked(date=formatdate(0, usegmt=True))]


@pytest.mark.parametrize(("seconds", "state"), [(-60, State.WRONG), (60, State.WRONG), (0, State.WELL)])
def test_a_clock_for_which_the_operators_token_is_refused_is_found_and_so_is_what_was_refused(seconds: int, state: State) -> None:
    clock, service = asked(rest_status=401, date=formatdate(time.time() + seconds, usegmt=True))
    assert (clock.subject, clock.state) == ("clock casework", state)
    assert (service.subject, service.state) == ("service casework", State.WRONG)
    assert "/casework/operator/rest 401" in service.what.en
    assert service.remedy is not None
    assert "Set the clocks first" in service.remedy.en


def test_services_are_looked_at_also_while_the_broker_does_not_tell_its_ends() -> None:
    def away() -> Mapping[str, int]:
        raise BusUnavailable("away")

    answer = httpx.MockTransport(lambda _request: httpx.Response(200, json={**WELL, **REST}))
    with httpx.Client(base_url="http://gateway", transport=answer) as client:
        assert [state for _, state in seen(each_service(client, away))] == [State.WELL] * len(SERVICES)


def test_a_gateway_that_does_not_answer_is_told_once() -> None:
    def silent(_request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    with httpx.Client(base_url="http://gateway", transport=httpx.MockTransport(silent)) as client:
        assert seen(each_service(client, lambda: ENDS)) == [("service identity", State.WRONG)]


# --- the machines ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("apart", "state"), [(0.0, State.WELL), (2.0, State.WELL), (2.1, State.WRONG)])
def test_clocks_may_be_two_seconds_apart(apart: float, state: State) -> None:
    assert clocks("clock casework", apart).state is state


@pytest.mark.parametrize(
    ("free", "state"),
    [(10, State.WELL), (9, State.WARNING), (2, State.WARNING), (1, State.WRONG), (0, State.WRONG)],
)
def test_a_disk_with_less_than_a_tenth_free_is_a_warning_and_one_with_less_than_two_hundredths_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, state: State
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(host.shutil, "disk_usage", lambda _place: usage(100, 100 - free, free))
    assert seen(room_on_disk(tmp_path)) == [("disk", state)]


def test_a_place_for_backups_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert seen(room_on_disk(tmp_path / "backups")) == [("disk", State.WARNING)]


# --- the whole round ------------------------------------------------------------------------------------------------------


def round_of(tmp_path: Path, *, county: str, demo: bool) -> list[Finding]:
    """A deployment of which nothing answers."""
    nobody = DatabaseSettings("127.0.0.1", 1, "postgres", "postgres", "invented")
    settings = BootstrapSettings(
        county=county,
        servers=(DatabaseServer(nobody, (ServiceDatabase("casework", nobody, nobody),)),),
        kafka=KafkaSettings(servers=("127.0.0.1:1",), connect_seconds=0.3, request_seconds=0.3),
        passwords={},
        keys={},
        desks=(),
        first_account_code="invented",
        backups=tmp_path,
    )
    trusted = authority(tmp_path)
    door = Door("https://127.0.0.1:1", trusted, trusted, "invented", (), "127.0.0.1:1")
    return list(examine(settings, door, demo=demo))


def test_of_a_deployment_that_is_down_everything_is_told_and_nothing_raised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(host.shutil, "disk_usage", lambda _place: usage)
    wrong = [each.subject for each in round_of(tmp_path, county="990126", demo=False) if each.state is State.WRONG]
    assert wrong == [
        "database postgres", "127.0.0.1-1", "broker", "certificate", "service identity",
    ]  # fmt: skip


@pytest.mark.parametrize(("county", "demo", "told"), [("570126", False, True), ("570126", True, False), ("990126", False, False)])
def test_the_invented_county_is_a_warning_unless_this_is_a_demo(tmp_path: Path, county: str, demo: bool, told: bool) -> None:
    found = [each.remedy for each in round_of(tmp_path, county=county, demo=demo) if each.subject == "county"]
    assert bool(found) is told
    steps = ("docker compose down --volumes", "FUXUE_COUNTY", "docker compose up --wait")
    for remedy in found:
        assert remedy is not None
        for words in (remedy.zh, remedy.en):
            places = [words.index(step) for step in steps]
            assert places == sorted(places), "what was founded under the invented code is taken away before another is set"
