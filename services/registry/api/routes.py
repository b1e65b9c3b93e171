"""All routes of the registry."""

from __future__ import annotations

from services.registry.api.class_routes import CLASS_ROUTES
from services.registry.api.dues_routes import DUES
from services.registry.api.guardian_routes import GUARDIANS
from services.registry.api.import_routes import IMPORT_ROUTES
from services.registry.api.ledger_routes import LEDGERS
from services.registry.api.person_routes import PERSON_ROUTES
from services.registry.api.pupil_routes import PUPILS
from services.registry.api.roll_call_routes import ROLL_CALLS

BLUEPRINTS = (LEDGERS, CLASS_ROUTES, ROLL_CALLS, PUPILS, DUES, GUARDIANS, IMPORT_ROUTES, PERSON_ROUTES)
