"""The page at `/`: where the services' documentation is, and a door for browsers.

A browser signs in here and gets its token in a cookie that only opens pages (`chassis.web.reception`); the API wants a header.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import httpx
from flask import Flask, Response, redirect, request
from werkzeug.datastructures import MIMEAccept
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.http import parse_accept_header, parse_cookie
from werkzeug.wrappers import Response as Answer

from services.chassis.web.access import anonymous
from services.chassis.web.problems import HTTP_SENTENCES, MEDIA_TYPE, OTHER_SENTENCE, problem_response
from services.chassis.web.reception import PAGE, PAGE_COOKIE
from services.contracts.public_pages import public_pages
from services.front_page import pages
from services.front_page.pages import OUTBOX, Demo, Reader

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

__all__ = ["OUTBOX", "Demo", "front_page", "to_the_door"]

FORM_BYTES = 4096
MUST_CHANGE = "password-must-be-changed"
NOT_THE_SAME = "两次输入的新密码不一致。 The new password was not typed the same twice."
SIGN_IN_FIRST = "请先登录，再打开短信页。 Sign in first to open the page of texts."

Inside = Callable[[str], httpx.Client]
"""A browser's address → a client on the house, which checks passwords and tokens."""


def front_page(services: Sequence[str], inside: Inside, demo: Demo | None = None) -> Flask:
    """The application at `/`; of a demo it tells where the accounts are and what its clock shows."""
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = app.config["MAX_FORM_MEMORY_SIZE"] = FORM_BYTES
    promised = public_pages()
    app.url_map.merge_slashes = False  # an address with two slashes is another address, not a redirection

    def page(status: int = 200, told: str = "", reader: Reader | None = None) -> Response:
        return Response(pages.front(services, told, reader, demo), status, mimetype=PAGE)

    @app.get("/")
    @anonymous
    def door() -> Response:
        told = SIGN_IN_FIRST if "texts" in request.args else ""
        return page(told=told, reader=_reader(inside))

    @app.get("/events")
    @anonymous
    def events() -> Response:
        return Response(pages.events(promised), mimetype=PAGE)

    @app.get("/events/<name>")
    @anonymous
    def event_page(name: str) -> Response:
        if name not in promised:
            raise NotFound
        return Response(promised[name], mimetype="application/json")

    @app.post("/sign-in")
    @anonymous
    def sign_in() -> Answer:
        login = request.form.get("login", "")
        answer = _asked(inside, "/identity/login", {"login": login, "password": request.form.get("password", "")})
        if answer.is_success:
            return _signed_in(answer.json())
        problem = answer.json()
        if problem.get("code") == MUST_CHANGE:
            return Response(pages.password(login, str(problem["detail"])), answer.status_code, mimetype=PAGE)
        return _refused(page(answer.status_code, str(problem.get("detail", ""))), answer)

    @app.post("/sign-out")
    @anonymous
    def sign_out() -> Answer:
        response = redirect("/", 303)
        response.delete_cookie(PAGE_COOKIE, path="/", httponly=True, samesite="Strict")
        return response

    @app.get("/password")
    @anonymous
    def password() -> Response:
        return Response(pages.password("", ""), mimetype=PAGE)

    @app.post("/password")
    @anonymous  # a one-time code gives no token; the house checks the old password
    def change_password() -> Answer:
        typed = {name: request.form.get(name, "") for name in ("login", "password", "new_password")}
        if typed["new_password"] != request.form.get("new_password_again", ""):
            return Response(pages.password(typed["login"], NOT_THE_SAME), 422, mimetype=PAGE)
        answer = _asked(inside, "/identity/password", typed)
        if answer.is_success:
            return _signed_in(answer.json())
        told = Response(pages.password(typed["login"], pages.sentences(answer.json())), answer.status_code, mimetype=PAGE)
        return _refused(told, answer)

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> Response:
        """A browser gets the page with a sentence, everybody else a problem, as from the services."""
        problem = problem_response(error)
        if not _prefers_a_page(request.accept_mimetypes):
            return problem
        zh, en = HTTP_SENTENCES.get(problem.status_code, OTHER_SENTENCE)
        answer = page(problem.status_code, f"{zh} {en}")
        answer.headers.extend({name: value for name, value in problem.headers.items() if name == "Allow"})
        return answer

    @app.after_request
    def harden(response: Response) -> Response:
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cache-Control"] = "no-store"  # it tells who is signed in
        response.headers["Content-Security-Policy"] = (
            "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'"
        )
        return response

    return app


def to_the_door(house: WSGIApplication) -> WSGIApplication:
    """The house, with one signpost: a browser that opens the page of texts without having signed in is sent to `/`."""

    def guided(environ: WSGIEnvironment, start_response: StartResponse) -> Any:
        if environ["PATH_INFO"] == OUTBOX and environ["REQUEST_METHOD"] == "GET" and _is_a_stranger(environ):
            return redirect("/?texts", 303)(environ, start_response)
        return house(environ, start_response)

    return guided


def _is_a_stranger(environ: Mapping[str, Any]) -> bool:
    """A browser without a token; a program gets the problem that says so."""
    if "HTTP_AUTHORIZATION" in environ or PAGE_COOKIE in parse_cookie(environ.get("HTTP_COOKIE", "")):
        return False
    return _prefers_a_page(parse_accept_header(environ.get("HTTP_ACCEPT", ""), MIMEAccept))


def _prefers_a_page(accepted: MIMEAccept) -> bool:
    return accepted.best_match((MEDIA_TYPE, PAGE)) == PAGE


def _asked(inside: Inside, path: str, body: Mapping[str, str]) -> httpx.Response:
    with inside(request.remote_addr or "") as client:
        return client.post(path, json=body, headers={"Accept-Language": "zh"})


def _signed_in(token: Mapping[str, Any]) -> Answer:
    response = redirect("/", 303)
    response.set_cookie(PAGE_COOKIE, token["token"], max_age=token["expires_in"], httponly=True, samesite="Strict", path="/")
    return response


def _refused(told: Response, answer: httpx.Response) -> Response:
    if "Retry-After" in answer.headers:
        told.headers["Retry-After"] = answer.headers["Retry-After"]
    return told


def _reader(inside: Inside) -> Reader | None:
    """Who is signed in with the cookie; nobody where the token is no longer good."""
    token = request.cookies.get(PAGE_COOKIE)
    if token is None:
        return None
    with inside(request.remote_addr or "") as client:
        answer = client.get("/identity/me", headers={"Authorization": f"Bearer {token}"})
    if not answer.is_success:
        return None
    me = answer.json()
    return Reader(me["name"], tuple(dict.fromkeys(each["role"] for each in me["appointments"] if each["until_on"] is None)))
