"""What casework refuses."""

from __future__ import annotations

from services.chassis.errors import NotFound, NotPermitted, RuleBroken

# --- cases ----------------------------------------------------------------------------------------------------------


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


class VisitorIsWitness(RuleBroken):
    zh = "家访人不能作自己家访的见证人。"
    en = "The visitor cannot witness the own visit."


class VisitorInCompany(RuleBroken):
    zh = "家访人不能同时列为陪同人员。"
    en = "The visitor cannot be in the own company."


class CompanionNamedTwice(RuleBroken):
    zh = "同一陪同人员填写了两次。"
    en = "An officer is named twice among those who came along."


# --- causes and plan ------------------------------------------------------------------------------------------------


class CauseNamedTwice(RuleBroken):
    zh = "同一原因填写了两次。"
    en = "A cause is named twice."


class CausesNotYours(NotPermitted):
    zh = "辍学原因由该个案的责任人或教育局认定；您不是该个案的责任人，可先由学校或教育局指定。"
    en = "Causes are recorded by the officers named in the case and by the bureau; have yourself named in it first."


class WorkingAgeNotStated(RuleBroken):
    zh = "原因含外出务工的，须注明务工之日是否未满 16 周岁（未满为童工；16、17 周岁为未成年工，只作劝返）。"
    en = "Where the cause is work, say whether the child is under 16 on the working date (below: child labour; 16–17 is legal)."


class WorkingAgeContradicted(RuleBroken):
    zh = "学籍系统答复的 {on} 年龄与所填不符：请按学籍答复更正“是否未满 16 周岁”，或核对务工日期。"
    en = "The registry says otherwise of the child's age on {on}: correct whether it is under 16, or the working date."


class CauseNotRecorded(RuleBroken):
    zh = "尚未认定辍学原因，不能制定方案。"
    en = "No cause is recorded yet; there can be no plan."


class WhereaboutsEmpty(RuleBroken):
    zh = "去向至少填写地点、用人单位、联系方式中的一项。"
    en = "Whereabouts name at least one of place, employer and contact."


class PlanEmpty(RuleBroken):
    zh = "方案至少应有一项措施。"
    en = "A plan has at least one measure."


class MeasureNamedTwice(RuleBroken):
    zh = "同一措施填写了两次。"
    en = "A measure is named twice."


class MeasureNotOfCause(RuleBroken):
    zh = "措施“{kind}”不属于原因“{cause}”，或该原因未认定。"
    en = "The measure {kind} is not one of the cause {cause}, or that cause is not recorded."


class MeasureNeedsOfficer(RuleBroken):
    zh = "措施“{kind}”须指定责任人（如辅导教师）。"
    en = "The measure {kind} needs a named officer (the tutor, for tutoring)."


class MeasureNeedsDate(RuleBroken):
    zh = "措施“{kind}”须注明完成日期。"
    en = "The measure {kind} needs a date."


class NoSuchMeasure(NotFound):
    zh = "现行方案中没有该措施。"
    en = "The plan in force has no such measure."


class PromiseNotGiven(RuleBroken):
    zh = "家庭签订的承诺书中没有该项承诺。"
    en = "The household has made no such promise in its commitment."


class NobodyHasRefused(RuleBroken):
    zh = "未有拒绝返校的家访记录，不能列入“{kind}”。"
    en = "No visit has met with a refusal, so the plan cannot hold {kind}."


class NotChildLabour(RuleBroken):
    zh = "未认定为童工（未满 16 周岁），不能列入“{kind}”。"
    en = "It is not child labour (under 16), so the plan cannot hold {kind}."


class SpecialPlanNeedsLead(RuleBroken):
    zh = "劝返难度较大的个案须制定专项方案，并由教育局人员牵头。"
    en = "A hard case needs a special plan with a lead from the bureau."


# --- return and follow-up -------------------------------------------------------------------------------------------


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


# --- closing --------------------------------------------------------------------------------------------------------


class ObservationNotOver(RuleBroken):
    zh = "观察期（默认 20 个教学日）未满，不能以“已返校”销号。"
    en = "The observation period (20 school days by default) is not over; the case cannot be closed as returned."


class EvidenceNotOfOutcome(RuleBroken):
    zh = "销号结果“{outcome}”须注明佐证种类：{kinds}。"
    en = "The outcome {outcome} needs one of these kinds of evidence: {kinds}."


class EvidenceNotCited(RuleBroken):
    zh = "请填写佐证材料的文号或档案号。"
    en = "Cite the paper that proves it: its number or file."


class LastTermNotEnded(RuleBroken):
    zh = "九年级最后一个学期尚未结束，不能以毕业或已完成九年义务教育销号。"
    en = "The last term of grade 9 has not ended; nobody has completed nine years before."


class LostIsNoOutcome(RuleBroken):
    zh = "该生失联尚未解除，不能以毕业或已完成九年义务教育销号；个案继续，每季复核。"
    en = "The child is lost to contact; that is no outcome: the case stays open and is re-checked."


class NineYearsNotDone(RuleBroken):
    zh = "该生在读 {grade} 年级，未完成九年义务教育，不能以此销号。"
    en = "The child is in grade {grade} and has not completed nine years; the case cannot be closed so."


class AgeNotAnswered(RuleBroken):
    zh = "学籍系统未答复该生已满 16 周岁，不能以“超龄”销号；请先在学籍中询问年龄。"
    en = "The registry has not said that the child is 16; have the age answered there before closing as over age."


class TransferNotCompleted(RuleBroken):
    zh = "学籍转接尚未完成，不能以此销号；请提供就读学校盖章的在读证明。"
    en = "The roll's transfer is not completed; the other school's sealed certificate is needed instead."


class ClosingAlreadyProposed(RuleBroken):
    zh = "已有待审的销号申请，请先审核或退回。"
    en = "A closing is already proposed; confirm it or send it back first."


class NoClosingProposed(RuleBroken):
    zh = "没有待审的销号申请。"
    en = "No closing is proposed."


class ProposalIsTheSchools(NotPermitted):
    zh = "该生有学籍学校，销号由学校提出；村级只为无学籍的儿童提出。"
    en = "The child is on a school's roll, so the school proposes; the village does for a child on none."


class ClosingNotConfirmed(RuleBroken):
    zh = "乡镇尚未确认，教育局不能批准销号。"
    en = "The township has not confirmed yet; the bureau cannot approve."


class ClosingAlreadyConfirmed(RuleBroken):
    zh = "乡镇已确认该销号申请。"
    en = "The township has already confirmed this closing."


class SamePersonTwice(NotPermitted):
    zh = "销号须由学校提出、乡镇确认、教育局批准三个不同的人办理（含代理）；您或您所代理的人已参与本次销号。"
    en = (
        "Closing needs three different people – school, township, bureau – substitutes included; you, or whom you act for,"
        " have already taken part."
    )


# --- duties ---------------------------------------------------------------------------------------------------------


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
