"""What is asked of a log that is verified, range by range: who asks holds what signed checkpoints name, who answers the log.

No question and no answer grows with the age of the log. A position names where a range begins: that of the last row of the range
before. All questions of one run reach as far as the log and the journal did at its beginning (`Begun`).
"""

from __future__ import annotations

from typing import Protocol, TypeAlias, assert_never

import msgspec

from services.chassis.checkpoints import CheckpointSigned, Head, Told
from services.chassis.findings import Finding


class Begin(msgspec.Struct, frozen=True, tag="begin"):
    """How far do log and journal reach?"""


class Begun(msgspec.Struct, frozen=True):
    """The positions that no later question looks beyond."""

    until: int
    received: int


class AskCheckpoints(msgspec.Struct, frozen=True, tag="checkpoints"):
    """Does the chain of checkpoints go on soundly, beside these anchors? `more` are to come, with higher numbers."""

    stream_id: str
    until: int
    after: int | None
    anchors: tuple[CheckpointSigned, ...]
    more: bool


class Signed(msgspec.Struct, frozen=True):
    """What one signed checkpoint, or anchor, names; `closes` is true of one that ends a signing of what was told outside."""

    number: int
    anchored: bool
    heads: tuple[Head, ...]
    told: tuple[Told, ...]
    closes: bool


class Proved(msgspec.Struct, frozen=True):
    """What the last sound checkpoint says: its position, and up to when everything is proved."""

    position: int | None = None
    removals_excluded_until: str | None = None
    anchored_until: str | None = None
    publications_proved_until: str | None = None
    publications_anchored_until: str | None = None


class CheckpointsSeen(msgspec.Struct, frozen=True):
    """What the checkpoints up to the one numbered `last` say; `place` is its position, `ended` that the log has no more of them."""

    findings: tuple[Finding, ...]
    checkpoints: int
    last: int
    place: int | None
    ended: bool
    signed: tuple[Signed, ...]
    proved: Proved


class AskRange(msgspec.Struct, frozen=True, tag="range"):
    """Which streams come next?"""

    until: int
    after: int | None


class Part(msgspec.Struct, frozen=True, array_like=True):
    """The versions of a stream that are in a range: those above `after`, up to `through`."""

    stream_id: str
    after: int
    through: int


class Range(msgspec.Struct, frozen=True):
    """Events behind the one at position `after` up to the one at `through`, by stream and version; the last stream may go on."""

    after: int | None
    through: int
    events: int
    parts: tuple[Part, ...]
    goes_on: bool


class NextRange(msgspec.Struct, frozen=True):
    """The range that comes next; None at the end of the log."""

    range: Range | None


class Named(msgspec.Struct, frozen=True, array_like=True):
    """A head as the first checkpoint that names it does; by `due` all that was told up to it is named (None: not yet)."""

    stream_id: str
    version: int
    hash: str
    number: int
    due: int | None


class NamedTold(msgspec.Struct, frozen=True, array_like=True):
    """A message as the first checkpoint that names it does."""

    stream_id: str
    version: int
    hash: str
    number: int


class AskEvents(msgspec.Struct, frozen=True, tag="events"):
    """Are these events, and what was told of them, what was signed?

    Of each stream `heads` has what is named within the range, and the last that is named outside of it. `position` is that of
    the last sound checkpoint, None where some checkpoint is not sound: then nobody can say what slipped in. `checkpoints` are the
    streams of checkpoints, which no checkpoint names.
    """

    until: int
    range: Range
    heads: tuple[Named, ...]
    told: tuple[NamedTold, ...]
    position: int | None
    checkpoints: tuple[str, ...]


class EventsSeen(msgspec.Struct, frozen=True):
    """What is wrong in a range; how many streams ended in it, and how many messages were told of it."""

    findings: tuple[Finding, ...]
    streams: int
    publications: int


class JournalPlace(msgspec.Struct, frozen=True):
    """How far the journal was followed: its row, and the last foreign event before it."""

    position: int
    stream_id: str
    version: int
    hash: str


class AskJournal(msgspec.Struct, frozen=True, tag="journal"):
    """Are the foreign events that follow what their services sent?"""

    received: int
    after: JournalPlace | None


class JournalSeen(msgspec.Struct, frozen=True):
    """What is wrong in a part of the journal; no `place` where it has ended, or cannot be read any further."""

    findings: tuple[Finding, ...]
    events: int
    place: JournalPlace | None


class AskRows(msgspec.Struct, frozen=True, tag="rows"):
    """Do rows that wait, and what was told, name events that are there?"""


class RowsSeen(msgspec.Struct, frozen=True):
    """What is wrong with them."""

    findings: tuple[Finding, ...]


Question: TypeAlias = Begin | AskCheckpoints | AskRange | AskEvents | AskJournal | AskRows
Answer: TypeAlias = Begun | CheckpointsSeen | NextRange | EventsSeen | JournalSeen | RowsSeen


class AskedLog(Protocol):
    """A log that answers, here or behind an address. Raises LogMoved where a range is not there any more."""

    def begin(self) -> Begun: ...

    def checkpoints(self, question: AskCheckpoints) -> CheckpointsSeen: ...

    def next_range(self, question: AskRange) -> NextRange: ...

    def events(self, question: AskEvents) -> EventsSeen: ...

    def journal(self, question: AskJournal) -> JournalSeen: ...

    def rows(self) -> RowsSeen: ...


def answer(log: AskedLog, question: Question) -> Answer:
    """The answer of a log to a question."""
    match question:
        case Begin():
            return log.begin()
        case AskCheckpoints():
            return log.checkpoints(question)
        case AskRange():
            return log.next_range(question)
        case AskEvents():
            return log.events(question)
        case AskJournal():
            return log.journal(question)
        case AskRows():
            return log.rows()
        case _:
            assert_never(question)
