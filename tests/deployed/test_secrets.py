"""Secrets are made once, each in the hands of one container; certificates are renewed in time, imported ones left alone."""

from __future__ import annotations

import codecs
import os
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from click.testing import CliRunner
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from services.chassis.errors import Misconfigured
from services.chassis.keys import new_wrapping_key
from services.cli.deploying import container
from services.contracts.codes import Department
from services.contracts.services import SERVICES
from services.contracts.topics import Desk
from services.deployed import certificates, secrets
from services.deployed.certificates import Key, names_of
from services.deployed.data_keys import ids_of
from services.deployed.secrets import KeysMissing, Wanted, make_secrets, put_wrapping_key_in_front

WANTED = Wanted(("fuxue.county.example", "10.1.2.3"), (Desk(Department.CIVIL_AFFAIRS, "570126"),))


def made(root: Path, wanted: Wanted = WANTED, *, data_there: bool = False) -> list[str]:
    return make_secrets(root, wanted, data_there=data_there)


def everything(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def certificate(root: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate((root / "gateway/tls.crt").read_bytes())


def test_made_again_they_stay_what_they_are(tmp_path: Path) -> None:
    assert made(tmp_path)
    before = everything(tmp_path)
    assert made(tmp_path) == []
    assert everything(tmp_path) == before


def test_the_first_accounts_code_that_was_taken_away_is_not_made_anew_where_there_are_data(tmp_path: Path) -> None:
    made(tmp_path)
    (tmp_path / "bootstrap" / "first_account_code").unlink()
    assert made(tmp_path, data_there=True) == []
    assert made(tmp_path) == ["bootstrap/first_account_code"]


def test_only_their_owner_reads_them(tmp_path: Path) -> None:
    made(tmp_path)
    readable = [name for name in everything(tmp_path) if (tmp_path / name).stat().st_mode & 0o077]
    assert sorted(readable) == ["ca/ca.crt", "ca/shown.crt"], "only certificates are for others"


def test_their_owner_finds_the_way_to_them_though_the_clone_was_made_for_nobody_else(tmp_path: Path) -> None:
    for place in ("kafka", "bootstrap", "ca"):
        (tmp_path / place).mkdir(mode=0o700)
    made(tmp_path)
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o755}


def test_no_two_are_the_same_but_the_copies(tmp_path: Path) -> None:
    made(tmp_path)
    contents = [content.strip() for name, content in everything(tmp_path).items() if not name.startswith("bootstrap/")]
    assert len(set(contents)) == len(contents) - 1, "only the certificate that is shown, which is for everybody"
    for service in SERVICES:
        copied = (tmp_path / f"bootstrap/{service}_database_password").read_bytes()
        assert copied == (tmp_path / f"{service}/database_password").read_bytes()


def test_identity_knows_the_secret_of_every_client_of_the_house(tmp_path: Path) -> None:
    made(tmp_path)
    lines = (tmp_path / "identity/clients").read_text().splitlines()
    clients = dict(line.split("=", 1) for line in lines)
    assert set(clients) == {*SERVICES, "operator"}
    assert clients["operator"] == (tmp_path / "operator/client_secret").read_text().strip()


@pytest.mark.parametrize("lost", ["registry/wrapping_keys", "casework/checkpoint_key"])
def test_a_key_that_data_need_is_never_made_anew(tmp_path: Path, lost: str) -> None:
    made(tmp_path)
    (tmp_path / lost).unlink()
    with pytest.raises(KeysMissing, match=lost):
        made(tmp_path, data_there=True)
    assert not (tmp_path / lost).exists()
    assert lost in made(tmp_path), "without data there is nothing to lose"


def test_a_new_wrapping_key_stands_in_front_and_all_others_behind_it_in_their_order(tmp_path: Path) -> None:
    made(tmp_path)
    wrapping, ids = tmp_path / "registry/wrapping_keys", tmp_path / "bootstrap/registry_wrapping_key_ids"
    before, known = wrapping.read_bytes().split(), ids.read_text().split()
    named = [put_wrapping_key_in_front(tmp_path, "registry") for _ in range(2)]
    assert wrapping.read_bytes().split()[2:] == before
    assert ids.read_text().split() == [*reversed(named), *known]
    assert wrapping.stat().st_mode & 0o777 == 0o600
    assert made(tmp_path, data_there=True) == []
    wrapping.unlink()
    with pytest.raises(KeysMissing, match="registry/wrapping_keys"):
        put_wrapping_key_in_front(tmp_path, "registry")


@pytest.mark.parametrize("spoilt", ["密钥".encode(), b"\xff\xfe", b"", b"{line}\n{line}\n", b"AAAA\n{line}\n"], ids=repr)
def test_a_file_of_wrapping_keys_that_is_not_in_form_is_named_and_left_as_it_is(tmp_path: Path, spoilt: bytes) -> None:
    made(tmp_path)
    wrapping = tmp_path / "registry/wrapping_keys"
    written = spoilt.replace(b"{line}", wrapping.read_bytes().strip())
    wrapping.write_bytes(written)
    for act in (lambda: put_wrapping_key_in_front(tmp_path, "registry"), lambda: made(tmp_path, data_there=True)):
        with pytest.raises(Misconfigured, match="registry/wrapping_keys is not in form"):
            act()
    assert wrapping.read_bytes() == written


def test_what_an_editor_puts_before_the_first_key_does_not_hinder(tmp_path: Path) -> None:
    made(tmp_path)
    wrapping, ids = tmp_path / "registry/wrapping_keys", tmp_path / "bootstrap/registry_wrapping_key_ids"
    known = ids.read_text()
    wrapping.write_bytes(codecs.BOM_UTF8 + wrapping.read_bytes())
    assert ids.read_text() == known
    assert made(tmp_path, data_there=True) == []
    named = put_wrapping_key_in_front(tmp_path, "registry")
    assert ids.read_text().split() == [named, *known.split()]


def test_two_that_put_a_key_in_front_at_once_both_keep_theirs(tmp_path: Path) -> None:
    made(tmp_path)
    with ThreadPoolExecutor(8) as pool:
        named = set(pool.map(lambda _: put_wrapping_key_in_front(tmp_path, "registry"), range(8)))
    assert named < set((tmp_path / "bootstrap/registry_wrapping_key_ids").read_text().split())


def test_the_command_puts_a_new_wrapping_key_in_front_for_who_may_read_it_and_names_the_containers_to_restart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: dict[str, tuple[int, int]] = {}
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(os, "chown", lambda path, user, group: given.update({str(path.relative_to(tmp_path)): (user, group)}))
    made(tmp_path)
    wrapping, ids = tmp_path / "registry/wrapping_keys", tmp_path / "bootstrap/registry_wrapping_key_ids"
    before, known, owned = everything(tmp_path), ids.read_text(), dict(given)
    given.clear()
    done = CliRunner().invoke(container, ["wrapping-key", str(tmp_path), "registry"])
    assert done.exit_code == 0
    key, *others = wrapping.read_bytes().splitlines()
    assert others == before["registry/wrapping_keys"].splitlines()
    key_id = next(iter(ids_of(key, (tmp_path / "registry/checkpoint_key").read_bytes()).wrapping))
    assert ids.read_text() == f"{key_id}\n{known}"
    changed = {name for name, content in everything(tmp_path).items() if before.get(name) != content}
    assert changed == {"registry/wrapping_keys", "bootstrap/registry_wrapping_key_ids"}
    assert {path.stat().st_mode & 0o777 for path in (wrapping, ids)} == {0o600}
    assert given.items() <= owned.items()
    assert changed <= given.keys()
    assert done.output.count(key_id) == 2
    assert "docker compose restart registry registry-worker" in done.output
    assert key.decode() not in done.output


def test_where_no_secrets_have_been_made_yet_the_command_says_so_and_makes_none(tmp_path: Path) -> None:
    done = CliRunner().invoke(container, ["wrapping-key", str(tmp_path), "registry"])
    assert done.exit_code == 1
    zh, en = done.output.strip().split("\n")
    assert "还没有任何密钥" in zh
    assert "There are no secrets" in en
    for sentence in (zh, en):
        assert str(tmp_path) in sentence
        assert "docker compose up --wait" in sentence
    assert everything(tmp_path) == {}


def test_the_bootstrap_is_told_the_ids_of_the_services_keys_and_never_the_keys(tmp_path: Path) -> None:
    made(tmp_path)
    wrapping = tmp_path / "registry/wrapping_keys"
    ids = (tmp_path / "bootstrap/registry_wrapping_key_ids").read_text().split()
    wrapping.write_bytes(b"\n".join((new_wrapping_key(), wrapping.read_bytes())))
    assert made(tmp_path) == ["bootstrap/registry_wrapping_key_ids"]
    told = (tmp_path / "bootstrap/registry_wrapping_key_ids").read_text().split()
    assert len(told) == 2
    assert set(ids) < set(told)
    handed = b"".join(path.read_bytes() for path in (tmp_path / "bootstrap").iterdir())
    assert not any(key in handed for key in wrapping.read_bytes().split())


def test_the_certificate_is_for_the_names_and_follows_them(tmp_path: Path) -> None:
    made(tmp_path)
    assert names_of(certificate(tmp_path)) == set(WANTED.names)
    assert "gateway/tls.crt" in made(tmp_path, Wanted(("elsewhere.example",)))
    assert names_of(certificate(tmp_path)) == {"elsewhere.example"}
    pem = (tmp_path / "kafka/tls.pem").read_bytes()
    assert (tmp_path / "gateway/tls.crt").read_bytes() in pem, "the broker shows the same"
    assert pem.startswith(b"-----BEGIN PRIVATE KEY-----")


def test_a_certificate_is_renewed_before_it_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(certificates, "SERVER_DAYS", 59)
    made(tmp_path)
    first = certificate(tmp_path)
    monkeypatch.undo()
    assert "gateway/tls.crt" in made(tmp_path)
    assert certificate(tmp_path).not_valid_after_utc > first.not_valid_after_utc
    assert certificate(tmp_path).public_key() == first.public_key()


def vouched_for(key: Key) -> x509.Certificate:
    """A key's certificate by an authority that no deployment knows."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "an authority of the province")])
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=3))
        .sign(key, hashes.SHA256())
    )


def test_an_imported_certificate_is_left_alone(tmp_path: Path) -> None:
    made(tmp_path)
    key = rsa.generate_private_key(65537, 2048)
    imported = vouched_for(key)
    (tmp_path / "gateway/tls.key").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    (tmp_path / "gateway/tls.crt").write_bytes(imported.public_bytes(Encoding.PEM))
    inside = everything(tmp_path / "gateway")
    assert made(tmp_path) == ["kafka/tls.pem", "ca/shown.crt"]
    assert certificate(tmp_path) == imported
    assert (tmp_path / "ca/shown.crt").read_bytes() == (tmp_path / "gateway/tls.crt").read_bytes()
    assert everything(tmp_path / "gateway") == inside
    own = x509.load_pem_x509_certificate((tmp_path / "ca/ca.crt").read_bytes())
    towards_inside = x509.load_pem_x509_certificate((tmp_path / "gateway/inside.crt").read_bytes())
    towards_inside.verify_directly_issued_by(own)
    assert names_of(towards_inside) == {"gateway"}


CURVE_NAMED_FIRST = b"-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"
"""What `openssl ecparam -genkey` writes before a key on P-256."""


@pytest.mark.parametrize(
    ("make", "form", "before"),
    [
        (lambda: rsa.generate_private_key(65537, 2048), PrivateFormat.TraditionalOpenSSL, b""),
        (lambda: ec.generate_private_key(ec.SECP256R1()), PrivateFormat.TraditionalOpenSSL, CURVE_NAMED_FIRST),
        (lambda: ec.generate_private_key(ec.SECP384R1()), PrivateFormat.PKCS8, b""),
    ],
    ids=["BEGIN RSA PRIVATE KEY", "BEGIN EC PRIVATE KEY", "BEGIN PRIVATE KEY"],
)
def test_in_whatever_form_a_key_was_imported_kafka_is_handed_it_as_pkcs8_with_the_chain_behind_it(
    tmp_path: Path, make: Callable[[], Key], form: PrivateFormat, before: bytes
) -> None:
    made(tmp_path)
    key = make()
    chain = [vouched_for(key).public_bytes(Encoding.PEM), (tmp_path / "ca/ca.crt").read_bytes()]
    written = before + key.private_bytes(Encoding.PEM, form, NoEncryption())
    (tmp_path / "gateway/tls.key").write_bytes(written.rstrip(b"\n"))
    (tmp_path / "gateway/tls.crt").write_bytes(b"issued to the county\n" + b"".join(chain).replace(b"\n", b"\r\n").rstrip())
    made(tmp_path)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    assert (tmp_path / "kafka/tls.pem").read_bytes() == private + b"".join(chain)


@pytest.mark.parametrize(
    ("key", "certificate", "words"),
    [
        (ed25519.Ed25519PrivateKey.generate(), None, "is a key that Kafka does not take; it takes RSA, and the curves secp256r1,"),
        (None, b"-----BEGIN PKCS7-----\n", "holds no certificate in PEM form"),
    ],
    ids=["a key", "a certificate"],
)
def test_what_the_broker_could_not_show_is_refused_at_once(
    tmp_path: Path, key: ed25519.Ed25519PrivateKey | None, certificate: bytes | None, words: str
) -> None:
    made(tmp_path)
    if key is not None:
        (tmp_path / "gateway/tls.key").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    if certificate is not None:
        (tmp_path / "gateway/tls.crt").write_bytes(certificate)
    with pytest.raises(Misconfigured, match=words):
        made(tmp_path)


def test_the_authority_of_a_server_elsewhere_is_handed_to_every_service_for_as_long_as_it_is_there(tmp_path: Path) -> None:
    made(tmp_path)
    put_there = tmp_path / "ca/kafka.crt"
    put_there.write_bytes((tmp_path / "ca/ca.crt").read_bytes())
    assert made(tmp_path) == [f"{service}/kafka.crt" for service in SERVICES]
    assert {(tmp_path / f"{service}/kafka.crt").read_bytes() for service in SERVICES} == {put_there.read_bytes()}
    put_there.unlink()
    assert made(tmp_path) == []
    assert list(tmp_path.glob("*/kafka.crt")) == []


def test_a_key_with_a_password_is_refused(tmp_path: Path) -> None:
    made(tmp_path)
    locked = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"invented")
    )
    (tmp_path / "gateway/tls.key").write_bytes(locked)
    with pytest.raises(Misconfigured, match="is not a private key in PEM form, without a password"):
        made(tmp_path)


def test_a_certificate_of_another_key_is_refused(tmp_path: Path) -> None:
    made(tmp_path)
    stranger = rsa.generate_private_key(65537, 2048)
    (tmp_path / "gateway/tls.key").write_bytes(stranger.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    with pytest.raises(Misconfigured, match="is not the certificate of the key"):
        made(tmp_path)


def test_each_departments_system_has_a_password_of_its_own(tmp_path: Path) -> None:
    made(tmp_path)
    topic = WANTED.desks[0].topic
    assert (tmp_path / f"departments/{topic}").read_bytes() == (tmp_path / f"bootstrap/{topic}_kafka_password").read_bytes()


def test_brokers_share_an_id_in_kafkas_form(tmp_path: Path) -> None:
    made(tmp_path)
    assert re.fullmatch(r"\w[\w-]{21}", (tmp_path / "kafka/cluster_id").read_text())


def test_an_id_of_brokers_never_looks_like_an_option(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = iter((UUID(bytes=b"\xf8" + bytes(15)), UUID(bytes=bytes(16))))
    monkeypatch.setattr(secrets, "uuid4", lambda: next(ids))
    made(tmp_path)
    assert (tmp_path / "kafka/cluster_id").read_text() == "A" * 22
