"""What the registry's events say, in one sentence each."""

from __future__ import annotations

from collections.abc import Mapping

from services.contracts.labels import Names

REGISTRY_SENTENCES: Mapping[str, Names] = {
    "registry.SchoolRegistered": ("登记学校：{name}（{kind}）", "A school was registered: {name_en} ({kind})"),
    "registry.SchoolChanged": ("学校信息变更：{name}", "A school's record changed: {name_en}"),
    "registry.SchoolSessionsSet": ("学校点名场次变更", "The school calls the roll at other sessions"),
    "registry.AgeReviewFellDue": (
        "核对在校适龄儿童年龄（{due_on}）",
        "The ages of the school's children were looked over on {due_on}",
    ),
    "registry.ClassOpened": ("开设班级（{cohort} 级 {number} 班）", "A class was opened (cohort {cohort}, class {number})"),
    "registry.ClassTermOpened": ("班级开始{term}", "The class began the {term}"),
    "registry.ClassSessionsChanged": ("班级点名场次变更", "The class calls the roll at other sessions"),
    "registry.ClassTermEnded": ("班级结束{term}", "The class ended the {term}"),
    "registry.TermRegistrationOpened": (
        "{term}首个教学日结束，未到者待报到",
        "The {term} began; who has not come is expected",
    ),
    "registry.RollCallTaken": ("点名（{day} {session}）", "The roll was called ({day}, {session})"),
    "registry.RollCallCorrected": ("更正点名（{day} {session}）", "The roll call was corrected ({day}, {session})"),
    "registry.RollCallMissing": ("未报点名，情况不明（{day} {session}）", "No roll call came: unknown ({day}, {session})"),
    "registry.PupilEnrolled": ("学籍登记（{grade} 年级）", "Enrolled (grade {grade})"),
    "registry.PupilRecordWritten": ("学生档案更新（第 {record_version} 版）", "The record was written (version {record_version})"),
    "registry.AgeAnswered": (
        "答复 {on} 是否未满 16 周岁、是否已达适龄上限",
        "Whether the child is under 16, or past the upper age, on {on} was answered",
    ),
    "registry.PupilTransferred": ("转入其他班级或学校（{grade} 年级）", "Moved to another class or school (grade {grade})"),
    "registry.RegistrationExpected": ("应报到注册（{term}）", "Registration is expected ({term})"),
    "registry.PupilRegistered": ("已报到注册（{term}，{registered_on}）", "Registered ({term}, {registered_on})"),
    "registry.LeaverWithoutSchool": (
        "毕业离校，尚无学校接收（{term}，{since_on}）",
        "Has left its school, and no other has taken it ({term}, {since_on})",
    ),
    "registry.PupilGraduated": (
        "完成九年义务教育，出台账（{graduated_on}）",
        "Completed nine years of school on {graduated_on}",
    ),
    "registry.SchoolAgeEnded": (
        "已到年龄上限，出适龄儿童台账（{ended_on}）",
        "Reached the upper age and left the ledger of school-age children ({ended_on})",
    ),
    "registry.UpperAgeReached": (
        "已到年龄上限，个案可按超龄销号（{noticed_on}）",
        "Past the upper age: the case may be closed as over age ({noticed_on})",
    ),
    "registry.TransferStarted": ("转学在途（{started_on}）", "The transfer began on {started_on}"),
    "registry.TransferCompleted": ("转学完成（{completed_on}）", "The transfer was completed on {completed_on}"),
    "registry.TransferCancelled": ("转学取消（{cancelled_on}）", "The transfer was cancelled on {cancelled_on}"),
    "registry.AttendanceNoted": ("到校（{day} {session}）", "Present ({day}, {session})"),
    "registry.AbsenceNoticed": ("点名缺席，未请假（{day} {session}）", "Missing at roll call without leave ({day}, {session})"),
    "registry.AbsenceConfirmed": ("班主任确认缺席（{day}）", "The homeroom teacher confirmed the absence ({day})"),
    "registry.ContactRecorded": ("联系家庭：{means}，{reached}（{day}）", "Contact with the household: {means}, {reached} ({day})"),
    "registry.AbsenceExcused": ("缺席有据：{kind}（{day} {session}）", "The absence is excused: {kind} ({day}, {session})"),
    "registry.AbsenceWithdrawn": ("点名有误，撤销缺席（{day} {session}）", "The absence was withdrawn ({day}, {session})"),
    "registry.AbsentDayCounted": ("连续缺课第 {count} 个教学日（{day}）", "School day {count} of absence ({day})"),
    "registry.AbsentDaysRecounted": ("重新计算缺课：{count} 个教学日", "The absence was counted again: {count} school days"),
    "registry.ContactFellDue": ("缺课一日未联系，应联系或家访（{day}）", "Contact or a home visit is due ({day})"),
    "registry.SchoolVisitFellDue": (
        "缺课三日，校长应带队家访（{day}）",
        "A visit by the principal's team is due ({day})",
    ),
    "registry.SchoolVisitRecorded": (
        "校长带队家访：{result}（{visited_on}）",
        "The principal's team visited the household: {result} ({visited_on})",
    ),
    "registry.SchoolVisitSettled": (
        "学校家访事项了结：{reason}（{settled_on}）",
        "The visit by the principal's team is no longer due: {reason} ({settled_on})",
    ),
    "registry.AbsenceReportFellDue": (
        "缺课三日，学校应书面报告教育局和乡镇（{day}）",
        "A written report to bureau and township is due ({day})",
    ),
    "registry.AbsenceReportWritten": (
        "学校书面报告教育局和乡镇（{written_on}）",
        "The school reported to bureau and township in writing on {written_on}",
    ),
    "registry.AbsenceReportSettled": (
        "书面报告事项了结：{reason}（{settled_on}）",
        "The written report is no longer due: {reason} ({settled_on})",
    ),
    "registry.AbsenceEnded": ("缺课结束（{back_on}）：{reason}", "The absence ended on {back_on}: {reason}"),
    "registry.PupilSuspected": (
        "列入疑似辍学台账（{suspected_on}）：{reason}",
        "Entered in the ledger of suspected dropouts on {suspected_on}: {reason}",
    ),
    "registry.SuspicionLifted": (
        "移出疑似辍学台账（{lifted_on}）：{reason}",
        "Taken out of the ledger of suspected dropouts on {lifted_on}: {reason}",
    ),
    "registry.DropoutConfirmed": ("列入辍学台账（{confirmed_on}，{by}）", "Entered in the dropout ledger on {confirmed_on} ({by})"),
    "registry.PupilReturned": (
        "已返校，观察中（{returned_on}，{placement}）",
        "Back at school, under observation ({returned_on}, {placement})",
    ),
    "registry.ReturnLost": ("返校后再次缺课，观察中断（{day}）", "Missing again: the observation is broken ({day})"),
    "registry.ReturnRestored": ("缺课更正，观察继续（{day}）", "The absence was none: the observation goes on ({day})"),
    "registry.StrikeOffWithdrawn": (
        "个案恢复，重新列入辍学台账（{withdrawn_on}）",
        "The case goes on: back in the ledger of dropouts ({withdrawn_on})",
    ),
    "registry.PupilStruckOff": ("销号：{outcome}（{struck_off_on}）", "Struck off: {outcome} ({struck_off_on})"),
    "registry.ImportStaged": ("{kind}已暂存（{rows} 行）", "A file was staged: {kind} ({rows} rows)"),
    "registry.ImportRehearsed": (
        "{kind}试导入（{rows} 行，{errors} 处错误）",
        "An import was rehearsed: {kind} ({rows} rows, {errors} errors)",
    ),
    "registry.ImportRejected": ("导入被退回（{errors} 处错误）", "The import was rejected ({errors} errors)"),
    "registry.ImportAccepted": ("导入已受理（{chunks} 批）", "The import was accepted ({chunks} chunks)"),
    "registry.ImportChunkApplied": ("导入第 {chunk} 批", "Chunk {chunk} of the import was applied"),
    "registry.ImportInterrupted": ("导入在第 {chunk} 批中断", "The import was interrupted at chunk {chunk}"),
    "registry.ImportResumed": ("导入自第 {chunk} 批继续", "The import was resumed at chunk {chunk}"),
    "registry.ImportCompleted": (
        "导入完成（新增 {enrolled}，变更 {changed}，未导入 {refused}）",
        "The import was completed ({enrolled} new, {changed} changed, {refused} refused)",
    ),
}
