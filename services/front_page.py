"""The page at `/` of an embedded deployment: where the services' documentation is, and a door for browsers.

A browser signs in here and gets its token in a cookie that only opens pages (`chassis.web.reception`); the API wants a header.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from html import escape
from typing import Any

import httpx
from flask import Flask, Response, redirect, request
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.wrappers import Response as Answer

from services.chassis.web.access import anonymous
from services.chassis.web.problems import HTTP_SENTENCES, MEDIA_TYPE, OTHER_SENTENCE, problem_response
from services.chassis.web.reception import PAGE, PAGE_COOKIE
from services.contracts.public_pages import public_pages

OUTBOX = "/notifications/outbox"
FORM_BYTES = 4096

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
h1{font-weight:600;margin-bottom:0}table{border-collapse:collapse;width:100%}
td{padding:.55rem .5rem;border-bottom:1px solid #d9e0e7}
a{color:#0b5cad;text-decoration:none}a:hover{text-decoration:underline}small,label{color:#5b6876}
form{display:flex;gap:.6rem;flex-wrap:wrap;align-items:end;background:#f4f7fa;padding:1rem;border-radius:.5rem;margin:1.2rem 0}
input{display:block;font:inherit;padding:.35rem .5rem;border:1px solid #b9c4cf;border-radius:.3rem}
button{font:inherit;padding:.4rem 1rem;border:0;border-radius:.3rem;background:#0b5cad;color:#fff}.wrong{color:#a61b1b}
"""


def front_page(services: Sequence[str], inside: Callable[[str], httpx.Client]) -> Flask:
    """The application at `/`; `inside` gives a browser's address a client on the house, which checks the password."""
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = app.config["MAX_FORM_MEMORY_SIZE"] = FORM_BYTES
    promised = public_pages()
    app.url_map.merge_slashes = False  # an address with two slashes is another address, not a redirection

    def page(status: int = 200, wrong: str = "") -> Response:
        return Response(_page(services, wrong), status, mimetype="text/html")

    @app.get("/")
    @anonymous
    def door() -> Response:
        return page()

    @app.get("/events")
    @anonymous
    def events() -> Response:
        return Response(_events_page(promised), mimetype="text/html")

    @app.get("/events/<name>")
    @anonymous
    def event_page(name: str) -> Response:
        if name not in promised:
            raise NotFound
        return Response(promised[name], mimetype="application/json")

    @app.post("/sign-in")
    @anonymous
    def sign_in() -> Answer:
        asked = {"login": request.form.get("login", ""), "password": request.form.get("password", "")}
        with inside(request.remote_addr or "") as client:
            answer = client.post("/identity/login", json=asked, headers={"Accept-Language": "zh"})
        body: dict[str, Any] = answer.json()
        if not answer.is_success:
            refused = page(answer.status_code, str(body.get("detail", "")))
            if "Retry-After" in answer.headers:
                refused.headers["Retry-After"] = answer.headers["Retry-After"]
            return refused
        response = redirect(OUTBOX, 303)
        response.set_cookie(PAGE_COOKIE, body["token"], max_age=body["expires_in"], httponly=True, samesite="Strict", path="/")
        return response

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> Response:
        """A browser gets the page with a sentence, everybody else a problem, as from the services."""
        problem = problem_response(error)
        if request.accept_mimetypes.best_match((MEDIA_TYPE, PAGE)) != PAGE:
            return problem
        zh, en = HTTP_SENTENCES.get(problem.status_code, OTHER_SENTENCE)
        answer = page(problem.status_code, f"{zh} {en}")
        answer.headers.extend({name: value for name, value in problem.headers.items() if name == "Allow"})
        return answer

    @app.after_request
    def harden(response: Response) -> Response:
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Content-Security-Policy"] = (
            "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'"
        )
        return response

    return app


def _page(services: Sequence[str], wrong: str) -> str:
    rows = "".join(
        f"<tr><td><b>{escape(NAMES[name][0])}</b><br><small>{escape(NAMES[name][1])}</small></td>"
        f'<td><a href="/{name}/docs">/{name}/docs</a></td><td><a href="/{name}/health">health</a></td></tr>'
        for name in services
    )
    return (
        "<!doctype html><html lang=zh><meta charset=utf-8><title>复学 Fuxue</title>"
        f"<meta name=viewport content='width=device-width'><style>{_STYLE}</style>"
        "<h1>复学 Fuxue</h1><p>让每个孩子回到学校。 <small>Every child back at school.</small></p>"
        "<p>看看家长会收到什么短信：登录后打开短信页。<br>"
        "<small>See what parents would read: sign in to open the page of texts.</small></p>"
        "<form method=post action=/sign-in><label>登录名 Login<input name=login autocomplete=username required></label>"
        "<label>密码 Password<input name=password type=password autocomplete=current-password required></label>"
        f"<button>登录 Sign in</button></form><p class=wrong>{escape(wrong)}</p>"
        f"<p><a href='{OUTBOX}'>{OUTBOX}</a></p><table>{rows}</table>"
        "<p><a href='/events'>/events</a> <small>部门系统订阅的事项消息 · what departments' systems hear</small></p></html>"
    )


def _events_page(names: Iterable[str]) -> str:
    rows = "".join(f"<tr><td><a href='/events/{escape(name)}'>{escape(name)}</a></td></tr>" for name in names)
    return (
        "<!doctype html><html lang=zh><meta charset=utf-8><title>复学 Fuxue · events</title>"
        f"<meta name=viewport content='width=device-width'><style>{_STYLE}</style>"
        "<h1>部门系统订阅 <small>Events for departments</small></h1>"
        "<p>每种消息每个版本一个 JSON Schema；asyncapi.json 为全部约定。<br>"
        "<small>One JSON Schema of each message's version; asyncapi.json is all of it.</small></p>"
        f"<table>{rows}</table></html>"
    )
