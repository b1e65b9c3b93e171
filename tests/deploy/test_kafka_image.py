"""Kafka's image and its start script, the same on our image and on the official one."""

from __future__ import annotations

import gc
import re
import signal
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import docker
import pytest
from docker.models.containers import Container
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import KafkaAdminClient, NewTopic, ScramMechanism, UserScramCredentialUpsertion
from kafka.errors import ClusterAuthorizationFailedError, KafkaTimeoutError, TopicAuthorizationFailedError
from testcontainers.core.wait_strategies import LogMessageWaitStrategy

from services.chassis.bus.kafka_inspection import brokers
from services.chassis.bus.kafka_settings import KafkaSettings, Security
from services.deployed.secrets import Wanted, make_secrets
from tests.deploy.certificates import import_certificate
from tests.deploy.containers import ADMIN, PASSWORD, Broker, Images, broker, client, ended, hardened, secret, volume
from tests.patience import eventually

SCRIPTS = Path(__file__).parents[2] / "deploy" / "kafka"
PULSE = "/tmp/kafka/pulse"  # noqa: S108  in the container
HEALTHY = "bash /opt/fuxue/kafka/healthy.sh"
PATIENCE_SECONDS = 180
TOPIC = "civil.duties"
OVER_TLS = "civil.reports"
NEEDED = {"KAFKA_ADMIN_PASSWORD_FILE": "/run/secrets/password"}


@dataclass(frozen=True)
class Standing:
    """A node; where those outside reach it, and what an administrator needs who comes from there."""

    node: Broker
    outside_port: int
    over_tls: dict[str, Any]

    def log(self) -> str:
        return str(self.node.container.get_wrapped_container().logs().decode())


@dataclass(frozen=True)
class Restarted:
    """What was acknowledged before, how the node ended, and what it left behind as its last."""

    offset: int
    status: int
    left: str


@pytest.fixture(scope="module")
def standing(image: Images, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standing]:
    """A node with its scripts mounted, as the deployment makes it, and an empty topic, for all tests of one that runs.

    It chooses its cluster's id itself; to those outside it shows an imported certificate whose key came in OpenSSL's form.
    """
    folder = tmp_path_factory.mktemp("standing")
    (folder / "gateway").mkdir()
    authority = import_certificate(folder / "gateway", IPv4Address("127.0.0.1"))
    make_secrets(folder, Wanted(("localhost",)), data_there=False)
    keystore = folder / "kafka" / "tls.pem"
    keystore.chmod(0o644)  # whoever runs the tests may not be the one who gives files away
    node = broker(image("kafka"), folder)
    node.container.with_envs(KAFKA_CLUSTER_ID="").with_volume_mapping(SCRIPTS, "/opt/fuxue/kafka")
    port = node.outside(keystore)
    with node.container:
        with_topic(node.as_admin)
        over_tls = client(port, ADMIN, PASSWORD) | {"security_protocol": "SASL_SSL", "ssl_cafile": str(authority)}
        yield Standing(node, port, over_tls)


@pytest.fixture(scope="module")
def restarted(standing: Standing) -> Restarted:
    """The same, stopped behind the first record of its topic and started again."""
    offset = send(standing.node.as_admin, b"duty 1")
    container = standing.node.container.get_wrapped_container()
    container.stop(timeout=30)
    try:
        status = int(container.wait()["StatusCode"])
        _, left = container.get_archive("/var/lib/kafka/data/log/.kafka_cleanshutdown")
    finally:
        container.start()  # for the other tests, too
    return Restarted(offset, status, str(left["name"]))


def with_topic(as_admin: dict[str, Any], topic: str = TOPIC) -> None:
    with closing(KafkaAdminClient(**as_admin)) as admin:
        admin.create_topics([NewTopic(name=topic, num_partitions=1, replication_factor=1)])


def send(as_somebody: dict[str, Any], value: bytes, topic: str = TOPIC) -> int:
    """Sends one record and gives the offset under which the broker acknowledged it."""
    with closing(KafkaProducer(**as_somebody, acks="all", enable_idempotence=True)) as producer:
        return int(producer.send(topic, value).get(timeout=30).offset)


def first_record(as_somebody: dict[str, Any]) -> bytes:
    with closing(KafkaConsumer(**as_somebody, auto_offset_reset="earliest", enable_auto_commit=False)) as consumer:
        consumer.assign([TopicPartition(TOPIC, 0)])
        return bytes(next(iter(consumer)).value)


