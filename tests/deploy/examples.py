"""The example subscribers of deploy/examples as commands."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from tests.engine import cannot_run

EXAMPLES = Path(__file__).parents[2] / "deploy" / "examples"
BUILD_SECONDS = 300


def python_example() -> list[str]:
    return [sys.executable, str(EXAMPLES / "python" / "subscriber.py")]


def java_example(folder: Path) -> list[str]:
    """The Java example, built from Maven Central."""
    if not all(map(shutil.which, ("mvn", "javac", "java"))):
        cannot_run("there is no Maven with a JDK (Debian: maven, openjdk-17-jdk-headless)")
    built = folder / "subscriber"
    shutil.copytree(EXAMPLES / "java", built, ignore=shutil.ignore_patterns("target"))
    command = ["mvn", "--batch-mode", "--quiet", "--strict-checksums", "package"]
    subprocess.run(command, cwd=built, check=True, timeout=BUILD_SECONDS)  # noqa: S603  the example's own build
    return ["java", "-cp", f"{built}/target/subscriber-1.jar:{built}/target/libs/*", "Subscriber"]
