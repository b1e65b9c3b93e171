"""All routes of notifications."""

from __future__ import annotations

from services.notifications.api.outbox_routes import OUTBOX
from services.notifications.api.text_routes import TEXTS

BLUEPRINTS = (TEXTS, OUTBOX)
