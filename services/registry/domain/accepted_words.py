"""Which words a column of a file takes: for its template, and for whoever has written another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Literal

from services.contracts.identity_rules import BrokenRule
from services.registry.domain import file_rules as rules
from services.registry.domain.roll_call_rows import STANDINGS
from services.registry.domain.roster_words import (
    DISABILITY_GRADES,
    DISABILITY_KINDS,
    GROUPS,
    LANGUAGES,
    PAPERS,
    PEOPLES,
    RELATIONS,
    SCHOOL_KINDS,
    SESSIONS,
    SEXES,
    YES_NO,
)

FileKind = Literal["schools", "roster", "rollcall"]
"""What a file that the registry reads is, as `labels.reasons.IMPORT_KINDS` names it."""

WORDS_TOLD = 24
"""How many words an error names; of a longer list it names the first, and the template has all."""


def _filled(words: Mapping[str, object]) -> Sequence[str]:
    return tuple(word for word in words if word)


WORDS: Mapping[FileKind, Mapping[str, Sequence[str]]] = MappingProxyType(
    {
        "schools": {"办学类型": _filled(SCHOOL_KINDS), "寄宿制": _filled(YES_NO), "点名场次": _filled(SESSIONS)},
        "roster": {
            "性别": _filled(SEXES),
            "证件类型": _filled(PAPERS),
            "民族": tuple(PEOPLES),
            "寄宿": _filled(YES_NO),
            "困难类别": _filled(GROUPS),
            "残疾类别": _filled(DISABILITY_KINDS),
            "残疾等级": _filled(DISABILITY_GRADES),
            "第二语言": _filled(LANGUAGES),
            "监护人1关系": _filled(RELATIONS),
            "监护人2关系": _filled(RELATIONS),
        },
        "rollcall": {"场次": _filled(SESSIONS), "情况": _filled(STANDINGS)},
    }
)
"""Of each kind of file: the words of each column that takes words only."""


def accepted_form(kind: FileKind, column: str, rule: BrokenRule) -> tuple[str, str]:
    """What would be accepted in the column, in Chinese and English: where it takes words only, these."""
    words = WORDS[kind].get(column, ())
    if rule not in (rules.UNKNOWN_WORD, rules.MISSING) or not words:
        return rule.accepted_zh, rule.accepted_en
    named = "、".join(words[:WORDS_TOLD])
    if len(words) <= WORDS_TOLD:
        return f"可用：{named}", f"one of: {named}"
    return f"可用：{named}等 {len(words)} 种，全部见模板", f"one of {len(words)}, all in the template: {named} …"
