"""What can go wrong, drawn once.

Refusal                 somebody asked for something that the rules do not allow; nothing was changed
├── RuleBroken          the rule of the field that is broken
├── NotFound            there is no such thing, or the caller may not know that there is
├── NotPermitted        the caller may not do this
├── TooOften            the caller asks too often; says after how many seconds again
├── Superseded          somebody else changed it since the caller read it
└── FormRejected        the request is not in the accepted form; names the fields

Fault                   the house is not in order; nobody's request is to blame
├── VersionConflict     two writers met on one stream; the loser loads again
├── NotStorable         a row breaks a constraint of its table
│   └── AlreadyThere    another row has its key: perhaps another process was first, then a second look tells
├── BusUnavailable      the bus did not take or give messages
│   └── NoSuchTopic     a topic is not there to be written to; names it
├── StoreBusy           the store's file is locked, full or unreachable just now; says where, why and what to do
│   ├── StoreAway       the server lets nobody in or does not answer; who asks next is told at once
│   └── ReadingPaused   a backup of several servers lets nobody handle messages just now
├── PlacesTaken         as many pieces of heavy work are under way as the process does at a time
├── Tampered            a stored byte is not what was signed
└── Misconfigured       a setting is missing or wrong
    └── BusForbidden    the bus does not let this service write or read where it must

A refusal becomes problem+json through one table (`chassis.web.problems`); a fault is answered 500 or 503, without detail.
"""

from __future__ import annotations

import re
from typing import ClassVar

_WORD = re.compile(r"(?<!^)(?=[A-Z])")


class Refusal(Exception):
    """A request that the rules do not allow; `zh` and `en` are sentences that a clerk understands.

    Sentences may hold `{fact}` places, filled from the keyword arguments: ids, numbers and dates only, never what was
    typed about a child. Whoever raises a refusal gives all its facts: one that lacks some cannot be made.
    """

    zh: ClassVar[str] = "请求被拒绝。"
    en: ClassVar[str] = "The request is refused."

    def __init__(self, *, field: str | None = None, **facts: object) -> None:
        self.field = field
        self.facts = facts
        super().__init__(self.sentence("en"))

    @classmethod
    def code(cls) -> str:
        """The stable name of this refusal: `CaseAlreadyClosed` is `case-already-closed`."""
        return _WORD.sub("-", cls.__name__).lower()

    def sentence(self, language: str) -> str:
        """The sentence in `zh` or `en`, with its facts."""
        template = self.zh if language == "zh" else self.en
        return template.format(**self.facts)


class RuleBroken(Refusal):
    """A rule of the field forbids it."""


class NotFound(Refusal):
    """There is no such thing for this caller."""

    zh = "没有找到该记录，或您无权查看。"
    en = "No such record, or it is not yours to see."


class NotPermitted(Refusal):
    """The caller may not do this."""

    zh = "您没有办理此事项的权限。"
    en = "You are not permitted to do this."


class TooOften(Refusal):
    """The caller asks too often; the fact `seconds` says when to ask again."""

    zh = "请求过于频繁，请 {seconds} 秒后再试。"
    en = "Too many requests; try again in {seconds} seconds."


class Superseded(Refusal):
    """Somebody changed the thing since the caller read it."""

    zh = "该记录已被他人更新（当前版本 {current}），请重新读取后再提交。"
    en = "Somebody has changed this record since (it is now at version {current}); read it again and resubmit."


class FieldError(Exception):
    """One place in a form that is not in the accepted form."""

    def __init__(self, field: str, zh: str, en: str) -> None:
        self.field = field
        self.zh = zh
        self.en = en
        super().__init__(f"{field}: {en}")


class FormRejected(Refusal):
    """The request is not in the accepted form; `errors` names each field."""

    zh = "提交内容格式不正确，请按字段提示修改。"
    en = "The request is not in the accepted form; see the fields."

    def __init__(self, *errors: FieldError, **facts: object) -> None:
        self.errors = errors
        super().__init__(field=None, **facts)


class Fault(Exception):
    """The house is not in order; no request is to blame."""


class VersionConflict(Fault):
    """Another writer appended to the stream, or moved the counter, first."""


class NotStorable(Fault):
    """A row of the batch breaks a constraint of its table: a bug of the service that made it, not a race."""


class AlreadyThere(NotStorable):
    """A row has the key of another: a bug too, unless another process has written that one since this turn looked."""


class BusUnavailable(Fault):
    """The bus did not take or give messages; to be tried again later."""


class NoSuchTopic(BusUnavailable):
    """A topic is not there to be written to; `topic` is its name in the house."""

    def __init__(self, topic: str, sentence: str) -> None:
        self.topic = topic
        super().__init__(sentence)


class StoreBusy(Fault):
    """The store could not read or write just now: its file is locked, or the disk full or gone; to be tried again later."""


class StoreAway(StoreBusy):
    """The store's server lets nobody in, or takes questions and does not answer; to be tried again when it is back."""


class ReadingPaused(StoreBusy):
    """A backup of several servers lets nobody handle messages just now; what was read is read again when it is done."""


class PlacesTaken(Fault):
    """As many pieces of heavy work are under way as the process does at a time; to be tried again later."""


class Tampered(Fault):
    """A stored byte is not what was hashed or signed."""


class Misconfigured(Fault):
    """A setting is missing or wrong; the sentence names it and the accepted form."""


class BusForbidden(Misconfigured):
    """The bus does not let this service write or read where it must; the sentence names who, what and the missing right."""
