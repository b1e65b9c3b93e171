"""With which coded findings a duty of each kind is answered (domain.md §4); `done` answers every kind."""

from __future__ import annotations

from collections.abc import Mapping

from services.contracts.codes import DutyKind
from services.contracts.labels.names import Names

DONE = "done"
VISITED = "visited"
"""The finding with which a recorded visit answers the school's duty."""

_DONE: Mapping[str, Names] = {DONE: ("已办理", "done")}
_LABOUR: Mapping[str, Names] = {
    "child_labour": ("查实使用童工", "child labour found"),
    "none": ("未发现", "none found"),
}
_CONDITION: Mapping[str, Names] = {
    "fit": ("适合入学", "fit for school"),
    "special_needs": ("需特殊教育", "needs special education"),
    "leave_needed": ("需休学治疗", "needs leave for treatment"),
}

_FINDINGS: Mapping[DutyKind, Mapping[str, Names]] = {
    DutyKind.VERIFY_WHEREABOUTS: {
        "found": ("已查明下落", "whereabouts found"),
        "not_found": ("暂未查明", "not found yet"),
        "identity_wrong": ("身份信息有误", "identity data wrong"),
    },
    DutyKind.DECIDE_RELIEF: {
        "granted": ("予以救助", "relief granted"),
        "refused": ("不符合条件", "conditions not met"),
        "receiving": ("已在享受", "already receiving"),
    },
    DutyKind.INSPECT_CHILD_LABOUR: _LABOUR,
    DutyKind.INSPECT_EMPLOYER: _LABOUR,
    DutyKind.PERSUADE: {
        "will_return": ("同意返校", "will return"),
        "undecided": ("尚在犹豫", "undecided"),
        "refused": ("拒绝返校", "refused"),
        "not_found": ("未见到人", "nobody met"),
    },
    DutyKind.VERIFY_HOUSEHOLD_STATUS: {
        "relief_household": ("脱贫户", "relief household"),
        "monitored": ("监测户", "monitored household"),
        "neither": ("均不是", "neither"),
    },
    DutyKind.FIND_CONTACT: {
        "found": ("已取得联系", "contact found"),
        "none": ("家长没有电话，上门联系", "no phone: reached at home"),
    },
    DutyKind.SCHOOL_VISIT: {VISITED: ("已家访", "visited")},
    DutyKind.DETERMINE_CONDITION: _CONDITION,
    DutyKind.VERIFY_DESTINATION: {
        "enrolled": ("已在当地就读", "enrolled there"),
        "not_enrolled": ("未在当地就读", "not enrolled there"),
    },
}


def findings_of(kind: DutyKind) -> Mapping[str, Names]:
    """All findings with which a duty of the kind may be answered, by code."""
    return {**_FINDINGS.get(kind, {}), **_DONE}
