"""What docker compose makes of the deployment's files, for tests: nothing is started for it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

from tests.engine import LOCAL_IMAGES, cannot_run

ROOT = Path(__file__).parents[2]
BASE = "docker-compose.yml"
DEMO, THREE_BROKERS, OBSERVABILITY, PER_SERVICE, ELSEWHERE = (
    f"deploy/compose.{name}.yml" for name in ("demo", "three-brokers", "observability", "postgres-per-service", "elsewhere")
)
OVERLAYS = (DEMO, THREE_BROKERS, OBSERVABILITY, PER_SERVICE, ELSEWHERE)
COMBINATIONS = (
    (),
    *((overlay,) for overlay in OVERLAYS),
    (THREE_BROKERS, OBSERVABILITY),
    (THREE_BROKERS, DEMO),
    (OBSERVABILITY, DEMO),
    (THREE_BROKERS, OBSERVABILITY, DEMO),
    (PER_SERVICE, DEMO),
    OVERLAYS,
)
OFFICIAL = Path(os.devnull)
"""No .env at all: the official images' names."""

LOCAL = LOCAL_IMAGES
NOT_OURS = ("FUXUE_", "COMPOSE_")


def resolved(*overlays: str, env_file: Path = OFFICIAL) -> dict[str, Any]:
    """The deployment as compose understands it, whatever this machine's own variables and .env say; whoever asks may change it."""
    answer: dict[str, Any] = json.loads(_configured(overlays, env_file))
    return answer


@cache
def _configured(overlays: tuple[str, ...], env_file: Path) -> str:
    """Compose's answer, for which a process runs once: no test writes in these files."""
    if shutil.which("docker") is None:
        cannot_run("docker compose is not here; deploy/engine.sh brings it")
    files = [word for name in (BASE, *overlays) for word in ("-f", name)]
    command = ["docker", "compose", "--env-file", str(env_file), *files, "--profile", "*", "config", "--format", "json"]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(NOT_OURS) and not name.endswith("_IMAGE")}
    run = subprocess.run(command, cwd=ROOT, env=kept, capture_output=True, text=True, check=False)  # noqa: S603 – a fixed command
    assert run.returncode == 0, run.stderr
    return run.stdout
