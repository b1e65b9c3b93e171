"""Rows that both databases keep alike: answers, parked events; and what rows name that is not there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from services.chassis.envelope import Envelope
from services.chassis.storage.port import KeptAnswer, Parked

ANSWER_COLUMNS = "scope, digest, status, body, headers, kept_at"
PARKED_COLUMNS = "position, topic, envelope, reason, detail, parked_at"

_unpacker = msgspec.msgpack.Decoder(Envelope)


def answer_of(row: Sequence[Any]) -> KeptAnswer:
    """The answer in a row of `ANSWER_COLUMNS`."""
    scope, digest, status, body, headers, kept_at = row
    decoded = msgspec.json.decode(headers, type=dict[str, str])
    return KeptAnswer(scope=scope, digest=digest, status=status, body=body, headers=decoded, kept_at=kept_at)


def parked_of(row: Sequence[Any]) -> Parked:
    """The parked event in a row of `PARKED_COLUMNS`."""
    position, topic, packed, reason, detail, parked_at = row
    return Parked(
        position=position, topic=topic, envelope=_unpacker.decode(packed), reason=reason, detail=detail, parked_at=parked_at
    )


def naming_no_event(nothing: str) -> str:
    """The query for rows that name an event which the log does not hold; `nothing` is how the database writes no bytes."""
    return f"""
WITH named AS (
    SELECT 'outbox' AS place, stream_id, version FROM outbox
    UNION SELECT 'work', stream_id, version FROM work
    UNION SELECT 'timers', stream_id, 1 FROM timers
    UNION SELECT 'received', stream_id, version FROM received WHERE envelope = {nothing}
        AND EXISTS (SELECT 1 FROM events WHERE events.stream_id = received.stream_id)
)
SELECT place, stream_id, version FROM named WHERE NOT EXISTS (
    SELECT 1 FROM events WHERE events.stream_id = named.stream_id AND events.version = named.version
) ORDER BY stream_id, version
"""
