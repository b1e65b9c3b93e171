"""What casework refuses of return, follow-up and re-checks."""

from __future__ import annotations

from services.chassis.errors import RuleBroken


class AgreedDayPast(RuleBroken):
    zh = "约定返校日期 {day} 早于今天。"
    en = "The agreed day of return {day} is in the past."


class NoReturnAgreed(RuleBroken):
    zh = "没有约定的返校日期。"
    en = "No day of return is agreed."


class AlreadyReturned(RuleBroken):
    zh = "该生已于 {returned_on} 返校。"
    en = "The child returned on {returned_on}."


class ReturnBeforeAbsence(RuleBroken):
    zh = "返校日期 {day} 早于本次离校 {away_since}。"
    en = "The return on {day} is before the absence that began on {away_since}."


class PlacementNeedsDecision(RuleBroken):
    zh = "该安置方式须有残疾人教育专家委员会意见及教育局决定（专门学校须有专门教育指导委员会评估和决定书），请填写文号。"
    en = (
        "This placement needs the expert committee's opinion and the bureau's decision (a specialised school: its guidance"
        " committee's assessment and decision); cite the document."
    )


class NotReturned(RuleBroken):
    zh = "该生尚未返校，不能登记跟踪回访。"
    en = "The child has not returned; there is nothing to follow up."


class ContactBeforeReturn(RuleBroken):
    zh = "回访日期 {day} 早于返校日期 {returned_on}。"
    en = "The contact on {day} is before the return on {returned_on}."


class FollowUpEmpty(RuleBroken):
    zh = "回访记录至少填写学习、生活、心理、出勤中的一项。"
    en = "A follow-up records at least one of study, life, psychology and attendance."


class NoRecheckDue(RuleBroken):
    zh = "目前没有到期的复核事项。"
    en = "No re-check is due."
