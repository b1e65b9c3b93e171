"""The gateway's template in nginx's image, before services that answer with what they were asked."""

from __future__ import annotations

import json
import re
import shutil
import socket
import ssl
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from http.client import HTTPResponse
from pathlib import Path

import httpx
import pytest
from testcontainers.core.container import DockerContainer
from testcontainers.core.network import Network
from testcontainers.core.wait_strategies import LogMessageWaitStrategy

from services.chassis.web.outside import FROM_OUTSIDE
from services.deployed.doctor import State
from services.deployed.doctor.certificates import gateway_certificates, to_be_shown
from services.deployed.tokens import OwnToken
from services.deployed.trust import trusting
from tests.deploy.compose import resolved
from tests.deploy.containers import Images, hardened, inside
from tests.deployed.listener import authority, imported, issue

DEPLOY = Path(__file__).parents[2] / "deploy"
HSTS = "max-age=31536000"
BURST = 2
FILE_BYTES = 32 << 20
AWAY = "oversight"
THERE = ["identity", "registry", "casework", "assistance", "notifications"]
ECHO = """
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

class Echo(BaseHTTPRequestHandler):
    def date_time_string(self, timestamp=None):
        return "Sat, 05 Sep 2026 00:00:00 GMT"

    def do_GET(self):
        if self.path.endswith("/never-answered"):
            threading.Event().wait()
        length = int(self.headers.get("Content-Length", 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = json.dumps({"path": self.path, "headers": headers, "bytes": len(self.rfile.read(length)),
                           "access_token": "invented", "expires_in": 900}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

print("echoing", flush=True)
ThreadingHTTPServer(("0.0.0.0", 8000), Echo).serve_forever()
"""


@pytest.fixture(scope="module")
def network(image: Images) -> Iterator[Network]:
    """With the engine's own names, which nginx asks for; every service but one stands behind them."""
    with Network() as network:
        services = hardened(image("base"), entrypoint=["python3", "-c", ECHO])
        services.with_network(network).with_network_aliases(*THERE)
        with services.waiting_for(LogMessageWaitStrategy("echoing").with_startup_timeout(60)):
            yield network


def impatient(folder: Path) -> Path:
    """The gateway's templates, which wait for an answer as long as a test can."""
    copied = shutil.copytree(DEPLOY / "gateway", folder / "templates")
    house = copied / "fuxue.house.template"
    house.write_text(house.read_text().replace("proxy_read_timeout 60s;", "proxy_read_timeout 5s;"))
    return copied


HTTPS_PORT = "18443"


def made(image: Images, network: Network, folder: Path, https_port: str = HTTPS_PORT) -> DockerContainer:
    """A gateway that is not started yet, with the memory and the places that the deployment gives it."""
    tls = folder / "tls"
    tls.mkdir()
    authority(tls)
    for path in issue(tls, "gateway"):
        path.chmod(0o644)
        path.rename(path.with_stem("inside"))
    for path in imported(tls, "localhost", "127.0.0.1"):
        path.chmod(0o644)
        path.rename(tls / path.name)
    tls.chmod(0o755)
    deployed = resolved()["services"]["gateway"]
    container = hardened(image("nginx"), user="101:101", mem_limit=int(deployed["mem_limit"]))
    container.with_exposed_ports(8080, 8443, 8444).with_network(network)
    container.tmpfs.update(place.partition(":")[::2] for place in deployed["tmpfs"])
    container.with_volume_mapping(DEPLOY / "nginx" / "nginx.conf", "/etc/nginx/nginx.conf")
    container.with_volume_mapping(impatient(folder), "/etc/nginx/templates")
    container.with_volume_mapping(tls, "/run/secrets/fuxue")
    container.with_envs(FUXUE_HTTPS_PORT=https_port, FUXUE_REQUESTS_A_SECOND="1000", FUXUE_REQUESTS_BURST="1000")
    container.with_envs(FUXUE_LOGINS_A_MINUTE="1", FUXUE_LOGINS_BURST=str(BURST))
    return container.waiting_for(LogMessageWaitStrategy("start worker process").with_startup_timeout(60))


@pytest.fixture
def gateway(image: Images, network: Network, tmp_path: Path) -> Iterator[DockerContainer]:
    with made(image, network, tmp_path) as container:
        yield container


@pytest.fixture
def outside(gateway: DockerContainer, tmp_path: Path) -> Iterator[httpx.Client]:
    address = f"https://127.0.0.1:{gateway.get_exposed_port(8443)}"
    with httpx.Client(base_url=address, verify=trusting(tmp_path / "tls" / "province" / "ca.crt"), timeout=30) as client:
        yield client


def wire(gateway: DockerContainer, folder: Path, port: int = 8443) -> ssl.SSLSocket:
    """A connection to the gateway over which anything may be said."""
    plain = socket.create_connection(("127.0.0.1", int(gateway.get_exposed_port(port))), timeout=60)
    return trusting(folder / "tls" / "province" / "ca.crt").wrap_socket(plain, server_hostname="localhost")