def health(node: Broker, command: str = HEALTHY) -> tuple[int, str]:
    """What the health check of the compose file says in the container."""
    status, words = node.container.get_wrapped_container().exec_run(["sh", "-c", command])
    return int(status), words.decode()


def test_a_node_is_healthy_while_its_heartbeats_are_taken_and_it_takes_up_sign_ins(standing: Standing) -> None:
    before = len(standing.log())
    eventually(lambda: health(standing.node) == (0, ""))
    said = standing.log()
    assert "Failed authentication" not in said[before:], "being asked stands in no log"
    assert "Processing heartbeat" not in said
    unknown = health(standing.node, f"KAFKA_ADMIN_USER=unknown {HEALTHY}")
    zh, en = "Kafka 状态异常：它不受理 'unknown' 的登录", "kafka is not healthy: it does not take up a sign-in of 'unknown'"
    assert unknown == (1, f"{zh}\n{en}\n")
    # the node has its file open and goes on with that; in its place comes one that nobody touches any more
    status, words = health(standing.node, f"rm {PULSE} && touch -t 202609010000 {PULSE} && {HEALTHY}")
    assert (status, "no heartbeat of this broker has been taken for" in words) == (1, True)


def test_without_a_quorum_of_controllers_a_node_is_not_healthy(image: Images, tmp_path: Path) -> None:
    alone = broker(image("kafka"), tmp_path)
    alone.container.with_envs(KAFKA_VOTERS="1@127.0.0.1:9093,2@127.0.0.2:9093,3@127.0.0.3:9093", KAFKA_CLUSTER_ID="x" * 22)
    alone.container.with_volume_mapping(SCRIPTS, "/opt/fuxue/kafka")
    begun = LogMessageWaitStrategy("Registered signal handlers").with_startup_timeout(PATIENCE_SECONDS)
    with alone.container.waiting_for(begun):
        status, words = health(alone)
    assert (status, "no heartbeat of this broker has been taken yet: is there a quorum" in words) == (1, True)


def test_a_record_is_acknowledged_over_scram_and_outlives_a_restart(standing: Standing, restarted: Restarted) -> None:
    assert restarted.offset == 0
    assert first_record(standing.node.as_admin) == b"duty 1"
    assert send(standing.node.as_admin, b"duty 2") == 1


def test_a_node_that_is_stopped_ends_in_order(restarted: Restarted) -> None:
    assert (restarted.status, restarted.left) == (128 + signal.SIGTERM, ".kafka_cleanshutdown")


@pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")  # kafka-python leaves them when it cannot bootstrap
def test_a_wrong_password_gets_nowhere_and_the_broker_says_who_was_turned_away(standing: Standing) -> None:
    before = len(standing.log())
    with pytest.raises(KafkaTimeoutError):
        KafkaAdminClient(**client(standing.node.port, ADMIN, "wrong"), bootstrap_timeout_ms=3000)
    gc.collect()
    assert "Failed authentication" in standing.log()[before:]


def test_a_user_without_a_rule_may_not_write_and_the_broker_says_so(standing: Standing) -> None:
    with closing(KafkaAdminClient(**standing.node.as_admin)) as admin:
        admin.alter_user_scram_credentials([UserScramCredentialUpsertion("civil", ScramMechanism.SCRAM_SHA_512, password=PASSWORD)])
    with pytest.raises((TopicAuthorizationFailedError, ClusterAuthorizationFailedError)):
        send(client(standing.node.port, "civil", PASSWORD), b"duty 1")
    assert "Principal = User:civil is Denied" in standing.log()


def test_no_password_stands_in_the_command_line_of_a_running_node_or_in_its_log(standing: Standing) -> None:
    assert PASSWORD not in str(standing.node.container.get_wrapped_container().top())
    assert PASSWORD not in standing.log()


def test_departments_outside_read_over_tls_at_the_address_that_the_broker_gives_out(standing: Standing) -> None:
    with_topic(standing.node.as_admin, OVER_TLS)
    assert send(standing.over_tls, b"duty 1", OVER_TLS) == 0
    servers = (f"127.0.0.1:{standing.node.port}",)
    settings = KafkaSettings(servers=servers, security=Security.SASL_PLAINTEXT, user=ADMIN, password=PASSWORD)
    (told,) = brokers(settings)
    assert (told.number, told.host) == (1, "127.0.0.1")
    assert told.advertised["EXTERNAL"] == f"127.0.0.1:{standing.outside_port}", "where it sends those who come over TLS"
    (disk,) = told.disks
    assert (disk.place, disk.out_of_use) == ("/var/lib/kafka/data/log", False)
    assert 0 <= disk.free <= disk.total


