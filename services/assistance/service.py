"""Assistance put together."""

from __future__ import annotations

from pathlib import Path

from services.assistance.adapters.starting_list import starting_list
from services.assistance.domain.application import APPLICATION
from services.assistance.domain.programme import PROGRAMME, SeedProgramme
from services.assistance.projections import PROJECTIONS
from services.assistance.reactions import REACTIONS
from services.chassis.checkpoints import CHECKPOINT
from services.chassis.envelope import Context
from services.chassis.model import Model
from services.chassis.service import Foundation, Service
from services.chassis.turn import Turn
from services.contracts import assistance, casework, identity, registry
from services.contracts.catalogue import CATALOGUE
from services.contracts.identity_rows import COUNTY_PROJECTIONS

MIGRATIONS = Path(__file__).parent / "storage" / "migrations"

MODEL = Model(
    service="assistance",
    topic=assistance.TOPIC,
    listens_to=(identity.TOPIC, registry.TOPIC, casework.TOPIC),
    catalogue=CATALOGUE,
    aggregates=(PROGRAMME, APPLICATION, CHECKPOINT),
    projections=(*PROJECTIONS, *COUNTY_PROJECTIONS),
    reactions=REACTIONS,
)


def build(foundation: Foundation) -> Service:
    """The service on its foundation, with the starting list of programmes."""
    service = Service(MODEL, foundation, migrations=MIGRATIONS)
    service.turns.run(set_starting_list)
    return service


def set_starting_list(turn: Turn) -> None:
    """Set the programmes that the county does not have yet; those that it has stay as the bureau set them."""
    programmes = starting_list()
    known = frozenset(programme.code for programme in programmes)
    context = Context(actor=f"service:{MODEL.service}")
    for programme in programmes:
        turn.execute(SeedProgramme(terms=programme, known=known), context)
