"""Who may call a route: every view states it with one of three decorators, and a test finds the view that does not.

The decorator only marks the view; the frame enforces the mark before arguments are read. A view without a mark is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask

from services.chassis.errors import NotPermitted
from services.chassis.web.caller import Caller

View = TypeVar("View", bound=Callable[..., Any])

_MARK = "__fuxue_access__"


@dataclass(frozen=True)
class Access:
    """Who may call: anybody, everyone signed in, or holders of roles and named services."""

    anonymous: bool = False
    everyone_signed_in: bool = False
    roles: frozenset[str] = frozenset()
    services: frozenset[str] = frozenset()
    refusal: type[NotPermitted] = NotPermitted

    def admit(self, caller: Caller) -> None:
        """Raises the refusal for a caller who is not among them."""
        if self.anonymous or self.everyone_signed_in:
            return
        if caller.is_service:
            if caller.service not in self.services:
                raise self.refusal
        elif not caller.holds(*self.roles):
            raise self.refusal


def allowed(*roles: str, services: tuple[str, ...] = (), refusal: type[NotPermitted] = NotPermitted) -> Callable[[View], View]:
    """Officers who hold one of the roles today, and the named services; scope is the route's own question.

    `refusal` is what everybody else is told: one without facts, which may say who is allowed.
    """
    if not roles and not services:
        raise ValueError("name at least one role or service; for all who are signed in there is `signed_in`")
    access = Access(roles=frozenset(str(role) for role in roles), services=frozenset(services), refusal=refusal)
    return lambda view: _marked(view, access)


def signed_in(view: View) -> View:
    """Everyone with a valid token, officers and services alike."""
    return _marked(view, Access(everyone_signed_in=True))


def anonymous(view: View) -> View:
    """Anybody: health, documentation, login, keys, the front page; and, to its own networks, metrics (decision 13)."""
    return _marked(view, Access(anonymous=True))


def access_of(view: Callable[..., Any]) -> Access | None:
    """What the view states, or nothing."""
    return getattr(view, _MARK, None)


def unguarded_routes(app: Flask) -> list[str]:
    """The routes of an app that do not state who may call them, as `GET,HEAD /path`."""
    return sorted(
        f"{','.join(sorted((rule.methods or set()) - {'OPTIONS'}))} {rule.rule}"
        for rule in app.url_map.iter_rules()
        if access_of(app.view_functions[rule.endpoint]) is None
    )


def _marked(view: View, access: Access) -> View:
    if access_of(view) is not None:
        raise ValueError("a view states once who may call it")
    setattr(view, _MARK, access)
    return view
