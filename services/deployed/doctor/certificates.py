"""The certificates that are shown: those that the deployment has now, for the names by which it is called, and not about to end."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509

from services.deployed.certificates import names_of
from services.deployed.doctor.findings import Finding, warning, well, wrong
from services.deployed.trust import trusting

SOON = timedelta(days=30)
CONNECT_SECONDS = 5.0
SHOW_IT = (
    (
        "导入的证书到期时，先在 deploy/secrets/gateway 中替换；然后 `docker compose run --rm secrets`，"
        "再 `docker compose restart gateway kafka`（三台 Kafka 时加 kafka-2 kafka-3）。"
    ),
    (
        "One that was imported and ends: first replace it in deploy/secrets/gateway. Then `docker compose run --rm secrets`, and"
        " `docker compose restart gateway kafka` (of three brokers kafka-2 kafka-3 too)."
    ),
)
"""Kafka and nginx read theirs when they start, so one that was renewed is not shown before."""


@dataclass(frozen=True)
class Trust:
    """What those outside believe: the deployment's authority or what was imported; and which certificate they should see."""

    context: ssl.SSLContext
    expected: x509.Certificate | None

    @classmethod
    def of(cls, ca_file: Path, shown: Path) -> Trust:
        """By the files that the deployment has handed out."""
        return cls(trusting(ca_file, *([shown] if shown.is_file() else [])), to_be_shown(shown))


def to_be_shown(path: Path) -> x509.Certificate | None:
    """What gateway and brokers should show towards outside; nothing where the deployment has handed out none."""
    return x509.load_pem_x509_certificate(path.read_bytes()) if path.is_file() else None


def gateway_certificates(host: str, port: int, names: tuple[str, ...], expected: x509.Certificate | None) -> Iterator[Finding]:
    """What the gateway shows those outside, and what it shows the operator's commands, who call it by `host`."""
    if expected is None:
        yield warning("certificate", ("部署尚未发放要出示的证书。", "The deployment has handed out none to be shown."), SHOW_IT)
    for subject, asked in (("certificate", None), ("certificate inside", host)):
        try:
            shown = shown_at((host, port), asked, _believing_anybody())
        except (OSError, ValueError) as trouble:
            yield wrong(
                subject,
                ("网关未出示证书。", f"The gateway shows none ({type(trouble).__name__})."),
                ("检查 gateway 容器及其日志。", "Look at the container gateway and its log."),
            )
            return
        yield from in_force(subject, shown, expected if asked is None else None)
        if asked is None and (absent := sorted(set(names) - names_of(shown))):
            yield warning(
                subject, (f"证书不含名称：{', '.join(absent)}。", f"The certificate is not for {', '.join(absent)}."), SHOW_IT
            )


def in_force(subject: str, shown: x509.Certificate, expected: x509.Certificate | None) -> Iterator[Finding]:
    """For how long a certificate is good, and whether it is the `expected` one, where one is."""
    left = shown.not_valid_after_utc - datetime.now(UTC)
    if left <= timedelta():
        yield wrong(subject, ("证书已过期。", "The certificate has expired."), SHOW_IT)
    elif left < SOON:
        yield warning(subject, (f"证书 {left.days} 天后到期。", f"The certificate ends in {left.days} days."), SHOW_IT)
    else:
        yield well(subject, f"有效期还有 {left.days} 天。", f"Valid for {left.days} days more.")
    if expected is not None and shown != expected:
        yield warning(
            subject,
            ("仍在出示以前的证书，不是 deploy/secrets 中现有的。", "It still shows a former one, not the one in deploy/secrets."),
            SHOW_IT,
        )


def shown_at(place: tuple[str, int], asked: str | None, context: ssl.SSLContext) -> x509.Certificate:
    """The certificate that is shown to whoever asks for a name, or for none; raises OSError where it is refused, or none shown."""
    with (
        socket.create_connection(place, CONNECT_SECONDS) as wire,
        context.wrap_socket(wire, server_hostname=asked) as secured,
    ):
        return x509.load_der_x509_certificate(secured.getpeercert(binary_form=True) or b"")


def _believing_anybody() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # looked at here, whatever it is
    return context
