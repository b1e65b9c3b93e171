"""The brokers from outside: each is reached at the address that it gives out, and shows the certificate for that name."""

from __future__ import annotations

import ipaddress
import ssl
from collections.abc import Iterator, Sequence

from services.chassis.bus.kafka_inspection import Broker
from services.deployed.doctor.certificates import SHOW_IT, Trust, in_force, shown_at
from services.deployed.doctor.findings import Finding, warning, well, wrong

PORT_FOR_OUTSIDE = 9094
"""Of the broker's listener for departments, in the broker's own container."""

NOT_FOR_THIS_NAME = (62, 64)
"""OpenSSL's X509_V_ERR_HOSTNAME_MISMATCH and X509_V_ERR_IP_ADDRESS_MISMATCH."""

NAME_IT = (
    "让 FUXUE_BROKER_ADDRESS（三台时还有 _2、_3）成为外部可达的名称，并列入 FUXUE_TLS_NAMES，然后 `docker compose up --wait`。",
    (
        "Let FUXUE_BROKER_ADDRESS (of three brokers also _2 and _3) be reached from outside and stand in FUXUE_TLS_NAMES,"
        " then `docker compose up --wait`."
    ),
)


def addresses_outside(up: Sequence[Broker], address: str, trust: Trust) -> Iterator[Finding]:
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
        ("运行 `docker compose up --wait`，使 .env 生效。", "Run `docker compose up --wait`: it brings .env into force."),
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
        shown = shown_at(place, host, trust.context)
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
