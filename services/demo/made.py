"""What a demo has made in its data directory, by exact names: whatever else lies there is somebody else's."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from services.chassis.files import meant_name
from services.chassis.keys import KEY_FILES
from services.demo.county import FOLDERS, files_in, may_be_roster
from services.demo.performance import COUNTY_DIRECTORY
from services.deployment import FIRST_ACCOUNT, KEYS_DIRECTORY, own_files

_DEEPEST_FIRST = (*(f"{COUNTY_DIRECTORY}/{folder}" for folder in FOLDERS), COUNTY_DIRECTORY, KEYS_DIRECTORY)


def directories_made(data: Path) -> list[Path]:
    """The demo's directories, what lies in another before it; none that a link leads to."""
    return [data / name for name in _DEEPEST_FIRST if _is_below(data, name)]


def files_made(data: Path) -> Iterator[Path]:
    """The demo's files, and what a killed process left beside them; no link, and nothing that one leads to."""
    names: dict[Path, Collection[str]] = {data / KEYS_DIRECTORY: (*KEY_FILES, Path(FIRST_ACCOUNT).name)}
    for path in files_in(data / COUNTY_DIRECTORY, ()).paths:
        names[path.parent] = (*names.get(path.parent, ()), path.name)
    yield from own_files(data)
    for directory in directories_made(data):
        for path in sorted(directory.iterdir()):
            known = meant_name(path.name) in names.get(directory, ()) or (directory.name == "rosters" and may_be_roster(path.name))
            if known and path.is_file() and not path.is_symlink():
                yield path


def others_in(data: Path) -> list[str]:
    """The names of what is not the demo's, below the data directory."""
    ours = {*files_made(data), *directories_made(data)}
    places = [data, *directories_made(data)]
    return sorted(str(path.relative_to(data)) for place in places for path in place.iterdir() if path not in ours)


def _is_below(data: Path, name: str) -> bool:
    """Whether it is a directory that is reached through directories alone."""
    steps = [data / name, *(data / step for step in Path(name).parents if step != Path())]
    return all(step.is_dir() and not step.is_symlink() for step in steps)
