"""What casework refuses of a department's duty."""

from __future__ import annotations

from services.chassis.errors import NotFound, RuleBroken


class NoSuchDuty(NotFound):
    zh = "没有该协办事项，或您无权查看。"
    en = "There is no such duty, or it is not yours to see."


class DutyWasWithdrawn(RuleBroken):
    zh = "该协办事项已撤回。"
    en = "The duty was withdrawn."


class DutyAlreadyAnswered(RuleBroken):
    zh = "该协办事项已答复；如需补充，请由教育局退回后再办。"
    en = "The duty is already answered; for more, the bureau has to return it first."


class DutyNotAnswered(RuleBroken):
    zh = "该协办事项尚未答复，不能退回。"
    en = "The duty is not answered yet, so it cannot be returned."


class DutyNotDeclined(RuleBroken):
    zh = "部门没有说明不属其职责，无从同意。"
    en = "The department has not declined the duty, so there is nothing to agree to."


class FindingNotOfDuty(RuleBroken):
    zh = "办理结果应为以下之一：{findings}。"
    en = "The finding must be one of: {findings}."


class ReplyNotCited(RuleBroken):
    zh = "代为答复的，须注明该部门书面回复的文件名或文号。"
    en = "An answer on behalf of a department must cite its written reply."
