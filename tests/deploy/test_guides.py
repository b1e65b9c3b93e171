"""What the guides tell an operator to type, alike in both languages."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.deploy.compose import resolved
from tests.deploy.guides import DOCS, GUIDES, pages, whole

PLACE = re.compile(r"ADDRESS|地址|THE CODE|一次性密码|<[^>]+>")
"""What whoever types a command puts in, named in the language of the guide."""


def blocks(name: str) -> list[list[str]]:
    """The commands of a guide, block by block, without what stands beside them."""
    found: list[str] = re.findall(r"^ *```[a-z]*\n(.*?)^ *```", whole(name), re.MULTILINE | re.DOTALL)
    return [[re.split(r"\s#\s", line)[0].strip() for line in block.splitlines()] for block in found]


def shell(command: str, there: Path) -> None:
    """What a guide tells to type, typed in that directory."""
    subprocess.run(["sh", "-c", command], cwd=there, check=True)  # noqa: S603, S607 – our own guide's


@pytest.mark.parametrize(
    "names", [("operating.md", "operating.zh.md"), ("subscribing.md", "subscribing.zh.md"), ("own-county.md", "own-county.zh.md")]
)
def test_both_languages_of_a_guide_tell_the_same_commands(names: tuple[str, str]) -> None:
    english, chinese = ([PLACE.sub("…", line) for block in blocks(name) for line in block] for name in names)
    assert english == chinese
    assert english


@pytest.mark.parametrize("name", GUIDES)
def test_before_a_restore_kafka_is_emptied_like_the_databases(name: str) -> None:
    (told,) = (block for block in blocks(name) if "docker compose run --rm restore" in block)
    assert told[:3] == ["docker compose down", "docker volume rm fuxue_postgres fuxue_kafka", "docker compose run --rm restore"]


@pytest.mark.parametrize("name", GUIDES)
def test_the_operators_guide_leads_to_each_of_its_pages_which_lead_back_and_nowhere_else_is_nothing(name: str) -> None:
    door, *behind = pages(name)
    there = {page for page in (DOCS / "operating").iterdir() if page.name.endswith(".zh.md") == name.endswith(".zh.md")}
    assert (set(behind), len(behind)) == (there, len(there))
    for page in (door, *behind):
        led = re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))
        assert page is door or f"../{name}" in led, page.name
        assert [link for link in led if not (page.parent / link).exists()] == [], page.name


def test_both_languages_of_the_operators_guide_have_the_same_pages_and_headings_of_the_same_ranks() -> None:
    english, chinese = (pages(name) for name in GUIDES)
    assert [page.name for page in chinese] == [page.name.replace(".md", ".zh.md") for page in english]
    for each, other in zip(english, chinese, strict=True):
        ranks = [re.findall(r"^#+(?= )", page.read_text(encoding="utf-8"), re.MULTILINE) for page in (each, other)]
        assert ranks[0] == ranks[1], each.name


@pytest.mark.parametrize("page", [*GUIDES, "../README.md", "../README.zh.md"])
def test_overlays_hold_for_every_command_and_are_given_to_none_alone(page: str) -> None:
    told = whole(page)
    assert "COMPOSE_FILE=docker-compose.yml:deploy/compose." in told
    assert "-f docker-compose.yml" not in told


@pytest.mark.parametrize("name", GUIDES)
def test_the_county_is_named_before_anything_is_started(name: str) -> None:
    lines = [line for block in blocks(name) for line in block]
    assert next(line for line in lines if line.startswith(("FUXUE_COUNTY=", "docker compose up"))) == "FUXUE_COUNTY=570126"


@pytest.mark.parametrize("name", GUIDES)
def test_another_deployments_secrets_get_directories_and_no_key(name: str, tmp_path: Path) -> None:
    (told,) = (line for block in blocks(name) for line in block if "/srv/other-secrets" in line)
    made = tmp_path / "deploy" / "secrets" / "registry"
    made.mkdir(parents=True)
    (made / "wrapping_key").write_text("of the first")
    shell(told.replace("/srv/other-secrets", str(tmp_path / "other")), tmp_path)
    assert [path.relative_to(tmp_path / "other").as_posix() for path in (tmp_path / "other").rglob("*")] == ["registry"]


@pytest.mark.parametrize("name", GUIDES)
def test_an_upgrade_leaves_no_name_of_the_release_before(name: str, tmp_path: Path) -> None:
    (told,) = re.findall(r"`(sed -i '/_IMAGE=/d' \.env && .*?)`", whole(name))
    (tmp_path / "deploy" / "images").mkdir(parents=True)
    (tmp_path / "deploy" / "images" / "local.env").write_text("# of this release\nKAFKA_IMAGE=fuxue/kafka:new\n")
    (tmp_path / ".env").write_text("FUXUE_COUNTY=570126\nKAFKA_IMAGE=fuxue/kafka:old\n")
    shell(told, tmp_path)
    assert (tmp_path / ".env").read_text() == "FUXUE_COUNTY=570126\nKAFKA_IMAGE=fuxue/kafka:new\n"


@pytest.mark.parametrize("name", GUIDES)
def test_of_many_backups_the_oldest_go_and_the_list_of_the_erased_stays(name: str, tmp_path: Path) -> None:
    (told,) = re.findall(r"sh operator -c '(.*?)'", whole(name))
    for day in range(1, 32):
        (tmp_path / f"202608{day:02}T020000Z").mkdir()
    (tmp_path / "erasures.json").touch()
    shell(told.replace("/backups", str(tmp_path)), tmp_path)
    left = sorted(path.name for path in tmp_path.iterdir())
    assert (len(left), left[0], left[-1]) == (31, "20260802T020000Z", "erasures.json")


@pytest.mark.parametrize("name", GUIDES)
def test_how_many_containers_a_service_has_stands_in_an_overlay_which_no_later_command_loses(name: str, tmp_path: Path) -> None:
    (told,) = re.findall(r"^  ```\n(  services:\n.*?)^  ```", whole(name), re.MULTILINE | re.DOTALL)
    own = tmp_path / "compose.own.yml"
    own.write_text(told)
    found = resolved(str(own))["services"]
    several = {service: each["scale"] for service, each in found.items() if each.get("scale", 1) != 1}
    assert several == {"registry": 2, "registry-worker": 2}
    assert [line for block in blocks(name) for line in block if "--scale" in line] == []
