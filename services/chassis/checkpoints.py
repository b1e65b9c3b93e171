"""The checkpoint of a service's log, as an aggregate: what is signed in it stands in `chassis.signing`.

A checkpoint is an event of the stream `checkpoint-<service>`; it names the heads of all streams that grew since the one
before and is signed with a key from outside the database. It goes out on the bus like any event, so oversight's journal
holds it as anchor beyond the reach of whoever can write this database.
"""

from __future__ import annotations

import msgspec

from services.chassis.decider import Command, Decider, Event

KIND = "checkpoint"


class Head(msgspec.Struct, frozen=True, array_like=True):
    """Where a stream stood."""

    stream_id: str
    version: int
    hash: str


class CheckpointSigned(Event, frozen=True):
    """The heads of the streams that grew, up to `position` of the service's log; `previous` is the signature before.

    Everything recorded before `covered_until` is under this checkpoint or an earlier one; a part that leaves streams to the
    next part names no such instant. Fields are only ever added, with defaults: the signature covers the encoding.
    """

    service: str
    number: int
    position: int
    heads: tuple[Head, ...]
    previous: str
    key_id: str
    suite: str
    signature: str
    covered_until: str = ""


class SignCheckpoint(Command, frozen=True):
    """Take a checkpoint that was signed at the edge."""

    checkpoint: CheckpointSigned


class CheckpointState(msgspec.Struct, frozen=True):
    """The last checkpoint."""

    service: str = ""
    number: int = 0
    position: int = 0
    signature: str = ""


def _decide(state: CheckpointState, command: SignCheckpoint) -> list[CheckpointSigned]:
    follows = (command.checkpoint.number, command.checkpoint.previous) == (state.number + 1, state.signature)
    return [command.checkpoint] if follows else []


def _evolve(_state: CheckpointState, event: CheckpointSigned) -> CheckpointState:
    return CheckpointState(event.service, event.number, event.position, event.signature)


CHECKPOINT: Decider[CheckpointState, SignCheckpoint, CheckpointSigned] = Decider(
    kind=KIND,
    commands=(SignCheckpoint,),
    initial=CheckpointState,
    decide=_decide,
    evolve=_evolve,
    stream_of=lambda command: command.checkpoint.service,
    partition_of=lambda state: f"{KIND}-{state.service}",
)
