"""What a parent reads, made again at viewing time with the names that the registry shows to the viewer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from services.chassis.decider import Given
from services.chassis.service import Service
from services.contracts.ids import PupilId, SchoolId
from services.notifications import queries
from services.notifications.adapters.people import People
from services.notifications.domain.texts import Facts, fill, limits
from services.notifications.storage.rows import SchoolRow, TemplateRow


class Reader:
    """Fills the words of sent texts for a viewer."""

    def __init__(self, service: Service, people: People) -> None:
        self._service = service
        self._people = people

    def texts(self, sent: Sequence[Mapping[str, Any]], asked_by: Mapping[str, str] | None) -> list[str | None]:
        """The text of each outbox row, or nothing where the viewer is shown no name; where it says not by whom, none is asked for.

        Raises NotReached, and RegistryRefused where the viewer may not ask.
        """
        named = [PupilId(row["pupil_id"]) for row in sent if row["named"]]
        names = self._people.names(named, asked_by) if named and asked_by else {}
        templates = {code: queries.template(self._service.engine, code) for code in {row["template"] for row in sent}}
        schools = {key: self._school(key) for key in {row["school_id"] for row in sent}}
        return [self._text(row, names.get(row["pupil_id"]), templates[row["template"]], schools[row["school_id"]]) for row in sent]

    def _school(self, school_id: str | None) -> SchoolRow | None:
        return None if school_id is None else queries.school(self._service.engine, SchoolId(school_id))

    def _text(
        self, row: Mapping[str, Any], child: str | None, template: TemplateRow | None, school: SchoolRow | None
    ) -> str | None:
        words = template.words(row["template_version"]) if template else None
        if words is None:
            return None
        facts = Facts(
            school=school.name if school else "",
            school_en=school.name_en if school else "",
            day=None if row["day"] is None else date.fromisoformat(row["day"]),
            child=child,
        )
        county = self._service.turns.county
        within = limits(Given(now=self._service.clock.now(), actor="", policies=county.policies))
        return fill(words, facts, language=row["language"], named=row["named"], within=within)
