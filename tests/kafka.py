"""A Kafka broker for tests: the container of `tests/engine.py`, or the one that FUXUE_TEST_KAFKA names.

The form is kafka://user:password@host:port/control, where the user may do everything; `control` is a container's name, or the path
of a program that is called with stop, start, kill, pause and unpause.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import docker
import msgspec
from kafka import KafkaAdminClient, errors

from services.chassis.bus.kafka_settings import KafkaSettings, Security
from tests.patience import eventually

Control = Callable[[str], None]
"""Does to the broker what its argument says."""


def container_control(name: str) -> Control:
    """By the container engine."""

    def act(what: str) -> None:
        client = docker.from_env()
        try:
            getattr(client.containers.get(name), what)()
        finally:
            client.close()

    return act


def program_control(program: Path) -> Control:
    """By a program."""

    def act(what: str) -> None:
        subprocess.run([program, what], check=True)  # noqa: S603  the one that the developer names

    return act


class KafkaServer:
    """A broker on which tests may do what they like, each under a prefix of its own."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.address = f"{parts.hostname}:{parts.port}"
        self._user, self._password = parts.username or "", parts.password or ""
        program = Path(parts.path)
        self._prefixes: set[str] = set()
        self._act = program_control(program) if program.is_file() else container_control(program.name)

    def patient(self, prefix: str = "") -> KafkaSettings:
        """As the one who may do everything, with the patience of a deployment."""
        prefix = prefix or f"test-{uuid4().hex[:12]}."
        self._prefixes.add(prefix)
        return KafkaSettings(
            servers=(self.address,), security=Security.SASL_PLAINTEXT, user=self._user, password=self._password, prefix=prefix
        )

    def settings(self, prefix: str = "", **changes: Any) -> KafkaSettings:
        """As the one who may do everything, impatient as tests are."""
        impatient: dict[str, Any] = {
            "connect_seconds": 10.0,
            "request_seconds": 3.0,
            "delivery_seconds": 6.0,
            "retry_seconds": 0.02,
            "poll_seconds": 0.02,
            "fetch_seconds": 0.2,
            "check_seconds": 1.0,
            "tell_seconds": 0.0,
            "session_seconds": 1.0,
            "heartbeat_seconds": 0.1,
        }
        return msgspec.structs.replace(self.patient(prefix), **impatient | changes)

    @contextmanager
    def admin(self) -> Iterator[Any]:
        """A client that may do everything."""
        client = KafkaAdminClient(**self.settings().client())
        try:
            yield client
        finally:
            client.close()

    def clear(self) -> None:
        """Take away the topics that were made; a container takes them along."""
        with self.admin() as admin:
            made = [topic for topic in admin.list_topics() if topic.startswith(tuple(self._prefixes))]
            if made:
                admin.delete_topics(made)

    @contextmanager
    def away(self) -> Iterator[None]:
        """While the broker does not answer: its connections stay open, nothing comes of them."""
        self._act("pause")
        try:
            yield
        finally:
            self._act("unpause")

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """While the broker is down; afterwards it is up again on the same data."""
        self._act("stop")
        try:
            yield
        finally:
            self._act("start")
            eventually(self._answers)

    def crash(self) -> None:
        """End the broker as a power cut does, and start it again on the same data."""
        self._act("kill")
        self._act("start")
        eventually(self._answers)

    def _answers(self) -> bool:
        try:
            with self.admin():
                return True
        except errors.KafkaError:  # not up yet
            return False
