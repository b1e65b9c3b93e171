"""What identity refuses."""

from __future__ import annotations

from services.chassis.errors import NotFound, NotPermitted, RuleBroken, TooOften


class NoSuchBody(NotFound):
    zh = "没有该单位。"
    en = "There is no such body."


class NoSuchOfficer(NotFound):
    zh = "没有该工作人员。"
    en = "There is no such officer."


class NoSuchAccount(NotFound):
    zh = "没有该账号。"
    en = "There is no such account."


class NoSuchAppointment(NotFound):
    zh = "该工作人员没有此项任职。"
    en = "The officer holds no such appointment."


class NoSuchClient(NotFound):
    zh = "没有该部门系统。"
    en = "There is no such department system."


class NoSuchSecret(NotFound):
    zh = "该部门系统没有第 {version} 版有效密钥。"
    en = "The department system has no secret of version {version} in force."


class BodyOwesNoDuties(RuleBroken):
    zh = "该单位不是联控联保部门，不能接入部门系统。"
    en = "The body is none of the linked departments; it has no duties that a system could answer."


class ClientIdTaken(RuleBroken):
    zh = "该部门在此区划已有名为“{name}”的系统，请换一个名称。"
    en = "The department has a system named {name} in this division already; choose another name."


class TwoSecretsInForce(RuleBroken):
    zh = "已有两版密钥有效（第 {versions} 版），请先收回一版。"
    en = "Two secrets are in force (versions {versions}); withdraw one first."


class SystemHasNoPassword(RuleBroken):
    zh = "部门系统没有登录名和密码，请签发接入密钥。"
    en = "A department's system has no login and password; issue a client secret."


class SystemAnswersDutiesOnly(RuleBroken):
    zh = "部门系统只能担任部门联络员。"
    en = "A department's system is appointed department officer and nothing else."


class WrongClientOrSecret(NotPermitted):
    zh = "系统标识或密钥不正确。"
    en = "The client id or the client secret is wrong."


class ClientNamedTwice(RuleBroken):
    zh = "系统标识和密钥只能以一种方式提交（Basic 或表单）。"
    en = "Give the client id and secret in one way only: by Basic or in the form."


class GrantMissing(RuleBroken):
    zh = "缺少 grant_type；应为 client_credentials。"
    en = "grant_type is missing; it is client_credentials."


class GrantNotOffered(RuleBroken):
    zh = "grant_type 只接受 client_credentials。"
    en = "The only grant_type is client_credentials."


class ScopeNotOffered(RuleBroken):
    zh = "令牌没有 scope：权限由任职决定，请不要填写 scope。"
    en = "Tokens have no scope: what a system may do follows from its appointments; leave scope out."


class AppointmentEndsBeforeItBegins(RuleBroken):
    zh = "任职结束日期 {until_on} 早于开始日期 {from_on}。"
    en = "The appointment cannot end on {until_on}, before it began on {from_on}."


class RoleNotOfBody(RuleBroken):
    zh = "角色 {role} 不能在此类单位（{kind}）任职。"
    en = "The role {role} is not held in a body of the kind {kind}."


class ClassNotInForm(RuleBroken):
    zh = "班主任必须指定班级，其他角色不能指定班级。"
    en = "A homeroom teacher is appointed to a class, and nobody else is."


class CannotAppointYourself(NotPermitted):
    zh = "不能任命自己。"
    en = "Nobody appoints oneself."


class NoSuchSubstitution(NotFound):
    zh = "该工作人员没有此项代理。"
    en = "The officer has no such substitute."


class SubstituteIsOneself(RuleBroken):
    zh = "不能指定本人为自己的代理人。"
    en = "Nobody is one's own substitute."


class CannotNameYourself(NotPermitted):
    zh = "不能指定自己代理他人；请由本人或其他账号管理员指定。"
    en = "Nobody names oneself another's substitute; the officer does, or another account administrator."


class SubstituteNamesNobody(NotPermitted):
    zh = "代理人不能指定或收回代理；请以本人身份办理。"
    en = "A substitute neither names nor withdraws substitutes; act as yourself."


class SubstituteEndsBeforeItBegins(RuleBroken):
    zh = "代理结束日期 {until_on} 早于开始日期 {from_on}。"
    en = "The substitution cannot end on {until_on}, before it begins on {from_on}."


class SubstituteBackdated(RuleBroken):
    zh = "代理不能从过去的日期开始。"
    en = "A substitute is not named for days that have passed."


class AppointmentNotHeldThen(RuleBroken):
    zh = "代理期间该工作人员不全在任。"
    en = "The officer does not hold the appointment on all of these days."


class SubstituteDaysOverlap(RuleBroken):
    zh = "该任职在 {from_on} 至 {until_on} 已有代理人。"
    en = "The appointment has a substitute already from {from_on} to {until_on}."


class RoleHasNoSubstitute(RuleBroken):
    zh = "角色 {role} 不设代理人。"
    en = "The role {role} has no substitute."


class SubstituteNotOfBody(RuleBroken):
    zh = "代理人须在整个代理期间在同一单位或其上级单位任职。"
    en = "The substitute must be in office in the same body, or the one above it, on all of the days."


class SubstituteOfASubstitute(RuleBroken):
    zh = "代理不能连环：代理人此间自己有代理人，或被代理人此间正代理他人。"
    en = "Substitutes do not chain: one of the two is away, or stands in for another, on these days."


class SubstitutionIsOver(RuleBroken):
    zh = "该代理已于 {until_on} 结束。"
    en = "The substitution ended on {until_on}."


class NeedsBureauLead(NotPermitted):
    zh = "县级角色的任免及其账号的重置须由教育局负责人办理；教育局负责人本身由县领导办理。"
    en = "Only the bureau lead gives and ends county-wide roles and resets their accounts; the lead's own, also the county leader."


class LoginTaken(RuleBroken):
    zh = "登录名已被使用，请换一个。"
    en = "The login name is taken; choose another."


class DayKindNotOfCalendar(RuleBroken):
    zh = "日历“{calendar}”不能使用日期类型“{kind}”：政府日历用 work/rest，学校日历用 school/off/return/vacation。"
    en = "The calendar {calendar} cannot hold {kind}: government days are work/rest, school days school/off/return/vacation."


class CalendarEmpty(RuleBroken):
    zh = "日历中没有任何日期。"
    en = "The calendar names no day."


class UnknownPolicy(RuleBroken):
    zh = "没有名为“{code}”的政策数值。"
    en = "There is no policy number named {code}."


class PolicyNotInForm(RuleBroken):
    zh = "政策“{code}”的值格式不符，应为{form_zh}。"
    en = "The value of policy {code} is not in form: {form_en}."


class WrongLoginOrPassword(NotPermitted):
    zh = "登录名或密码不正确。"
    en = "The login name or the password is wrong."


class TooManyAttempts(TooOften):
    zh = "失败次数过多，请 {seconds} 秒后再试。"
    en = "Too many failed attempts; try again in {seconds} seconds."


class PasswordMustBeChanged(NotPermitted):
    zh = "这是一次性密码，请先修改密码。"
    en = "This is a one-time password; change it first."


class PasswordTooWeak(RuleBroken):
    zh = "密码至少 {least} 位，且不能与登录名相同。"
    en = "A password has at least {least} characters and is not the login name."
