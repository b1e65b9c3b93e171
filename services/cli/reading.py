"""The commands that show children's data: they act for an officer, and see what that officer sees."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from services.cli import show
from services.cli.answering import house_of, printed
from services.cli.options import MOST_A_PAGE, Settings, as_json, as_officer, settings_of
from services.contracts.labels.states import CLOSING_STEPS

if TYPE_CHECKING:
    from services.cli.reach import Reach

LEDGERS = ("school_age", "suspected", "dropout")

NUMBER = re.compile(r"[0-9A-Za-z-]+")
OF_A_CASE = re.compile(r"[A-Za-z]\d{4}-\d+")
"""The human number of a case, as C2026-0001; ids are written otherwise."""


class Number(click.ParamType[str]):
    """What one asks for by its number; anything else would lead to another page of the house."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        del param
        if NUMBER.fullmatch(value) is None:
            raise click.UsageError(
                "编号由字母、数字和连字符组成，如 C2026-0001。 A number has letters, digits and hyphens, as C2026-0001 has.", ctx
            )
        return str(value).upper() if OF_A_CASE.fullmatch(value) else str(value)


@click.command()
@click.option("--ledger", "which", type=click.Choice(LEDGERS), help="One ledger only. 只看一种台账。")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, MOST_A_PAGE), help="How many lines. 行数。")
@click.option("--after", metavar="CURSOR", help="Go on behind a page; its foot, or `next` of --json, says the cursor. 接着上一页。")
@click.option("--all", "whole", is_flag=True, help="Every line, the longest missing first. 全部，缺课最久的在前。")
@as_officer
@as_json
@settings_of
def ledger(
    settings: Settings,
    which: str | None,
    limit: int,
    after: str | None,
    whole: bool,  # noqa: FBT001  click gives flags so
    login: str | None,
    json_wanted: bool,  # noqa: FBT001  click gives flags so
) -> None:
    """台账 · The ledgers, as the officer may see them."""
    with house_of(settings) as house:
        house.sign_in(login)
        if whole:
            answer = house.whole("/registry/ledger", ledger=which, cursor=after)
        else:
            answer = house.get("/registry/ledger", ledger=which, cursor=after, limit=limit)
    answer["whole"] = after is None and answer["next"] is None
    if answer["whole"]:  # of a part, whoever is missing longest may be on another page
        answer["items"].sort(key=_longest_missing_first)
    printed(answer, show.ledger, json_wanted=json_wanted)


def _longest_missing_first(item: Mapping[str, Any]) -> tuple[bool, str]:
    """Those at school behind, in the order in which they came."""
    return item["away_since"] is None, item["away_since"] or ""


@click.command()
@click.argument("number", type=Number())
@click.option("--reveal", is_flag=True, help="Show the child's name, as the officer may; it is logged. 显示姓名，留痕。")
@as_officer
@as_json
@settings_of
def case(
    settings: Settings,
    number: str,
    reveal: bool,  # noqa: FBT001  click gives flags so
    login: str | None,
    json_wanted: bool,  # noqa: FBT001  click gives flags so
) -> None:
    """个案 · One case: cause, plan, visits, duties, closing."""
    with house_of(settings) as house:
        house.sign_in(login)
        answer = house.get(f"/casework/cases/{number}")
        answer["pupil"] = _pupil(house, answer["pupil_id"], answer["case_id"], reveal=reveal)
        answer["class"] = house.get(f"/registry/classes/{answer['class_id']}")
        answer["closing"] = [each for each in answer["timeline"] if each["event"] in CLOSING_STEPS]
        officers = [house.get(f"/identity/officers/{each}") for each in sorted(_officers_in(answer))]
        answer["officer_names"] = {each["officer_id"]: each["name"] for each in officers}
        answer["appointments"] = {each["officer_id"]: each["appointments"] for each in officers}
        causes = house.get("/casework/tables")["causes"]
        answer["measure_names"] = {each["code"]: (each["zh"], each["en"]) for cause in causes for each in cause["measures"]}
    printed(answer, show.case, json_wanted=json_wanted)


def _pupil(house: Reach, pupil_id: str, case_id: str, *, reveal: bool) -> Any:
    """The child's name, masked unless it is to be revealed; asked for with its purpose and logged by the registry."""
    asked = {"purpose": "casework", "pupil_ids": [pupil_id], "fields": ["name"], "case_id": case_id, "masked": not reveal}
    return house.post("/registry/persons:resolve", asked)["persons"][0]


def _officers_in(case: Mapping[str, Any]) -> set[str]:
    """Everybody whom the page of the case names."""
    named = {each["officer_id"] for each in case["officers"]}
    named |= {measure["responsible_id"] for measure in case["plan"] if measure["responsible_id"]}
    named |= {duty["told_officer_id"] for duty in case["duties"] if duty["told_officer_id"]}
    named |= {each[who] for each in case["closing"] for who in ("actor", "on_behalf_of") if each[who]}
    return named | {visit["facts"]["by_officer_id"] for visit in case["visit_records"]}


@click.command()
@click.argument("reference", metavar="NUMBER|EVENT_ID", type=Number())
@click.option("--ids", is_flag=True, help="Show each event's id. 显示事件编号。")
@as_officer
@as_json
@settings_of
def trace(settings: Settings, reference: str, ids: bool, login: str | None, json_wanted: bool) -> None:  # noqa: FBT001  click gives flags so
    """追溯 · Who, when, what, caused by what, over all services."""
    with house_of(settings) as house:
        house.sign_in(login)
        answer = house.get(f"/oversight/trace/{reference}")
    printed(answer, lambda chain: show.trace(chain, settings.language, ids=ids), json_wanted=json_wanted)


@click.command()
@as_officer
@as_json
@settings_of
def summary(settings: Settings, login: str | None, json_wanted: bool) -> None:  # noqa: FBT001  click gives flags so
    """汇总 · The county in numbers."""
    with house_of(settings) as house:
        house.sign_in(login)
        answer = house.get("/oversight/summary")
        answer["distribution"] = {by: house.get("/oversight/distribution", by=by)["items"] for by in show.DISTRIBUTIONS}
    printed(answer, show.summary, json_wanted=json_wanted)
