"""What the registry refuses (append only; import and vault have their part at the end)."""

from __future__ import annotations

from services.chassis.errors import NotFound, NotPermitted, RuleBroken

# --- roll call --------------------------------------------------------------------------------------------------------


class DayNotYetCome(RuleBroken):
    zh = "{day} 尚未到来，不能提前点名。"
    en = "{day} has not come yet; the roll cannot be called ahead."


class NotASchoolDay(RuleBroken):
    zh = "{day} 不是该校上课日，不能点名；如校历有误，请先更正校历。"
    en = "{day} is not a school day of this school; if the calendar is wrong, correct the calendar first."


class RollCallTooOld(RuleBroken):
    zh = "{day} 的点名已超过补录期限（{days} 个上课日）。"
    en = "The roll call of {day} can no longer be entered; the limit is {days} school days."


class CorrectionTooLate(RuleBroken):
    zh = "{day} 的点名已超过更正期限（{days} 天）。"
    en = "The roll call of {day} can no longer be corrected; the limit is {days} days."


class PupilNotOfClass(RuleBroken):
    zh = "名单中有 {count} 名学生不在该班，请核对后重新提交。"
    en = "{count} of the named pupils are not of this class; check the list and send it again."


class PupilNamedTwice(RuleBroken):
    zh = "同一学生在名单中出现了两次，请核对后重新提交。"
    en = "A pupil is named twice in this list; check it and send it again."


class RollCallDiffers(RuleBroken):
    zh = "该班 {day} 的这次点名已登记，内容不同；如需修改，请使用“更正点名”。"
    en = "This roll call of {day} is already recorded with other content; use the correction to change it."


class NoSuchClass(NotFound):
    zh = "没有该班级，或不属于您的工作范围。"
    en = "There is no such class, or it is not yours."


class NoSuchSchool(NotFound):
    zh = "没有该学校。"
    en = "There is no such school."


class SessionNotYours(NotPermitted):
    zh = "宿管只登记宿舍点名。"
    en = "A dormitory supervisor calls the roll of the dormitory only."


class RollCallNotTaken(NotFound):
    zh = "该班 {day} 的这次点名尚未登记，无从更正。"
    en = "This roll call of {day} has not been taken, so there is nothing to correct."


# --- pupil ------------------------------------------------------------------------------------------------------------


class PupilNotOnRoll(NotFound):
    zh = "没有该学生，或其已不在册。"
    en = "There is no such pupil on the roll."


class NoSuchGuardian(NotFound):
    zh = "该生没有这位监护人。"
    en = "The pupil has no such guardian."


class AbsenceNotNoticed(RuleBroken):
    zh = "该生 {day} 没有缺勤记录。"
    en = "No absence of this pupil is on record for {day}."


class NoOpenAbsence(RuleBroken):
    zh = "该生目前没有未了结的缺勤，无需登记联系情况。"
    en = "The pupil is not missing at present, so there is no contact to record."


class ContactNotYetMade(RuleBroken):
    zh = "联系日期 {day} 尚未到来。"
    en = "The contact cannot have been made on {day}, which has not come yet."


class NobodyIsMissing(RuleBroken):
    zh = "该生目前没有未了结的缺勤。"
    en = "The pupil is not missing at present."


class VisitNotYetMade(RuleBroken):
    zh = "家访日期 {day} 尚未到来。"
    en = "The visit cannot have been made on {day}, which has not come yet."


class VisitBeforeAbsence(RuleBroken):
    zh = "家访日期 {day} 早于本次缺勤开始之日 {first}。"
    en = "The visit of {day} was made before this absence began on {first}."


class VisitBelongsToCase(RuleBroken):
    zh = "该生已立案，家访请在个案中登记。"
    en = "The pupil has a case; record the visit there."


class VisitorNotOfSchool(RuleBroken):
    zh = "家访人员须为该生所在学校（或其中心校）当日在任的人员。"
    en = "Each visitor must have been appointed at the pupil's school, or at the central school above it, on that day."


class VisitNotByTeam(RuleBroken):
    zh = "校长带队家访须有校领导（校长、副校长、中心校）参加，或由学校指派两名以上教师；班主任一人上门请登记为联系。"
    en = "The principal's team is a head of the school, or two teachers; one teacher at the household is a contact."


