"""A compose project for tests: the deployment as an operator starts it, on ports, networks and secrets of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import msgspec

from services.contracts.services import SERVICES
from services.deployed.trust import trusting
from services.deployment import DEMO_ACCOUNTS as ACCOUNTS
from tests.deploy.containers import inside
from tests.engine import image_name

ROOT = Path(__file__).parents[2]
COMPOSE_FILES = "docker-compose.yml:deploy/compose.demo.yml"
UP_SECONDS = 300
COMMAND_SECONDS = 900


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class End(NamedTuple):
    """How a container ended: its exit code, how long after it was told, and whether nothing but SIGKILL did it."""

    code: int
    seconds: float
    killed: bool


def _ends(events: Sequence[Mapping[str, Any]]) -> dict[str, End]:
    """What the engine tells of containers, in the order in which it happened: signals, then an end."""
    signals: dict[str, list[Mapping[str, Any]]] = {}
    ends: dict[str, End] = {}
    for event in events:
        said = event["Actor"]["Attributes"]
        service = said["com.docker.compose.service"]
        if event["Action"] == "kill":
            signals.setdefault(service, []).append(event)
        elif service in signals:
            seconds = (event["timeNano"] - signals[service][0]["timeNano"]) / 1e9
            numbers = {each["Actor"]["Attributes"]["signal"] for each in signals[service]}
            ends[service] = End(int(said["exitCode"]), seconds, killed=str(signal.SIGKILL.value) in numbers)
    return ends


class NotDone(Exception):
    """A command of compose failed; says what it said."""


@dataclass(frozen=True)
class Project:
    """A deployment in a directory, as whoever has this environment starts it; `secrets` is the place of deploy/secrets."""

    name: str
    directory: Path
    secrets: Path
    https_port: int
    broker_port: int
    environment: Mapping[str, str]

    @classmethod
    def new(cls, name: str, number: int, folder: Path, **more: str) -> Project:
        """One of this tree, beside others: `number` gives it networks of its own."""
        secrets = folder / name
        for place in (ROOT / "deploy" / "secrets").iterdir():
            (secrets / place.name).mkdir(parents=True)
        https_port, broker_port = free_port(), free_port()
        images = {f"{role.upper()}_IMAGE": image_name(role) for role in ("base", "postgres", "kafka", "nginx", "fuxue")}
        environment = {
            **os.environ,
            **images,
            "COMPOSE_FILE": COMPOSE_FILES,
            "FUXUE_PROJECT": name,
            "FUXUE_SECRETS": str(secrets),
            "FUXUE_BIND": "127.0.0.1",
            "FUXUE_HTTPS_PORT": str(https_port),
            "FUXUE_HTTP_PORT": str(free_port()),
            "FUXUE_BROKER_PORT": str(broker_port),
            "FUXUE_BROKER_ADDRESS": f"localhost:{broker_port}",
            "FUXUE_SUBNET": f"172.29.{number}.0/24",
            "FUXUE_EDGE_SUBNET": f"172.29.{number + 1}.0/24",
            **more,
        }
        return cls(name, ROOT, secrets, https_port, broker_port, environment)

    @classmethod
    def installed(cls, directory: Path, environment: Mapping[str, str]) -> Project:
        """One that an operator has installed somewhere; what is chosen stands in its .env alone, the rest is as it comes."""
        return cls("fuxue", directory, directory / "deploy" / "secrets", 8443, 9094, environment)

    def compose(self, *words: str, seconds: float = COMMAND_SECONDS, check: bool = True) -> subprocess.CompletedProcess[str]:
        """`docker compose …`, whose words come back; raises NotDone."""
        done = subprocess.run(  # noqa: S603  our own command
            ["docker", "compose", *words],  # noqa: S607  whichever docker the machine has
            cwd=self.directory, env=self.environment, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=seconds, check=False,
        )  # fmt: skip
        if check and done.returncode != 0:
            raise NotDone(f"docker compose {' '.join(words)}: {done.stdout[-3000:]}\n{done.stderr[-3000:]}\n{self.troubled()}")
        return done

    def troubled(self) -> str:
        """What the containers say that are not well."""
        states = self.compose("ps", "--all", "--format", "{{.Service}} {{.State}} {{.Health}} {{.ExitCode}}", check=False).stdout
        ill = [line.split()[0] for line in states.splitlines() if "unhealthy" in line or line.split()[-1] != "0"]
        return states + self.compose("logs", "--tail", "20", *ill, check=False).stdout[-6000:]

    def up(self) -> None:
        """As an operator starts it."""
        self.compose("up", "--wait", "--no-build", "--quiet-pull", seconds=UP_SECONDS)

    def operator(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """A command of the operator's, in a container of the deployment."""
        return self.compose("run", "--rm", "--no-deps", "-T", "operator", *words, check=check)

    def start_play(self, *words: str) -> subprocess.Popen[str]:
        """The invented county's days, played beside whatever the test does."""
        return subprocess.Popen(  # noqa: S603  our own command
            ["docker", "compose", "run", "--rm", "--no-deps", "-T", "play", "container", "play", *words],  # noqa: S607  see above
            cwd=self.directory, env=self.environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip

    def engine(self, *words: str) -> str:
        """`docker …` about this project's containers."""
        return subprocess.run(["docker", *words], env=self.environment, capture_output=True, text=True, check=True).stdout  # noqa: S603, S607  see above

    @contextmanager
    def watched(self) -> Iterator[dict[str, End]]:
        """How each container ends that is told to stop meanwhile, by its service; known afterwards."""
        ends: dict[str, End] = {}
        only = ("--filter", f"label=com.docker.compose.project={self.name}", "--filter", "event=kill", "--filter", "event=die")
        watching = ["docker", "events", "--since", f"{time.time():.3f}", *only, "--format", "{{json .}}"]
        with subprocess.Popen(watching, env=self.environment, stdout=subprocess.PIPE, text=True) as watcher:  # noqa: S603  our own command
            try:
                yield ends
            finally:
                watcher.terminate()
            said, _ = watcher.communicate()
        ends.update(_ends([msgspec.json.decode(line) for line in said.splitlines()]))

    def container(self, service: str) -> str:
        """The engine's id of a service's container."""
        return self.compose("ps", "--all", "--quiet", service).stdout.strip()

    @contextmanager
    def outside(self) -> Iterator[httpx.Client]:
        """Somebody outside, who trusts the deployment's own authority."""
        verify = trusting(self.secrets / "ca" / "ca.crt")
        with httpx.Client(base_url=f"https://localhost:{self.https_port}", verify=verify, timeout=60) as client:
            yield client

    @contextmanager
    def inside(self) -> Iterator[httpx.Client]:
        """As the operator's commands come, whose secret is worth nothing outside: by a port of the container's own."""
        networks = self.engine("inspect", "--format", "{{json .NetworkSettings.Networks}}", self.container("gateway"))
        address = msgspec.json.decode(networks)[f"{self.name}_edge"]["IPAddress"]
        with inside(address, self.secrets / "ca" / "ca.crt") as client:
            yield client

    def operator_token(self) -> str:
        """What the operator's secret opens."""
        secret = (self.secrets / "operator" / "client_secret").read_text().strip()
        with self.inside() as client:
            answer = client.post("/identity/token", data={"grant_type": "client_credentials"}, auth=("operator", secret))
            return str(answer.raise_for_status().json()["access_token"])

    def rests(self) -> dict[str, dict[str, Any]]:
        """How each service is, as the operator may ask."""
        headers = {"Authorization": f"Bearer {self.operator_token()}"}
        with self.inside() as client:
            return {name: client.get(f"/{name}/operator/rest", headers=headers).raise_for_status().json() for name in SERVICES}

    def signed_in(self, client: httpx.Client, login: str) -> str:
        """A token of one of the demo's people, whose passwords the player has put beside its clock."""
        image, volume = self.environment["FUXUE_IMAGE"], f"{self.name}_demo:/demo:ro"
        listed = self.engine("run", "--rm", "--user", "0:0", "--network", "none", "-v", volume, image, "cat", f"/demo/{ACCOUNTS}")
        asked = {"login": login, "password": msgspec.json.decode(listed, type=dict[str, str])[login]}
        return str(client.post("/identity/login", json=asked).raise_for_status().json()["token"])

    def verified(self) -> dict[str, dict[str, Any]]:
        """What `fuxue verify` says."""
        reports: dict[str, dict[str, Any]] = msgspec.json.decode(self.operator("verify", "--json").stdout)
        return reports

    def keep_keys_of(self, other: Project) -> None:
        """Take over the keys that the operator of another deployment has kept apart."""
        mounts = ["-v", f"{other.secrets}:/from:ro", "-v", f"{self.secrets}:/to"]
        image = self.environment["FUXUE_IMAGE"]
        self.engine("run", "--rm", "--user", "0:0", "--network", "none", *mounts, image, "cp", "-a", "/from/.", "/to/")

    def copied_volume(self, name: str, to: Project) -> None:
        """Carry a volume over to another project, as an operator carries backups to another machine."""
        image = self.environment["FUXUE_IMAGE"]
        mounts = ["-v", f"{self.name}_{name}:/from:ro", "-v", f"{to.name}_{name}:/to"]
        self.engine("run", "--rm", "--user", "0:0", "--network", "none", *mounts, image, "cp", "-a", "/from/.", "/to/")

    def down(self) -> None:
        """Take everything away, at once: how containers stop is not what is asked here."""
        self.compose("--profile", "*", "down", "--volumes", "--timeout", "0")  # what was made by hand, too


def until(holds: Any, seconds: float, what: str) -> None:
    """Wait for something that comes by itself."""
    patience = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < patience, what
        time.sleep(0.5)
