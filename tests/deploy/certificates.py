"""A certificate authority and a broker's certificate, made for one test."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.deploy.containers import secret

# the TLS library judges by this machine's clock, so the certificate must hold today
VALID = timedelta(days=1)
AUTHORITY = "county CA"
Key = ec.EllipticCurvePrivateKey


def named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def certificate(subject: str, key: Key, issuer: str, issuer_key: Key, extension: x509.ExtensionType) -> x509.Certificate:
    now = datetime.now(UTC)
    serial = x509.random_serial_number()
    builder = x509.CertificateBuilder(named(issuer), named(subject), key.public_key(), serial, now - VALID, now + VALID)
    return builder.add_extension(extension, critical=True).sign(issuer_key, hashes.SHA256())


def pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def broker_keystore(folder: Path, host: IPv4Address) -> tuple[Path, Path]:
    """The file with key and chain that the broker shows for a host, and the file with the authority that vouches for it."""
    authority_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority = certificate(AUTHORITY, authority_key, AUTHORITY, authority_key, x509.BasicConstraints(ca=True, path_length=None))
    shown = certificate(str(host), key, AUTHORITY, authority_key, x509.SubjectAlternativeName([x509.IPAddress(host)]))
    open_file = serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, open_file).decode()
    return secret(folder, "kafka_tls.pem", private + pem(shown)), secret(folder, "authority.pem", pem(authority))
