"""What casework refuses of a case and those who stand on it."""

from __future__ import annotations

from services.chassis.errors import NotFound, NotPermitted, RuleBroken


class NoSuchCase(NotFound):
    zh = "没有该个案，或您无权查看。"
    en = "There is no such case, or it is not yours to see."


class CaseWasWithdrawn(RuleBroken):
    zh = "该个案因疑似辍学解除已撤销。"
    en = "The case was withdrawn because the suspicion was lifted."


class CaseAlreadyClosed(RuleBroken):
    zh = "该个案已销号。"
    en = "The case is closed."


class CaseHasNumber(RuleBroken):
    zh = "该个案已编号入辍学台账，只能按销号程序办结。"
    en = "The case has its number in the dropout ledger; it can only be closed."


class CaseNotNumbered(RuleBroken):
    zh = "该生尚在疑似辍学台账，疑似解除由考勤完成，不能在此办理返校确认或销号。"
    en = "The child is only suspected: the roll call lifts the suspicion; there is no return to confirm and nothing to close."


class InTheFuture(RuleBroken):
    zh = "日期 {day} 晚于今天。"
    en = "The date {day} is in the future."


class BeforeTheCase(RuleBroken):
    zh = "日期 {day} 早于个案建立日期 {opened_on}。"
    en = "The date {day} is before the case was opened on {opened_on}."


class NoSuchOfficer(RuleBroken):
    zh = "没有该工作人员的任职记录。"
    en = "No such officer has been appointed."


class CompanionNotOfPlace(RuleBroken):
    zh = "该人员在家访当日不在本案所在学校、村（社区）、乡镇或县级单位任职，不能列为陪同或见证人员。"
    en = "On the day of the visit the officer held no post at the case's school, village, township or county."


class OfficerNotOfLine(RuleBroken):
    zh = "该人员不担任该条线的职务，不能指定为责任人。"
    en = "The officer does not hold a post of this line and cannot be named on it."


class NamedBySubstitute(NotPermitted):
    zh = "AB角代行职务时，不得指定本人或被代行人为责任人；请由被代行人本人或教育局指定。"
    en = "A substitute names neither themselves nor the officer for whom they act; that officer or the bureau does."


class NamingNotYours(NotPermitted):
    zh = "责任人由该个案现有的责任人或教育局指定；您不是该个案的责任人。"
    en = "Officers are named by those who are named in the case already, and by the bureau; you are not among them."


class VisitorIsWitness(RuleBroken):
    zh = "家访人不能作自己家访的见证人。"
    en = "The visitor cannot witness the own visit."


class VisitorInCompany(RuleBroken):
    zh = "家访人不能同时列为陪同人员。"
    en = "The visitor cannot be in the own company."


class CompanionNamedTwice(RuleBroken):
    zh = "同一陪同人员填写了两次。"
    en = "An officer is named twice among those who came along."
