"""All routes of identity."""

from __future__ import annotations

from services.identity.api.account_routes import ACCOUNTS
from services.identity.api.client_routes import CLIENTS
from services.identity.api.county_routes import COUNTY
from services.identity.api.door_routes import DOORS
from services.identity.api.officer_routes import OFFICERS
from services.identity.api.substitute_routes import SUBSTITUTES
from services.identity.api.token_routes import TOKENS

BLUEPRINTS = (DOORS, TOKENS, OFFICERS, SUBSTITUTES, ACCOUNTS, CLIENTS, COUNTY)
