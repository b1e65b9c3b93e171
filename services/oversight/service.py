"""Oversight put together: it listens to everybody and tells nothing but its own checkpoints."""

from __future__ import annotations

from pathlib import Path

from services.chassis.checkpoints import CHECKPOINT
from services.chassis.model import Model
from services.chassis.service import Foundation, Service
from services.contracts import assistance, casework, identity, notifications, registry
from services.contracts.catalogue import CATALOGUE
from services.contracts.identity_rows import COUNTY_PROJECTIONS
from services.oversight.projections import INDEXES, PROJECTIONS

MIGRATIONS = Path(__file__).parent / "storage" / "migrations"

MODEL = Model(
    service="oversight",
    topic="oversight",
    listens_to=(identity.TOPIC, registry.TOPIC, casework.TOPIC, assistance.TOPIC, notifications.TOPIC),
    catalogue=CATALOGUE,
    aggregates=(CHECKPOINT,),
    projections=(*PROJECTIONS, *COUNTY_PROJECTIONS),
    indexes=INDEXES,
)


def build(foundation: Foundation) -> Service:
    """The service on its foundation."""
    return Service(MODEL, foundation, migrations=MIGRATIONS)
