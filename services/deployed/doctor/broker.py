"""The broker: reachable, laid out as the services need it, and seen from outside at the address that it gives out."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

from services.chassis.bus.kafka_inspection import missing
from services.chassis.bus.kafka_settings import KafkaSettings
from services.chassis.bus.layout import Layout
from services.chassis.errors import BusUnavailable
from services.deployed.doctor.findings import Finding, well, wrong

CONNECT_SECONDS = 5.0
MISSING_SHOWN = 8


def broker(settings: KafkaSettings, layout: Layout) -> Iterator[Finding]:
    """From inside, as the one who may do everything."""
    try:
        gaps = list(missing(settings, layout))
    except BusUnavailable as trouble:
        yield wrong(
            "broker",
            ("消息总线无法使用。", str(trouble)),
            ("检查 kafka 容器及其日志。", "Look at the container kafka and its log."),
        )
        return
    if not gaps:
        yield well("broker", "主题、用户和权限齐全。", "Topics, users and rights are complete.")
        return
    told = "; ".join(gaps[:MISSING_SHOWN]) + (f" … ({len(gaps)})" if len(gaps) > MISSING_SHOWN else "")
    yield wrong(
        "broker",
        (f"缺少：{told}", f"Missing: {told}"),
        ("运行 docker compose run --rm bootstrap。", "Run docker compose run --rm bootstrap."),
    )


def from_outside(address: str, ca_file: Path) -> Iterator[Finding]:
    """The address that departments are given: something answers there, by TLS, with a certificate for that very name."""
    subject = f"broker from outside {address}"
    host, _, port = address.rpartition(":")
    remedy = (
        "让 FUXUE_BROKER_ADDRESS 成为外部可达的名称，并列入 FUXUE_TLS_NAMES，然后 docker compose up --wait。",
        "Let FUXUE_BROKER_ADDRESS be reached from outside and stand in FUXUE_TLS_NAMES, then docker compose up --wait.",
    )
    try:
        with (
            socket.create_connection((host, int(port)), CONNECT_SECONDS) as wire,
            ssl.create_default_context(cafile=ca_file).wrap_socket(wire, server_hostname=host),
        ):
            yield well(subject, "可达，证书相符。", "Reached; the certificate is for this name.")
    except ssl.SSLError as refused:
        why = getattr(refused, "verify_message", "") or refused.reason or type(refused).__name__
        yield wrong(subject, (f"证书不符：{why}。", f"The certificate does not do: {why}."), remedy)
    except (OSError, ValueError) as trouble:
        yield wrong(subject, ("此地址不可达。", f"Nothing answers there ({type(trouble).__name__})."), remedy)
