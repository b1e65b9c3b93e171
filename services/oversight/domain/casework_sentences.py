"""What casework's events say, in one sentence each."""

from __future__ import annotations

from collections.abc import Mapping

from services.contracts.labels import Names

CASEWORK_SENTENCES: Mapping[str, Names] = {
    "casework.CaseOpened": ("立案（{grade} 年级）", "A case was opened (grade {grade})"),
    "casework.CaseWithdrawn": ("撤案：{reason}", "The case was withdrawn: {reason}"),
    "casework.CaseReopened": ("案件恢复", "The case was taken up again"),
    "casework.CaseNumbered": (
        "案件编号 {number}，辍学日期 {dropout_on}",
        "The case got its number {number}, dropout on {dropout_on}",
    ),
    "casework.CaseMoved": ("学校或住址变更，案件随转", "School or residence changed; the case moved with it"),
    "casework.OfficerNamed": ("明确{line}包保责任人", "A responsible officer was named for the {line}"),
    "casework.OfficerReleased": (
        "{line}包保责任人离任，至 {until_on}",
        "The responsible officer for the {line} leaves after {until_on}",
    ),
    "casework.CauseRecorded": ("认定原因：{primary}", "The cause was recorded: {primary}"),
    "casework.WhereaboutsRecorded": ("登记去向（内容加密）", "The whereabouts were recorded (sealed)"),
    "casework.PlanMade": ("制定“一生一案”", "The plan for this child was made"),
    "casework.AidMeasurePlanned": ("计划落实资助", "Aid was planned"),
    "casework.CommitmentSigned": (
        "签订承诺书（{signed_on}，{signed_by}）",
        "The commitment was signed on {signed_on} by {signed_by}",
    ),
    "casework.CommitmentChecked": (
        "核查承诺“{promise}”（{checked_on}）：{kept}",
        "The promise “{promise}” was checked on {checked_on}: {kept}",
    ),
    "casework.MeasureDone": ("方案措施完成（{done_on}）", "A measure of the plan was done on {done_on}"),
    "casework.MeasureFellOverdue": ("方案措施逾期（应于 {due_on} 完成）", "A measure of the plan is overdue (due on {due_on})"),
    "casework.VisitRecorded": ("第 {nth} 次家访（{visited_on}）：{result}", "Visit {nth} on {visited_on}: {result}"),
    "casework.CaseGrewHard": ("劝返难度较大（{reason}），需专项方案", "The case is hard ({reason}): a special plan is due"),
    "casework.ReturnAgreed": ("约定 {return_on} 返校", "The return was agreed for {return_on}"),
    "casework.ReturnCalledOff": ("约定的 {return_on} 返校取消", "The return agreed for {return_on} was called off"),
    "casework.ReturnConfirmed": (
        "学校确认返校（{returned_on}，{placement}）",
        "The school confirmed the return on {returned_on} ({placement})",
    ),
    "casework.FollowUpFellDue": ("第 {nth} 次跟踪到期（{due_on}）", "Follow-up {nth} fell due on {due_on}"),
    "casework.FollowUpRecorded": ("完成第 {nth} 次跟踪（{contacted_on}）", "Follow-up {nth} was done on {contacted_on}"),
    "casework.ObservationCompleted": ("观察期满（{completed_on}）", "The observation was completed on {completed_on}"),
    "casework.RelapseRaised": ("返校后再次失学（{day}）", "Missing again after the return ({day})"),
    "casework.RelapseWithdrawn": ("撤销再次失学的记录（{day}）", "The relapse of {day} was withdrawn"),
    "casework.ClosingProposed": ("申请销号：{outcome}", "Closing was proposed: {outcome}"),
    "casework.ClosingConfirmed": ("乡镇确认销号", "The township confirmed the closing"),
    "casework.ClosingSentBack": ("销号申请被退回", "The closing was sent back"),
    "casework.CaseClosed": ("教育局批准销号：{outcome}（{closed_on}）", "The bureau closed the case: {outcome} ({closed_on})"),
    "casework.RecheckFellDue": ("第 {nth} 次复核到期（{reason}，{due_on}）", "Recheck {nth} fell due on {due_on} ({reason})"),
    "casework.RecheckRecorded": (
        "完成第 {nth} 次复核（{checked_on}）：{changed}",
        "Recheck {nth} was done on {checked_on}: {changed}",
    ),
    # --- of a duty
    "casework.DutyAssigned": (
        "交办 {number}：{department}——{kind}，时限 {term_days} {unit}",
        "Duty {number} was assigned: {department} – {kind}, within {term_days} {unit}",
    ),
    "casework.DutyAcknowledged": ("部门签收", "The department acknowledged the duty"),
    "casework.DutyCompleted": ("{department}办结：{kind}——{finding}", "{department} completed: {kind} – {finding}"),
    "casework.DutyDeclined": ("部门说明不属其职责", "The department declined the duty"),
    "casework.DeclineAccepted": ("教育局同意部门不予办理", "The bureau agreed that it is not the department's duty"),
    "casework.DutyReturned": ("答复不足，退回部门", "The answer was returned to the department"),
    "casework.DutyWithdrawn": ("交办事项撤销", "The duty was withdrawn"),
    "casework.DutyOverdue": ("交办事项逾期（应于 {due_on} 办结）", "The duty is overdue (it was due on {due_on})"),
    "casework.MandatoryReportOpened": (
        "强制报告 {number}：{sign}，送公安机关",
        "Mandatory report {number} went to the police: {sign}",
    ),
    "casework.MandatoryReportOfficerNamed": ("指定强制报告知情人员", "An officer was named in the mandatory report"),
    "casework.MandatoryReportOfficerReleased": (
        "取消强制报告知情人员：{reason}",
        "An officer was shut out of the mandatory report: {reason}",
    ),
    "casework.MandatoryReportAcknowledged": ("公安机关接报", "The police acknowledged the mandatory report"),
    "casework.MandatoryReportReminded": ("第 {nth} 次提醒公安机关接报", "Reminder {nth} of the mandatory report"),
    "casework.MandatoryReportEscalated": (
        "强制报告提级至{to_role}：{reason}",
        "The mandatory report was escalated to the {to_role}: {reason}",
    ),
    "casework.MandatoryReportAnswered": ("公安机关答复：{hold}", "The police answered the mandatory report: {hold}"),
    "casework.MandatoryReportRecalled": (
        "第 {nth} 次重提：公安机关答复后仍暂停对家庭的劝返",
        "Recall {nth}: since the police's answer the family is still not approached",
    ),
    "casework.MandatoryReportCorrected": ("强制报告更正为：{sign}", "The mandatory report was corrected: {sign}"),
    "casework.MandatoryReportWithdrawn": ("强制报告撤销", "The mandatory report was withdrawn"),
    "casework.DutyEscalated": ("提级至{to_role}（第 {level} 级）", "Escalated to the {to_role} (level {level})"),
}
