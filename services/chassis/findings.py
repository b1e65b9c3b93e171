"""What a verification says: what is wrong, where, and until when everything is proved."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Wrong(StrEnum):
    """What can be wrong with an event, with what was told of it, or with what refers to it."""

    CHANGED = "changed"
    UNKNOWN_SUITE = "unknown_suite"
    CHAIN_BROKEN = "chain_broken"
    REMOVED = "removed"
    REWRITTEN = "rewritten"
    SLIPPED_IN = "slipped_in"
    NOT_SIGNED = "not_signed"
    CHECKPOINTS_BROKEN = "checkpoints_broken"
    OTHER_THAN_ANCHOR = "other_than_anchor"
    ANCHOR_NOT_SIGNED = "anchor_not_signed"
    NAMES_NO_EVENT = "names_no_event"
    JOURNAL_CHANGED = "journal_changed"
    PUBLICATION_CHANGED = "publication_changed"
    PUBLICATION_REWRITTEN = "publication_rewritten"
    PUBLICATION_REMOVED = "publication_removed"
    PUBLICATION_SLIPPED_IN = "publication_slipped_in"


class Finding(msgspec.Struct, frozen=True):
    """The first thing wrong in a stream: the event by its version, what is wrong, and ids that help to see it."""

    stream_id: str
    version: int
    wrong: Wrong
    detail: str


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What a verification found; `sound` is true where nothing is wrong.

    `removals_excluded_until`: of what was recorded before this instant (which the last sound checkpoint of the log names)
    nothing was removed unseen by anybody who could not remove the checkpoint as well; `anchored_until`: before this one by
    nobody, as oversight holds the checkpoint. Events after that are proved unchanged, but not complete.
    `publications_proved_until` and `publications_anchored_until` say the same of what others outside were told, since the first
    checkpoint that names it: whatever a former release kept stands there as that one found it.
    """

    sound: bool
    findings: tuple[Finding, ...]
    wrong: int
    events: int
    streams: int
    publications: int
    foreign_events: int
    checkpoints: int
    anchors: int
    removals_excluded_until: str | None
    anchored_until: str | None
    publications_proved_until: str | None
    publications_anchored_until: str | None
