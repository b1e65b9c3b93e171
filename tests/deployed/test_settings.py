"""What a container is told: values, values from files, and what is said of those that are missing or malformed."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from sqlalchemy import make_url

from services.chassis.bus.kafka_settings import Security
from services.chassis.errors import Misconfigured
from services.chassis.wrapping import WRAPPING_KEYS
from services.contracts.codes import Department
from services.contracts.services import SERVICES
from services.contracts.topics import Desk
from services.deployed.bootstrap import bootstrap
from services.deployed.bootstrap.release import OtherRelease, must_be_of
from services.deployed.bootstrap.settings import BootstrapSettings, bootstrap_settings, desks
from services.deployed.data_keys import CHECKPOINT_KEY, ids_of
from services.deployed.postgres_programs import run
from services.deployed.secrets import Wanted, make_secrets
from services.deployed.settings import ServiceSettings, environment, service_settings
from services.version import VERSION

SECRET = "invented-secret"


def key(number: int) -> str:
    return base64.b64encode(bytes([number]) * 32).decode()


@pytest.fixture(autouse=True)
def told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A whole environment, its secrets in files."""
    secrets = {"database_password": SECRET, "kafka_password": SECRET, "client_secret": SECRET, "checkpoint_key": "pem"}
    secrets |= {"wrapping_keys": f"{key(1)}\n{key(2)}\n", "token_key": "pem", "clients": f"operator={SECRET}\n"}
    for name, value in secrets.items():
        (tmp_path / name).write_text(f"{value}\n")
        monkeypatch.setenv(f"FUXUE_{name.upper()}_FILE", str(tmp_path / name))
    monkeypatch.setenv("FUXUE_COUNTY", "570126")
    return tmp_path


def test_a_service_is_told_everything_by_its_environment_and_files() -> None:
    settings = service_settings("registry")
    assert settings.database.url == f"postgresql://fuxue_registry_app:{SECRET}@postgres:5432/fuxue_registry"
    assert (settings.kafka.user, settings.kafka.security) == ("registry", Security.SASL_PLAINTEXT)
    assert list(settings.wrapping_keys.values()) == [b"\x01" * 32, b"\x02" * 32], "the key in force stands first"
    assert settings.workers == ("registry-worker", 7070)
    assert settings.demo is None
    assert settings.erasures == Path("/erasures")


def test_tls_is_asked_of_servers_elsewhere_alone(monkeypatch: pytest.MonkeyPatch, told: Path) -> None:
    (told / "ca.crt").touch()
    monkeypatch.setenv("FUXUE_DATABASE_SSLMODE", "verify-full")
    monkeypatch.setenv("FUXUE_DATABASE_CA", str(told / "ca.crt"))
    monkeypatch.setenv("FUXUE_REGISTRY_DATABASE_SERVER", "registry.county.example")
    assert service_settings("casework").database.tls is None, "`postgres` is the deployment's own"
    elsewhere = service_settings("registry").database
    assert make_url(elsewhere.url).query == {"sslmode": "verify-full", "sslrootcert": str(told / "ca.crt")}
    given = {"PGPASSWORD": SECRET, "PGSSLMODE": "verify-full", "PGSSLROOTCERT": str(told / "ca.crt")}
    assert elsewhere.variables == given
    run(["sh", "-c", " && ".join(f'test "${name}" = "{value}"' for name, value in given.items())], elsewhere.variables)


def test_an_authority_that_is_not_there_is_asked_for_where_it_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FUXUE_DATABASE_HOST", "postgres.county.example")
    monkeypatch.setenv("FUXUE_DATABASE_CA", "/nowhere/postgres.crt")
    monkeypatch.setenv("FUXUE_KAFKA_CA", "/nowhere/kafka.crt")
    monkeypatch.setenv("FUXUE_DATABASE_SSLMODE", "require")
    settings = service_settings("registry")
    assert (make_url(settings.database.url).query, settings.kafka.ca_file) == ({"sslmode": "require"}, None)
    monkeypatch.setenv("FUXUE_KAFKA_SECURITY", "SASL_SSL")
    assert service_settings("registry").kafka.ca_file == Path("/nowhere/kafka.crt")
    monkeypatch.setenv("FUXUE_DATABASE_SSLMODE", "verify-ca")
    with pytest.raises(Misconfigured, match=r"no file /nowhere/postgres.crt .* put it into deploy/secrets/ca/postgres.crt"):
        service_settings("registry")
    monkeypatch.setenv("FUXUE_DATABASE_SSLMODE", "on")
    with pytest.raises(Misconfigured, match="FUXUE_DATABASE_SSLMODE is none of require, verify-ca, verify-full"):
        service_settings("registry")


