"""Signs checkpoints over stream heads and what was told outside: what was there cannot go unseen, up to the last checkpoint."""

from __future__ import annotations

import base64
from functools import partial
from typing import Any

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from services.chassis.checkpoints import CHECKPOINT, KIND, CheckpointSigned, CheckpointState, Head, SignCheckpoint, Told
from services.chassis.envelope import Context, stamp
from services.chassis.publication import signed_hash
from services.chassis.turn import Turn
from services.chassis.turns import Turns

SIGNATURE_SUITE = "Ed25519"
ENTRIES_A_CHECKPOINT = 2_000
"""Heads, and messages told outside, that one checkpoint names at most; it travels as one message."""


class CheckpointKey:
    """The signing key, and how its checkpoints are recognised."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self.public = key.public_key()
        self.key_id = key_id(self.public)

    def sign(self, body: bytes) -> str:
        return base64.b64encode(self._key.sign(body)).decode()


def key_id(public: Ed25519PublicKey) -> str:
    """A short name of a public key: the first 12 characters of its raw bytes in base64url."""
    return base64.urlsafe_b64encode(public.public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()[:12]


def signed_body(checkpoint: CheckpointSigned) -> bytes:
    """The bytes that the signature covers: all fields but itself."""
    return msgspec.json.encode(msgspec.structs.replace(checkpoint, signature=""))


def signature_holds(checkpoint: CheckpointSigned, public: Ed25519PublicKey) -> bool:
    """Whether the checkpoint is what was signed."""
    try:
        public.verify(base64.b64decode(checkpoint.signature), signed_body(checkpoint))
    except (InvalidSignature, ValueError):
        return False
    return True


class Checkpoints:
    """Signs one service's checkpoints."""

    def __init__(self, turns: Turns, key: CheckpointKey) -> None:
        self._turns = turns
        self._key = key

    @property
    def public_keys(self) -> dict[str, Ed25519PublicKey]:
        """The keys that this service's checkpoints may be signed with, by id."""
        return {self._key.key_id: self._key.public}

    def sign(self) -> int:
        """Sign what grew since the last checkpoint, if anything did; answers how many checkpoints were signed."""
        service = self._turns.model.service
        state: CheckpointState = self._turns.run(lambda turn: turn.state(CHECKPOINT, service)[0])
        asked_at = stamp(self._turns.clock.now())  # turns begun before are in the heads, turns begun later record later
        reached, heads = self._turns.store.heads_after(state.position)
        grown = [Head(stream, *head) for stream, head in sorted(heads.items()) if not stream.startswith(f"{KIND}-")]
        rows = self._turns.store.walk_told(after=state.told_until, until=reached)
        told = [Told(row.stream_id, row.version, signed_hash(row)) for row in rows]
        context = Context(actor=f"service:{service}")
        signed = 0
        entries = max(len(grown), len(told))
        for first in range(0, entries, ENTRIES_A_CHECKPOINT):
            part = slice(first, first + ENTRIES_A_CHECKPOINT)
            until = (reached, asked_at) if part.stop >= entries else (state.position, "")
            command = self._next(state, grown[part], told[part], *until)
            if not self._turns.run(partial(Turn.execute, command=command, context=context)):
                break  # another thread has signed meanwhile; what is left is signed next time
            state = CHECKPOINT.evolve(state, command.checkpoint)
            signed += 1
        return signed

    def _next(
        self, state: CheckpointState, heads: list[Head], told: list[Told], position: int, covered_until: str
    ) -> SignCheckpoint:
        fields: dict[str, Any] = {
            "service": self._turns.model.service,
            "number": state.number + 1,
            "position": position,
            "heads": tuple(heads),
            "previous": state.signature,
            "key_id": self._key.key_id,
            "suite": SIGNATURE_SUITE,
            "covered_until": covered_until,
            "publications": tuple(told),
        }
        unsigned = CheckpointSigned(**fields, signature="")
        return SignCheckpoint(checkpoint=CheckpointSigned(**fields, signature=self._key.sign(signed_body(unsigned))))
