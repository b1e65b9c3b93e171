"""The templates that come with a release: read from `templates.json`, approved at the first start, left alone afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from services.chassis.decider import Command
from services.contracts.ids import TemplateCode
from services.contracts.notifications import Filing
from services.notifications.domain.template import ApproveTemplate, RecordFiling
from services.notifications.domain.texts import TemplateText

TEMPLATES_FILE = Path(__file__).parent / "templates.json"


class SeededFiling(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A carrier's answer that is known beforehand."""

    carrier: str
    status: Filing
    provider_template_id: str | None = None


class SeededTemplate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A template as the file has it."""

    template: TemplateCode
    version: int
    signature: str
    variables: tuple[str, ...]
    bodies: dict[str, str]
    unnamed_bodies: dict[str, str]
    filings: tuple[SeededFiling, ...]


def seeded_templates(path: Path = TEMPLATES_FILE) -> list[SeededTemplate]:
    """The templates of the file."""
    return msgspec.json.decode(path.read_bytes(), type=list[SeededTemplate])


def seed_commands(seeds: list[SeededTemplate]) -> Iterator[Command]:
    """What approves the seeds and records their filing; done again, nothing follows."""
    for seed in seeds:
        words = TemplateText(seed.signature, seed.variables, seed.bodies, seed.unnamed_bodies)
        yield ApproveTemplate(template=seed.template, version=seed.version, words=words)
        for filing in seed.filings:
            yield RecordFiling(
                template=seed.template,
                version=seed.version,
                carrier=filing.carrier,
                status=filing.status,
                provider_template_id=filing.provider_template_id,
            )
