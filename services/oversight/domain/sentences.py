"""What each event says, in one sentence of Chinese and English; `{field}` is a plain field of the event, codes by their names.

Every event type of the house has its line; a test finds the one that is missing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from typing import Any, get_args

import msgspec

from services.contracts.catalogue import CATALOGUE
from services.oversight.domain.labels import Names, names_of
from services.oversight.domain.registry_sentences import REGISTRY_SENTENCES
from services.oversight.domain.subjects import Scalar

SENTENCES: Mapping[str, Names] = {
    # identity
    "identity.BodyRegistered": ("登记单位 {code}", "The body {code} was registered"),
    "identity.OfficerRegistered": ("登记工作人员 {staff_number}", "The officer {staff_number} was registered"),
    "identity.OfficerAppointed": ("任命为{role}，自 {from_on} 起", "Appointed {role} from {from_on}"),
    "identity.AppointmentEnded": ("任职至 {until_on} 止", "The appointment ends on {until_on}"),
    "identity.AccountOpened": ("开通账号", "An account was opened"),
    "identity.PasswordSet": ("设置密码（第 {credential_version} 版）", "The password was set (version {credential_version})"),
    "identity.CalendarPublished": ("发布日历 {calendar_id}（{edition}）", "The calendar {calendar_id} was published ({edition})"),
    "identity.PolicySet": ("设定政策数值 {code}", "The county set the number {code}"),
    **REGISTRY_SENTENCES,
    # of a case
    "casework.CaseOpened": ("立案（{grade} 年级）", "A case was opened (grade {grade})"),
    "casework.CaseWithdrawn": ("撤案", "The case was withdrawn"),
    "casework.CaseReopened": ("案件恢复", "The case was taken up again"),
    "casework.CaseNumbered": (
        "案件编号 {number}，辍学日期 {dropout_on}",
        "The case got its number {number}, dropout on {dropout_on}",
    ),
    "casework.CaseMoved": ("学校或住址变更，案件随转", "School or residence changed; the case moved with it"),
    "casework.OfficerNamed": ("明确包保责任人（{line}）", "A responsible officer was named (line: {line})"),
    "casework.OfficerReleased": (
        "包保责任人离任（{line}），至 {until_on}",
        "The responsible officer leaves (line: {line}) after {until_on}",
    ),
    "casework.CauseRecorded": ("认定原因：{primary}", "The cause was recorded: {primary}"),
    "casework.WhereaboutsRecorded": ("登记去向（内容加密）", "The whereabouts were recorded (sealed)"),
    "casework.PlanMade": ("制定“一生一案”", "The plan for this child was made"),
    "casework.AidMeasurePlanned": ("计划落实资助", "Aid was planned"),
    "casework.CommitmentSigned": ("签订承诺书，{signed_on}", "The commitment was signed on {signed_on}"),
    "casework.CommitmentChecked": ("核查承诺（{checked_on}）：{promise}", "A promise was checked on {checked_on}: {promise}"),
    "casework.MeasureDone": ("方案措施完成（{done_on}）", "A measure of the plan was done on {done_on}"),
    "casework.MeasureFellOverdue": ("方案措施逾期（应于 {due_on} 完成）", "A measure of the plan is overdue (due on {due_on})"),
    "casework.VisitRecorded": ("第 {nth} 次家访（{visited_on}）：{result}", "Visit {nth} on {visited_on}: {result}"),
    "casework.CaseGrewHard": ("转为劝返难度较大，需专项方案", "The case is hard: a special plan is due"),
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
    "casework.RecheckFellDue": ("第 {nth} 次复核到期（{due_on}）", "Recheck {nth} fell due on {due_on}"),
    "casework.RecheckRecorded": ("完成第 {nth} 次复核（{checked_on}）", "Recheck {nth} was done on {checked_on}"),
    # of a duty
    "casework.DutyAssigned": (
        "交办 {number}：{department}——{kind}，时限 {term_days} {unit}",
        "Duty {number} was assigned: {department} – {kind}, within {term_days} {unit}",
    ),
    "casework.DutyAcknowledged": ("部门签收", "The department acknowledged the duty"),
    "casework.DutyCompleted": ("{department}办结：{kind}（结论 {finding}）", "{department} completed: {kind} (finding {finding})"),
    "casework.DutyDeclined": ("部门说明不属其职责", "The department declined the duty"),
    "casework.DeclineAccepted": ("教育局同意部门不予办理", "The bureau agreed that it is not the department's duty"),
    "casework.DutyReturned": ("答复不足，退回部门", "The answer was returned to the department"),
    "casework.DutyWithdrawn": ("交办事项撤销", "The duty was withdrawn"),
    "casework.DutyOverdue": ("交办事项逾期（应于 {due_on} 办结）", "The duty is overdue (it was due on {due_on})"),
    "casework.DutyEscalated": ("提级至{to_role}（第 {level} 级）", "Escalated to the {to_role} (level {level})"),
    # assistance
    "assistance.ProgrammeSet": ("设定资助项目 {code}（{effective_from} 起）", "The programme {code} was set from {effective_from}"),
    "assistance.ApplicationDrafted": ("拟制资助申请：{programme_code}", "An application was drafted: {programme_code}"),
    "assistance.ApplicationSigned": ("监护人签字申请（{signed_on}）", "The guardian signed the application on {signed_on}"),
    "assistance.PanelDecided": ("学校评审小组评议", "The school's panel decided"),
    "assistance.PublicNoticePosted": ("开始公示（{posted_on}）", "The public notice was posted on {posted_on}"),
    "assistance.ObjectionRaised": ("收到公示异议（内容加密）", "An objection was raised (sealed)"),
    "assistance.ObjectionAnswered": ("异议已核查答复", "The objection was answered"),
    "assistance.PublicNoticeEnded": ("公示期满（{ended_on}）", "The public notice ended on {ended_on}"),
    "assistance.ReviewFellOverdue": ("资助审核超期（{overdue_on}）", "The review of the aid is overdue ({overdue_on})"),
    "assistance.AidGranted": ("批准资助：{programme_code}（{granted_on}）", "Aid was granted: {programme_code} ({granted_on})"),
    "assistance.AidRefused": ("不予资助（{stage}）", "Aid was refused (by {stage})"),
    "assistance.AidPaused": ("资助暂停（{paused_on}）", "The aid was paused on {paused_on}"),
    "assistance.AidResumed": ("资助恢复（{resumed_on}）", "The aid was resumed on {resumed_on}"),
    "assistance.ApplicationWithdrawn": ("资助申请撤回", "The application was withdrawn"),
    # notifications
    "notifications.TemplateApproved": ("短信模板 {template} 第 {version} 版", "Template {template}, version {version}"),
    "notifications.TemplateFilingRecorded": (
        "模板 {template} 在 {carrier} 的报备：{status}",
        "Filing of {template} with {carrier}: {status}",
    ),
    "notifications.NotificationScheduled": ("拟发短信（{template}）", "A text was scheduled ({template})"),
    "notifications.NotificationPostponed": ("不在发送时段，延至 {to_day}", "Outside the hours: postponed to {to_day}"),
    "notifications.NotificationReleased": ("短信放行发送", "The text was released for sending"),
    "notifications.NotificationCancelled": ("短信取消", "The text was cancelled"),
    "notifications.NotificationSent": ("短信已发出（{segments} 条）", "The text was sent ({segments} segments)"),
    "notifications.NotificationFailed": ("短信发送失败（{reason}）", "The text could not be sent ({reason})"),
    "notifications.NotificationUncertain": (
        "短信是否发出不明，待人工判断",
        "Nobody knows whether the text was sent: a person decides",
    ),
    "notifications.UncertaintyResolved": ("人工判断短信：{decision}", "A person decided about the text: {decision}"),
    "notifications.ContactUnreachable": ("联系方式失效（{reason}）", "The contact cannot be reached ({reason})"),
    "notifications.CallTaskRaised": ("改为电话或上门告知（{reason}）", "A call or visit in place of a text ({reason})"),
    "notifications.CallTaskDone": ("已电话告知：{result}", "The call was made: {result}"),
    # every service
    "chassis.CheckpointSigned": ("签署检查点 {number}", "Checkpoint {number} was signed"),
}

HIDDEN: Names = ("（受限）", "(restricted)")
"""What stands for a code that the caller may not see."""

STANDING_DUTY: Names = (
    "交办 {number}：{department}——{kind}，长期履行",
    "Duty {number} was assigned: {department} – {kind}, a standing one",
)
"""A duty without a term (public security protects a returned child as long as it needs that)."""

_PLACE = re.compile(r"\{(\w+)\}")


def sentence(event_type: str, facts: Mapping[str, Scalar], hidden: frozenset[str] = frozenset()) -> Names:
    """What the event says, in Chinese and English; a fact among `hidden` is not told, one that is not there is a dash."""
    standing = event_type == "casework.DutyAssigned" and not facts.get("term_days")
    zh, en = STANDING_DUTY if standing else SENTENCES[event_type]
    return _told(zh, event_type, facts, hidden, 0), _told(en, event_type, facts, hidden, 1)


def _told(template: str, event_type: str, facts: Mapping[str, Scalar], hidden: frozenset[str], language: int) -> str:
    def fact(place: re.Match[str]) -> str:
        name = place[1]
        if name in hidden:
            return HIDDEN[language]
        value = facts.get(name)
        codes = _code_fields(event_type).get(name)
        if value is None:
            return "—"
        return names_of(codes, str(value))[language] if codes is not None else str(value)

    return _PLACE.sub(fact, template)


def places(event_type: str) -> frozenset[str]:
    """The fields that an event's sentences name."""
    return frozenset(name for template in SENTENCES[event_type] for name in _PLACE.findall(template))


@cache
def _code_fields(event_type: str) -> Mapping[str, type[StrEnum]]:
    """The fields of an event that hold a code of a code list."""
    found: dict[str, type[StrEnum]] = {}
    for field in msgspec.structs.fields(CATALOGUE.types()[event_type]):
        for part in (field.type, *get_args(field.type)):
            if _is_codes(part):
                found[field.name] = part
    return found


def _is_codes(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, StrEnum)
