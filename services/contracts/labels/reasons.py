"""Why, by whom, how: what events say by a word that is no code list of the field, in Chinese and English.

Each table has exactly the words of the type, or of the service, named beside it; a test compares them.
"""

from __future__ import annotations

from collections.abc import Mapping

from services.contracts.labels.names import Names

SEX: Mapping[str, Names] = {"male": ("男", "male"), "female": ("女", "female")}

RELATIONS: Mapping[str, Names] = {
    "father": ("父亲", "father"),
    "mother": ("母亲", "mother"),
    "grandfather": ("祖父", "grandfather"),
    "grandmother": ("祖母", "grandmother"),
    "maternal_grandfather": ("外祖父", "maternal grandfather"),
    "maternal_grandmother": ("外祖母", "maternal grandmother"),
    "stepfather": ("继父", "stepfather"),
    "stepmother": ("继母", "stepmother"),
    "adoptive_father": ("养父", "adoptive father"),
    "adoptive_mother": ("养母", "adoptive mother"),
    "brother": ("兄", "brother"),
    "sister": ("姐", "sister"),
    "uncle": ("伯叔舅", "uncle"),
    "aunt": ("姑姨", "aunt"),
    "relative": ("其他亲属", "another relative"),
    "other": ("其他监护人", "another guardian"),
}
"""What a guardian is to the child (registry, `GuardianRef`)."""

# --- registry ---------------------------------------------------------------------------------------------------------

ABSENCE_ENDS: Mapping[str, Names] = {
    "attended": ("学生到校", "the child came"),
    "withdrawn": ("点名有误", "the roll call was wrong"),
    "excused": ("有请假或证明", "leave or proof"),
}
"""`AbsenceEnded.reason`."""

SUSPICIONS: Mapping[str, Names] = {
    "absent": ("连续缺课", "absent"),
    "not_registered": ("未报到注册", "not registered"),
    "moved_away": ("外出后未就读", "moved away and nowhere enrolled"),
    "transfer_overdue": ("转学超期未入学", "transfer past its term"),
}
"""`PupilSuspected.reason`."""

LIFTINGS: Mapping[str, Names] = {
    **ABSENCE_ENDS,
    "registered": ("已报到注册", "registered"),
    "transferred": ("已转入其他学校", "transferred"),
}
"""`SuspicionLifted.reason`, and `CaseWithdrawn.reason`, which repeats it."""

SETTLINGS: Mapping[str, Names] = {
    "done": ("已办理", "done"),
    "withdrawn": ("事由已消除", "its reason has gone"),
    "unreported": ("学生已返校，未报告", "the child is back, unreported"),
    "case": ("已立案，由个案办理", "the case answers for it"),
}
"""`AbsenceReportSettled.reason` is one of the first three, `SchoolVisitSettled.reason` one of the others; `case` is former."""

CONFIRMATIONS: Mapping[str, Names] = {
    "clock": ("期满自动列入", "by the clock"),
    "principal": ("校长提前确认", "confirmed by the principal"),
}
"""`DropoutConfirmed.by`."""

IMPORT_KINDS: Mapping[str, Names] = {
    "schools": ("学校班级名单", "list of schools"),
    "roster": ("学生名册", "roster"),
    "rollcall": ("点名表", "roll calls"),
}
"""`ImportStaged.kind`."""

REACHED: Mapping[str, Names] = {"True": ("已联系上", "reached"), "False": ("未联系上", "not reached")}
"""`ContactRecorded.reached`."""

# --- casework ---------------------------------------------------------------------------------------------------------

LINES: Mapping[str, Names] = {
    "bureau": ("教育局", "bureau"),
    "school": ("学校", "school"),
    "class": ("班级", "class"),
    "county": ("县", "county"),
    "township": ("乡镇", "township"),
    "village": ("村", "village"),
}
"""`OfficerNamed.line`: the two lines of responsibility 双线包保."""

SIGNERS: Mapping[str, Names] = {
    "guardian": ("监护人", "the guardian"),
    "child": ("学生本人", "the child"),
    "both": ("监护人和学生", "guardian and child"),
}
"""`CommitmentSigned.signed_by`."""

HARDSHIPS: Mapping[str, Names] = {
    "failed_visits": ("多次家访未果", "visits failed"),
    "days": ("立案已久", "open for long"),
}
"""`CaseGrewHard.reason`."""

RECHECKS: Mapping[str, Names] = {
    "lost_contact": ("失联查找", "lost contact"),
    "enrolled_elsewhere": ("异地就读", "enrolled elsewhere"),
}
"""`RecheckFellDue.reason`."""

CHANGED: Mapping[str, Names] = {"True": ("情况有变化", "changed"), "False": ("情况无变化", "unchanged")}
"""`RecheckRecorded.changed`."""

KEPT: Mapping[str, Names] = {"True": ("已履行", "kept"), "False": ("未履行", "not kept")}
"""`CommitmentChecked.kept`."""

PRESSING: Mapping[str, Names] = {
    "unacknowledged": ("公安机关尚未接报", "not acknowledged"),
    "unanswered": ("公安机关尚未答复", "not answered"),
}
"""`MandatoryReportEscalated.reason`."""

