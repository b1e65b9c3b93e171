"""Sentences in Chinese and English: one that carries both, and the Chinese for what marshmallow itself says."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Self


class Sentence(str):
    """An English sentence that knows its Chinese twin; marshmallow passes it on like any message."""

    __slots__ = ("zh",)
    zh: str

    def __new__(cls, zh: str, en: str) -> Self:
        sentence = super().__new__(cls, en)
        sentence.zh = zh
        return sentence

    def __getnewargs__(self) -> tuple[str, str]:  # type: ignore[override]  # `__new__` takes both twins
        """Both twins, for copies: flask-smorest copies the documentation of a view, forms included."""
        return self.zh, str(self)

    def format(self, *args: Any, **facts: Any) -> Sentence:
        """Both sentences with their places filled; marshmallow offers the value as `input`, which no sentence of ours names."""
        return Sentence(self.zh.format(*args, **facts), str.format(self, *args, **facts))


_STOCK = (
    ("Missing data for required field.", "必填。"),
    ("Field may not be null.", "不能为空值（null）。"),
    ("Unknown field.", "未知字段。"),
    ("Invalid input type.", "类型不正确，应为对象（object）。"),
    ("Not a valid string.", "应为文本。"),
    ("Not a valid utf-8 string.", "应为 UTF-8 文本。"),
    ("Not a valid integer.", "应为整数。"),
    ("Not a valid number.", "应为数字。"),
    ("Not a valid boolean.", "应为 true 或 false。"),
    ("Not a valid list.", "应为列表。"),
    ("Not a valid mapping type.", "应为对象（object）。"),
    ("Not a valid date.", "应为日期，如 2026-09-08。"),
    ("Not a valid datetime.", "应为日期时间，如 2026-09-08T08:00:00+08:00。"),
    ("Not a valid time.", "应为时间，如 08:00:00。"),
    ("Not a valid UUID.", "应为 UUID。"),
    ("Number too large.", "数字过大。"),
    ("Must be one of: {choices}.", "应为以下之一：{choices}。"),
    ("Shorter than minimum length {min}.", "长度不能少于 {min}。"),
    ("Longer than maximum length {max}.", "长度不能超过 {max}。"),
    ("Length must be between {min} and {max}.", "长度应在 {min} 到 {max} 之间。"),
    ("Length must be {equal}.", "长度应为 {equal}。"),
    ("Must be greater than or equal to {min}.", "不能小于 {min}。"),
    ("Must be greater than {min}.", "应大于 {min}。"),
    ("Must be less than or equal to {max}.", "不能大于 {max}。"),
    ("Must be less than {max}.", "应小于 {max}。"),
    (
        "Must be greater than or equal to {min} and less than or equal to {max}.",
        "应在 {min} 到 {max} 之间。",
    ),
    ("String does not match expected pattern.", "格式不正确。"),
    ("Invalid value.", "值不正确。"),
    ("Invalid input.", "值不正确。"),
    ("One or more of the choices you made was not in: {choices}.", "只能选择：{choices}。"),
)
"""What marshmallow says of its own accord, and the same in Chinese (it has no gettext)."""


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.*)", re.escape(template)), re.DOTALL)


_PATTERNS = tuple((_pattern(en), zh) for en, zh in _STOCK)
_NOT_IN_FORM = "格式不正确。"


@lru_cache(maxsize=512)
def _chinese(message: str) -> str | None:
    for pattern, zh in _PATTERNS:
        if match := pattern.fullmatch(message):
            return zh.format(**match.groupdict())
    return None


def both_languages(message: object) -> tuple[str, str]:
    """Chinese and English of a message of marshmallow; a message that has no Chinese is said in general words."""
    if isinstance(message, Sentence):
        return message.zh, str(message)
    english = str(message)
    return _chinese(english) or _NOT_IN_FORM, english
