"""What is carried to another machine by the commands of the guide: backups and lists of the erased, on whatever image there is."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Callable, Iterator

import docker
import pytest
from docker.models.volumes import Volume

from tests.deploy.compose import resolved
from tests.deploy.containers import Images
from tests.deploy.guides import GUIDES, whole

PLACES = ("/backups", "/erasures")
TAR = re.compile(r"^docker compose run --rm -T --no-deps --entrypoint tar operator (.+?) ([<>]) backups\.tar\.gz", re.MULTILINE)


def commands(guide: str) -> dict[str, list[str]]:
    """What tar is told by a guide, to carry away (`>`) and to put in place (`<`)."""
    found = TAR.findall(whole(guide))
    return {direction: shlex.split(words) for words, direction in found}


@pytest.fixture
def machine(engine: docker.DockerClient) -> Iterator[Callable[[], list[Volume]]]:
    """Makes the two volumes of a machine, empty."""
    made: list[Volume] = []

    def new() -> list[Volume]:
        volumes = [engine.volumes.create() for _ in PLACES]
        made.extend(volumes)
        return volumes

    yield new
    for volume in made:
        volume.remove(force=True)


def operator(image: str, volumes: list[Volume], *words: str, given: bytes = b"") -> bytes:
    """A command in a container like the operator's: without any capability, on a file system that is read-only."""
    mounts = [word for place, volume in zip(PLACES, volumes, strict=True) for word in ("-v", f"{volume.name}:{place}")]
    bounds = ["--read-only", "--cap-drop", "ALL", "--network", "none", "--tmpfs", "/tmp"]  # noqa: S108  the container's own
    command = ["docker", "run", "--rm", "-i", *bounds, *mounts, "--entrypoint", words[0], image, *words[1:]]
    return subprocess.run(command, input=given, capture_output=True, check=True).stdout  # noqa: S603  our own command


def test_both_guides_give_the_same_commands_and_the_operator_has_both_places() -> None:
    chinese, english = (commands(guide) for guide in GUIDES)
    assert chinese == english
    assert set(english) == {"<", ">"}
    assert english[">"][-2:] == [place.removeprefix("/") for place in PLACES]
    mounted = {volume["target"] for volume in resolved()["services"]["operator"]["volumes"] if not volume.get("read_only")}
    assert mounted == {*PLACES, "/var/tmp"}, "and where a verification puts what it holds a log against"  # noqa: S108  the container's


@pytest.mark.parametrize("guide", GUIDES)
def test_no_command_of_a_guide_names_an_image_of_one_kind_of_installation(guide: str) -> None:
    blocks = re.findall(r"^```\n(.*?)^```", whole(guide), re.MULTILINE | re.DOTALL)
    assert blocks
    assert [block for block in blocks if re.search(r"\bfuxue/\w+:", block)] == []


def test_what_is_carried_is_there_as_it_was_and_belongs_to_who_reads_it(image: Images, machine: Callable[[], list[Volume]]) -> None:
    told, here, there = commands(GUIDES[0]), machine(), machine()
    fuxue = image("fuxue")
    write = (
        "mkdir -m 700 /erasures/registry && echo erased > /erasures/registry/erasures.json && echo copied > /backups/base.tar.gz"
    )
    operator(fuxue, here, "sh", "-c", f"umask 077 && {write}")
    archive = operator(fuxue, here, "tar", *told[">"])
    operator(fuxue, there, "tar", *told["<"], given=archive)
    look = ("sh", "-c", "cd / && find backups erasures -type f -printf '%m %u %p\\n' -exec cat {} +")
    assert operator(fuxue, there, *look) == operator(fuxue, here, *look)
    assert operator(fuxue, there, "cat", "/erasures/registry/erasures.json") == b"erased\n"
