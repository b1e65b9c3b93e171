"""A door for browsers: who is there, sign in, sign out, a new password. The house inside checks what is typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx
from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as Answer

from services.chassis.web.access import anonymous
from services.chassis.web.language import current_language
from services.chassis.web.reception import PAGE, PAGE_COOKIE
from services.front_page import pages
from services.front_page.pages import Demo, Reader

MUST_CHANGE = "password-must-be-changed"
NOT_THE_SAME = "两次输入的新密码不一致。 The new password was not typed the same twice."
SIGN_IN_FIRST = "请先登录，再打开短信页。 Sign in first to open the page of texts."

Inside = Callable[[str], httpx.Client]
"""A browser's address → a client on the house, which checks passwords and tokens."""


@dataclass(frozen=True)
class Door:
    """What it shows: the services, and of a demo where the accounts are and what its clock shows."""

    services: Sequence[str]
    inside: Inside
    demo: Demo | None

    def routes(self) -> Blueprint:
        """Its views, by address."""
        routes = Blueprint("door", __name__)
        routes.get("/")(self.front)
        routes.post("/sign-in")(self.sign_in)
        routes.post("/sign-out")(self.sign_out)
        routes.get("/password")(self.password)
        routes.post("/password")(self.change_password)
        return routes

    def page(self, status: int = 200, told: str = "", reader: Reader | None = None) -> Response:
        """The page at `/`, with a sentence about what was just tried."""
        return Response(pages.front(self.services, told, reader, self.demo), status, mimetype=PAGE)

    @anonymous
    def front(self) -> Response:
        """The page, for whoever is there."""
        return self.page(told=SIGN_IN_FIRST if "texts" in request.args else "", reader=self._reader())

    @anonymous
    def sign_in(self) -> Answer:
        """A login and a password become a token in the cookie."""
        login = request.form.get("login", "")
        answer = self._asked("/identity/login", {"login": login, "password": request.form.get("password", "")})
        if answer.is_success:
            return _signed_in(answer.json())
        problem = answer.json()
        if problem.get("code") == MUST_CHANGE:
            return Response(pages.password(login, str(problem["detail"])), answer.status_code, mimetype=PAGE)
        return _refused(self.page(answer.status_code, str(problem.get("detail", ""))), answer)

    @anonymous
    def sign_out(self) -> Answer:
        """The cookie goes."""
        response = redirect("/", 303)
        response.delete_cookie(PAGE_COOKIE, path="/", httponly=True, samesite="Strict")
        return response

    @anonymous
    def password(self) -> Response:
        """The form for a new password."""
        return Response(pages.password("", ""), mimetype=PAGE)

    @anonymous  # a one-time code gives no token; the house checks the old password
    def change_password(self) -> Answer:
        """A new password in the place of an old one, or of a one-time code; who has set it is signed in."""
        typed = {name: request.form.get(name, "") for name in ("login", "password", "new_password")}
        if typed["new_password"] != request.form.get("new_password_again", ""):
            return Response(pages.password(typed["login"], NOT_THE_SAME), 422, mimetype=PAGE)
        answer = self._asked("/identity/password", typed)
        if answer.is_success:
            return _signed_in(answer.json())
        told = Response(pages.password(typed["login"], pages.sentences(answer.json())), answer.status_code, mimetype=PAGE)
        return _refused(told, answer)

    def _asked(self, path: str, body: Mapping[str, str]) -> httpx.Response:
        with self.inside(request.remote_addr or "") as client:
            return client.post(path, json=body, headers={"Accept-Language": current_language()})

    def _reader(self) -> Reader | None:
        """Who is signed in with the cookie; nobody where the token is no longer good."""
        token = request.cookies.get(PAGE_COOKIE)
        if token is None or not (token.isascii() and token.isprintable()):  # none of ours, and no header could hold it
            return None
        with self.inside(request.remote_addr or "") as client:
            answer = client.get("/identity/me", headers={"Authorization": f"Bearer {token}"})
        if not answer.is_success:
            return None
        me = answer.json()
        return Reader(me["name"], tuple(me["roles"]))


def _signed_in(token: Mapping[str, Any]) -> Answer:
    response = redirect("/", 303)
    response.set_cookie(PAGE_COOKIE, token["token"], max_age=token["expires_in"], httponly=True, samesite="Strict", path="/")
    return response


def _refused(told: Response, answer: httpx.Response) -> Response:
    if "Retry-After" in answer.headers:
        told.headers["Retry-After"] = answer.headers["Retry-After"]
    return told
