"""The programmes that a county starts with (domain.md §7), read from the data file beside this page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from services.contracts.assistance import ProgrammeSet, programme_id

FILE = Path(__file__).with_name("programmes.json")


def starting_list() -> tuple[ProgrammeSet, ...]:
    """The programmes of the file, in its order."""
    entries = msgspec.json.decode(FILE.read_bytes(), type=list[dict[str, Any]])
    return tuple(msgspec.convert({**entry, "programme_id": programme_id(entry["code"])}, ProgrammeSet) for entry in entries)
