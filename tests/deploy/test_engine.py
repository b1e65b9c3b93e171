"""What a run says where no engine answers, and what engine.sh says where it cannot start one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NOBODY_ANSWERS = "tcp://127.0.0.1:9"
NEEDS_AN_ENGINE = "tests/deploy/test_postgres_image.py::test_a_query_over_the_network_is_answered_in_utf_8"


def run_of_one_test(**variables: str) -> subprocess.CompletedProcess[str]:
    without = {name: value for name, value in os.environ.items() if name != "FUXUE_REQUIRE_ALL" and not name.startswith("PYTEST_")}
    return subprocess.run(  # noqa: S603 – this interpreter, on a test of this repository
        [sys.executable, "-m", "pytest", NEEDS_AN_ENGINE],
        cwd=ROOT,
        env={**without, "DOCKER_HOST": NOBODY_ANSWERS, **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def test_without_an_engine_the_run_passes_and_names_what_did_not_run() -> None:
    run = run_of_one_test()
    assert run.returncode == 0
    assert f"{NEEDS_AN_ENGINE}: no container engine answers; deploy/engine.sh starts one" in run.stdout


def test_without_an_engine_the_run_fails_where_everything_is_required() -> None:
    run = run_of_one_test(FUXUE_REQUIRE_ALL="1")
    assert run.returncode == 1
    assert "no container engine answers; deploy/engine.sh starts one (FUXUE_REQUIRE_ALL=1)" in run.stdout


@pytest.fixture
def mute_docker(tmp_path: Path) -> str:
    """A PATH on which docker is a client that reaches nobody, so that no script under test touches this machine's engine."""
    stub = tmp_path / "docker"
    stub.write_text("#!/bin/sh\nexit 1\n")
    stub.chmod(0o755)
    return f"{tmp_path}:{os.environ['PATH']}"


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("deploy/engine.sh", f"DOCKER_HOST is {NOBODY_ANSWERS} and nothing answers there"),
        ("deploy/images/build.sh", "no container engine with Compose v2 answers; deploy/engine.sh starts one"),
    ],
)
def test_a_script_that_reaches_no_engine_says_what_to_do(mute_docker: str, script: str, words: str) -> None:
    run = subprocess.run(  # noqa: S603 – a script of this repository
        [ROOT / script],
        env={**os.environ, "PATH": mute_docker, "DOCKER_HOST": NOBODY_ANSWERS},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1
    assert words in run.stderr
