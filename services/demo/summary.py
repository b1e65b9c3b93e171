"""What a demo shows when its days are played: the county in numbers, one child's way, and who can look around."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from services.chassis.decider import COUNTY_TIME
from services.contracts.codes import Ledger
from services.contracts.labels import named, names_of
from services.contracts.labels.states import SERVICE_NAMES
from services.demo.founding import featured_story
from services.demo.player.roll import Roll
from services.demo.stage import Fact, Stage, answered

LEAD = "bureau_lead"
ACCOUNTS_SHOWN = 8

TURNING_POINTS = frozenset(
    {
        "AbsenceNoticed",
        "NotificationSent",
        "AbsenceReportWritten",
        "SchoolVisitRecorded",
        "PupilSuspected",
        "CaseOpened",
        "DropoutConfirmed",
        "CaseNumbered",
        "CauseRecorded",
        "PlanMade",
        "DutyAssigned",
        "DutyCompleted",
        "ApplicationDrafted",
        "AidGranted",
        "VisitRecorded",
        "ReturnAgreed",
        "ReturnConfirmed",
        "FollowUpRecorded",
        "ObservationCompleted",
        "ClosingProposed",
        "ClosingSentBack",
        "ClosingConfirmed",
        "CaseClosed",
        "PupilStruckOff",
    }
)
"""What of a child's trace is shown here; `fuxue trace` shows all of it."""

NUMBER = "数量 number"
DUTIES = {"done": "办结 done", "open": "在办 open", "overdue": "逾期 overdue"}
"""The columns of numbers."""

ONCE = frozenset({"AbsenceNoticed", "NotificationSent"})
"""Of these only the first is a turning point."""


def show_summary(stage: Stage, truth: Fact, console: Console) -> None:
    """Print it all; asked of the running house as the bureau's lead."""
    client = stage.client(LEAD)
    county = answered(client.get("/oversight/summary"), "summary")
    console.print(_numbers(truth, county))
    console.print(_departments(county["duties"]))
    story = featured_story(truth)
    pupil_id = Roll(stage, truth, by=LEAD).pupil_id(story["roll_number"])
    cases = answered(client.get("/casework/cases", params={"pupil_id": pupil_id}), "summary")["items"]
    if cases and cases[0]["number"]:
        number = cases[0]["number"]
        told = answered(client.get(f"/oversight/trace/{number}"), "summary")
        console.print(_way(number, told["items"]))
        console.print(f"[dim]全部经过 the whole way, with causes: fuxue trace {number}[/dim]\n")
    console.print(_accounts(stage.accounts()))


def _numbers(truth: Fact, county: Fact) -> Table:
    ledgers, rates = county["ledgers"], county["rates"]
    table = _table(f"{truth['county']['name']} {truth['county']['english']}，{county['on']}", "", NUMBER)
    for ledger in (Ledger.SCHOOL_AGE, Ledger.SUSPECTED, Ledger.DROPOUT):
        table.add_row(" ".join(names_of(Ledger, ledger)), str(ledgers[ledger]))
    for title, number in (
        ("其中返校观察 of these back, under observation", ledgers["under_observation"]),
        ("本学年曾辍学 dropped out this school year", rates["dropouts"]),
        ("其中已返校 of these came back", rates["returned"]),
        ("其中再次失学 of these left again", rates["relapsed"]),
        ("已发短信 texts sent", county["texts"].get("sent", 0)),
        ("已批资助 aid granted", sum(county["aid"].get(state, 0) for state in ("granted", "paused"))),
        ("未处理预警 open alarms", sum(county["alarms"].values())),
    ):
        table.add_row(title, str(number))
    return table


def _departments(duties: Sequence[Fact]) -> Table:
    table = _table("部门协办 duties of the departments", "部门 department", *DUTIES.values())
    for duty in duties:
        table.add_row(f"{duty['zh']} {duty['en']}", *(str(duty[name]) for name in DUTIES))
    return table


def _way(number: str, told: Iterable[Fact]) -> Table:
    table = _table(f"一名孩子的经过 one child's way – {number}", "时间 when", "事项 what", "经办 who")
    for event in _turning_points(told):
        when = datetime.fromisoformat(event["occurred_at"]).astimezone(COUNTY_TIME).strftime("%m-%d %H:%M")
        table.add_row(when, f"{escape(_unbroken(event['zh']))}\n[dim]{escape(event['en'])}[/dim]", _who(event["who"]))
    return table


def _unbroken(chinese: str) -> str:
    """Chinese without its spaces, at which a terminal would break the line: it may be broken anywhere."""
    return chinese.replace(" ", "")


def _turning_points(told: Iterable[Fact]) -> Iterator[Fact]:
    seen: set[str] = set()
    for event in sorted(told, key=lambda each: str(each["recorded_at"])):
        name = event["type"].rpartition(".")[2]
        if name in TURNING_POINTS and not (name in ONCE and name in seen):
            seen.add(name)
            yield event


def _who(actor: Fact) -> str:
    if actor["service"]:
        return f"[dim]系统（{named(SERVICE_NAMES, actor['service'])[0]}）[/dim]"
    roles = "、".join(office["role_zh"] for office in actor["offices"])
    return escape(f"{actor['name'] or ''} {roles}".strip())


def _accounts(accounts: Mapping[str, str]) -> Table:
    table = _table("账号 accounts（demo-accounts.json）", "登录名 login", "密码 password")
    for login, password in list(accounts.items())[:ACCOUNTS_SHOWN]:
        table.add_row(login, password)
    return table


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left")
    for column in columns:
        numbers = column == NUMBER or column in DUTIES.values()
        table.add_column(column, overflow="fold", justify="right" if numbers else "left")
    return table
