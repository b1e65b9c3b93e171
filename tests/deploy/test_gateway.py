"""The gateway: what it shows, where it leads, and what it tells the services of those who come."""

from __future__ import annotations

import socket
import uuid
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import httpx
import pytest
from testcontainers.core.container import DockerContainer
from testcontainers.core.network import Network

from services.chassis.web.outside import FROM_OUTSIDE
from services.deployed.doctor import State
from services.deployed.doctor.certificates import gateway_certificates, to_be_shown
from services.deployed.tokens import OwnToken
from tests.deploy.containers import Images, inside
from tests.deploy.doors import AWAY, HSTS, HTTPS_PORT, THERE, coming_to, made


def test_from_outside_a_service_hears_that_it_is_from_outside_whatever_is_said_and_from_inside_it_does_not(
    gateway: DockerContainer, outside: httpx.Client, folder: Path
) -> None:
    for said in ({FROM_OUTSIDE: ""}, {FROM_OUTSIDE.lower(): "no"}, {"Host": "gateway:8444"}):
        for path in ("/registry/pupils", "/identity/token", "/registry/imports", "/registry/imports/1", "/"):
            assert outside.get(path, headers=said).json()["headers"][FROM_OUTSIDE.lower()] == "yes", (path, said)
    networks = gateway.get_wrapped_container().attrs["NetworkSettings"]["Networks"]
    (address,) = (each["IPAddress"] for each in networks.values())
    with inside(address, folder / "tls" / "ca.crt") as client:
        assert FROM_OUTSIDE.lower() not in client.get("/registry/pupils").json()["headers"]


def test_with_an_imported_certificate_the_operators_commands_still_come_in(
    gateway: DockerContainer, outside: httpx.Client, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert outside.get("/registry/pupils").is_success, "who comes from outside sees what was imported"
    resolve = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda _host, *more, **asked: resolve("127.0.0.1", *more, **asked))
    own = folder / "tls" / "ca.crt"
    port = int(gateway.get_exposed_port(8444))
    token = OwnToken(f"https://gateway:{port}", "operator", "s3cret", ca_file=own)
    assert token() == "invented"
    token.close()
    expected = to_be_shown(folder / "tls" / "tls.crt")
    looked_at = list(gateway_certificates("gateway", port, ("localhost", "127.0.0.1"), expected))
    assert [each.state for each in looked_at] == [State.WELL, State.WELL], "the doctor looks at both"


@pytest.mark.parametrize("service", THERE)
def test_a_services_path_reaches_it_as_it_was_asked(outside: httpx.Client, service: str) -> None:
    assert outside.get(f"/{service}/pupils?name=%E7%8E%8B&page=2").json()["path"] == f"/{service}/pupils?name=%E7%8E%8B&page=2"


def test_who_asks_is_the_gateways_word_and_not_the_callers(outside: httpx.Client) -> None:
    forged = {"X-Forwarded-For": "10.0.0.1", "X-Forwarded-Proto": "http", "X-Forwarded-Host": "elsewhere.example"}
    told = outside.get("/registry/pupils", headers=forged).json()["headers"]
    assert told["x-forwarded-for"] != forged["X-Forwarded-For"]
    assert told["x-forwarded-proto"] == "https"
    assert told["x-forwarded-host"] == outside.base_url.netloc.decode()


@pytest.mark.parametrize(
    "path", ["/registry/metrics", "/registry/metrics/", "/registry/%6Detrics", "//registry//metrics", "/x/../registry/metrics"]
)
def test_numbers_are_not_read_from_outside(outside: httpx.Client, path: str) -> None:
    assert outside.get(outside.base_url.copy_with(raw_path=path.encode())).status_code == 404


DOORS = ("/identity/login", "/identity/password", "/identity/token", "/sign-in", "/password")


@pytest.fixture(scope="module")
def strict(image: Images, network: Network, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[DockerContainer, Path]]:
    """A gateway at which each door may be tried twice by one who tries them all; it is found where browsers look by themselves."""
    folder = tmp_path_factory.mktemp("strict")
    with made(image, network, folder, https_port="443", logins_burst=2 * len(DOORS) - 1) as gateway:
        yield gateway, folder


@pytest.fixture(scope="module")
def tried(strict: tuple[DockerContainer, Path]) -> Iterator[tuple[httpx.Client, Mapping[str, Sequence[httpx.Response]]]]:
    """Somebody who has tried each door three times, and what each said."""
    with coming_to(*strict) as client:
        rounds = [{door: client.post(door, json={}) for door in DOORS} for _ in range(3)]
        yield client, {door: [answers[door] for answers in rounds] for door in DOORS}


@pytest.mark.parametrize("door", DOORS)
def test_whoever_tries_passwords_too_often_is_held_up_and_nobody_else(
    tried: tuple[httpx.Client, Mapping[str, Sequence[httpx.Response]]], door: str
) -> None:
    client, answers = tried
    assert [answer.status_code for answer in answers[door]] == [200, 200, 429]
    refused = answers[door][-1]
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["code"] == "too-often"
    assert (refused.headers["retry-after"], refused.headers["strict-transport-security"]) == ("5", HSTS)
    assert client.get("/identity/me").is_success


@pytest.mark.parametrize(
    ("path", "code"), [(f"/{AWAY}/summary", "service-unavailable"), ("/registry/never-answered", "no-answer-in-time")]
)
def test_a_service_that_is_away_or_silent_is_a_problem_that_says_when_to_ask_again(
    outside: httpx.Client, path: str, code: str
) -> None:
    refused = outside.get(path)
    assert (refused.status_code, refused.json()["status"], refused.json()["code"]) == (503, 503, code)
    assert refused.headers["content-type"] == "application/problem+json"
    assert (refused.headers["retry-after"], refused.headers["strict-transport-security"]) == ("5", HSTS)


def test_what_is_answered_binds_browsers_to_https(outside: httpx.Client) -> None:
    assert outside.get("/registry/pupils").headers["strict-transport-security"] == HSTS


def sent_to(gateway: DockerContainer) -> tuple[int, str]:
    plain = httpx.get(f"http://127.0.0.1:{gateway.get_exposed_port(8080)}/registry/pupils?page=2")
    return plain.status_code, plain.headers["location"]


def test_whoever_comes_without_tls_is_sent_to_the_port_where_it_is(
    gateway: DockerContainer, strict: tuple[DockerContainer, Path]
) -> None:
    assert sent_to(gateway) == (308, f"https://127.0.0.1:{HTTPS_PORT}/registry/pupils?page=2")
    assert sent_to(strict[0]) == (308, "https://127.0.0.1/registry/pupils?page=2")


def test_a_services_answer_tells_the_services_clock_and_not_the_gateways(outside: httpx.Client) -> None:
    assert outside.get("/registry/pupils").headers["date"] == "Sat, 05 Sep 2026 00:00:00 GMT"


def test_a_name_that_is_looked_for_stands_in_no_log(outside: httpx.Client, gateway: DockerContainer) -> None:
    own, mark = f"/registry/pupils/{uuid.uuid4().hex}", f"name-{uuid.uuid4().hex}"
    outside.get(f"{own}?name={mark}")
    outside.get(f"/{AWAY}/summary?name={mark}")
    log = b"".join(gateway.get_logs()).decode()
    assert own in log
    assert mark not in log
