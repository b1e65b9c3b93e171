"""The broker: reachable, laid out as the services need it, with room, and seen from outside at the address that it gives out."""

from __future__ import annotations

import ipaddress
import socket
import ssl
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509

from services.chassis.bus.kafka_inspection import Broker, Disk, brokers, let_in_no_more, missing
from services.chassis.bus.kafka_settings import KafkaSettings
from services.chassis.bus.layout import Layout
from services.chassis.errors import BusUnavailable
from services.deployed.doctor.certificates import SHOW_IT, in_force, to_be_shown
from services.deployed.doctor.findings import Finding, warning, well, wrong
from services.deployed.doctor.host import not_looked_at, room
from services.deployed.trust import trusting

CONNECT_SECONDS = 5.0
PORT_FOR_OUTSIDE = 9094
"""Of the broker's listener for departments, in the broker's own container."""

NOT_FOR_THIS_NAME = (62, 64)
"""OpenSSL's X509_V_ERR_HOSTNAME_MISMATCH and X509_V_ERR_IP_ADDRESS_MISMATCH."""

MISSING_SHOWN = 8
NAME_IT = (
    "让 FUXUE_BROKER_ADDRESS（三台时还有 _2、_3）成为外部可达的名称，并列入 FUXUE_TLS_NAMES，然后 docker compose up --wait。",
    (
        "Let FUXUE_BROKER_ADDRESS (of three brokers also _2 and _3) be reached from outside and stand in FUXUE_TLS_NAMES,"
        " then docker compose up --wait."
    ),
)


@dataclass(frozen=True)
class Trust:
    """What those outside believe: the deployment's authority or what was imported; and which certificate they should see."""

    context: ssl.SSLContext
    expected: x509.Certificate | None

    @classmethod
    def of(cls, ca_file: Path, shown: Path) -> Trust:
        """By the files that the deployment has handed out."""
        return cls(trusting(ca_file, *([shown] if shown.is_file() else [])), to_be_shown(shown))


def topics_users_and_rights(settings: KafkaSettings, layout: Layout) -> Iterator[Finding]:
    """From inside, as the one who may do everything."""
    try:
        gaps = list(missing(settings, layout))
        gone = let_in_no_more(settings, layout)
    except BusUnavailable as trouble:
        yield wrong(
            "broker",
            ("消息总线无法使用。", str(trouble)),
            ("检查 kafka 容器及其日志。", "Look at the container kafka and its log."),
        )
        return
    for user in gone:
        yield wrong(
            f"broker user {user}",
            (
                "已不在 FUXUE_DEPARTMENT_SYSTEMS 中，但仍能读取。",
                "It is not in FUXUE_DEPARTMENT_SYSTEMS any more, and can still read.",
            ),
            ("运行 docker compose run --rm bootstrap。", "Run docker compose run --rm bootstrap."),
        )
    if not gaps:
        yield well("broker", "主题、用户和权限齐全。", "Topics, users and rights are complete.")
        return
    told = "; ".join(gaps[:MISSING_SHOWN]) + (f" … ({len(gaps)})" if len(gaps) > MISSING_SHOWN else "")
    yield wrong(
        "broker",
        (f"缺少：{told}", f"Missing: {told}"),
        ("运行 docker compose run --rm bootstrap。", "Run docker compose run --rm bootstrap."),
    )


def each_broker(settings: KafkaSettings, address: str, trust: Trust) -> Iterator[Finding]:
    """The brokers that are up, one by one: where they send departments, and whether they have room."""
    try:
        up = brokers(settings)
    except BusUnavailable:  # the broker's own finding tells it
        up = []
    yield from _addresses_outside(up, address, trust)
    for each in up:
        for disk in each.disks:
            yield _disk(f"disk of broker {each.number}", disk)


def _disk(subject: str, disk: Disk) -> Finding:
    if disk.out_of_use:
        return wrong(
            subject,
            (f"Kafka 已停用 {disk.place}：无法读写。", f"Kafka has taken {disk.place} out of use: it cannot be read or written."),
            ("检查该机器的磁盘，然后重启这台 Kafka。", "Look at that machine's disk, then restart this broker."),
        )
    return room(subject, disk.free, disk.total) if disk.total > 0 else not_looked_at(subject, disk.place)


def _addresses_outside(up: Sequence[Broker], address: str, trust: Trust) -> Iterator[Finding]:
    """Where departments are sent: `address` is where they begin, and each broker then tells them where it is itself."""
    if not up:  # nothing can answer there, and the address is not to blame
        return
    outside = next((name for each in up for name, given in each.advertised.items() if given == address), None)
    if outside is None:
        yield _given_out_by_nobody(address, up)
        return
    given = {each.number: each.advertised.get(outside, "") for each in up}
    for each in up:
        subject, own = f"broker {each.number}", given[each.number]
        if list(given.values()).count(own) > 1:
            yield wrong(
                f"{subject} from outside {own}",
                ("另一台 Kafka 也给出这个地址。", "Another broker gives out the same address."),
                NAME_IT,
            )
        else:
            yield from address_outside(subject, own, each.host, trust)


def _given_out_by_nobody(address: str, up: Sequence[Broker]) -> Finding:
    given = ", ".join(f"{each.number}: {' '.join(each.advertised.values())}" for each in up)
    return wrong(
        f"broker from outside {address}",
        (
            f"没有一台 Kafka 给出这个地址，部门系统会被引到别处（{given}）。",
            f"No broker gives out this address: departments are sent elsewhere ({given}).",
        ),
        ("运行 docker compose up --wait，使 .env 生效。", "Run docker compose up --wait: it brings .env into force."),
    )


def address_outside(broker: str, address: str, inside: str, trust: Trust) -> Iterator[Finding]:
    """The address that a broker gives out: something answers there, by TLS, with a certificate for that very name.

    One that means each machine itself would mean the doctor's own: then `inside` is asked, the broker's host in the deployment.
    """
    subject = f"{broker} from outside {address}"
    host, _, port = address.rpartition(":")
    here_only = means_each_itself(host)
    try:
        place = (inside, PORT_FOR_OUTSIDE) if here_only else (host, int(port))
        with (
            socket.create_connection(place, CONNECT_SECONDS) as wire,
            trust.context.wrap_socket(wire, server_hostname=host) as secured,
        ):
            shown = x509.load_der_x509_certificate(secured.getpeercert(binary_form=True) or b"")
    except ssl.SSLCertVerificationError as refused:
        why = refused.verify_message
        of_the_name = refused.verify_code in NOT_FOR_THIS_NAME
        yield wrong(subject, (f"证书不符：{why}。", f"The certificate does not do: {why}."), NAME_IT if of_the_name else SHOW_IT)
    except (OSError, ValueError) as trouble:
        yield wrong(subject, ("此地址没有 TLS 应答。", f"Nothing answers there by TLS ({type(trouble).__name__})."), NAME_IT)
    else:
        yield (
            _only_from_here(subject)
            if here_only
            else well(subject, "可达，证书相符。", "Reached; the certificate is for this name.")
        )
        yield from in_force(f"certificate of {broker}", shown, trust.expected)


def means_each_itself(host: str) -> bool:
    """Whether a name or address is that of the very machine that uses it."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def _only_from_here(subject: str) -> Finding:
    return warning(
        subject,
        (
            "证书相符，但此地址只指本机：其他机器上的部门系统还连不上。",
            "The certificate is for this name, which means each machine itself: no department on another can come yet.",
        ),
        NAME_IT,
    )
