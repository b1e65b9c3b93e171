"""What the pages at `/` look like: plain HTML, nothing loaded from elsewhere, Chinese beside English."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any

from services.chassis.decider import COUNTY_TIME
from services.contracts.codes import Role
from services.contracts.labels import names_of
from services.front_page.offers import OUTBOX, is_for, opens_outbox

NAMES = {
    "identity": ("身份与日历", "bodies, officers, accounts, calendars, numbers"),
    "registry": ("学籍与台账", "pupils, roll call, the three ledgers, the vault"),
    "casework": ("劝返个案", "cases, causes, plans, visits, departments' duties, return, closing"),
    "assistance": ("学生资助", "aid programmes and applications"),
    "notifications": ("家长短信", "texts to parents"),
    "oversight": ("追溯与统计", "trace, summary, distribution, alarms"),
}

_STYLE = """
body{font:16px/1.6 system-ui,"Noto Sans CJK SC",sans-serif;max-width:46rem;margin:3rem auto;padding:0 1rem;color:#1d2733}
h1{font-weight:600;margin-bottom:0}h2{font-size:1.1rem;font-weight:600;margin:1.6rem 0 .3rem}
table{border-collapse:collapse;width:100%}td+td{width:10.5rem}td+td+td{width:4rem}
td{padding:.55rem .5rem;border-bottom:1px solid #d9e0e7}
a{color:#0b5cad;text-decoration:none}a:hover{text-decoration:underline}small,label{color:#5b6876}
form{display:flex;gap:.6rem;flex-wrap:wrap;align-items:end;background:#f4f7fa;padding:1rem;border-radius:.5rem;margin:1.2rem 0}
form.tall{flex-direction:column;align-items:start}
input{display:block;font:inherit;padding:.35rem .5rem;border:1px solid #b9c4cf;border-radius:.3rem}
button{font:inherit;padding:.4rem 1rem;border:0;border-radius:.3rem;background:#0b5cad;color:#fff}.wrong{color:#a61b1b}
"""


@dataclass(frozen=True)
class Demo:
    """What a visitor of a demo wants to know: the file with the accounts, and what the county's clock shows."""

    accounts: str
    now: Callable[[], datetime]


@dataclass(frozen=True)
class Reader:
    """Who is signed in, and what they are in the county today."""

    name: str
    roles: Sequence[str]


def front(services: Sequence[str], told: str, reader: Reader | None, demo: Demo | None) -> str:
    """The page at `/`; `told` is a sentence about what was just tried."""
    return _page(
        "复学 Fuxue",
        "<h1>复学 Fuxue</h1><p>让每个孩子回到学校。 <small>Every child back at school.</small></p>"
        f"{_door() if reader is None else _greeting(reader)}<p class=wrong>{escape(told)}</p>"
        f"{'' if demo is None else _of_the_demo(demo)}{_interfaces(services, reader)}"
        "<p><a href='/events'>/events</a> <small>部门系统订阅的事项消息 · what departments' systems hear</small></p>",
    )


def _interfaces(services: Sequence[str], reader: Reader | None) -> str:
    """Where each service's interface is described; whoever is signed in finds first what their posts are for."""
    if reader is None:
        return _table(services)
    own = [name for name in services if is_for(name, reader.roles)]
    others = [name for name in services if name not in own]
    return "".join(
        f"<h2>{heading}</h2>{_table(listed)}"
        for heading, listed in (
            ("您的岗位可用的接口 <small>Interfaces that your posts may use</small>", own),
            ("其他接口 <small>Other interfaces</small>", others),
        )
        if listed
    )


def _table(services: Sequence[str]) -> str:
    rows = "".join(
        f"<tr><td><b>{escape(NAMES[name][0])}</b><br><small>{escape(NAMES[name][1])}</small></td>"
        f'<td><a href="/{name}/docs">/{name}/docs</a></td><td><a href="/{name}/health">health</a></td></tr>'
        for name in services
    )
    return f"<table>{rows}</table>"


def _door() -> str:
    return (
        "<p>登录后显示您的岗位可以打开的页面，如家长会收到的短信。"
        " <small>Signed in, you are shown the pages that your posts may open, such as what parents would read.</small></p>"
        "<form method=post action=/sign-in><label>登录名 Login<input name=login autocomplete=username required></label>"
        "<label>密码 Password<input name=password type=password autocomplete=current-password required></label>"
        "<button>登录 Sign in</button></form>"
        "<p><a href='/password'>首次登录（一次性密码）、修改密码 · First sign-in with a one-time code, or another password</a></p>"
    )


def _greeting(reader: Reader) -> str:
    roles = "、".join(" ".join(names_of(Role, role)) for role in reader.roles)
    if opens_outbox(reader.roles):
        pages = f"<a href='{OUTBOX}'>家长会收到的短信 · What parents would read</a>"
    elif not reader.roles:
        pages = "您今天没有在任的岗位。 <small>You hold no post today.</small>"
    else:
        pages = "您的岗位还没有网页，请用下列接口。 <small>Your posts have no page yet; use the interfaces below.</small>"
    return (
        "<form method=post action=/sign-out>"
        f"<span>已登录 Signed in: <b>{escape(reader.name)}</b> <small>{escape(roles)}</small></span>"
        "<button>退出 Sign out</button></form>"
        f"<p>{pages}</p><p><a href='/password'>修改密码 · Another password</a></p>"
    )


def _of_the_demo(demo: Demo) -> str:
    return (
        f"<p>演示：登录名和密码在 <code>{escape(demo.accounts)}</code>。业务时钟 {_now(demo)}，提供服务期间按真实速度继续走。<br>"
        f"<small>A demo: logins and passwords are in <code>{escape(demo.accounts)}</code>. Its clock shows {_now(demo)} and runs on"
        " at real speed while it is served.</small></p>"
    )


def _now(demo: Demo) -> str:
    return f"{demo.now().astimezone(COUNTY_TIME):%Y-%m-%d %H:%M}"


def password(login: str, told: str) -> str:
    """The form of whoever has a one-time code, or wants another password."""
    return _page(
        "复学 Fuxue · 密码 password",
        "<h1>设置密码 <small>Choose a password</small></h1>"
        "<p>首次登录请填一次性密码，再设自己的密码：至少 10 位，且不同于登录名。<br>"
        "<small>The first time: the one-time code, then a password of your own, 10 characters or more, not the login.</small></p>"
        f"<p class=wrong>{escape(told)}</p><form method=post action=/password class=tall>"
        f"<label>登录名 Login<input name=login value='{escape(login)}' autocomplete=username required></label>"
        "<label>一次性密码或原密码 One-time code, or the old password"
        "<input name=password type=password autocomplete=current-password required></label>"
        "<label>新密码 New password<input name=new_password type=password autocomplete=new-password required></label>"
        "<label>再输一次 Once more<input name=new_password_again type=password autocomplete=new-password required></label>"
        "<button>设置并登录 Set it and sign in</button></form><p><a href='/'>返回 Back</a></p>",
    )


def sentences(problem: Mapping[str, Any]) -> str:
    """What a refusal says, and what it says of its fields."""
    return " ".join([str(problem.get("detail", "")), *(str(each.get("message", "")) for each in problem.get("errors", ()))])


def events(names: Iterable[str]) -> str:
    """What is published for departments."""
    rows = "".join(f"<tr><td><a href='/events/{escape(name)}'>{escape(name)}</a></td></tr>" for name in names)
    return _page(
        "复学 Fuxue · events",
        "<h1>部门系统订阅 <small>Events for departments</small></h1>"
        "<p>每种消息每个版本一个 JSON Schema；asyncapi.json 为全部约定。<br>"
        "<small>One JSON Schema of each message's version; asyncapi.json is all of it.</small></p>"
        f"<table>{rows}</table>",
    )


def _page(title: str, body: str) -> str:
    return (
        f"<!doctype html><html lang=zh><meta charset=utf-8><title>{title}</title>"
        f"<meta name=viewport content='width=device-width'><style>{_STYLE}</style>{body}</html>"
    )
