"""Casework put together."""

from __future__ import annotations

from pathlib import Path

from services.casework.domain.case import CASE
from services.casework.domain.duty import DUTY
from services.casework.domain.escalating import EscalateDuty
from services.casework.domain.mandatory_report import MANDATORY_REPORT
from services.casework.domain.telling import tell
from services.casework.domain.telling_reports import tell_of_report
from services.casework.projections import PROJECTIONS
from services.casework.reactions import REACTIONS
from services.casework.reactions.officers import next_leader
from services.chassis.checkpoints import CHECKPOINT
from services.chassis.model import Model
from services.chassis.publication import Publication
from services.chassis.service import Foundation, Service
from services.contracts import casework, department, identity, notifications, registry
from services.contracts.catalogue import CATALOGUE
from services.contracts.identity_rows import COUNTY_PROJECTIONS
from services.contracts.topics import DEPARTMENT_TOPICS

MIGRATIONS = Path(__file__).parent / "storage" / "migrations"

MODEL = Model(
    service="casework",
    topic=casework.TOPIC,
    listens_to=(identity.TOPIC, registry.TOPIC, notifications.TOPIC, casework.TOPIC),
    catalogue=CATALOGUE,
    aggregates=(CASE, DUTY, MANDATORY_REPORT, CHECKPOINT),
    projections=(*PROJECTIONS, *COUNTY_PROJECTIONS),
    reactions=REACTIONS,
    completions={EscalateDuty: next_leader},
    told=DEPARTMENT_TOPICS,
    publications=(
        Publication(casework.DUTY_EVENTS, tell, department.written),
        Publication(casework.REPORT_EVENTS, tell_of_report, department.written),
    ),
)


def build(foundation: Foundation) -> Service:
    """The service on its foundation."""
    return Service(MODEL, foundation, migrations=MIGRATIONS)
