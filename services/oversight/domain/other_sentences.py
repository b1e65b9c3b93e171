"""What the events of identity, assistance and notifications say, in one sentence each, and the one that every service writes."""

from __future__ import annotations

from collections.abc import Mapping

from services.contracts.labels import Names

OTHER_SENTENCES: Mapping[str, Names] = {
    # identity
    "identity.BodyRegistered": ("登记单位：{name}（{kind}）", "A body was registered: {name_en} ({kind})"),
    "identity.OfficerRegistered": ("登记工作人员：{name}", "An officer was registered: {name}"),
    "identity.OfficerAppointed": ("任命为{role}，自 {from_on} 起", "Appointed {role} from {from_on}"),
    "identity.AppointmentEnded": ("任职至 {until_on} 止", "The appointment ends on {until_on}"),
    "identity.SubstituteNamed": (
        "指定代理人，{from_on} 至 {until_on}",
        "A substitute was named from {from_on} to {until_on}",
    ),
    "identity.SubstituteWithdrawn": ("代理自 {withdrawn_on} 收回", "The substitute was withdrawn on {withdrawn_on}"),
    "identity.AccountOpened": ("开通账号", "An account was opened"),
    "identity.PasswordSet": ("设置密码（第 {credential_version} 版）", "The password was set (version {credential_version})"),
    "identity.SessionsEnded": ("此前的登录全部失效", "All sessions from before were ended"),
    "identity.ClientOpened": ("部门系统获准接入", "A department's system was let in"),
    "identity.ClientSecretIssued": (
        "签发接入密钥（第 {secret_version} 版）",
        "A client secret was issued (version {secret_version})",
    ),
    "identity.ClientSecretWithdrawn": (
        "收回接入密钥（第 {secret_version} 版）",
        "The client secret was withdrawn (version {secret_version})",
    ),
    "identity.CalendarPublished": ("发布{calendar_id}", "The {calendar_id} was published"),
    "identity.PolicySet": ("设定{code}", "The county set a number: {code}"),
    # assistance
    "assistance.ProgrammeSet": (
        "设定资助项目“{name_zh}”（{effective_from} 起）",
        "The programme “{name_en}” was set from {effective_from}",
    ),
    "assistance.ApplicationDrafted": ("拟制资助申请：{programme_code}", "An application was drafted: {programme_code}"),
    "assistance.ApplicationSigned": ("监护人签字申请（{signed_on}）", "The guardian signed the application on {signed_on}"),
    "assistance.PanelDecided": (
        "学校评审小组（{members} 人）评议：{recommended}",
        "The school's panel of {members} decided: {recommended}",
    ),
    "assistance.PublicNoticePosted": ("开始公示（{posted_on}）", "The public notice was posted on {posted_on}"),
    "assistance.ObjectionRaised": ("收到公示异议（内容加密）", "An objection was raised (sealed)"),
    "assistance.ObjectionAnswered": ("异议已核查答复：{upheld}", "The objection was answered: {upheld}"),
    "assistance.PublicNoticeEnded": ("公示期满（{ended_on}）", "The public notice ended on {ended_on}"),
    "assistance.ReviewFellOverdue": ("资助审核超期（{overdue_on}）", "The review of the aid is overdue ({overdue_on})"),
    "assistance.AidGranted": ("批准资助：{programme_code}（{granted_on}）", "Aid was granted: {programme_code} ({granted_on})"),
    "assistance.AidRefused": ("不予资助（{stage}）：{reason}", "Aid was refused by the {stage}: {reason}"),
    "assistance.AidPaused": ("资助暂停（{paused_on}）：{reason}", "The aid was paused on {paused_on}: {reason}"),
    "assistance.AidResumed": ("资助恢复（{resumed_on}）", "The aid was resumed on {resumed_on}"),
    "assistance.ApplicationWithdrawn": ("资助申请撤回：{reason}", "The application was withdrawn: {reason}"),
    # notifications
    "notifications.TemplateApproved": (
        "短信模板“{template}”第 {version} 版通过",
        "Version {version} of the template “{template}” was approved",
    ),
    "notifications.TemplateFilingRecorded": (
        "短信模板“{template}”在{carrier}的报备：{status}",
        "Filing of the template “{template}” with {carrier}: {status}",
    ),
    "notifications.NotificationScheduled": ("拟发短信：{template}", "A text was scheduled: {template}"),
    "notifications.NotificationPostponed": ("不在发送时段，延至 {to_day}", "Outside the hours: postponed to {to_day}"),
    "notifications.NotificationReleased": ("短信放行发送", "The text was released for sending"),
    "notifications.NotificationCancelled": ("短信取消：{reason}", "The text was cancelled: {reason}"),
    "notifications.NotificationSent": ("短信已发出（{segments} 条）", "The text was sent (segments: {segments})"),
    "notifications.NotificationFailed": ("短信发送失败（{reason}）", "The text could not be sent ({reason})"),
    "notifications.NotificationUncertain": (
        "短信是否发出不明，待人工判断",
        "Nobody knows whether the text was sent: a person decides",
    ),
    "notifications.UncertaintyResolved": ("人工判断短信：{decision}", "A person decided about the text: {decision}"),
    "notifications.ContactUnreachable": ("联系方式失效（{reason}）", "The contact cannot be reached ({reason})"),
    "notifications.CallTaskRaised": ("改为电话或上门告知（{reason}）", "A call or visit in place of a text ({reason})"),
    "notifications.CallTaskDone": ("电话或上门：{result}", "The call was made: {result}"),
    # every service
    "chassis.CheckpointSigned": ("签署检查点 {number}", "Checkpoint {number} was signed"),
    "chassis.LogRepublished": ("重新发布全部事件（{events} 件）", "All {events} events were published again"),
}
