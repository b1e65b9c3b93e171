"""What casework refuses of mandatory reports 强制报告, and because of them."""

from __future__ import annotations

from services.chassis.errors import NotFound, NotPermitted, RuleBroken


class NoSuchMandatoryReport(NotFound):
    zh = "没有该强制报告，或您无权查看。"
    en = "There is no such mandatory report, or it is not yours to see."


class NoSuchChild(NotFound):
    zh = "没有该儿童。"
    en = "There is no such child."


class SignInTheFuture(RuleBroken):
    zh = "发现日期 {day} 晚于今天。"
    en = "The sign cannot have been noticed on {day}: that is in the future."


class MandatoryReportWasWithdrawn(RuleBroken):
    zh = "该强制报告已由教育局负责人撤销。"
    en = "The bureau's lead has withdrawn this mandatory report."


class MandatoryReportAlreadyAnswered(RuleBroken):
    zh = "公安机关已答复该强制报告，对家庭的劝返已可恢复。"
    en = "The police have answered this mandatory report, and the family may be approached again."


class ReporterDoesNotAnswer(NotPermitted):
    zh = "报告人不得代公安机关接报或答复本人的报告，也不得由其AB角代办；请由公安机关或教育局指定的其他人员办理。"
    en = "Whoever reported does not acknowledge or answer the report for the police, nor does their substitute."


class PoliceReplyNotCited(RuleBroken):
    zh = "代公安机关录入答复的，须注明书面回复的文件名或文号。"
    en = "Whoever enters the answer of the police cites their written reply."


class OfficerAlreadyPrivy(RuleBroken):
    zh = "该人员已可查看该强制报告。"
    en = "The officer already sees this mandatory report."


class OfficerNotPrivy(RuleBroken):
    zh = "该人员不在该强制报告的知情人员之列。"
    en = "The officer is not named in this mandatory report."


class NamesThemselves(RuleBroken):
    zh = "不得将本人或被代行人指定为强制报告的知情人员；依职务知情的，职务终止即止。"
    en = "Nobody names themselves, or whom they stand in for, in a mandatory report: what a post tells ends with the post."


class PersuasionHeld(RuleBroken):
    zh = "已就该生向公安机关强制报告；公安机关答复前，暂停家访、承诺书等面向家庭的劝返措施，也不通知家长。"
    en = "A mandatory report about this child is with the police: nobody approaches the family before they have answered."


class AskTheBureauFirst(RuleBroken):
    zh = "该事项目前不能办理，请先与教育局负责人联系。"
    en = "This cannot be done now; ask the bureau's lead first."
