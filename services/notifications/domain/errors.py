"""What notifications refuse."""

from __future__ import annotations

from services.chassis.errors import NotFound, RuleBroken


class NoSuchNotification(NotFound):
    zh = "没有该条短信记录，或您无权查看。"
    en = "There is no such text, or it is not yours to see."


class NoSuchTemplate(NotFound):
    zh = "没有该短信模板的这个版本。"
    en = "There is no such version of the template."


class NotUncertain(RuleBroken):
    zh = "该短信的发送结果并无疑问，无需人工判断。"
    en = "There is no doubt about what became of this text; nothing is to be decided."


class ItsDayHasPassed(RuleBroken):
    zh = "该短信所说的日期 {day} 已过，不能再发。"
    en = "The day that the text speaks of, {day}, has passed; it cannot be sent any more."


class NoCallOpen(RuleBroken):
    zh = "该短信没有待办的电话任务。"
    en = "No call is waiting in place of this text."


class TemplateVersionTaken(RuleBroken):
    zh = "模板 {template} 的第 {version} 版已存在且内容不同，请使用下一个版本号。"
    en = "Version {version} of the template {template} exists with another content; take the next version."


class TemplateVersionSkipped(RuleBroken):
    zh = "模板 {template} 的下一个版本应为第 {expected} 版。"
    en = "The next version of the template {template} is {expected}."


class TemplateWithoutChinese(RuleBroken):
    zh = "模板必须有中文正文，点名与不点名各一份。"
    en = "A template needs a Chinese body, one that names the child and one that does not."


class SignatureNotInForm(RuleBroken):
    zh = "签名应写作【单位名称】，2至12个字。"
    en = "A signature is written 【name】, with 2 to 12 characters inside."


class BodyHoldsBrackets(RuleBroken):
    zh = "正文（{language}）不能含有【】，【】只用于签名。"
    en = "The body ({language}) holds 【 or 】; these are for the signature only."


class BodyHoldsLink(RuleBroken):
    zh = "正文（{language}）不能含有链接。"
    en = "The body ({language}) holds a link."


class BodySaysTooMuch(RuleBroken):
    zh = "正文（{language}）提到了“{word}”：短信不得出现辍学原因或贫困身份。"
    en = "The body ({language}) says “{word}”: a text names neither a cause nor a household's poverty."


class UnknownVariable(RuleBroken):
    zh = "正文（{language}）中的变量“{variable}”未登记；可用：{accepted}。"
    en = "The variable {variable} of the body ({language}) is not one of the template's; accepted: {accepted}."


class UnnamedBodyNamesChild(RuleBroken):
    zh = "不点名正文（{language}）不能使用变量 child。"
    en = "The body that does not name the child ({language}) uses the variable child."


class BodyTooLong(RuleBroken):
    zh = "正文（{language}）连同签名和最长变量为 {length} 字，最多 {most} 字。"
    en = "With signature and longest variables the body ({language}) has {length} characters; at most {most} are accepted."
