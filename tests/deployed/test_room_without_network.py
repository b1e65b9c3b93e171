"""A province in a room without a network: bundled here, loaded there, started with every overlay at once, and at work.

One deployment for the whole page, in the order of the page; the thread that runs it stands in the room.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from click.testing import CliRunner
from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient

from services.cli import main
from services.contracts.services import SERVICES
from services.identity.adapters.accounts import FIRST_LOGIN
from tests.deploy.compose import BASE, OBSERVABILITY, PER_SERVICE, ROOT, THREE_BROKERS
from tests.deploy.containers import Images
from tests.deployed.project import Project
from tests.deployed.room import Room, room_without_network
from tests.deployed.terminal import typed
from tests.patience import eventually

pytestmark = pytest.mark.deployment

ROLES = ("fuxue", "postgres", "kafka", "nginx", "prometheus")
BROKERS = {1: "kafka", 2: "kafka-2", 3: "kafka-3"}
SERVERS = {service: "postgres" if service == "identity" else f"postgres-{service}" for service in SERVICES}
Topics = dict[str, list[dict[str, Any]]]
"""The partitions of each."""

HEARD_SECONDS = 60
SCRAPED_SECONDS = 90
COUNTY, SCHOOL = "570126", "3157126100"
"""Of the example rows of every template."""

LISTS = {
    "bodies": "bodies.csv",
    "officers": "officers.csv",
    "calendar-government": "government.csv",
    "calendar-schools": "calendar.csv",
    "schools": "schools.xlsx",
    "roster": f"{SCHOOL}.xlsx",
}
IMAGE_USER = 10001
OPEN_TO_A_CLERK = (
    "/registry/ledger",
    "/casework/cases",
    "/assistance/applications",
    "/notifications/templates",
    "/oversight/summary",
)
OWN_PASSWORD = "an invented password"


def said(*command: str | Path, environment: Mapping[str, str]) -> str:
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)  # noqa: S603  our own scripts
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def names(image: Images) -> dict[str, str]:
    """The images of a whole deployment as CI has built them; Grafana's is had from a registry alone."""
    return {f"{role.upper()}_IMAGE": image(role) for role in ROLES} | {"GRAFANA_IMAGE": "fuxue/not-here:1"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    place = tmp_path_factory.mktemp("room")
    yield place
    shutil.rmtree(place)  # some gigabytes


@pytest.fixture(scope="module")
def room(folder: Path) -> Iterator[Room]:
    with room_without_network(folder) as room:
        yield room


@pytest.fixture(scope="module")
def bundle(names: dict[str, str], room: Room, folder: Path) -> Path:
    """The archive of this tree and of the images that it runs, unpacked as where it was carried to; made where there is a room."""
    environment = {**os.environ, **names, "FUXUE_BUNDLE_COMPRESSED": "no"}
    archive = Path(said(ROOT / "deploy" / "bundle.sh", folder, environment=environment).strip())
    said("tar", "-C", folder, "-xf", archive, environment=os.environ)
    archive.unlink()
    return folder / archive.name.removesuffix(".tar")


@pytest.fixture(scope="module")
def province(bundle: Path, room: Room, folder: Path) -> Iterator[Project]:
    """What the bundle has put into a fresh directory, and the little that an operator chooses there; from here on all is inside."""
    there = folder / "fuxue"
    with room.entered():
        said(bundle / "load.sh", there, environment=room.environment)
        with (there / ".env").open("a") as chosen:
            chosen.write(f"FUXUE_COUNTY={COUNTY}\nCOMPOSE_FILE={BASE}:{THREE_BROKERS}:{OBSERVABILITY}:{PER_SERVICE}\n")
        yield Project.installed(there, room.environment)


@pytest.fixture(scope="module")
def lists(province: Project) -> Path:
    """The directory of the county's lists, as the guide has it made: for the one user that reads them."""
    place = province.directory / "lists"
    place.mkdir(mode=0o700)
    os.chown(place, IMAGE_USER, IMAGE_USER)
    return place


@pytest.fixture(scope="module")
def administrator(province: Project, lists: Path) -> Iterator[httpx.Client]:
    """The first account, which has chosen its password by the code that the bootstrap has made: both typed, unseen."""
    code = (province.secrets / "bootstrap" / "first_account_code").read_text().strip()
    asked = ("docker", "compose", "run", "--rm", "bureau", "account", "password", "--as", FIRST_LOGIN)
    answers = (("one-time code", code), ("new password", OWN_PASSWORD), ("once more", OWN_PASSWORD))
    told = typed(asked, answers, there=lists.parent, environment=province.environment)
    assert f"The password of {FIRST_LOGIN} is set." in told
    assert code not in told
    assert OWN_PASSWORD not in told
    with province.outside() as client:
        client.headers["Authorization"] = f"Bearer {token(client, FIRST_LOGIN)}"
        yield client


def bureau(province: Project, *words: str, options: Sequence[str] = ()) -> str:
    """A command by the bureau's own hand, its password out of the environment."""
    whose = replace(province, environment={**province.environment, "FUXUE_PASSWORD": OWN_PASSWORD})
    return whose.compose("run", "--rm", "-T", "-e", "FUXUE_PASSWORD", *options, "bureau", *words).stdout


def written_by_the_county(lists: Path, kind: str) -> str:
    """A list that the county brings along: the example rows of its template."""
    file = lists / LISTS[kind]
    done = CliRunner().invoke(main, ["template", kind, str(file)])
    assert done.exit_code == 0, done.output
    os.chown(file, IMAGE_USER, IMAGE_USER)
    file.chmod(0o400)
    return file.name


def codes_for(province: Project, *logins: str, by: str) -> dict[str, str]:
    codes: dict[str, str] = msgspec.json.decode(bureau(province, "account", "code", *logins, "--json", "--as", by))
    return codes


@pytest.fixture(scope="module")
def kafka(province: Project) -> Iterator[KafkaAdminClient]:
    """The brokers, as their administrator reaches them from outside of the containers."""
    reached = {
        "bootstrap_servers": f"localhost:{province.broker_port}",
        "security_protocol": "SASL_SSL",
        "ssl_cafile": str(province.secrets / "ca" / "ca.crt"),
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": "admin",
        "sasl_plain_password": (province.secrets / "kafka" / "admin_password").read_text(),
    }
    with closing(KafkaAdminClient(**reached)) as admin:
        yield admin


@pytest.fixture(scope="module")
def topics(kafka: KafkaAdminClient) -> Topics:
    return {topic["name"]: topic["partitions"] for topic in kafka.describe_topics()}


def choose_password(client: httpx.Client, login: str, former: str, password: str = OWN_PASSWORD) -> None:
    """In the place of a one-time code, or of the one from before."""
    chosen = client.post("/identity/password", json={"login": login, "password": former, "new_password": password})
    assert chosen.status_code == 200, chosen.text


def token(client: httpx.Client, login: str) -> str:
    return str(client.post("/identity/login", json={"login": login, "password": OWN_PASSWORD}).raise_for_status().json()["token"])


def answered(client: httpx.Client, holder: str) -> set[int]:
    """How the services answer whoever holds a token: of appointments and of ended sessions they know by the bus alone."""
    headers = {"Authorization": f"Bearer {holder}"}
    return {client.get(path, headers=headers).status_code for path in OPEN_TO_A_CLERK}


def test_in_the_room_there_is_neither_a_way_out_nor_an_image(room: Room) -> None:
    with room.entered():
        assert {name for _, name in socket.if_nameindex()} == {"lo", "docker0"}
        routes = Path("/proc/thread-self/net/route").read_text().splitlines()[1:]
    assert [route.split()[0] for route in routes] == ["docker0"]
    assert said("docker", "images", "--quiet", environment=room.environment) == ""


def test_the_bundle_brings_every_image_that_its_directory_names(province: Project, names: dict[str, str]) -> None:
    wanted = {name for variable, name in names.items() if variable != "GRAFANA_IMAGE"}
    there = said("docker", "images", "--format", "{{.Repository}}:{{.Tag}}", environment=province.environment)
    assert set(there.split()) == wanted
    assert set(province.compose("config", "--images").stdout.split()) == wanted


def test_one_command_starts_the_whole_of_it_with_every_overlay(province: Project) -> None:
    province.compose("up", "--wait", "--no-build", "--pull", "never")
    with province.outside() as client:
        assert {name: client.get(f"/{name}/health").json()["status"] for name in SERVICES} == dict.fromkeys(SERVICES, "ok")


def test_each_record_is_on_three_brokers_and_acknowledged_by_two(topics: Topics, kafka: KafkaAdminClient) -> None:
    assert set(SERVICES) - {"oversight"} < set(topics)
    assert {len(partition["replica_nodes"]) for partitions in topics.values() for partition in partitions} == {3}
    asked = [ConfigResource(ConfigResourceType.TOPIC, name) for name in topics]
    told = kafka.describe_configs(asked, config_filter="all")["topic"]
    assert {name: told[name]["min.insync.replicas"]["value"] for name in topics} == dict.fromkeys(topics, "2")


def test_each_service_has_its_database_on_a_server_of_its_own(province: Project) -> None:
    asked = ("psql", "-U", "postgres", "-Atc", "SELECT datname FROM pg_database WHERE datname LIKE 'fuxue%'")
    there = {server: province.compose("exec", "-T", server, *asked).stdout.split() for server in SERVERS.values()}
    assert there == {server: [f"fuxue_{service}"] for service, server in SERVERS.items()}


def test_prometheus_reads_every_container_of_every_service(province: Project) -> None:
    def up() -> dict[str, list[str]]:
        targets = httpx.get("http://localhost:9090/api/v1/targets", params={"state": "active"}).raise_for_status().json()["data"]
        well = [each["labels"] for each in targets["activeTargets"] if each["health"] == "up"]
        return {job: sorted(each["service"] for each in well if each["job"] == job) for job in ("web", "worker")}

    eventually(lambda: up() == dict.fromkeys(("web", "worker"), sorted(SERVICES)), SCRAPED_SECONDS)


def test_the_countys_lists_come_in_with_what_the_bundle_brought_and_every_service_knows_whom_they_appoint(
    province: Project, lists: Path, administrator: httpx.Client
) -> None:
    bureau(province, "template", "bodies", LISTS["bodies"])
    from_elsewhere = ("-e", "FUXUE_URL=https://gateway:8443", "-e", "FUXUE_CA_FILE=ca.crt")
    shutil.copy(province.secrets / "ca" / "ca.crt", lists)
    bureau(province, "import", "bodies", LISTS["bodies"], "--as", FIRST_LOGIN, options=from_elsewhere)
    for kind in ("officers", "calendar-government", "calendar-schools"):
        bureau(province, "import", kind, written_by_the_county(lists, kind), "--as", FIRST_LOGIN)
    for login, code in codes_for(province, "accounts", "clerk", by=FIRST_LOGIN).items():
        choose_password(administrator, login, code)
    clerk = token(administrator, "clerk")
    eventually(lambda: answered(administrator, clerk) == {200}, HEARD_SECONDS)
    choose_password(administrator, "registrar", codes_for(province, "registrar", by="accounts")["registrar"])
    bureau(province, "import", "schools", written_by_the_county(lists, "schools"), "--as", "clerk")
    assert "已完成 completed" in bureau(province, "import", "roster", written_by_the_county(lists, "roster"), "--as", "registrar")


def test_the_doctor_finds_nothing_wrong(province: Project) -> None:
    findings = msgspec.json.decode(province.operator("doctor", "--json").stdout)
    assert [each for each in findings if each["state"] == "wrong"] == []


def test_with_the_broker_killed_that_leads_their_topic_commands_are_taken_and_heard_as_before(
    province: Project, administrator: httpx.Client, topics: Topics
) -> None:
    before = token(administrator, "clerk")
    assert answered(administrator, before) == {200}
    leader = BROKERS[topics["identity"][0]["leader_id"]]
    province.compose("kill", leader)
    choose_password(administrator, "clerk", OWN_PASSWORD, "another invented password")
    eventually(lambda: answered(administrator, before) == {401}, HEARD_SECONDS)  # every service has ended the session
    running = province.compose("ps", "--services", "--status", "running").stdout.split()
    assert set(BROKERS.values()) - set(running) == {leader}