REPORT_RELEASES: Mapping[str, Names] = {
    "moved_on": ("调离岗位", "in another post"),
    "under_suspicion": ("可能与所报情形有关", "the sign may point to them"),
    "named_in_error": ("误列为知情人员", "should not have been named"),
}
"""`MandatoryReportOfficerReleased.reason`."""

HELD: Mapping[str, Names] = {
    "True": ("继续暂停对家庭的劝返", "the family is still not to be approached"),
    "False": ("可以恢复对家庭的劝返", "the family may be approached again"),
}
"""`MandatoryReportAnswered.hold`."""

# --- assistance -------------------------------------------------------------------------------------------------------

RECOMMENDATIONS: Mapping[str, Names] = {"True": ("建议资助", "recommended"), "False": ("不建议资助", "not recommended")}
"""`PanelDecided.recommended`."""

OBJECTIONS: Mapping[str, Names] = {"True": ("异议成立", "upheld"), "False": ("异议不成立", "not upheld")}
"""`ObjectionAnswered.upheld`."""

REFUSALS: Mapping[str, Names] = {
    "not_in_hardship": ("未认定为家庭经济困难", "not in hardship"),
    "not_eligible": ("不符合条件", "not eligible"),
    "evidence_missing": ("材料不全", "evidence missing"),
    "objection_upheld": ("公示异议成立", "an objection was upheld"),
    "supported_elsewhere": ("已享受其他资助", "supported elsewhere"),
}
"""`AidRefused.reason`."""

PAUSES: Mapping[str, Names] = {
    "dropout": ("学生辍学", "the child dropped out"),
    "relapse": ("返校后再次失学", "missing again after the return"),
    "left": ("已离开本县学校", "left the county's schools"),
}
"""`AidPaused.reason`."""

WITHDRAWALS: Mapping[str, Names] = {
    "household": ("家庭撤回", "by the household"),
    "drafted_in_error": ("误拟", "drafted in error"),
    "case_withdrawn": ("个案已撤", "the case was withdrawn"),
    "measure_gone": ("方案不再列资助", "no longer in the plan"),
    "left_school": ("已离校", "left school"),
}
"""`ApplicationWithdrawn.reason`."""

# --- notifications ----------------------------------------------------------------------------------------------------

TEMPLATES: Mapping[str, Names] = {
    "absence_query": ("缺课询问", "absence query"),
    "return_reminder": ("返校提醒", "return reminder"),
    "aid_approved": ("资助通过", "aid approved"),
    "welcome_back": ("欢迎返校", "welcome back"),
}
"""The templates by which parents are texted."""

FILINGS: Mapping[str, Names] = {
    "pending": ("报备中", "pending"),
    "approved": ("已通过", "approved"),
    "refused": ("被拒绝", "refused"),
}
"""`TemplateFilingRecorded.status`."""

CANCELLATIONS: Mapping[str, Names] = {
    "stale": ("已过时效", "its day has passed"),
    "another_day": ("返校日期已改", "another day was agreed"),
    "contact_recorded": ("已联系上家长", "the household was reached"),
    "absence_excused": ("缺席有据", "the absence is excused"),
    "absence_withdrawn": ("点名有误", "the roll call was wrong"),
    "absence_ended": ("学生已到校", "the child is back"),
    "returned": ("已返校", "returned"),
    "return_called_off": ("返校约定取消", "the return was called off"),
    "case_ended": ("个案已结束", "the case has ended"),
}
"""`NotificationCancelled.reason`."""

TROUBLES: Mapping[str, Names] = {
    "no_guardian": ("没有登记监护人", "no guardian on record"),
    "no_number": ("没有可用号码", "no number on record"),
    "dead_number": ("号码已停用", "the number is dead"),
    "not_a_guardian": ("已不是监护人", "no longer a guardian"),
    "not_permitted": ("未获授权查询号码", "the number may not be looked up"),
    "template_not_approved": ("模板未通过报备", "the template is not approved"),
    "does_not_fit": ("内容超长", "the text does not fit"),
    "gateway_unreachable": ("短信网关连不上", "the gateway cannot be reached"),
    "gateway_refused": ("短信网关拒收", "the gateway refused it"),
    "wrong_number": ("号码有误", "wrong number"),
}
"""`NotificationFailed.reason`, `ContactUnreachable.reason`, `CallTaskRaised.reason`."""

DECISIONS: Mapping[str, Names] = {
    "was_sent": ("视为已发出", "it was sent"),
    "was_not_sent": ("视为未发出", "it was not sent"),
    "send_again": ("重新发送", "send it again"),
}
"""`UncertaintyResolved.decision`."""

CALL_RESULTS: Mapping[str, Names] = {
    "told": ("已告知", "told"),
    "not_reached": ("未联系上", "not reached"),
    "wrong_number": ("号码有误", "wrong number"),
    "not_needed": ("不再需要", "not needed"),
}
"""`CallTaskDone.result`."""

# --- identity ---------------------------------------------------------------------------------------------------------

CALENDARS: Mapping[str, Names] = {
    "government": ("工作日历", "calendar of working days"),
    "schools": ("全县校历", "school calendar of the county"),
}
"""`CalendarPublished.calendar_id`; every other is named by its school's id."""

ONE_SCHOOLS_CALENDAR: Names = ("一所学校的校历", "calendar of one school")
