"""What the outbox page says, in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from services.chassis.decider import COUNTY_TIME
from services.chassis.web.language import Language
from services.contracts.labels.reasons import RELATIONS, TEMPLATES

_WORDS: Mapping[str, tuple[str, str]] = {
    "title": ("家长会收到的短信", "What parents read"),
    "subtitle": ("本机发件箱，共 {total} 条。", "The outbox of this machine, {total} texts."),
    "how": (
        "短信内容不保存：这里按模板和您的查看权限重新生成，每次查看都记录在案。",
        "Texts are not stored: what you see is made again from the template, with the names that you may see; each look is logged.",
    ),
    "empty": ("还没有短信。", "No text yet."),
    "names_hidden": (
        "学籍服务没有给出姓名（未授权或暂时无法访问），写有孩子姓名的短信此处不显示。",
        "The registry gave no names (not permitted, or not reached just now): texts that name a child are not shown here.",
    ),
    "text_hidden": ("（姓名未授权，不显示内容）", "(not shown: you may not see the name)"),
    "older": ("更早的短信", "Older texts"),
    "segments": ("计费 {segments} 条", "{segments} segment(s)"),
    "uncertain": ("是否送达待人工判断", "nobody knows whether it arrived: to be decided"),
    "second_language": ("双语", "two languages"),
    "unnamed": ("正文未写孩子姓名", "the text does not name the child"),
    "to": ("发给：{relation}", "to: {relation}"),
    "home": ("首页", "Home"),
    **TEMPLATES,
}


def words(language: Language) -> dict[str, str]:
    """The page's words in one language."""
    return _in(language, _WORDS)


def relations(language: Language) -> dict[str, str]:
    """What guardians are to children, in one language."""
    return _in(language, RELATIONS)


def _in(language: Language, names: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    return {name: zh if language == "zh" else en for name, (zh, en) in names.items()}


def county_time(instant: str) -> str:
    """An instant of the one written form as the county's clock shows it."""
    return datetime.fromisoformat(instant).astimezone(COUNTY_TIME).strftime("%Y-%m-%d %H:%M")
