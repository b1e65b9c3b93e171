"""What the web frame itself refuses, before or around a service's own rules; `problems.py` gives each its status."""

from __future__ import annotations

from services.chassis.errors import Fault, NotPermitted, Refusal


class NotSignedIn(Refusal):
    """The request names nobody whom we can believe; `challenge` goes into WWW-Authenticate (RFC 6750)."""

    zh = "请先登录：请求需要携带有效的访问令牌（Authorization: Bearer …）。"
    en = "Sign in first: the request needs a valid access token (Authorization: Bearer …)."
    challenge = "Bearer"


class TokenExpired(NotSignedIn):
    """The token's time is over."""

    zh = "登录已过期，请重新登录。"
    en = "Your sign-in has expired; sign in again."
    challenge = 'Bearer error="invalid_token", error_description="expired"'


class TokenNotValid(NotSignedIn):
    """The token is not one of ours, or not for us."""

    zh = "访问令牌无效，请重新登录。"
    en = "The access token is not valid; sign in again."
    challenge = 'Bearer error="invalid_token"'


class OnlyInside(NotSignedIn):
    """A token of the house's own services, which are inside, came through the outside door: somebody took it there."""

    zh = "系统内部的令牌只在内部有效。"
    en = "A token of the house's own services is taken inside only."
    challenge = 'Bearer error="invalid_token"'


class SessionEnded(NotSignedIn):
    """The token is older than the officer's present password or secret."""

    zh = "该令牌签发后，本账号的密码已重置或修改（系统密钥已收回），请重新登录。"
    en = "Since this token was issued, the account's password was reset or changed (the system's secret withdrawn); sign in again."
    challenge = 'Bearer error="invalid_token", error_description="session ended"'


class MalformedRequest(Refusal):
    """The request cannot be read; answered 400."""


class BodyNotJson(MalformedRequest):
    """The body is not JSON as RFC 8259 has it."""

    zh = "请求正文不是有效的 JSON（第 {line} 行第 {column} 列）；接受格式：UTF-8 编码的 JSON。"
    en = "The body is not valid JSON (line {line}, column {column}); accepted form: JSON in UTF-8."


class BodyNotUtf8(MalformedRequest):
    """The bytes are not UTF-8."""

    zh = "请求正文不是 UTF-8 编码（第 {byte} 字节）；接受格式：无 BOM 的 UTF-8。"
    en = "The body is not in UTF-8 (byte {byte}); accepted form: UTF-8 without a byte order mark."


class BodyTooDeep(MalformedRequest):
    """Objects and lists lie too deep inside each other."""

    zh = "请求正文嵌套过深；最多 {deepest} 层。"
    en = "The body is nested too deeply; at most {deepest} levels."


class KeyTwice(MalformedRequest):
    """An object has the same key twice."""

    zh = "请求正文中同一对象有重复的键；每个键只能出现一次。"
    en = "An object in the body has the same key twice; each key may stand once."


class NumberNotAccepted(MalformedRequest):
    """A number that no field takes: NaN, Infinity, beyond 64 bits."""

    zh = "请求正文中有不接受的数字；接受格式：64 位以内的整数或有限小数（不接受 NaN、Infinity）。"
    en = "The body has a number that is not accepted; accepted form: integers within 64 bits, finite decimals."


class CharacterNotAccepted(MalformedRequest):
    """A string holds half of a surrogate pair or NUL."""

    zh = "请求中有无效字符（不成对的代理码位或 NUL）；接受格式：完整的 Unicode 字符。"
    en = "The request has an invalid character (an unpaired surrogate or NUL); accepted form: whole Unicode characters."


class QueryNotReadable(MalformedRequest):
    """The query string, or a form written like one, is not percent-encoded UTF-8."""

    zh = "查询参数或表单无法读取；接受格式：百分号编码的 UTF-8，最多 {most} 个参数。"
    en = "The query string or form cannot be read; accepted form: percent-encoded UTF-8, at most {most} arguments."


class MediaTypeNotAccepted(Refusal):
    """The body is of another kind than the route reads."""

    zh = "不支持的正文类型；接受：{accepted}。"
    en = "The body's media type is not supported; accepted: {accepted}."


class AnswerNotAcceptable(Refusal):
    """The caller accepts nothing of what the route answers."""

    zh = "无法按 Accept 要求应答；可提供：{offered}。"
    en = "No answer in a media type that Accept names; offered: {offered}."


class IdempotencyKeyRequired(MalformedRequest):
    """A POST without a key cannot be repeated safely."""

    zh = "请求缺少 Idempotency-Key；接受格式：8 至 128 个可见 ASCII 字符，每次新的操作用新的键。"
    en = "The request lacks an Idempotency-Key; accepted form: 8 to 128 visible ASCII characters, a new one for each new act."


class IdempotencyKeyMalformed(MalformedRequest):
    """The key is not in the accepted form."""

    zh = "Idempotency-Key 格式不正确；接受格式：8 至 128 个可见 ASCII 字符。"
    en = "The Idempotency-Key is not in the accepted form: 8 to 128 visible ASCII characters."


class IdempotencyKeyReused(Refusal):
    """The same key came with another request."""

    zh = "该 Idempotency-Key 已用于另一个内容不同的请求；新的操作请用新的键。"
    en = "This Idempotency-Key was used for a request with other content; use a new key for a new act."


class RequestStillRunning(Refusal):
    """The first request with this key has not been answered yet."""

    zh = "使用该 Idempotency-Key 的请求仍在处理，请稍后重试。"
    en = "The request with this Idempotency-Key is still running; try again shortly."


class VersionRequired(Refusal):
    """The route wants to know which version the caller saw."""

    zh = '请求缺少 If-Match；请先读取记录，并提交其 ETag（如 "7"）。'
    en = 'The request lacks If-Match; read the record first and send its ETag (such as "7").'


class VersionMalformed(MalformedRequest):
    """If-Match is not one strong ETag of ours."""

    zh = 'If-Match 格式不正确；接受格式：读取记录时得到的一个 ETag，如 "7"。'
    en = 'If-Match is not in the accepted form: one ETag as it was read, such as "7".'


class RouteNotGuarded(Refusal):
    """The route states nobody who may call it, so nobody may."""

    zh = "该接口未声明访问权限，已拒绝。"
    en = "The route does not state who may call it, so it is refused."


class NotTheirSubstitute(NotPermitted):
    """On-Behalf-Of names an officer for whom the caller does not stand in today."""

    zh = "您今天不是该工作人员的代理人；请去掉 On-Behalf-Of，以本人身份办理。"
    en = "You do not stand in for that officer today; leave On-Behalf-Of out and act as yourself."


class KeysUnavailable(Fault):
    """The keys that verify tokens cannot be fetched now."""
