"""Where Kafka is, who we are there, and how long we wait for it."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Any

import msgspec

from services.chassis.errors import Misconfigured

SCRAM = "SCRAM-SHA-512"
ANYBODY = "ANONYMOUS"
"""Whom the broker takes for the user where nobody signs in."""

BATCH_BYTES = 1 << 20
"""What Kafka's own default lets a broker take in one batch (message.max.bytes)."""


class Security(StrEnum):
    """How the connection is secured."""

    PLAINTEXT = "PLAINTEXT"
    SASL_PLAINTEXT = "SASL_PLAINTEXT"
    SASL_SSL = "SASL_SSL"


class KafkaSettings(msgspec.Struct, frozen=True, kw_only=True):
    """`prefix` stands before every topic, group and user, so that two deployments on one broker do not meet.

    `replication` is that of topics that are made. What was published is given up as not acknowledged after
    `delivery_seconds`, which leaves room for more than one request of `request_seconds`. `poll_seconds` is how long a
    reader waits for messages, `fetch_seconds` how long its question for them stays with the broker, less than a request
    may take; `check_seconds` is the age at which it looks again at topics and rights, `tell_seconds` how stale the lag may
    be that is shown. A member that is not heard of for `session_seconds` has died.
    """

    servers: tuple[str, ...]
    security: Security = Security.PLAINTEXT
    user: str = ""
    password: str = ""
    ca_file: Path | None = None
    prefix: str = ""
    replication: int = 1
    connect_seconds: float = 10.0
    request_seconds: float = 10.0
    delivery_seconds: float = 30.0
    retry_seconds: float = 0.1
    poll_seconds: float = 2.0
    fetch_seconds: float = 2.0
    check_seconds: float = 30.0
    tell_seconds: float = 1.0
    session_seconds: float = 10.0
    heartbeat_seconds: float = 2.0
    close_seconds: float = 1.5

    def __post_init__(self) -> None:
        """Refuse what no client could work with."""
        if not self.servers:
            raise Misconfigured(
                "没有给出 Kafka 的地址：请写成 host:port，多个之间用逗号分隔。\n"
                "Kafka's servers are not named: give them as host:port, several with commas between."
            )
        if self.security is not Security.PLAINTEXT and not (self.user and self.password):
            raise Misconfigured(
                f"以 {self.security} 连接 Kafka 需要用户名和密码：请给出两者。\n"
                f"Kafka by {self.security} needs a user and a password: give both."
            )
        if self.delivery_seconds < 2 * self.request_seconds:
            raise Misconfigured(
                "Kafka 的投递时限须容得下两次请求：请设得更长。\n"
                "Kafka's delivery time must leave room for two requests: give it longer."
            )

    def __repr__(self) -> str:
        """Without the password."""
        return f"KafkaSettings({self.who} at {self.where})"

    @property
    def who(self) -> str:
        """The user, as the broker names it in ACLs."""
        return f"User:{self.user or ANYBODY}"

    @property
    def where(self) -> str:
        """The servers, for a sentence."""
        return ",".join(self.servers)

    @property
    def broker(self) -> str:
        """Where the house is on Kafka: by it one is known from another, whoever connects."""
        return f"{self.prefix}@{self.where}"

    def named(self, name: str) -> str:
        """What a topic or group of the house is called on the broker."""
        return self.prefix + name

    def client(self) -> dict[str, Any]:
        """What every client of kafka-python is made with."""
        return {
            "bootstrap_servers": list(self.servers),
            "security_protocol": self.security.value,
            "sasl_mechanism": None if self.security is Security.PLAINTEXT else SCRAM,
            "sasl_plain_username": self.user or None,
            "sasl_plain_password": self.password or None,
            "ssl_cafile": str(self.ca_file) if self.ca_file else None,
            "bootstrap_timeout_ms": milliseconds(self.connect_seconds),
            "request_timeout_ms": milliseconds(self.request_seconds),
            "retry_backoff_ms": milliseconds(self.retry_seconds),
            "reconnect_backoff_max_ms": milliseconds(max(1.0, 10 * self.retry_seconds)),
            "metadata_max_age_ms": milliseconds(self.check_seconds),
        }


def milliseconds(seconds: float) -> int:
    """As kafka-python counts time."""
    return round(seconds * 1000)
