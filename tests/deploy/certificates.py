"""A certificate authority and a broker's certificate, made for one test."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from tests.deploy.containers import secret

# the TLS library judges by this machine's clock, so the certificate must hold today
VALID = timedelta(days=1)
AUTHORITY = "county CA"
Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


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
    key = ec.generate_private_key(ec.SECP256R1())
    shown, authority = _vouched_for(key, host)
    keystore = secret(folder, "kafka_tls.pem", _private(key, serialization.PrivateFormat.PKCS8) + shown)
    return keystore, secret(folder, "authority.pem", authority)


def import_certificate(gateway: Path, host: IPv4Address) -> Path:
    """Puts one into the place of a deployment's own as an authority may hand it out, the key in OpenSSL's own form and without a
    final newline; gives the file with that authority."""
    key = rsa.generate_private_key(65537, 2048)
    shown, authority = _vouched_for(key, host)
    secret(gateway, "tls.key", _private(key, serialization.PrivateFormat.TraditionalOpenSSL).rstrip())
    secret(gateway, "tls.crt", shown)
    return secret(gateway, "authority.pem", authority)


def _vouched_for(key: Key, host: IPv4Address) -> tuple[str, str]:
    authority_key = ec.generate_private_key(ec.SECP256R1())
    authority = certificate(AUTHORITY, authority_key, AUTHORITY, authority_key, x509.BasicConstraints(ca=True, path_length=None))
    shown = certificate(str(host), key, AUTHORITY, authority_key, x509.SubjectAlternativeName([x509.IPAddress(host)]))
    return pem(shown), pem(authority)


def _private(key: Key, form: serialization.PrivateFormat) -> str:
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode()
