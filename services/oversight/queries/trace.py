"""The trace of a number or id: its chain over all services, as the caller may see it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from msgspec.structs import replace

from services.oversight.domain.chain import told_in_order
from services.oversight.domain.telling import told, without_duties
from services.oversight.queries.gathering import gather
from services.oversight.queries.people import actors_of
from services.oversight.queries.programmes import programme_names
from services.oversight.queries.scope import Scope
from services.oversight.queries.sight import restricted, sight_of
from services.oversight.queries.targets import find


def trace(engine: sa.Engine, reference: str, scope: Scope) -> dict[str, Any]:
    """Find, see, gather, tell; raises NothingToTrace for what is not there or not the caller's."""
    target = find(engine, reference)
    sight = sight_of(engine, target, scope)
    events, truncated = gather(engine, target, sight.duties)
    if sight.whole and restricted(engine, target, events, scope):
        sight = replace(sight, codes_hidden=True)
        events = without_duties(events)
    actors, programmes = actors_of(engine, events), programme_names(engine)
    return {
        "reference": reference,
        "kind": target.kind,
        "subject_id": target.subject_id if sight.whole or target.kind != "case" else target.number or reference,
        "restricted": sight.codes_hidden,
        "truncated": truncated,
        "items": [told(placed, actors, sight, programmes) for placed in told_in_order(events)],
    }
