"""A county whose departments hear on a real broker, over TLS and with their rights, and answer a house over HTTPS."""

from __future__ import annotations

import os
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from ipaddress import IPv4Address
from itertools import groupby
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
from kafka import KafkaAdminClient
from werkzeug.serving import make_server

from services.casework.domain.opening import NumberCase, OpenCase
from services.casework.domain.planning import RecordCause
from services.chassis.bus.kafka import KafkaBus
from services.chassis.bus.kafka_admin import apply
from services.chassis.bus.kafka_clients import connected
from services.chassis.bus.kafka_inspection import topics
from services.chassis.bus.kafka_settings import KafkaSettings, Security
from services.chassis.bus.layout import TopicForm
from services.chassis.bus.port import Message
from services.chassis.envelope import Context
from services.chassis.relay import Relay
from services.chassis.service import Service
from services.chassis.told_topics import ToldTopics
from services.contracts.codes import BodyKind, Cause, Department, Role
from services.contracts.ids import AppointmentId, ClassId, EpisodeId, OfficerId, PupilId, SchoolId, body_id, case_id
from services.contracts.topics import DEPARTMENT_TOPICS, Desk, layout
from services.deployment import Deployment, found
from services.embedded import House
from services.identity.domain.body import RegisterBody
from services.identity.domain.officer import AppointOfficer, RegisterOfficer
from tests.deploy.certificates import broker_keystore
from tests.deploy.containers import ADMIN, PASSWORD, Images, broker
from tests.patience import eventually

COUNTY = "990126"
HERE = IPv4Address("127.0.0.1")
SET_UP = Context(actor="service:tests")
IN_TABLE, NOT_IN_TABLE = Desk(Department.CIVIL_AFFAIRS, COUNTY), Desk(Department.RURAL_REVITALISATION, COUNTY)
"""The desks that poverty asks; of the second the bootstrap hears only after it was asked for the first time."""

RUN_SECONDS = 120.0

SHARED = "east."
"""The prefix of this deployment on a broker that others may use as well."""


class DepartmentsOnKafka:
    """Everything of the house on its own bus, what departments are told on the broker."""

    def __init__(self, house: House, kafka: KafkaBus) -> None:
        self._inside, self._kafka = house.bus, kafka

    def create_topics(self, wanted: Iterable[TopicForm]) -> Mapping[str, str]:
        return self._kafka.create_topics(wanted)

    def publish(self, messages: Sequence[Message]) -> int:
        acknowledged = 0
        for outside, run in groupby(messages, key=lambda message: message.topic.startswith("department.")):
            part = list(run)
            done = (self._kafka if outside else self._inside).publish(part)
            acknowledged += done
            if done < len(part):
                break
        return acknowledged