def test_only_identity_holds_the_key_of_the_tokens_and_the_clients() -> None:
    assert service_settings("identity").clients == {"operator": SECRET}
    assert service_settings("registry").token_key is None
    assert not service_settings("registry").clients


def test_no_secret_is_shown() -> None:
    settings: ServiceSettings = service_settings("identity")
    assert SECRET not in f"{settings!r} {settings.database!r} {settings.kafka!r}"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("FUXUE_COUNTY", "57012", "six digits"),
        ("FUXUE_COUNTY", "", "FUXUE_COUNTY is not set"),
        ("FUXUE_DATABASE_PORT", "five", "the form is a whole number"),
        ("FUXUE_KAFKA_SECURITY", "TLS", "one of PLAINTEXT"),
        ("FUXUE_WRAPPING_KEYS", "short", "FUXUE_WRAPPING_KEYS is not in form"),
        ("FUXUE_WRAPPING_KEYS", base64.b64encode(b"short").decode(), "32 bytes"),
        ("FUXUE_CLIENTS", "operator", "one a line"),
        ("FUXUE_WORKERS", "registry-worker", "host:port"),
        ("FUXUE_DATABASE_PASSWORD_FILE", "/nowhere/at/all", "FUXUE_DATABASE_PASSWORD_FILE names a file that cannot be read"),
    ],
)
def test_what_is_missing_or_malformed_is_named_with_its_form(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.delenv(f"{name}_FILE", raising=False)
    monkeypatch.setenv(name, value)
    with pytest.raises(Misconfigured) as refused:
        service_settings("identity")
    assert said in str(refused.value)
    assert SECRET not in str(refused.value)


def test_a_demo_begins_at_an_instant_with_its_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FUXUE_DEMO_CLOCK", "/demo/clock.json")
    monkeypatch.setenv("FUXUE_DEMO_BEGINS", "2026-08-31T09:00:00+08:00")
    demo = service_settings("registry").demo
    assert demo is not None
    assert demo.begins.isoformat() == "2026-08-31T01:00:00+00:00"
    monkeypatch.setenv("FUXUE_DEMO_BEGINS", "2026-08-31T09:00:00")
    with pytest.raises(Misconfigured, match="FUXUE_DEMO_BEGINS is not in form; the form is an instant with its zone"):
        service_settings("registry")


def test_departments_systems_are_named_by_department_and_division(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FUXUE_DEPARTMENT_SYSTEMS", "civil_affairs:570126, township:570126100")
    named = desks(environment())
    assert named == (Desk(Department.CIVIL_AFFAIRS, "570126"), Desk(Department.TOWNSHIP, "570126100"))
    monkeypatch.setenv("FUXUE_DEPARTMENT_SYSTEMS", "civil-affairs:570126")
    with pytest.raises(Misconfigured, match="civil-affairs:570126 is not in form"):
        desks(environment())


def test_there_is_no_other_service() -> None:
    with pytest.raises(Misconfigured, match="there is no service 'console'"):
        service_settings("console")


# --- servers --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def bootstrap_secrets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """What the bootstrap reads, as the step `secrets` makes it."""
    make_secrets(tmp_path / "secrets", Wanted(("localhost",)), data_there=False)
    monkeypatch.setenv("FUXUE_BOOTSTRAP_SECRETS", str(tmp_path / "secrets" / "bootstrap"))
    return tmp_path / "secrets"


def holding(settings: BootstrapSettings) -> dict[str, list[str]]:
    return {server.name: [each.service for each in server.databases] for server in settings.servers}


def test_where_nobody_says_otherwise_one_server_holds_all_databases(bootstrap_secrets: Path) -> None:
    settings = bootstrap_settings()
    assert holding(settings) == {"postgres": list(SERVICES)}
    assert settings.servers[0].superuser.password == (bootstrap_secrets / "postgres/superuser_password").read_text().strip()


def test_the_bootstrap_knows_each_services_keys_by_their_ids(bootstrap_secrets: Path) -> None:
    for service in SERVICES:
        wrapping, checkpoint = ((bootstrap_secrets / service / name).read_bytes() for name in (WRAPPING_KEYS, CHECKPOINT_KEY))
        assert bootstrap_settings().keys[service] == ids_of(wrapping, checkpoint)


def test_the_first_accounts_code_may_be_gone_and_is_missed_only_by_who_needs_it(bootstrap_secrets: Path) -> None:
    code = bootstrap_secrets / "bootstrap" / "first_account_code"
    assert bootstrap_settings().first_code() == code.read_text()
    code.unlink()
    with pytest.raises(Misconfigured, match="put it into deploy/secrets/bootstrap/first_account_code"):
        bootstrap_settings().first_code()


def test_an_image_of_another_release_than_the_compose_files_changes_nothing_and_says_how_to_get_the_right_one(
    bootstrap_secrets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FUXUE_RELEASE", "0.0.9")
    changed: list[str] = []
    with pytest.raises(OtherRelease, match=f"of release {VERSION}, the compose files of 0.0.9.*deploy/images/build.sh"):
        bootstrap(bootstrap_settings(), service_settings("identity"), changed.append)
    assert changed == []
    for of in (VERSION, None):
        must_be_of(of)


def test_a_service_with_a_server_of_its_own_is_found_there_by_all_who_look(
    bootstrap_secrets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FUXUE_DATABASE_HOST", "db.county.example")
    monkeypatch.setenv("FUXUE_REGISTRY_DATABASE_SERVER", "postgres-registry")
    monkeypatch.setenv("FUXUE_OVERSIGHT_DATABASE_SERVER", "postgres-oversight:5433")
    monkeypatch.setenv("FUXUE_CASEWORK_DATABASE_SERVER", "")
    settings = bootstrap_settings()
    assert holding(settings) == {
        "postgres-oversight-5433": ["oversight"],
        "postgres-registry": ["registry"],
        "db.county.example": ["identity", "casework", "assistance", "notifications"],
    }
    assert (service_settings("registry").database.host, service_settings("casework").database.host) == (
        "postgres-registry", "db.county.example",
    )  # fmt: skip
    assert service_settings("oversight").database.port == 5433
    assert [each.service for each in settings.databases] == list(SERVICES)
    passwords = {server.name: server.superuser.password for server in settings.servers}
    assert passwords["postgres-registry"] == (bootstrap_secrets / "postgres-registry/superuser_password").read_text().strip()
    assert passwords["db.county.example"] == (bootstrap_secrets / "postgres/superuser_password").read_text().strip()


def test_a_server_that_the_common_one_is_too_is_one_server(bootstrap_secrets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FUXUE_REGISTRY_DATABASE_SERVER", "postgres:5432")
    assert list(holding(bootstrap_settings())) == ["postgres"]


@pytest.mark.parametrize("value", [":5432", "postgres-registry:", "postgres-registry:five"])
def test_a_server_that_is_not_in_form_is_named_by_its_variable(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("FUXUE_REGISTRY_DATABASE_SERVER", value)
    with pytest.raises(Misconfigured, match="FUXUE_REGISTRY_DATABASE_SERVER is not in form; the form is host or host:port"):
        service_settings("registry")


def test_a_server_that_no_service_has_is_told_with_those_that_there_are(bootstrap_secrets: Path) -> None:
    with pytest.raises(Misconfigured, match="no server postgres-registry; the settings name postgres"):
        bootstrap_settings().server_named("postgres-registry")
