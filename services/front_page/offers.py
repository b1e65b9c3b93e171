"""What is open to whoever is signed in, by the posts they hold; a test holds both tables against the services' routes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from services.contracts.codes import Role

OUTBOX = "/notifications/outbox"

OUTBOX_READERS = frozenset({Role.BUREAU_LEAD, Role.BUREAU_CLERK, Role.PRINCIPAL, Role.VICE_PRINCIPAL, Role.HOMEROOM_TEACHER})
"""To whom the page of texts opens."""

_COUNTY = frozenset({Role.BUREAU_LEAD, Role.BUREAU_CLERK, Role.COUNTY_LEADER})
_HEADS = frozenset({Role.PRINCIPAL, Role.VICE_PRINCIPAL})
_AREA = frozenset({Role.TOWNSHIP_OFFICER, Role.VILLAGE_CADRE})
_ABOUT_CHILDREN = frozenset(Role) - {Role.ACCOUNT_ADMIN, Role.OPERATOR}

CALLERS: Mapping[str, frozenset[Role]] = {
    "identity": _COUNTY | {Role.ACCOUNT_ADMIN},
    "registry": _ABOUT_CHILDREN - {Role.TEACHER},
    "casework": _ABOUT_CHILDREN,
    "assistance": _COUNTY | _HEADS | {Role.CENTRAL_SCHOOL, Role.AID_OFFICER},
    "notifications": OUTBOX_READERS,
    "oversight": _COUNTY | _HEADS | _AREA | {Role.AID_OFFICER, Role.DEPARTMENT_OFFICER, Role.OPERATOR},
}
"""Who is let in by some route of a service beyond what is open to everybody who is signed in."""


def opens_outbox(roles: Iterable[str]) -> bool:
    """Whether holders of these posts are shown the page of texts."""
    return not OUTBOX_READERS.isdisjoint(roles)


def is_for(service: str, roles: Iterable[str]) -> bool:
    """Whether holders of these posts have something to do in a service."""
    return not CALLERS[service].isdisjoint(roles)
