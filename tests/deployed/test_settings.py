"""What a container is told: values, values from files, and what is said of those that are missing or malformed."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from services.chassis.bus.kafka_settings import Security
from services.chassis.errors import Misconfigured
from services.contracts.codes import Department
from services.contracts.topics import Desk
from services.deployed.bootstrap.settings import desks
from services.deployed.settings import ServiceSettings, environment, service_settings

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
        ("FUXUE_DATABASE_PORT", "five", "FUXUE_DATABASE_PORT is not a whole number"),
        ("FUXUE_KAFKA_SECURITY", "TLS", "none of PLAINTEXT"),
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
    with pytest.raises(Misconfigured, match="names no zone"):
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
