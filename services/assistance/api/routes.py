"""All routes of assistance."""

from __future__ import annotations

from services.assistance.api.application_routes import APPLYING
from services.assistance.api.notice_routes import NOTICES
from services.assistance.api.programme_routes import PROGRAMMES

BLUEPRINTS = (PROGRAMMES, APPLYING, NOTICES)