def test_it_shows_an_imported_certificate_though_its_key_came_in_openssls_own_form(standing: Standing) -> None:
    with closing(KafkaAdminClient(**standing.over_tls)) as admin:
        assert TOPIC in admin.list_topics()


def test_what_the_start_script_tells_to_do_with_a_key_of_another_form_makes_one_that_it_takes(image: Images) -> None:
    start = (SCRIPTS / "start.sh").read_text()
    (told,) = re.findall(r"(openssl pkcs8 .*?) converts one", start)
    (taken,) = re.findall(r"grep -q '(\^-----BEGIN PRIVATE KEY-----)'", start)
    typed = f"openssl ecparam -genkey -noout -name prime256v1 -out /tmp/key && {told} -in /tmp/key | grep '{taken}'"
    with hardened(image("fuxue"), entrypoint=["sh", "-c", typed]) as container:  # it has openssl on every base
        assert ended(container.get_wrapped_container()) == (0, "-----BEGIN PRIVATE KEY-----\n")


@pytest.fixture(scope="module")
def idle(image: Images, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Container]:
    """A container in which no node has begun, with files that one may be told to read."""
    folder = tmp_path_factory.mktemp("idle")
    waiting = hardened(image("kafka"), env=NEEDED, mounts=[volume("/var/lib/kafka/data")], entrypoint=["sleep", "infinity"])
    contents = {"password": PASSWORD, "empty": "", "quoted": 'two"words', "closed": PASSWORD}
    for name, content in contents.items():
        waiting.with_volume_mapping(secret(folder, name, content), f"/run/secrets/{name}")
    (folder / "closed").chmod(0o600)
    with waiting:
        yield waiting.get_wrapped_container()


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"KAFKA_ADMIN_PASSWORD_FILE": ""}, "KAFKA_ADMIN_PASSWORD_FILE is not set; it names the file with the password"),
        ({"KAFKA_ADMIN_PASSWORD_FILE": "/run/secrets/none"}, "is /run/secrets/none, and there is no such file"),
        ({"KAFKA_ADMIN_PASSWORD_FILE": "/run/secrets/closed"}, "is /run/secrets/closed, which user 1000 may not read"),
        ({"KAFKA_ADMIN_PASSWORD_FILE": "/run/secrets/empty"}, "/run/secrets/empty is empty"),
        ({"KAFKA_ADMIN_PASSWORD_FILE": "/run/secrets/quoted"}, "holds a character other than letters"),
        ({"KAFKA_EXTERNAL_ADDRESS": "broker.example:9094"}, "KAFKA_TLS_FILE is not set; KAFKA_EXTERNAL_ADDRESS needs the key"),
        ({"KAFKA_EXTERNAL_ADDRESS": "broker.example:9094", "KAFKA_TLS_FILE": "/run/secrets/password"}, "holds no PKCS #8 key"),
        ({"KAFKA_VOTERS": "1@a:9093,2@b:9093"}, "KAFKA_CLUSTER_ID must be set"),
        ({"KAFKA_VOTERS": "1@a:9093", "KAFKA_CLUSTER_ID": "x", "KAFKA_NODE_ID": "3"}, "KAFKA_NODE_ID 3 is not among KAFKA_VOTERS"),
        ({"KAFKA_CLUSTER_ID_FILE": "/run/secrets/none"}, "KAFKA_CLUSTER_ID_FILE is /run/secrets/none, and there is no such file"),
        (
            {"KAFKA_CLUSTER_ID_FILE": "/run/secrets/password", "KAFKA_CLUSTER_ID": "x"},
            "both KAFKA_CLUSTER_ID and KAFKA_CLUSTER_ID_FILE",
        ),
        ({"KAFKA_MIN_INSYNC": "2"}, "KAFKA_MIN_INSYNC 2 is more than KAFKA_REPLICATION 1"),
    ],
)
def test_the_start_script_says_what_is_wrong(
    idle: Container, engine: docker.DockerClient, image: Images, variables: dict[str, str], words: str
) -> None:
    begun = engine.images.get(image("kafka")).attrs["Config"]
    command = ["timeout", "60", *(begun["Entrypoint"] or ()), *(begun["Cmd"] or ())]
    status, said = idle.exec_run(command, environment=variables)
    assert status == 78
    zh, en = said.decode().strip().splitlines()[-2:]
    assert zh.startswith("Kafka 未启动：")
    assert en.startswith("kafka does not start: ")
    assert words in en
