"""The first account of a county, on an empty house; its one-time code stands in a file that only the operator reads."""

from __future__ import annotations

from collections.abc import Callable

from services.deployed.composition import compose
from services.deployed.settings import ServiceSettings
from services.identity.adapters.accounts import open_first_account
from services.identity.queries import any_account


def open_where_none_is(identity: ServiceSettings, code: Callable[[], str]) -> bool:
    """Whether the account was opened now, with the code: it opens accounts and imports officers, and sees no child."""
    composed = compose(identity)
    try:
        if any_account(composed.service.engine):
            return False
        open_first_account(composed.service, identity.county, code())
        return True
    finally:
        composed.close()
