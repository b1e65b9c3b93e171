"""The port to whoever sends texts: what it is given, what it answers, what can go wrong there."""

from __future__ import annotations

from typing import Protocol

import msgspec

from services.contracts.ids import GuardianId, NotificationId


class TextMessage(msgspec.Struct, frozen=True):
    """A text on its way out; `message_id` is the release's, so a repeated call is known as one.

    Phone and text stay in memory: no adapter stores, logs or raises them.
    """

    message_id: str
    notification_id: NotificationId
    guardian_id: GuardianId
    phone: str
    text: str
    language: str
    named: bool
    segments: int
    digest: str


class NumberDead(Exception):
    """The gateway says that nobody is behind the number."""


class TextRefused(Exception):
    """The gateway does not take the text (template, signature or content)."""


class Unanswered(Exception):
    """The gateway was told, and cannot say whether it took the text: asking again would not tell either."""


class Gateway(Protocol):
    """Who sends texts."""

    @property
    def name(self) -> str:
        """The name that stands beside each receipt."""

    @property
    def deduplicates(self) -> bool:
        """Whether the same `message_id` twice is one text: only then is a call repeated of which nobody knows how it ended."""

    def send(self, message: TextMessage) -> str:
        """Take the text; answers the receipt.

        Raises NotReached (`chassis.reactions`) where nothing can have been taken, NumberDead, TextRefused, Unanswered;
        whatever else it raises leaves open what became of the text.
        """
