"""The outcomes of a case (domain.md §6) and the kinds of evidence that each one needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from services.contracts.codes import Outcome


@dataclass(frozen=True)
class OutcomeRow:
    """An outcome: `evidence` maps each accepted kind to its names; its own names are in `contracts.labels`."""

    evidence: Mapping[str, tuple[str, str]]
    counts_as_returned: bool = False


OWN_RECORDS = frozenset({"attendance_record", "transfer_completed"})
"""Kinds of evidence that the house itself holds; every other one is a paper whose number or file is cited."""

NINE_YEARS = 9
"""The grade in which compulsory education is completed."""

OUTCOMES: Mapping[Outcome, OutcomeRow] = {
    Outcome.RETURNED: OutcomeRow(
        {"attendance_record": ("观察期出勤记录", "attendance during the observation")},
        counts_as_returned=True,
    ),
    Outcome.ENROLLED_ELSEWHERE: OutcomeRow(
        {
            "transfer_completed": ("学籍转接完成", "transfer of roll completed"),
            "sealed_certificate": ("就读学校盖章在读证明", "the other school's sealed certificate"),
        },
    ),
    Outcome.VOCATIONAL: OutcomeRow(
        {
            "nine_years_completed": ("已完成九年义务教育", "nine years completed"),
            "roll_kept": ("保留原校学籍", "roll kept at the school"),
        },
    ),
    Outcome.HOME_TEACHING: OutcomeRow({"committee_decision": ("专家委员会意见与决定", "committee's opinion and decision")}),
    Outcome.DEFERRED: OutcomeRow(
        {"application_approved": ("监护人申请及审批", "guardian's application and its approval")},
    ),
    Outcome.MOVED_ABROAD: OutcomeRow({"exit_record": ("出入境证明", "exit record")}),
    Outcome.DECEASED: OutcomeRow({"death_certificate": ("死亡证明", "death certificate")}),
    Outcome.INFORMATION_ERROR: OutcomeRow(
        {
            "duplicate_roll": ("重复学籍", "duplicate roll"),
            "wrong_id": ("身份信息错误", "wrong ID"),
            "no_such_person": ("查无此人", "no such person"),
        },
    ),
    Outcome.GRADUATED: OutcomeRow({"graduation_record": ("毕业记录", "graduation record")}),
    Outcome.OVER_AGE: OutcomeRow({"birth_record": ("年龄证明", "proof of age")}),
}
