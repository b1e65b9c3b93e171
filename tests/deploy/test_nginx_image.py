"""nginx's image, ours or the official one, under our nginx.conf."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from testcontainers.core.container import DockerContainer
from testcontainers.core.wait_strategies import LogMessageWaitStrategy

from tests.deploy.containers import Images, hardened, secret

NGINX_CONF = Path(__file__).parents[2] / "deploy" / "nginx" / "nginx.conf"
TEMPLATE = """server {
    listen 8080;
    location / { return 200 "${COUNTY} $uri"; }
}
"""


@pytest.fixture
def gateway(image: Images, tmp_path: Path) -> Iterator[DockerContainer]:
    container = hardened(image("nginx"), env={"COUNTY": "990126"}, user="101:101").with_exposed_ports(8080)
    container.tmpfs["/etc/nginx/conf.d"] = "uid=101,gid=101"
    container.with_volume_mapping(NGINX_CONF, "/etc/nginx/nginx.conf")
    container.with_volume_mapping(secret(tmp_path, "gateway.conf", TEMPLATE), "/etc/nginx/templates/gateway.conf.template")
    with container.waiting_for(LogMessageWaitStrategy("start worker process").with_startup_timeout(30)):
        yield container


def test_a_template_gets_the_variables_that_are_set_and_keeps_those_of_nginx(gateway: DockerContainer) -> None:
    answer = httpx.get(f"http://127.0.0.1:{gateway.get_exposed_port(8080)}/registry/pupils")
    assert answer.text == "990126 /registry/pupils"


def test_a_gateway_that_is_stopped_ends_cleanly(gateway: DockerContainer) -> None:
    container = gateway.get_wrapped_container()
    container.stop(timeout=20)
    assert container.wait()["StatusCode"] == 0


def test_sigterm_alone_ends_it_too(gateway: DockerContainer) -> None:
    container = gateway.get_wrapped_container()
    container.kill("SIGTERM")
    assert container.wait(timeout=20)["StatusCode"] == 0
