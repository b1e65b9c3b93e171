"""What each event says, in one sentence of Chinese and English; `{field}` is a plain field of the event, codes by their names.

Every event type of the house has its line; a test finds the one that is missing, and another the code that is told bare.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from services.contracts.labels import Names
from services.oversight.domain.casework_sentences import CASEWORK_SENTENCES
from services.oversight.domain.named_facts import told
from services.oversight.domain.other_sentences import OTHER_SENTENCES
from services.oversight.domain.registry_sentences import REGISTRY_SENTENCES
from services.oversight.domain.subjects import Scalar

SENTENCES: Mapping[str, Names] = {**REGISTRY_SENTENCES, **CASEWORK_SENTENCES, **OTHER_SENTENCES}

STANDING_DUTY: Names = (
    "交办 {number}：{department}——{kind}，长期履行",
    "Duty {number} was assigned: {department} – {kind}, a standing one",
)
"""A duty without a term (public security protects a returned child as long as it needs that)."""

_PLACE = re.compile(r"\{(\w+)\}")


def sentence(event_type: str, facts: Mapping[str, Scalar], programmes: Mapping[str, Names] | None = None) -> Names:
    """What the event says, in Chinese and English; a fact that is not there is a dash.

    `programmes` names the county's aid programmes by their codes.
    """
    standing = event_type == "casework.DutyAssigned" and not facts.get("term_days")

    def fact(place: re.Match[str]) -> Names:
        return told(event_type, place[1], facts, programmes or {})

    zh, en = STANDING_DUTY if standing else SENTENCES[event_type]
    zh, en = _PLACE.sub(lambda place: fact(place)[0], zh), _PLACE.sub(lambda place: fact(place)[1], en)
    return zh, en[:1].upper() + en[1:]


def places(event_type: str) -> frozenset[str]:
    """The fields that an event's sentences name."""
    return frozenset(name for template in SENTENCES[event_type] for name in _PLACE.findall(template))
