"""Whatever was ever written can be read: the frozen corpus against today's catalogue."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from services.chassis.bus.cloudevents import from_message, to_message
from services.chassis.catalogue import Catalogue
from services.chassis.decider import Event
from services.chassis.envelope import Envelope, chain_hash
from services.contracts.catalogue import CATALOGUE
from tests.contracts.add_to_corpus import AlreadyReleased, add_missing, changed, is_released, write_anew
from tests.contracts.corpus_files import CORPUS, file_of, kept

FILES = sorted(CORPUS.glob("*.json"))
ADD = "run python -m tests.contracts.add_to_corpus (before the first release with --unreleased)"


@pytest.fixture(params=FILES, ids=lambda path: path.stem)
def stored(request: pytest.FixtureRequest) -> Envelope:
    return kept(request.param).stored()


def test_every_type_and_version_has_its_example() -> None:
    needed = {file_of(name, version).name for name in CATALOGUE.types() for version in range(1, CATALOGUE.version(name) + 1)}
    assert {path.name for path in FILES} == needed, ADD


def test_todays_catalogue_reads_it(stored: Envelope) -> None:
    assert type(CATALOGUE.decode(stored)) is CATALOGUE.types()[stored.type]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_todays_catalogue_reads_it_with_little_in_it_and_with_every_code_that_it_may_name(path: Path) -> None:
    for variant in kept(path).variants():
        assert type(CATALOGUE.decode(variant)) is CATALOGUE.types()[variant.type]


def test_no_event_has_changed_without_a_new_version() -> None:
    """A new version needs an upcaster in `contracts/catalogue.py`; before the first release the example may be written anew."""
    assert changed(CATALOGUE, CORPUS) == {}, ADD


def test_nothing_that_was_written_is_forgotten_in_reading(stored: Envelope) -> None:
    """A field that was renamed or retyped without a new version would be lost in silence."""
    if stored.schema == CATALOGUE.version(stored.type):
        read: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(CATALOGUE.decode(stored)))
        was: dict[str, Any] = msgspec.json.decode(stored.data)
        assert {name: read.get(name) for name in was} == was, ADD


def test_it_is_stored_under_its_own_name_and_hash(stored: Envelope) -> None:
    assert file_of(stored.type, stored.schema) in FILES
    assert chain_hash(stored) == stored.hash


def test_it_travels_over_the_bus_unchanged(stored: Envelope) -> None:
    assert from_message(to_message(stored, "topic")) == stored


class SchoolMoved(Event, frozen=True):
    """An event of a toy contract."""

    school_id: str
    to: str = ""


def toy(cls: type[Event]) -> Catalogue:
    return Catalogue({"toy": (cls,)})


def test_adding_leaves_what_is_there(tmp_path: Path) -> None:
    (path,) = add_missing(toy(SchoolMoved), tmp_path)
    before = path.read_bytes()

    class SchoolMovedOtherwise(Event, frozen=True):
        school_id: str
        moved_to: str = ""

    SchoolMovedOtherwise.__name__ = "SchoolMoved"
    assert add_missing(toy(SchoolMovedOtherwise), tmp_path) == []
    assert path.read_bytes() == before
    assert changed(toy(SchoolMoved), tmp_path) == {}
    assert changed(toy(SchoolMovedOtherwise), tmp_path) == {"toy.SchoolMoved": ["event.moved_to", "event.to"]}


def test_a_new_version_gets_an_example_beside_the_old_one(tmp_path: Path) -> None:
    add_missing(toy(SchoolMoved), tmp_path)
    second = Catalogue({"toy": (SchoolMoved,)}, {("toy.SchoolMoved", 1): lambda fields: fields})
    assert [path.name for path in add_missing(second, tmp_path)] == ["toy.SchoolMoved.v2.json"]
    assert len(list(tmp_path.glob("*.json"))) == 2


@pytest.mark.parametrize(
    ("text", "released"),
    [
        (None, False),
        ("# Changelog\n\n## [Unreleased]\n- first path\n", False),
        ("# Changelog\n\n## 0.1.0 – unreleased\n- first path\n", False),
        ("# Changelog\n\n## 0.2.0 – unreleased\n\n## 0.1.0 – 2026-12-01\n", True),
        ("# Changelog\n\n## [0.1.0] – 2026-12-01\n", True),
        ("# Changelog\n\n## Unreleased\n\n## 0.1.0 (2026-12-01)\n", True),
    ],
)
def test_examples_are_written_anew_only_before_the_first_release(tmp_path: Path, text: str | None, released: bool) -> None:
    changelog = tmp_path / "CHANGELOG.md"
    if text is not None:
        changelog.write_text(text)
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    add_missing(toy(SchoolMoved), corpus)
    (corpus / "toy.Gone.v1.json").write_bytes(b"{}")
    assert is_released(changelog) is released
    if released:
        with pytest.raises(AlreadyReleased):
            write_anew(toy(SchoolMoved), corpus, changelog)
    else:
        assert [path.name for path in write_anew(toy(SchoolMoved), corpus, changelog)] == ["toy.SchoolMoved.v1.json"]
    assert (corpus / "toy.Gone.v1.json").exists() is released
