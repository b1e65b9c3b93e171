"""What casework refuses of causes, plan and commitment."""

from __future__ import annotations

from services.chassis.errors import NotFound, NotPermitted, RuleBroken


class CauseNamedTwice(RuleBroken):
    zh = "同一原因填写了两次。"
    en = "A cause is named twice."


class DetailNotOfCause(RuleBroken):
    zh = "原因细分“{detail}”不属于所认定的原因。"
    en = "The detail {detail} belongs to none of the causes that are recorded."


class DetailNamedTwice(RuleBroken):
    zh = "同一原因只能填写一个细分。"
    en = "A cause has one detail at most."


class DetailContradictsAge(RuleBroken):
    zh = "“童工”只用于务工之日未满 16 周岁；16、17 周岁请选“外出务工”。"
    en = "Child labour is work under 16 on the working date; at 16 and 17 choose: left for work."


class CausesNotYours(NotPermitted):
    zh = "辍学原因由本案责任人中的班主任、学校负责人认定，或由教育局控辍专干认定。学校人员可先由学校或教育局指定为本案责任人。"
    en = (
        "Causes are recorded by the homeroom teacher and the school leaders who are named in the case, and by the bureau's clerk."
        " Who works at the school can be named in the case first."
    )


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
