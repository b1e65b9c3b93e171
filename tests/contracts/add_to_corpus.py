"""Add an example of each new event type or version to the frozen corpus; examples that are there are never changed.

python -m tests.contracts.add_to_corpus               adds what is missing
python -m tests.contracts.add_to_corpus --unreleased  writes all anew: only until CHANGELOG.md names a first release
                                                      as nobody can have stored anything before it
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from services.chassis.catalogue import Catalogue
from services.contracts.catalogue import CATALOGUE
from tests.contracts.corpus_files import CORPUS, file_of, kept, written
from tests.contracts.example_events import example_of
from tests.contracts.shapes import changes, shape_of

CHANGELOG = Path(__file__).parents[2] / "CHANGELOG.md"
RELEASE = re.compile(r"^## \[?v?\d+\.\d+(?!.*unreleased)", re.MULTILINE | re.IGNORECASE)


class AlreadyReleased(Exception):
    """Events of a release may be stored anywhere: their examples are not written anew."""


def is_released(changelog: Path) -> bool:
    """Whether the changelog names a release."""
    return changelog.exists() and RELEASE.search(changelog.read_text()) is not None


def add_missing(catalogue: Catalogue, corpus: Path) -> list[Path]:
    """Write an example of each type whose current version has none; answers the new files."""
    added = []
    for name, cls in sorted(catalogue.types().items()):
        path = corpus / file_of(name, catalogue.version(name)).name
        if not path.exists():
            path.write_bytes(written(example_of(catalogue, cls)))
            added.append(path)
    return added


def write_anew(catalogue: Catalogue, corpus: Path, changelog: Path) -> list[Path]:
    """Forget all examples and write them again; raises AlreadyReleased."""
    if is_released(changelog):
        raise AlreadyReleased(f"{changelog.name} names a release: give the event a new version and an upcaster instead")
    for path in corpus.glob("*.json"):
        path.unlink()
    return add_missing(catalogue, corpus)


def changed(catalogue: Catalogue, corpus: Path) -> dict[str, list[str]]:
    """Types whose class is not what it was when their example was kept, and where: they need a new version."""
    differing = {}
    for name, cls in sorted(catalogue.types().items()):
        path = corpus / file_of(name, catalogue.version(name)).name
        if path.exists() and (places := list(changes(kept(path).shape, shape_of(cls)))):
            differing[name] = places
    return differing


def main(arguments: list[str]) -> int:
    """Add, or write anew; answers the exit code."""
    CORPUS.mkdir(exist_ok=True)
    try:
        written_files = write_anew(CATALOGUE, CORPUS, CHANGELOG) if "--unreleased" in arguments else add_missing(CATALOGUE, CORPUS)
    except AlreadyReleased as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 1
    sys.stdout.write(f"{len(written_files)} examples written, {len(list(CORPUS.glob('*.json')))} in the corpus\n")
    differing = changed(CATALOGUE, CORPUS)
    for name, places in differing.items():
        sys.stdout.write(f"left as it is, though the class is another by now: {name} ({', '.join(places)})\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