class TroubledDoor:
    """The house's application behind a way on which one token is refused, and one answer to a completion is lost."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.troubles: list[str] = []

    def plan(self) -> None:
        self.troubles = ["refuse a token", "lose an answer"]

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        path = environ["PATH_INFO"]
        if path.startswith("/casework") and "refuse a token" in self.troubles:
            self.troubles.remove("refuse a token")
            start_response("401 UNAUTHORIZED", [("Content-Type", "application/problem+json"), ("WWW-Authenticate", "Bearer")])
            return [b'{"code": "token-expired"}']
        if path.endswith(":complete") and "lose an answer" in self.troubles:
            self.troubles.remove("lose an answer")
            b"".join(self.app(environ, lambda *_: lambda _: None))
            start_response("503 SERVICE UNAVAILABLE", [("Content-Type", "text/html"), ("Retry-After", "1")])
            return [b"<html>gateway</html>"]
        return self.app(environ, start_response)


@dataclass
class County:
    """A house at work, its broker, and where they are reached from outside."""

    house: House
    door: TroubledDoor
    settings: KafkaSettings
    secrets: Path
    as_casework: KafkaBus
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def casework(self) -> Service:
        return self.house.services["casework"]

    def relay_outside(self) -> None:
        """What casework tells departments goes to the broker."""
        store, split = self.casework.store, DepartmentsOnKafka(self.house, self.as_casework)
        told = ToldTopics(store, split, DEPARTMENT_TOPICS, "casework")  # type: ignore[arg-type]  # it only makes topics
        self.house.crews["casework"].relay = Relay(store, split, "casework", told)  # type: ignore[arg-type]  # a relay only makes and publishes

    @contextmanager
    def at_rest(self) -> Iterator[Path]:
        """The house's data while it does not work; whatever they are then, it goes on with them."""
        self.house.stop()
        yield self.house.data
        self.house = House(self.house.data)
        self.door.app = self.house.wsgi
        self.relay_outside()
        self.house.start()

    def lose(self, desk: Desk) -> None:
        """The broker has lost all that the department was told, and its readers' places with it."""
        admin, _ = connected(KafkaAdminClient, self.settings)
        admin.delete_topics([self.settings.named(desk.topic)])
        admin.close()
        eventually(lambda: desk.topic not in topics(self.settings))

    def execute(self, service: str, *commands: Any) -> None:
        for command in commands:
            self.house.services[service].execute(command, SET_UP)

    def apply(self, *desks: Desk) -> None:
        table = layout(desks)
        apply(self.settings, table, dict.fromkeys(table.users, PASSWORD))

    def let_in(self, desk: Desk, code: str = "example") -> str:
        """A system of the department's body, with its secret in a file; its client id."""
        where = body_id(desk.topic)
        body = RegisterBody(
            body_id=where, code=desk.topic, kind=BodyKind.DEPARTMENT, name="某局", name_en="A department", division=COUNTY,
            department=desk.department,
        )  # fmt: skip
        self.execute("identity", body)
        with self.house.client(self.house.signer.sign("clerk")) as lead:
            opened = lead.post(
                "/identity/clients",
                json={"body_id": where, "code": code, "name": "协查系统"},
                headers={"Idempotency-Key": f"let-in-{desk.topic}-{code}"},
            )
            client: str = opened.raise_for_status().json()["id"]
            secret = lead.post(f"/identity/clients/{client}:issue-secret").raise_for_status().json()["client_secret"]
        (self.secrets / client).write_text(secret)
        return client

    def ask(self, desk: Desk, child: str = "") -> dict[str, Any]:
        """A case of poverty begins, which asks both departments; the duty of this one."""
        before = self.duties(desk)
        pupil = PupilId(child or str(uuid4()))
        episode = EpisodeId(f"{pupil}-1")
        case, today = case_id(pupil, episode), datetime.now(UTC).date()
        opened = OpenCase(
            case_id=case, pupil_id=pupil, episode_id=episode, school_id=SchoolId("school"), class_id=ClassId("class"), grade=8,
            division=f"{COUNTY}101201", opened_on=today,
        )  # fmt: skip
        caused = RecordCause(case_id=case, primary=Cause.HARDSHIP)
        self.execute("casework", opened, NumberCase(case_id=case, dropout_on=today), caused)
        [duty] = eventually(lambda: [each for each in self.duties(desk) if each not in before])
        return duty

    def duties(self, desk: Desk) -> list[dict[str, Any]]:
        with self.house.client(self.house.signer.sign("clerk")) as clerk:
            page = clerk.get("/casework/duties", params={"department": desk.department.value}).raise_for_status().json()
        items: list[dict[str, Any]] = page["items"]
        return items

    def run(self, command: Sequence[str], desk: Desk, client: str, folder: Path, until: Callable[[list[str]], bool]) -> list[str]:
        """The subscriber until it has written what is waited for; all that it wrote."""
        given = {**os.environ, **self.environment, **self._given(desk, client, folder)}
        written = folder / "written"
        with written.open("w") as out, subprocess.Popen(command, env=given, stdout=out, stderr=subprocess.STDOUT) as running:  # noqa: S603  the example
            try:
                eventually(lambda: running.poll() is not None or until(written.read_text().splitlines()), RUN_SECONDS)
                assert running.poll() is None, written.read_text()
            finally:
                running.terminate()
        assert self._members(client) == [], "told to end, it leaves its group at once"
        return written.read_text().splitlines()

    def end_of(self, command: Sequence[str], desk: Desk, client: str, folder: Path) -> subprocess.CompletedProcess[str]:
        """How the subscriber ends by itself."""
        given = {**os.environ, **self.environment, **self._given(desk, client, folder)}
        return subprocess.run(command, env=given, capture_output=True, text=True, timeout=RUN_SECONDS, check=False)  # noqa: S603  the example

    def _given(self, desk: Desk, client: str, folder: Path) -> dict[str, str]:
        return {
            "PYTHONUNBUFFERED": "1",
            "FUXUE_TOPIC": desk.topic,
            "FUXUE_CLIENT_ID": client,
            "FUXUE_CLIENT_SECRET_FILE": str(self.secrets / client),
            "FUXUE_STATE_FILE": str(folder / "state"),
        }

    def _members(self, client: str) -> list[Any]:
        """Who is in the group of a system, as the broker knows."""
        group = self.settings.named(client)
        admin, _ = connected(KafkaAdminClient, self.settings)
        try:
            members: list[Any] = admin.describe_groups([group])[group]["members"]
        finally:
            admin.close()
        return members


