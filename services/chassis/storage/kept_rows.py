"""Rows that both databases keep alike: answers, parked events, what others were told; and what rows name that is not there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from services.chassis.envelope import Envelope
from services.chassis.publication import PublicationRow
from services.chassis.storage.port import Journalled, JournalUnreadable, KeptAnswer, Parked

ANSWER_COLUMNS = "scope, digest, status, body, headers, kept_at"
PARKED_COLUMNS = "position, topic, envelope, reason, detail, parked_at"

NO_END = 2**62
"""Beyond every position of a log; its negative stands before every one, whatever somebody has made of it."""

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


EVENT_COLUMNS = ", ".join(f'"{field.name}"' for field in msgspec.structs.fields(Envelope))
TOLD_COLUMNS = ", ".join(f'p."{field.name}"' for field in msgspec.structs.fields(PublicationRow))


def told_between(after: str, until: str) -> str:
    """The query for what others were told of events between two positions; how the database writes the places of both."""
    return (
        f"SELECT {TOLD_COLUMNS} FROM publications p JOIN events e ON e.stream_id = p.stream_id AND e.version = p.version"
        f" WHERE e.position > {after} AND e.position <= {until} ORDER BY p.stream_id, p.version, p.topic"
    )


def bounds(after: int | None, until: int | None) -> tuple[int, int]:
    """The values of both places; nothing bounds nothing."""
    return -NO_END if after is None else after, NO_END if until is None else until


NAMES_NO_EVENT = """
WITH named AS (
    SELECT 'outbox' AS place, stream_id, version FROM outbox
    UNION SELECT 'work', stream_id, version FROM work
    UNION SELECT 'timers', stream_id, 1 FROM timers
    UNION SELECT 'publications', stream_id, version FROM publications
)
SELECT place, stream_id, version FROM named WHERE NOT EXISTS (
    SELECT 1 FROM events WHERE events.stream_id = named.stream_id AND events.version = named.version
) ORDER BY stream_id, version
"""
"""The query for rows that name an event which the log does not hold; the journal is gone through row by row (`ranges`)."""


def journalled_of(row: Sequence[Any]) -> Journalled:
    """A row of `ranges.journal_behind`; raises JournalUnreadable."""
    position, stream_id, version, packed, lost = row
    try:
        envelope = _unpacker.decode(packed) if packed else None
    except (msgspec.MsgspecError, TypeError) as broken:
        raise JournalUnreadable(stream_id, version) from broken
    return Journalled(position, stream_id, version, envelope, bool(lost))
