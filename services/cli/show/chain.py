"""A trace as an indented timeline: when, what, who; an event stands under what caused it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.text import Text
from rich.tree import Tree

from services.cli.show.tables import CONSOLE, when
from services.contracts.labels import named
from services.contracts.labels.states import SERVICE_NAMES


def trace(answer: Mapping[str, Any], language: str, *, ids: bool) -> None:
    """The chain in one language; `ids` adds each event's id, by which it can be traced in its turn."""
    items = answer["items"]
    root = Tree(Text.assemble((answer["reference"], "bold"), f"　{len(items)} 个事件 events"))
    at_depth: list[Tree] = [root]
    for item in items:
        del at_depth[item["depth"] + 1 :]
        at_depth.append(at_depth[-1].add(_line(item, language, ids=ids)))
    CONSOLE.print(root)
    if answer["restricted"]:
        CONSOLE.print("此案受限，原因只告知教育局和本案责任人。 Restricted: only the bureau and those named know the cause.")
    if answer["restricted"] is None:
        CONSOLE.print("受限的原因不在此列。 A restricted cause is not told here.")
    if answer["truncated"]:
        CONSOLE.print("… 只显示一部分。 Only a part is shown.")


def _line(item: Mapping[str, Any], language: str, *, ids: bool) -> Text:
    service = _service(item["service"], language)
    who = _who(item["who"], item["service"], language)
    if item.get("told_to"):
        who = f"{who} → {_who(item['told_to'], item['service'], language)}"
    if item.get("on_behalf_of"):
        who = f"{who} ← {_who(item['on_behalf_of'], item['service'], language)}"
    line = Text.assemble((when(item["occurred_at"]), "dim"), " ", (service, "cyan"), f" {item[language]}")
    for part in (who, item["event_id"] if ids else ""):
        if part:
            line.append(f" · {part}", "dim")
    return line


def _service(name: str, language: str) -> str:
    zh, en = named(SERVICE_NAMES, name)
    return zh if language == "zh" else en


def _who(actor: Mapping[str, Any], told_by: str, language: str) -> str:
    """Who did it: an officer with body and role, or another service; a service's own doing goes without saying."""
    if actor.get("service"):
        return "" if actor["service"] == told_by else _service(actor["service"], language)
    between, after = ("、", "·") if language == "zh" else (", ", " ")
    offices = between.join(
        after.join(filter(None, (office[f"body_{language}"], office[f"role_{language}"]))) for office in actor["offices"]
    )
    return " ".join(part for part in (actor.get("name") or actor["officer_id"], offices) if part)
