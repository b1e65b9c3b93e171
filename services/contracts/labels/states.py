"""How a thing stands, as the services' answers have it, in Chinese and English; a test compares each table with its service."""

from __future__ import annotations

from collections.abc import Mapping

from services.contracts.labels.names import Names

CASE_STAGES: Mapping[str, Names] = {
    "suspected": ("疑似辍学", "suspected"),
    "open": ("劝返中", "being persuaded"),
    "returned": ("已返校，观察中", "returned, under observation"),
    "observed": ("观察期满，待销号", "observed, to be closed"),
    "closed": ("已销号", "closed"),
    "withdrawn": ("已撤案", "withdrawn"),
}
"""Where a case stands (casework)."""

CLOSING_STEPS: Mapping[str, Names] = {
    "ClosingProposed": ("申请销号", "proposed"),
    "ClosingConfirmed": ("确认", "confirmed"),
    "ClosingSentBack": ("退回", "sent back"),
    "CaseClosed": ("批准销号", "approved"),
}
"""What was done towards closing a case, by the event that tells it (casework)."""

DUTY_STATES: Mapping[str, Names] = {
    "assigned": ("已交办", "assigned"),
    "acknowledged": ("已签收", "acknowledged"),
    "completed": ("已办结", "completed"),
    "declined": ("不属其职责", "declined"),
    "excused": ("不属其职责，教育局已同意", "declined, the bureau agrees"),
    "returned": ("退回补办", "returned"),
    "withdrawn": ("已撤销", "withdrawn"),
}

TEXT_STATES: Mapping[str, Names] = {
    "scheduled": ("待发", "scheduled"),
    "postponed": ("延后发送", "postponed"),
    "released": ("发送中", "being sent"),
    "sent": ("已发出", "sent"),
    "failed": ("发送失败", "failed"),
    "uncertain": ("是否发出不明", "uncertain"),
    "cancelled": ("已取消", "cancelled"),
    "call_due": ("待电话告知", "call due"),
    "called": ("已电话告知", "called"),
}
"""What became of a text (oversight)."""

AID_STATES: Mapping[str, Names] = {
    "draft": ("拟制", "draft"),
    "signed": ("已申请", "signed"),
    "notice": ("公示中", "public notice"),
    "review": ("待审核", "under review"),
    "granted": ("已批准", "granted"),
    "paused": ("暂停", "paused"),
    "refused": ("不予资助", "refused"),
    "withdrawn": ("已撤回", "withdrawn"),
}

IMPORT_STATES: Mapping[str, Names] = {
    "staged": ("检查中", "being checked"),
    "rehearsed": ("仅检查，未导入", "rehearsed, nothing imported"),
    "rejected": ("已退回，未导入", "rejected, nothing imported"),
    "accepted": ("导入中", "being applied"),
    "interrupted": ("已中断", "interrupted"),
    "completed": ("已完成", "completed"),
    "completed_with_refusals": ("已完成，部分行未导入", "completed, some rows refused"),
}

ALARMS: Mapping[str, Names] = {
    "mandatory_report": ("强制报告待公安机关接报或答复", "a mandatory report that waits for the police"),
    "silent_class": ("班级未报点名", "a class sent no roll call"),
    "absence_unconfirmed": ("缺席待班主任核实、联系", "missing at roll call, nobody has made sure or tried to ask"),
    "contact_due": ("缺课一日，尚未联系到家庭", "missed a school day, household not reached"),
    "visit_due": ("缺课三日，校长应带队家访", "missed three school days, visit by the principal's team due"),
    "report_due": ("缺课三日，学校应书面报告教育局和乡镇", "missed three school days, written report to bureau and township due"),
    "leaver_without_school": ("毕业离校，尚无学校接收", "has left its school with the last grade, and no school has it"),
    "duty_overdue": ("部门事项逾期", "a department's duty is overdue"),
    "duty_declined": ("部门不予办理，待教育局处理", "a department declines its duty, the bureau has to decide"),
    "officer_missing": ("包保责任人空缺", "a responsible officer is missing"),
    "follow_up_due": ("跟踪到期", "a follow-up is due"),
    "measure_overdue": ("方案措施逾期", "a measure of the plan is overdue"),
    "recheck_due": ("复核到期", "a recheck is due"),
    "recheck_changed": (
        "复核情况有变（失联已找到，或已不在外校）",
        "a recheck found a change: no longer lost, or elsewhere",
    ),
    "upper_age_reached": ("已到年龄上限，可按超龄销号", "past the upper age: may be closed as over age"),
    "relapse": ("返校后再次失学", "a returned child is missing again"),
    "hard_case": ("劝返难度较大，需专项方案", "a hard case: a special plan is due"),
    "text_uncertain": ("短信是否发出不明，待人工判断", "nobody knows whether a text was sent"),
    "call_due": ("应电话或上门告知", "a call in place of a text is due"),
    "contact_unreachable": ("联系方式失效", "a guardian cannot be reached"),
    "review_overdue": ("资助审核超期", "a review of aid is overdue"),
    "event_parked": ("事件搁置（系统）", "an event waits in the machine"),
}
"""Every kind of alarm of oversight."""

SERVICE_NAMES: Mapping[str, Names] = {
    "identity": ("身份", "identity"),
    "registry": ("学籍", "registry"),
    "casework": ("个案", "casework"),
    "assistance": ("资助", "assistance"),
    "notifications": ("短信", "notifications"),
    "oversight": ("监督", "oversight"),
}