def appoint_clerk(house: House) -> None:
    """Somebody of the bureau who follows all duties and lets systems in."""
    bureau = body_id("bureau")
    names = {"name": "某县教育局", "name_en": "Education Bureau"}
    identity = house.services["identity"]
    identity.execute(RegisterBody(body_id=bureau, code="bureau", kind=BodyKind.BUREAU, division=COUNTY, **names), SET_UP)
    clerk = OfficerId("clerk")
    identity.execute(RegisterOfficer(officer_id=clerk, staff_number="1", name="专干", body_id=bureau), SET_UP)
    for role in (Role.BUREAU_CLERK, Role.ACCOUNT_ADMIN):
        identity.execute(
            AppointOfficer(
                officer_id=clerk, appointment_id=AppointmentId(role), role=role, body_id=bureau, body_kind=BodyKind.BUREAU,
                division=COUNTY, from_on=date(2020, 1, 1),
            ),
            SET_UP,
        )  # fmt: skip


@contextmanager
def county_in(folder: Path, data: Path, image: Images) -> Iterator[County]:
    """A house in a directory, at work, served over TLS beside a broker of its own; what each gives out is in the folder."""
    keystore, authority = broker_keystore(folder, HERE)
    started = broker(image("kafka"), folder)
    outside = started.outside(keystore)
    found(data, Deployment(COUNTY))
    house = House(data)
    door = TroubledDoor(house.wsgi)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(keystore)
    server = make_server(str(HERE), 0, door, threaded=True, ssl_context=tls)
    serving = threading.Thread(target=server.serve_forever)
    with started.container:
        admin = KafkaSettings(
            servers=(f"{HERE}:{started.port}",), security=Security.SASL_PLAINTEXT, user=ADMIN, password=PASSWORD, prefix=SHARED
        )  # fmt: skip
        kafka = KafkaBus(msgspec.structs.replace(admin, user=admin.named("casework")))
        county = County(house, door, admin, folder, kafka)
        county.apply(IN_TABLE)
        county.relay_outside()
        (folder / "broker-password").write_text(PASSWORD)
        county.environment = {
            "FUXUE_API": f"https://{HERE}:{server.server_port}",
            "FUXUE_BROKER": f"{HERE}:{outside}",
            "FUXUE_KAFKA_PREFIX": SHARED,
            "FUXUE_BROKER_PASSWORD_FILE": str(folder / "broker-password"),
            "FUXUE_CA_FILE": str(authority),
        }
        appoint_clerk(house)
        house.settle()
        serving.start()
        house.start()
        yield county
        county.house.stop()
        kafka.close()
        server.shutdown()
        serving.join()
