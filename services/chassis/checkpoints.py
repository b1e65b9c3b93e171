"""The checkpoint of a service's log, as an aggregate: what is signed in it stands in `chassis.signing`.

A checkpoint is an event of the stream `checkpoint-<service>`; it names the heads of all streams that grew since the one
before, and what others outside were told of those events, and is signed with a key from outside the database. It goes out
on the bus like any event, so oversight's journal holds it as anchor beyond the reach of whoever can write this database.
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


class Told(msgspec.Struct, frozen=True, array_like=True):
    """That others outside were told of an event, by the hash of place and message (`publication.publication_hash`).

    Whom it went to and what it says is in the hash alone: checkpoints are read by more people than either.
    """

    stream_id: str
    version: int
    hash: str


class CheckpointSigned(Event, frozen=True):
    """The heads of the streams that grew, up to `position` of the service's log; `previous` is the signature before.

    Everything recorded before `covered_until` is under this checkpoint or an earlier one; a part that leaves streams to the
    next part names no such instant. `publications` is what others outside were told, a message each, of all that is covered and
    no checkpoint had named; None in those of a release that signed nothing of it. Fields are only ever added, with defaults: the
    signature covers the encoding.
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
    publications: tuple[Told, ...] | None = None


class SignCheckpoint(Command, frozen=True):
    """Take a checkpoint that was signed at the edge."""

    checkpoint: CheckpointSigned


class CheckpointState(msgspec.Struct, frozen=True):
    """The last checkpoint, and up to which position of the log everything that was told outside is named."""

    service: str = ""
    number: int = 0
    position: int = 0
    signature: str = ""
    told_until: int = 0


def _decide(state: CheckpointState, command: SignCheckpoint) -> list[CheckpointSigned]:
    follows = (command.checkpoint.number, command.checkpoint.previous) == (state.number + 1, state.signature)
    return [command.checkpoint] if follows else []


def _evolve(state: CheckpointState, event: CheckpointSigned) -> CheckpointState:
    names_all = event.publications is not None and event.covered_until != ""
    told_until = event.position if names_all else state.told_until
    return CheckpointState(event.service, event.number, event.position, event.signature, told_until)


CHECKPOINT: Decider[CheckpointState, SignCheckpoint, CheckpointSigned] = Decider(
    kind=KIND,
    commands=(SignCheckpoint,),
    initial=CheckpointState,
    decide=_decide,
    evolve=_evolve,
    stream_of=lambda command: command.checkpoint.service,
    partition_of=lambda state: f"{KIND}-{state.service}",
)
