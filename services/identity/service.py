"""Identity put together."""

from __future__ import annotations

from pathlib import Path

from services.chassis.checkpoints import CHECKPOINT
from services.chassis.model import Model
from services.chassis.service import Foundation, Service
from services.contracts import identity
from services.contracts.catalogue import CATALOGUE
from services.contracts.identity_rows import COUNTY_PROJECTIONS
from services.identity.domain.account import ACCOUNT
from services.identity.domain.body import BODY
from services.identity.domain.client import CLIENT
from services.identity.domain.county import COUNTY
from services.identity.domain.officer import OFFICER
from services.identity.projections import PROJECTIONS

MIGRATIONS = Path(__file__).parent / "storage" / "migrations"

MODEL = Model(
    service="identity",
    topic=identity.TOPIC,
    listens_to=(),
    catalogue=CATALOGUE,
    aggregates=(BODY, OFFICER, ACCOUNT, CLIENT, COUNTY, CHECKPOINT),
    projections=(*PROJECTIONS, *COUNTY_PROJECTIONS),
)


def build(foundation: Foundation) -> Service:
    """The service on its foundation."""
    return Service(MODEL, foundation, migrations=MIGRATIONS)
