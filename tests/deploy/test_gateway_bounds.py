"""What the gateway does not let in, how it says so, and that nobody else stays outside for it."""

from __future__ import annotations

import json
import re
import socket
import ssl
from contextlib import ExitStack
from http.client import HTTPResponse
from pathlib import Path

import httpx
import pytest
from testcontainers.core.container import DockerContainer

from services.deployed.trust import trusting
from tests.deploy.doors import AWAY, HSTS

FILE_BYTES = 32 << 20


def wire(gateway: DockerContainer, folder: Path, port: int = 8443) -> ssl.SSLSocket:
    """A connection to the gateway over which anything may be said."""
    plain = socket.create_connection(("127.0.0.1", int(gateway.get_exposed_port(port))), timeout=60)
    return trusting(folder / "tls" / "province" / "ca.crt").wrap_socket(plain, server_hostname="localhost")


def status(wire: ssl.SSLSocket) -> int:
    """Of the next answer, which is read as far as it has come."""
    return int(wire.recv(1 << 16).split()[1])


def test_a_body_that_is_too_large_is_a_problem_and_asking_again_is_not_advised(outside: httpx.Client) -> None:
    refused = outside.post("/registry/imports", content=b"x" * (41 << 20))
    assert (refused.status_code, refused.json()["code"]) == (413, "body-too-large")
    assert "retry-after" not in refused.headers
    assert refused.headers["strict-transport-security"] == HSTS


@pytest.mark.parametrize(
    "path", ["/registry/imports", "/identity/imports", "/registry/roll-calls:import", "/casework/operator/verify"]
)
def test_a_file_of_thirty_two_mebibytes_comes_through(outside: httpx.Client, path: str) -> None:
    assert outside.post(path, content=b"x" * FILE_BYTES).json()["bytes"] == FILE_BYTES


@pytest.mark.parametrize("path", ["/sign-in", "/casework/duties", "/registry/roll-calls", "/registry/imports/1:resume"])
def test_more_than_a_mebibyte_is_refused_where_no_file_is_expected(outside: httpx.Client, path: str) -> None:
    assert outside.post(path, content=b"x" * (2 << 20)).status_code == 413


@pytest.mark.parametrize("port", [8080, 8443])
def test_three_thousand_who_say_half_a_request_keep_nobody_else_outside(
    gateway: DockerContainer, outside: httpx.Client, port: int
) -> None:
    address = ("127.0.0.1", int(gateway.get_exposed_port(port)))
    with ExitStack() as opened:
        for _ in range(3_000):
            opened.enter_context(socket.create_connection(address, timeout=60)).sendall(b"GET / HT")
        assert outside.get("/registry/pupils", timeout=10).is_success


@pytest.mark.parametrize(("size", "code"), [(3_900, 200), (4_100, 414), (15_000, 414)])
def test_an_address_is_too_long_at_the_gateway_and_not_only_behind_it(outside: httpx.Client, size: int, code: int) -> None:
    assert outside.post(f"/registry/pupils?x={'x' * size}", content=b"x" * 200_000).status_code == code


@pytest.mark.parametrize(("size", "code"), [(3_900, 200), (4_100, 431), (9_000, 431)])
def test_a_header_is_too_long_at_the_gateway_and_not_only_behind_it(outside: httpx.Client, size: int, code: int) -> None:
    answer = outside.post("/registry/pupils", headers={"X-Long": "x" * size}, content=b"x" * 200_000)
    assert answer.status_code == code


def test_a_large_file_for_a_service_that_is_away_is_told_that_and_not_that_it_is_too_large(outside: httpx.Client) -> None:
    refused = outside.post(f"/{AWAY}/operator/verify", content=b"x" * FILE_BYTES)
    assert (refused.status_code, refused.json()["code"], refused.headers["retry-after"]) == (503, "service-unavailable", "5")


def test_eight_large_files_at_once_from_nobody_leave_the_door_open_to_others(
    gateway: DockerContainer, outside: httpx.Client, folder: Path
) -> None:
    with ExitStack() as opened:
        wires = [opened.enter_context(wire(gateway, folder)) for _ in range(8)]
        for each in wires:
            each.sendall(b"POST /registry/imports HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n")
            each.sendall(b"Content-Length: %d\r\n\r\n" % FILE_BYTES)
        told = [status(each) for each in wires]
        assert sorted(told) == [100] * 4 + [429] * 4
        let_in = [each for each, first in zip(wires, told, strict=True) if first == 100]
        for each in let_in:
            each.sendall(b"x" * (FILE_BYTES - 1))
        assert outside.get("/registry/pupils").is_success, "all of them lie in the gateway's memory now"
        for each in let_in:
            each.sendall(b"x")
        assert [status(each) for each in let_in] == [200] * 4


NOT_READ = [
    pytest.param("GET /registry/pupils HTTP/1.1", 400, id="without a host"),
    pytest.param("Speak, friend", 400, id="no HTTP"),
    pytest.param(f"GET /registry/pupils?x={'x' * 5_000} HTTP/1.1\r\nHost: here", 414, id="address too long"),
    pytest.param(f"GET /registry/pupils HTTP/1.1\r\nHost: here\r\nX-Long: {'x' * 5_000}", 431, id="header too long"),
    pytest.param("POST /registry/pupils HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: xchunked", 501, id="transfer coding"),
    pytest.param("GET /registry/pupils HTTP/3.0\r\nHost: here", 505, id="version"),
    pytest.param("TRACE /registry/pupils HTTP/1.1\r\nHost: here", 405, id="method"),
    pytest.param("GET /problem HTTP/1.1\r\nHost: here", 404, id="where the problems are"),
    pytest.param("GET /registry/metrics HTTP/1.1\r\nHost: here", 404, id="numbers"),
]


def refused(wire: socket.socket, head: str) -> HTTPResponse:
    """The gateway's answer to something that is not to its taste, held to be a problem in both languages."""
    wire.sendall(f"{head}\r\nConnection: close\r\n\r\n".encode())
    answer = HTTPResponse(wire)
    answer.begin()
    problem = json.loads(answer.read())
    assert (answer.getheader("Content-Type"), problem["status"]) == ("application/problem+json", answer.status)
    assert re.search(r"[\u4e00-\u9fff]+。 [A-Z].+\.", problem["detail"])
    assert answer.getheader("Retry-After") is None
    return answer


@pytest.mark.parametrize(("head", "status"), NOT_READ)
def test_what_the_gateway_itself_refuses_is_a_problem_in_both_languages(
    gateway: DockerContainer, folder: Path, head: str, status: int
) -> None:
    with wire(gateway, folder) as secured:
        answer = refused(secured, head)
        assert (answer.status, answer.getheader("Strict-Transport-Security")) == (status, HSTS)


@pytest.mark.parametrize(
    ("port", "head"), [(8443, "GET / HTTP/1.1\r\nHost: here"), (8080, "GET / HTTP/1.1"), (8080, "Speak, friend")]
)
def test_so_is_what_it_refuses_to_those_who_come_without_tls(gateway: DockerContainer, port: int, head: str) -> None:
    with socket.create_connection(("127.0.0.1", int(gateway.get_exposed_port(port))), timeout=60) as plain:
        answer = refused(plain, head)
        assert (answer.status, answer.getheader("Strict-Transport-Security")) == (400, None)
