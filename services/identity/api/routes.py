"""All routes of identity."""

from __future__ import annotations

from services.identity.api.account_routes import ACCOUNTS
from services.identity.api.county_routes import COUNTY
from services.identity.api.door_routes import DOORS
from services.identity.api.officer_routes import OFFICERS

BLUEPRINTS = (DOORS, OFFICERS, ACCOUNTS, COUNTY)
