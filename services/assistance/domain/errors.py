"""What assistance refuses."""

from __future__ import annotations

from services.chassis.errors import NotFound, NotPermitted, RuleBroken

# --- programmes -----------------------------------------------------------------------------------------------------


class NoSuchProgramme(NotFound):
    zh = "没有代码为“{code}”的资助项目。"
    en = "There is no aid programme with the code {code}."


class ProgrammeEndsBeforeItStarts(RuleBroken):
    zh = "项目停止日期 {effective_until} 早于生效日期 {effective_from}。"
    en = "The programme cannot end on {effective_until}, before it takes effect on {effective_from}."


class ProgrammeBackdated(RuleBroken):
    zh = "该项目已有自 {latest} 起生效的规定，新的规定不得早于此日。"
    en = "The programme already has terms from {latest} on; new ones cannot take effect before that day."


class ProgrammeExcludesItself(RuleBroken):
    zh = "项目不能与自身互斥。"
    en = "A programme cannot exclude itself."


class ExcludedProgrammeUnknown(RuleBroken):
    zh = "互斥项目代码“{code}”不存在，请先设立该项目或更正代码。"
    en = "There is no programme {code} to exclude; set that one first, or correct the code."


class AmountMissing(RuleBroken):
    zh = "发放现金的申请类项目必须填写金额（单位：分，大于 0）。"
    en = "A programme paid in money on application needs an amount in fen above 0."


# --- applications ---------------------------------------------------------------------------------------------------


class NoSuchApplication(NotFound):
    zh = "没有该资助申请，或您无权查看。"
    en = "There is no such application, or it is not yours to see."


class NoSuchPupil(NotFound):
    zh = "没有该学生，或该学生不在本校。"
    en = "There is no such pupil, or the pupil is not at your school."


class ProgrammeNotInForce(RuleBroken):
    zh = "资助项目“{code}”当前不在有效期内。"
    en = "The programme {code} is not in force today."


class NeedsNoApplication(RuleBroken):
    zh = "资助项目“{code}”无需在此申请：全体享受，或由其他部门认定。"
    en = "The programme {code} is not applied for here: every child has it, or another body decides."


class GroupIsRestricted(RuleBroken):
    zh = "涉案未成年人属受限信息，不能作为资助项目的条件。"
    en = "To be involved in a case is restricted and cannot be a condition of a programme: every application would tell it."


class NotEligible(RuleBroken):
    zh = "学生不符合项目“{code}”的条件（{condition}）。"
    en = "The pupil does not meet a condition of the programme {code} ({condition})."


class ProgrammesExclude(RuleBroken):
    zh = "学生本学年已申请或享受与“{code}”互斥的项目“{held}”，不得重复资助。"
    en = "This school year the pupil has, or has applied for, {held}, which excludes {code}: no double aid."


class RefusedThisYear(RuleBroken):
    zh = "该学生本学年的此项申请已被退回，不再重复申请。"
    en = "This application was refused for this school year and cannot be drafted again."


class GuardianNotOfPupil(RuleBroken):
    zh = "签字人不是该学生登记的监护人。"
    en = "Who signed is not on record as a guardian of this pupil."


class SignedInTheFuture(RuleBroken):
    zh = "签字日期 {signed_on} 晚于今天。"
    en = "The signature is dated {signed_on}, which is in the future."


class HardshipNotRecognisedThisYear(RuleBroken):
    zh = "困难认定日期 {recognised_on} 不在本学年（{year} 年秋季起）之内，或晚于今天。"
    en = "The hardship was recognised on {recognised_on}: it must be within the school year begun in {year} and not in the future."


class AlreadySigned(RuleBroken):
    zh = "该申请已由监护人签字。"
    en = "The guardian has already signed this application."


class NotSigned(RuleBroken):
    zh = "监护人尚未签字申请。"
    en = "The guardian has not signed the application yet."


class PanelNotHeld(RuleBroken):
    zh = "学校评审小组尚未评议。"
    en = "The school's panel has not decided yet."


class PanelAlreadyDecided(RuleBroken):
    zh = "学校评审小组已作出评议。"
    en = "The school's panel has already decided."


class PanelTooSmall(RuleBroken):
    zh = "学校评审小组至少 {least} 人，现只有 {named} 人。"
    en = "The school's panel has at least {least} members; {named} are named."


class PanelMemberTwice(RuleBroken):
    zh = "学校评审小组成员不得重复，本人与当日代理人只算一人。"
    en = "Each member of the school's panel is named once; an officer and the day's substitute are one."


class PanelMemberNotOfSchool(RuleBroken):
    zh = "学校评审小组成员须是该校（教学点可含其中心校）今日在任的校领导、教师、工作人员或家长代表。"
    en = "A member of the panel must today be an officer, teacher or parent of the pupil's school or its central school."


class SignatureTakerOnPanel(RuleBroken):
    zh = "经手监护人签字的人（含被代理人）不得担任评审小组成员。"
    en = "Who took the guardian's signature, or was stood in for, cannot be a member of the panel."


class SubstituteOfAStandIn(NotPermitted):
    zh = "副校长代行校长职责时，不能再由他人代理；请由校长指定代理人。"
    en = "A vice-principal who stands in for the principal has no substitute in that; let the principal name one."


class ReasonMissing(RuleBroken):
    zh = "不予资助时必须选择理由。"
    en = "A refusal needs a reason."


class NoticeNotHanging(RuleBroken):
    zh = "该申请不在公示期内，无法登记异议。"
    en = "The application is not on public notice, so no objection can be recorded."


class NoticeStillHanging(RuleBroken):
    zh = "公示期未满，不能审核。"
    en = "The public notice has not ended; the bureau cannot review yet."


class NoSuchObjection(NotFound):
    zh = "该申请没有此条异议。"
    en = "The application has no such objection."


class ObjectionAlreadyAnswered(RuleBroken):
    zh = "该异议已有处理结论。"
    en = "The objection has already been answered."


class ObjectionAgainstOwnAct(NotPermitted):
    zh = "异议不得由学校评审小组成员、评议登记人或经手监护人签字的人（含代理）审查；请由他人或教育局、县资助中心办理。"
    en = "Nobody of the panel, who recorded it or who took the signature examines an objection, substitutes included."


class ObjectionUnanswered(RuleBroken):
    zh = "尚有异议未处理，不能审核。"
    en = "An objection has not been answered yet; the bureau cannot review."


class ObjectionUpheld(RuleBroken):
    zh = "异议成立，不能批准。"
    en = "An objection was upheld; the aid cannot be granted."


class SamePersonAsPanel(NotPermitted):
    zh = "审核人不得是学校评审小组成员或评议登记人（含代理）。"
    en = "Who reviews must be nobody of the school's panel nor who recorded its decision, substitutes included."


class ApplicationClosed(RuleBroken):
    zh = "该申请已办结（{status}）。"
    en = "The application is closed ({status})."
