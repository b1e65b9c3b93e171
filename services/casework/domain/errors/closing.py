"""What casework refuses of closing 销号."""

from __future__ import annotations

from services.chassis.errors import NotPermitted, RuleBroken


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
    zh = "学籍系统未答复该生已达本县适龄上限年龄，不能以“超龄”销号；请先在学籍中询问年龄。"
    en = "The registry has not said that the child is past the county's upper age; have it answered before closing as over age."


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


class SubstituteOfAStandIn(NotPermitted):
    zh = "副校长代行校长职责时，不能再由他人代理；请由校长指定代理人。"
    en = "A vice-principal who stands in for the principal has no substitute in that; let the principal name one."


class SamePersonTwice(NotPermitted):
    zh = "销号须由学校提出、乡镇确认、教育局批准三个不同的人办理（含代理）；您或您所代理的人已参与本次销号。"
    en = (
        "Closing needs three different people – school, township, bureau – substitutes included; you, or whom you act for,"
        " have already taken part."
    )