def status(wire: ssl.SSLSocket) -> int:
    """Of the next answer, which is read as far as it has come."""
    return int(wire.recv(1 << 16).split()[1])


def test_from_outside_a_service_hears_that_it_is_from_outside_whatever_is_said_and_from_inside_it_does_not(
    gateway: DockerContainer, outside: httpx.Client, tmp_path: Path
) -> None:
    for said in ({FROM_OUTSIDE: ""}, {FROM_OUTSIDE.lower(): "no"}, {"Host": "gateway:8444"}):
        for path in ("/registry/pupils", "/identity/token", "/registry/imports", "/registry/imports/1", "/"):
            assert outside.get(path, headers=said).json()["headers"][FROM_OUTSIDE.lower()] == "yes", (path, said)
    networks = gateway.get_wrapped_container().attrs["NetworkSettings"]["Networks"]
    (address,) = (each["IPAddress"] for each in networks.values())
    with inside(address, tmp_path / "tls" / "ca.crt") as client:
        assert FROM_OUTSIDE.lower() not in client.get("/registry/pupils").json()["headers"]


def test_with_an_imported_certificate_the_operators_commands_still_come_in(
    gateway: DockerContainer, outside: httpx.Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert outside.get("/registry/pupils").is_success, "who comes from outside sees what was imported"
    resolve = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda _host, *more, **asked: resolve("127.0.0.1", *more, **asked))
    own = tmp_path / "tls" / "ca.crt"
    port = int(gateway.get_exposed_port(8444))
    token = OwnToken(f"https://gateway:{port}", "operator", "s3cret", ca_file=own)
    assert token() == "invented"
    token.close()
    expected = to_be_shown(tmp_path / "tls" / "tls.crt")
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


@pytest.mark.parametrize("door", ["/identity/login", "/identity/password", "/identity/token", "/sign-in", "/password"])
def test_whoever_tries_passwords_too_often_is_held_up_and_nobody_else(outside: httpx.Client, door: str) -> None:
    answers = [outside.post(door, json={}) for _ in range(BURST + 2)]
    assert [answer.status_code for answer in answers] == [200] * (BURST + 1) + [429]
    refused = answers[-1]
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["code"] == "too-often"
    assert (refused.headers["retry-after"], refused.headers["strict-transport-security"]) == ("5", HSTS)
    assert outside.get("/identity/me").is_success


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
    gateway: DockerContainer, outside: httpx.Client, tmp_path: Path
) -> None:
    with ExitStack() as opened:
        wires = [opened.enter_context(wire(gateway, tmp_path)) for _ in range(8)]
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


@pytest.mark.parametrize(("https_port", "there"), [(HTTPS_PORT, f"127.0.0.1:{HTTPS_PORT}"), ("443", "127.0.0.1")])
def test_whoever_comes_without_tls_is_sent_to_the_port_where_it_is(
    image: Images, network: Network, tmp_path: Path, https_port: str, there: str
) -> None:
    with made(image, network, tmp_path, https_port) as gateway:
        plain = httpx.get(f"http://127.0.0.1:{gateway.get_exposed_port(8080)}/registry/pupils?page=2")
    assert (plain.status_code, plain.headers["location"]) == (308, f"https://{there}/registry/pupils?page=2")


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
    gateway: DockerContainer, tmp_path: Path, head: str, status: int
) -> None:
    with wire(gateway, tmp_path) as secured:
        answer = refused(secured, head)
        assert (answer.status, answer.getheader("Strict-Transport-Security")) == (status, HSTS)


@pytest.mark.parametrize(
    ("port", "head"), [(8443, "GET / HTTP/1.1\r\nHost: here"), (8080, "GET / HTTP/1.1"), (8080, "Speak, friend")]
)
def test_so_is_what_it_refuses_to_those_who_come_without_tls(gateway: DockerContainer, port: int, head: str) -> None:
    with socket.create_connection(("127.0.0.1", int(gateway.get_exposed_port(port))), timeout=60) as plain:
        answer = refused(plain, head)
        assert (answer.status, answer.getheader("Strict-Transport-Security")) == (400, None)


def test_a_services_answer_tells_the_services_clock_and_not_the_gateways(outside: httpx.Client) -> None:
    assert outside.get("/registry/pupils").headers["date"] == "Sat, 05 Sep 2026 00:00:00 GMT"


def test_a_name_that_is_looked_for_stands_in_no_log(outside: httpx.Client, gateway: DockerContainer) -> None:
    mark = f"name-{uuid.uuid4().hex}"
    outside.get(f"/registry/pupils?name={mark}")
    outside.get(f"/{AWAY}/summary?name={mark}")
    log = b"".join(gateway.get_logs()).decode()
    assert "/registry/pupils" in log
    assert mark not in log
