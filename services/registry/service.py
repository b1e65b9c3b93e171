"""The registry put together."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from services.chassis.checkpoints import CHECKPOINT
from services.chassis.model import Model
from services.chassis.service import Foundation, Service
from services.contracts import assistance, casework, identity, registry
from services.contracts.catalogue import CATALOGUE
from services.contracts.identity_rows import COUNTY_PROJECTIONS
from services.registry.adapters.age_review import AgeReview
from services.registry.adapters.imports.application import Application
from services.registry.adapters.imports.staging import ORPHANED_AFTER, drop_orphans
from services.registry.adapters.vault import Vault
from services.registry.domain.class_term import CLASS_TERM
from services.registry.domain.contacts import RecordContact
from services.registry.domain.pupil import PUPIL
from services.registry.domain.roster_import import IMPORT
from services.registry.domain.school import SCHOOL
from services.registry.domain.school_class import SCHOOL_CLASS
from services.registry.domain.school_visits import RecordSchoolVisit
from services.registry.projections import PROJECTIONS
from services.registry.reactions import REACTIONS, contact_held, visit_held

MIGRATIONS = Path(__file__).parent / "storage" / "migrations"


def model(application: Application, age_review: AgeReview) -> Model:
    """The pure part; accepted imports are applied, and ages looked over, as the worker's work."""
    return Model(
        service="registry",
        topic=registry.TOPIC,
        listens_to=(identity.TOPIC, registry.TOPIC, casework.TOPIC, assistance.TOPIC),
        catalogue=CATALOGUE,
        aggregates=(SCHOOL, SCHOOL_CLASS, CLASS_TERM, PUPIL, IMPORT, CHECKPOINT),
        projections=(*PROJECTIONS, *COUNTY_PROJECTIONS),
        reactions=REACTIONS,
        completions={RecordContact: contact_held, RecordSchoolVisit: visit_held},
        outside_calls=(*application.calls(), *age_review.calls()),
    )


def build(foundation: Foundation) -> Service:
    """The service on its foundation."""
    application, age_review = Application(), AgeReview()
    service = Service(model(application, age_review), foundation, migrations=MIGRATIONS)
    vault = Vault(service.engine, service.keyring)
    application.begin(service.turns, vault)
    age_review.begin(service.turns, vault)
    service.hourly["drop_orphaned_rows"] = partial(drop_orphans, service.turns, older_than=ORPHANED_AFTER)
    return service
