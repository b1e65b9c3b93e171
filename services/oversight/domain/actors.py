"""Who did it: an officer with the roles and bodies held on that day, or a service of the house."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from services.chassis.decider import county_day
from services.contracts.codes import Role
from services.contracts.labels import names_of

SERVICE_ACTOR = "service:"


class Office(msgspec.Struct, frozen=True):
    """A role that an officer holds or held in a body, from and until the days given, both included."""

    role: str
    body_id: str
    body_zh: str | None
    body_en: str | None
    from_on: str
    until_on: str | None

    def held_on(self, day: str) -> bool:
        """Whether it was held on a day."""
        return self.from_on <= day and (self.until_on is None or day <= self.until_on)


class Actors(msgspec.Struct, frozen=True):
    """The officers of a chain by their ids: names, and all offices ever held."""

    names: Mapping[str, str]
    offices: Mapping[str, Sequence[Office]]

    def who(self, actor: str, occurred_at: str) -> dict[str, Any]:
        """The actor as of the day."""
        if actor.startswith(SERVICE_ACTOR):
            return {"service": actor.removeprefix(SERVICE_ACTOR), "officer_id": None, "name": None, "offices": []}
        day = county_day(datetime.fromisoformat(occurred_at)).isoformat()
        held = [_shown(office) for office in self.offices.get(actor, ()) if office.held_on(day)]
        return {"service": None, "officer_id": actor, "name": self.names.get(actor), "offices": held}


def _shown(office: Office) -> dict[str, Any]:
    role_zh, role_en = names_of(Role, office.role)
    return {
        "role": office.role,
        "role_zh": role_zh,
        "role_en": role_en,
        "body_id": office.body_id,
        "body_zh": office.body_zh,
        "body_en": office.body_en,
    }
