"""The gateway's certificate: for the names by which the house is called, and not about to end."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from cryptography import x509

from services.deployed.certificates import names_of
from services.deployed.doctor.findings import Finding, warning, well, wrong

SOON = timedelta(days=30)
CONNECT_SECONDS = 5.0
SHOW_IT = (
    "docker compose run --rm secrets，然后 docker compose restart gateway。",
    "docker compose run --rm secrets, then docker compose restart gateway.",
)
RENEW = (
    "自有 CA：docker compose up --wait 会续期；导入的证书：替换 deploy/secrets/gateway 后重启 gateway。",
    "Own authority: docker compose up --wait renews it. Imported: replace it in deploy/secrets/gateway and restart the gateway.",
)


def gateway_certificate(host: str, port: int, names: tuple[str, ...]) -> Iterator[Finding]:
    """What the gateway shows."""
    subject = "certificate"
    try:
        with socket.create_connection((host, port), CONNECT_SECONDS) as wire:
            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # looked at here, whatever it is
            with context.wrap_socket(wire) as secured:  # as somebody from outside: who names the gateway is shown another
                shown = x509.load_der_x509_certificate(secured.getpeercert(binary_form=True) or b"")
    except (OSError, ValueError) as trouble:
        yield wrong(subject, ("网关未出示证书。", f"The gateway shows none ({type(trouble).__name__})."), RENEW)
        return
    left = shown.not_valid_after_utc - datetime.now(UTC)
    if left <= timedelta():
        yield wrong(subject, ("证书已过期。", "The certificate has expired."), RENEW)
    elif left < SOON:
        yield warning(subject, (f"证书 {left.days} 天后到期。", f"The certificate ends in {left.days} days."), RENEW)
    else:
        yield well(subject, f"有效期还有 {left.days} 天。", f"Valid for {left.days} days more.")
    if absent := sorted(set(names) - names_of(shown)):
        yield warning(
            subject,
            (f"证书不含名称：{', '.join(absent)}。", f"The certificate is not for {', '.join(absent)}."),
            (
                "docker compose up --wait 重新签发，然后重启 gateway 与 kafka。",
                "docker compose up --wait issues it anew; then restart gateway and kafka.",
            ),
        )
