"""What the county's numbers are called; their codes and forms stand in `contracts.policy_codes`."""

from __future__ import annotations

from collections.abc import Mapping

from services.contracts.codes import DutyKind
from services.contracts.labels.lists import LABELS
from services.contracts.labels.names import Names

_DUTY_TERMS: Mapping[str, Names] = {
    f"duty.{kind}": (f"“{zh}”的办理时限", f"term of the duty “{en}”")
    for kind, (zh, en) in LABELS[DutyKind].items()
    if kind != DutyKind.PROTECT_RETURNED  # it has no term
}

POLICY_NAMES: Mapping[str, Names] = {
    **_DUTY_TERMS,
    "aid.panel.members": ("学校评审小组最少人数", "least members of a school's panel"),
    "aid.public_notice": ("资助公示期", "public notice of aid"),
    "aid.review": ("资助审核时限", "review of aid"),
    "case.follow_up.first": ("第一次跟踪时间", "first follow-up"),
    "case.follow_up.gap": ("两次跟踪的最短间隔", "least gap between follow-ups"),
    "case.follow_up.monthly": ("此后跟踪间隔", "later follow-ups"),
    "case.follow_up.second": ("第二次跟踪时间", "second follow-up"),
    "case.follow_up.third": ("第三次跟踪时间", "third follow-up"),
    "case.hard.after": ("立案多久转为难案", "when an open case grows hard"),
    "case.hard.failed_visits": ("几次家访未果转为难案", "failed visits until a case grows hard"),
    "case.observation": ("返校观察期", "observation after the return"),
    "case.recheck.enrolled_elsewhere": ("异地就读复核间隔", "recheck of children enrolled elsewhere"),
    "case.recheck.lost_contact": ("失联查找间隔", "recheck of lost children"),
    "mandatory_report.escalate.unacknowledged": ("强制报告未接报提级时限", "escalation of a report that nobody acknowledges"),
    "mandatory_report.escalate.unanswered": ("强制报告未答复提级时限", "escalation of a report that nobody answers"),
    "mandatory_report.recall": ("强制报告继续暂停的重提间隔", "recall of a report whose answer still holds"),
    "mandatory_report.remind": ("强制报告未接报提醒间隔", "reminder of a report that nobody acknowledges"),
    "duty.escalate.first": ("逾期后第一次提级", "first escalation"),
    "duty.escalate.second": ("逾期后第二次提级", "second escalation"),
    "notifications.absence.confirmation_wait": ("缺课短信等待确认的时间", "wait for the teacher's word"),
    "notifications.guardians_texted": ("每名学生最多短信告知的监护人", "guardians texted for a child"),
    "notifications.hours.closes": ("短信发送截止时刻", "end of the sending hours"),
    "notifications.hours.opens": ("短信发送开始时刻", "beginning of the sending hours"),
    "notifications.hours.urgent_closes": ("紧急短信截止时刻", "end of the urgent hours"),
    "notifications.hours.urgent_opens": ("紧急短信开始时刻", "beginning of the urgent hours"),
    "notifications.longest_text": ("短信最长字数", "longest text"),
    "notifications.longest_variable": ("短信变量最长字数", "longest variable of a text"),
    "notifications.return_reminder.at": ("返校提醒时刻", "time of the return reminder"),
    "oversight.distribution.smallest_cell": ("分布表最小单元人数", "smallest cell of a distribution"),
    "registry.absence.contact_due_after": ("缺课几日应联系家庭", "days until contact is due"),
    "registry.absence.day_closes": ("缺课日结算时刻", "when a day of absence closes"),
    "registry.absence.report_due_after": ("缺课几日应书面报告", "days until a written report is due"),
    "registry.absence.suspected_beyond": ("缺课超过几日列为疑似辍学", "days beyond which a child is suspected"),
    "registry.absence.visit_due_after": ("缺课几日应家访", "days until a visit is due"),
    "registry.registration.opens": (
        "学期首个教学日未到者转为待报到的时刻",
        "when whoever has not come on the term's first school day is expected",
    ),
    "registry.registration.window": ("报到注册期限", "registration window"),
    "registry.reveal.people_a_day": ("每人每日可查看的实名人数", "people whom an officer may see unmasked in a day"),
    "registry.roll_call.afternoon_due": ("下午点名期限", "afternoon roll call due"),
    "registry.roll_call.correction_days": ("点名更正期限", "days for corrections of a roll call"),
    "registry.roll_call.dormitory_due": ("晚寝点名期限", "dormitory roll call due"),
    "registry.roll_call.late_days": ("点名补录期限", "days for late roll calls"),
    "registry.roll_call.morning_due": ("上午点名期限", "morning roll call due"),
    "registry.roll_call.return_day_due": ("返校日点名期限", "return day roll call due"),
    "registry.school_age.review": ("适龄儿童年龄核对间隔", "how often the ages of school-age children are looked over"),
    "registry.school_age.until": ("适龄儿童年龄上限", "upper age of school-age children"),
    "registry.suspicion.term": ("疑似辍学期限", "term of suspicion"),
    "registry.transfer.term": ("转学办理期限", "term of a transfer"),
}
