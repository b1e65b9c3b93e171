"""At the wire: every refusal is a problem, and a connection lives on after a body that nobody wanted."""

from __future__ import annotations

import json
import os
import signal
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from http.client import HTTPResponse
from pathlib import Path

import httpx
import pytest

from services.chassis.web.connections import READ_OUT_BYTES
from services.chassis.web.state import MEBIBYTE
from services.deployment import Deployment, found
from tests.cli.test_stopping import PATIENCE_SECONDS, fuxue, until

HOST = "127.0.0.1"
PROBLEM = "application/problem+json"


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    data: Path = tmp_path_factory.mktemp("served")
    found(data, Deployment("570126", demo_from=datetime(2026, 9, 1, tzinfo=UTC)))
    with socket.socket() as free:
        free.bind((HOST, 0))
        number: int = free.getsockname()[1]
    serving = fuxue(data, "serve", "--port", str(number))

    def answers() -> bool:
        try:
            return httpx.get(f"http://{HOST}:{number}/registry/health").is_success
        except httpx.TransportError:
            return False

    until(answers)
    yield number
    os.killpg(serving.pid, signal.SIGTERM)
    serving.communicate(timeout=PATIENCE_SECONDS)


def ask(wire: socket.socket, head: str, body: bytes = b"") -> HTTPResponse:
    """Send a request wholly, then read the answer."""
    wire.sendall(f"{head}\r\nHost: house\r\n".encode())
    wire.sendall(b"Content-Length: %d\r\n\r\n" % len(body) + body)
    answer = HTTPResponse(wire)
    answer.begin()
    return answer


@pytest.mark.parametrize("size", [100, 2 * MEBIBYTE, 33 * MEBIBYTE])
def test_a_connection_lives_on_after_a_body_that_nobody_read(port: int, size: int) -> None:
    with socket.create_connection((HOST, port), PATIENCE_SECONDS) as wire:
        refused = ask(wire, "POST /registry/imports HTTP/1.1", b"x" * size)
        assert (refused.status, refused.getheader("Connection")) == (401, "keep-alive")
        assert json.loads(refused.read())["code"] == "not-signed-in"
        again = ask(wire, "GET /registry/health HTTP/1.1")
        assert again.status == 200


def test_a_body_too_long_to_be_read_out_ends_the_connection_and_the_answer_says_so(port: int) -> None:
    with socket.create_connection((HOST, port), PATIENCE_SECONDS) as wire:
        announced = f"Content-Length: {READ_OUT_BYTES + 1}"
        wire.sendall(f"POST /registry/imports HTTP/1.1\r\nHost: house\r\n{announced}\r\nExpect: 100-continue\r\n\r\n".encode())
        wire.shutdown(socket.SHUT_WR)
        answer = HTTPResponse(wire)
        answer.begin()
        assert (answer.status, answer.getheader("Connection")) == (401, "close")


@pytest.mark.parametrize(("size", "body"), [(0, 0), (8_000, 0), (9_000, 200_000), (9_000, 33 * MEBIBYTE)])
def test_an_address_up_to_eight_kibibytes_is_read_and_a_longer_one_refused_whatever_comes_after_it(
    port: int, size: int, body: int
) -> None:
    with socket.create_connection((HOST, port), PATIENCE_SECONDS) as wire:
        answer = ask(wire, f"POST /registry/imports?x={'x' * size} HTTP/1.1", b"x" * body)
        assert answer.status == (401 if size < 9_000 else 414)
        assert json.loads(answer.read())["status"] == answer.status


@pytest.mark.parametrize(
    ("head", "status"),
    [
        pytest.param(f"GET /registry/pupils?x={'x' * 9_000} HTTP/1.1", 414, id="address too long"),
        pytest.param(f"GET / HTTP/1.1\r\nX-Long: {'x' * 20_000}", 431, id="header too long"),
        pytest.param("GET / HTTP/9", 400, id="no HTTP"),
    ],
)
def test_what_cannot_be_read_as_a_request_is_refused_as_a_problem(port: int, head: str, status: int) -> None:
    with socket.create_connection((HOST, port), PATIENCE_SECONDS) as wire:
        answer = ask(wire, head)
        assert (answer.status, answer.getheader("Content-Type")) == (status, PROBLEM)
        assert json.loads(answer.read())["status"] == status
