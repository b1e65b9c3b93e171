"""TLS for those who come from outside: the deployment's own authority, and certificates that it renews in time."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from services.chassis.errors import Misconfigured
from services.chassis.files import put_in_place, put_once

AUTHORITY_DAYS = 3650
SERVER_DAYS = 397
"""The longest life that clients believe (CA/Browser Forum, Baseline Requirements 6.3.2, until March 2026; ours renews itself)."""

RENEWED_BEFORE = timedelta(days=60)
CURVES = (ec.SECP256R1, ec.SECP384R1, ec.SECP521R1)
"""Those that nginx and the broker's Java both take."""

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
AUTHORITY_NAME = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Fuxue deployment authority")])


@dataclass(frozen=True)
class Authority:
    """A key that signs certificates, and its own certificate."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @classmethod
    def kept(cls, key_path: Path, certificate_path: Path) -> Authority:
        """The authority in these files, made on first use; raises Misconfigured."""
        key = _key(put_once(key_path, _new_key()) if not key_path.exists() else key_path.read_bytes(), key_path)
        if not certificate_path.exists():
            put_in_place(certificate_path, _authority_certificate(key).public_bytes(Encoding.PEM))
        return cls(key, x509.load_pem_x509_certificate(certificate_path.read_bytes()))

    def has_signed(self, certificate: x509.Certificate) -> bool:
        """Whether a certificate is from here."""
        try:
            certificate.verify_directly_issued_by(self.certificate)
        except (ValueError, TypeError, InvalidSignature):
            return False
        return True

    def server_certificate(self, key: ec.EllipticCurvePrivateKey, names: tuple[str, ...]) -> x509.Certificate:
        """A certificate for a server of these names and addresses."""
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0][:64])]))
            .issuer_name(self.certificate.subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(hours=1))
            .not_valid_after(now + timedelta(days=SERVER_DAYS))
            .add_extension(x509.SubjectAlternativeName([_general(name) for name in names]), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
            .sign(self.key, hashes.SHA256())
        )


def issue_where_needed(authority: Authority, key_path: Path, certificate_path: Path, names: tuple[str, ...]) -> bool:
    """Issue a certificate where there is none, its names are others or its end is near; answers whether one was issued.

    One that another authority has signed was imported and stays. Raises Misconfigured where a key has no certificate of its own.
    """
    if key_path.exists() and certificate_path.exists():
        present = _chain(certificate_path)[0]
        if _key_of(key_path).public_key() != present.public_key():
            raise Misconfigured(
                f"{certificate_path} 不是密钥 {key_path} 的证书：请放入相配的一对；将两者都移走则生成新的一对。\n"
                f"{certificate_path} is not the certificate of the key {key_path}: put there two that belong together, or take"
                " both away to have new ones made."
            )
        if not authority.has_signed(present):
            return False
        ends = present.not_valid_after_utc
        if names_of(present) == set(names) and ends - datetime.now(UTC) > RENEWED_BEFORE:
            return False
    key = _key(_new_key(), key_path) if not key_path.exists() else _key(key_path.read_bytes(), key_path)
    put_in_place(key_path, _pem(key), mode=0o600)
    chain = authority.server_certificate(key, names).public_bytes(Encoding.PEM) + authority.certificate.public_bytes(Encoding.PEM)
    put_in_place(certificate_path, chain, mode=0o600)
    return True


def keystore(key_path: Path, certificate_path: Path) -> bytes:
    """Key and chain in one file as Kafka reads them, in whatever form of PEM they were imported; raises Misconfigured."""
    return _pem(_key_of(key_path)) + b"".join(each.public_bytes(Encoding.PEM) for each in _chain(certificate_path))


def names_of(certificate: x509.Certificate) -> set[str]:
    """The names and addresses that a server's certificate is for."""
    try:
        extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return set()
    names: list[str] = extension.get_values_for_type(x509.DNSName)
    return {*names, *(str(address) for address in extension.get_values_for_type(x509.IPAddress))}


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _authority_certificate(key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(AUTHORITY_NAME)
        .issuer_name(AUTHORITY_NAME)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=AUTHORITY_DAYS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=True, key_cert_sign=True, crl_sign=True, content_commitment=False, key_encipherment=False,
                data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
            ),
            critical=True,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip


def _new_key() -> bytes:
    return _pem(ec.generate_private_key(ec.SECP256R1()))


def _pem(key: Key) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _chain(path: Path) -> list[x509.Certificate]:
    """The certificate of a file, then those of whoever vouches for it."""
    try:
        return x509.load_pem_x509_certificates(path.read_bytes())
    except ValueError as broken:
        raise Misconfigured(
            f"{path} 中没有 PEM 格式的证书（BEGIN CERTIFICATE）：请换成 PEM 格式的证书及其证书链。\n"
            f"{path} holds no certificate in PEM form (BEGIN CERTIFICATE): put certificate and chain there in that form."
        ) from broken


def _key_of(path: Path) -> Key:
    """Any key that can be shown, an imported one too."""
    key = _loaded(path.read_bytes(), path)
    if isinstance(key, rsa.RSAPrivateKey) or (isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, CURVES)):
        return key
    curves = [each.name for each in CURVES]
    raise Misconfigured(
        f"{path} 中的密钥 Kafka 不接受：请换成 RSA 密钥，或曲线 {'、'.join(curves)} 上的密钥，并换上其证书。\n"
        f"{path} is a key that Kafka does not take; it takes RSA, and the curves {', '.join(curves)}: put such a key there, and"
        " its certificate."
    )


def _key(pem: bytes, path: Path) -> ec.EllipticCurvePrivateKey:
    key = _loaded(pem, path)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise Misconfigured(
            f"{path} 不是本部署所生成的椭圆曲线密钥：请从 deploy/secrets 的备份放回。\n"
            f"{path} is not a key on an elliptic curve, as this deployment makes them: put it back from the copy of deploy/secrets."
        )
    return key


def _loaded(pem: bytes, path: Path) -> PrivateKeyTypes:
    try:
        return load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as broken:  # a TypeError is a key with a password
        raise Misconfigured(
            f"{path} 不是无口令的 PEM 格式私钥：请换成这样的私钥；openssl pkey -in 原文件 -out 新文件 可去掉口令。\n"
            f"{path} is not a private key in PEM form, without a password: put one there; openssl pkey -in OLD -out NEW takes"
            " a password away."
        ) from broken