class AskTheBureauFirst(RuleBroken):
    """The household is left alone for now; casework refuses in the same words, whatever it is about (docs/decisions/0040)."""

    zh = "该事项目前不能办理，请先与教育局负责人联系。"
    en = "This cannot be done now; ask the bureau's lead first."


class AbsenceAlreadyReported(RuleBroken):
    zh = "该生本次缺勤已于 {day} 书面报告教育局和乡镇。"
    en = "This absence was reported to bureau and township on {day}."


class NoSuchReport(NotFound):
    zh = "没有该报告，或不属于您的工作范围。"
    en = "There is no such report, or it is not addressed to you."


class NotSuspected(RuleBroken):
    zh = "该生不在疑似辍学台账，不能确认辍学。"
    en = "The pupil is not in the ledger of suspected dropouts, so no dropout can be confirmed."


class NotInDropoutLedger(RuleBroken):
    zh = "该生不在辍学台账。"
    en = "The pupil is not in the dropout ledger."


class OtherEpisode(RuleBroken):
    zh = "该事项属于以前的辍学过程，与当前台账不符。"
    en = "This belongs to an earlier episode than the one the ledger holds."


class NotExpected(RuleBroken):
    zh = "没有该生 {term} 学期的应报到记录。"
    en = "The pupil is not expected to register in term {term}."


class TransferAlreadyInFlight(RuleBroken):
    zh = "该生已有一项在途转学。"
    en = "A transfer of this pupil is already in flight."


class NoTransferInFlight(RuleBroken):
    zh = "该生没有在途转学。"
    en = "No transfer of this pupil is in flight."


class AlreadyInDropoutLedger(RuleBroken):
    zh = "该生已在辍学台账，去向由个案办理。"
    en = "The pupil is in the dropout ledger; where it goes is settled in its case."


# --- imports and the vault ----------------------------------------------------------------------------------------------


class NoSuchImport(NotFound):
    zh = "没有该导入，或您无权查看。"
    en = "There is no such import, or it is not yours to see."


class ImportAlreadyDecided(RuleBroken):
    zh = "该导入已有结果，不能再更改。"
    en = "The import is already decided."


class ImportNotInterrupted(RuleBroken):
    zh = "该导入没有中断，无需继续。"
    en = "The import is not interrupted, so there is nothing to resume."


class ChunkOutOfOrder(RuleBroken):
    zh = "第 {chunk} 批不是下一批（应为第 {expected} 批）。"
    en = "Chunk {chunk} is not the next one, which is {expected}."


class SchoolNotRegistered(NotFound):
    zh = "没有登记该学校代码的学校。请先导入学校和班级名单。"
    en = "No school with this code is registered. Import the list of schools and classes first."


class NotYourSchool(NotPermitted):
    zh = "您只能办理本校的名册。"
    en = "You may only handle the roster of your own school."


class PurposeNotYours(NotPermitted):
    zh = "您的岗位不能以该用途查询个人信息。"
    en = "Your role does not ask for personal data for this purpose."


class FieldNotForPurpose(NotPermitted):
    zh = "该用途不包含字段“{name}”。"
    en = "The field {name} is not part of this purpose."


class TooManyRevealed(RuleBroken):
    zh = "一次最多查询 {most} 人的未脱敏信息；批量查询须逐案审批。"
    en = "At most {most} people may be revealed at a time; bulk reveal needs an approval of its own."


class TooManyRevealedToday(RuleBroken):
    zh = "您今天已查看 {seen} 人的未脱敏信息，加上本次将超过每日上限 {most} 人；批量查询须逐案审批。"
    en = (
        "You have seen {seen} people unmasked today; with these it would be more than the {most} of one day. "
        "Bulk reveal needs an approval of its own."
    )


class DutyNotNamed(RuleBroken):
    zh = "以该用途查询时须注明协办事项编号。"
    en = "Name the duty for which you ask."


class AgeOfTheFuture(RuleBroken):
    zh = "日期 {day} 晚于今天，不能询问其时年龄。"
    en = "The day {day} is in the future; nobody asks for the age of then."


class BirthDateUnknown(RuleBroken):
    zh = "该生档案中没有出生日期，请先补录。"
    en = "The child's record has no birth date; complete it first."
