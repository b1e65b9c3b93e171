"""A body of the county."""

from __future__ import annotations

import msgspec

from services.chassis.decider import Command, Decider
from services.contracts.codes import BodyKind, Department
from services.contracts.identity import BodyRegistered
from services.contracts.ids import BodyId


class RegisterBody(Command, frozen=True):
    """Take a body into the county's list, or correct it."""

    body_id: BodyId
    code: str
    kind: BodyKind
    name: str
    name_en: str
    division: str
    department: Department | None = None
    parent_id: BodyId | None = None


class BodyState(msgspec.Struct, frozen=True):
    """The body as last registered."""

    registered: BodyRegistered | None = None


def decide(state: BodyState, command: RegisterBody) -> list[BodyRegistered]:
    """A body registered again as it is gives no event."""
    body = BodyRegistered(
        body_id=command.body_id,
        code=command.code,
        kind=command.kind,
        name=command.name,
        name_en=command.name_en,
        division=command.division,
        department=command.department,
        parent_id=command.parent_id,
    )
    return [] if body == state.registered else [body]


def evolve(_state: BodyState, event: BodyRegistered) -> BodyState:
    return BodyState(event)


def _key(state: BodyState) -> str:
    return state.registered.body_id if state.registered else ""


BODY: Decider[BodyState, RegisterBody, BodyRegistered] = Decider(
    kind="body",
    commands=(RegisterBody,),
    initial=BodyState,
    decide=decide,
    evolve=evolve,
    stream_of=lambda command: command.body_id,
    partition_of=_key,
)
