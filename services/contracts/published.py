"""The pages of `docs/events`: services' events, and what departments are promised; `--check` fails where code says otherwise."""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec

from services.chassis.decider import Event
from services.contracts.catalogue import CATALOGUE
from services.contracts.public_pages import public_pages

PAGES = Path(__file__).parents[2] / "docs" / "events"


def pages() -> dict[str, bytes]:
    """The pages by file name: the schemas of each service's events by type and version, and the public pages."""
    by_service: dict[str, dict[str, type[Event]]] = {}
    for name, cls in sorted(CATALOGUE.types().items()):
        service, _, event = name.partition(".")
        by_service.setdefault(service, {})[f"{event}.v{CATALOGUE.version(name)}"] = cls
    written: dict[str, bytes] = {}
    for service, classes in by_service.items():
        schemas, definitions = msgspec.json.schema_components(classes.values(), ref_template="#/$defs/{name}")
        page = {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": f"Events of {service} on the internal topic (no promise of compatibility beyond the upcasters)",
            "events": dict(zip(classes, schemas, strict=True)),
            "$defs": dict(sorted(definitions.items())),
        }
        written[f"{service}.json"] = msgspec.json.format(msgspec.json.encode(page), indent=2) + b"\n"
    return written | public_pages()


def main(arguments: list[str]) -> int:
    """Write the pages, or with `--check` compare them; answers the exit code."""
    stale = []
    for name, content in pages().items():
        path = PAGES / name
        if "--check" in arguments:
            if not path.exists() or path.read_bytes() != content:
                stale.append(name)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    if stale:
        sys.stderr.write(f"docs/events is behind the code: {', '.join(stale)}; run python -m services.contracts.published\n")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
