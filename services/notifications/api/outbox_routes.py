"""The outbox page: what parents read, made again for the caller's eyes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as Answer

from services.chassis.reactions import NotReached
from services.chassis.web.access import allowed
from services.chassis.web.caller import ON_BEHALF_OF, current_caller
from services.chassis.web.forms import PageQuery
from services.chassis.web.frame import Blueprint, current, current_service
from services.chassis.web.language import current_language
from services.chassis.web.paging import page
from services.chassis.web.reception import PAGE_COOKIE, refuse
from services.chassis.web.refusals import NotSignedIn
from services.notifications import queries
from services.notifications.adapters.people import RegistryRefused
from services.notifications.adapters.reader import Reader
from services.notifications.api import schemas
from services.notifications.api.scope import READERS, scope_of
from services.notifications.api.words import county_time, relations, words
from services.notifications.storage.tables import OUTBOX_MESSAGES

OUTBOX = Blueprint("outbox", __name__, template_folder="pages", description="本机发件箱 · the outbox of this machine")

HTML, JSON = "text/html", "application/json"
DOOR = "/?texts"
"""Where a browser signs in, and is told that it is for this page."""

EITHER_FORM = "JSON, or a page where the request prefers HTML"
PAGE_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""The page is one file with its style in it, and runs nothing."""

NEWEST = (OUTBOX_MESSAGES.c.taken_at, OUTBOX_MESSAGES.c.message_id)


@OUTBOX.route("/outbox", methods=["GET"])
@allowed(*READERS)
@OUTBOX.arguments(PageQuery, location="query")
@OUTBOX.response(200, schemas.OutboxPage, description=EITHER_FORM)
@OUTBOX.alt_response(200, schema={"type": "string"}, content_type=HTML, description=EITHER_FORM, success=True)
@OUTBOX.alt_response(303, description="a browser that has not signed in is sent to sign in; whoever prefers JSON gets the 401")
def outbox(query: dict[str, Any]) -> Any:
    """家长会收到的短信 · What a parent would read, newest first, with the names that the caller may see."""
    select = queries.outbox(scope_of(current_caller(), READERS))
    shown = page(current_service().engine, select, keys=NEWEST, asked=query, item=_to_whom, descending=True)
    shown["names_shown"] = _add_texts(shown["items"])
    return _page(shown, query["limit"]) if _prefers_a_page() else shown


def _to_the_door(error: NotSignedIn) -> Answer:
    """A browser without a token, or with a worn-out one in its cookie, is sent to sign in; a program gets the problem."""
    brings_a_token = "Authorization" in request.headers and PAGE_COOKIE not in request.cookies
    return redirect(DOOR, 303) if _prefers_a_page() and not brings_a_token else refuse(error)


OUTBOX.register_error_handler(NotSignedIn, _to_the_door)


def _prefers_a_page() -> bool:
    return request.accept_mimetypes.best_match((JSON, HTML), default=JSON) == HTML


def _to_whom(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row with what the guardian is to the child: names and numbers are known to the vault only."""
    guardians = {each["guardian_id"]: each["relation"] for each in row["guardians"] or ()}
    return {**row, "relation": guardians.get(row["guardian_id"])}


def _add_texts(items: list[dict[str, Any]]) -> bool:
    """Give each item its text; answers whether the registry gave names to whom it was asked for."""
    reader = current(Reader)
    try:
        texts, names_shown = reader.texts(items, _asked_by()), True
    except (NotReached, RegistryRefused):
        texts, names_shown = reader.texts(items, None), False
    for item, text in zip(items, texts, strict=True):
        item["text"] = text
    return names_shown


def _asked_by() -> dict[str, str]:
    """The headers that name the caller, a substitute with for whom they ask."""
    return {name: request.headers[name] for name in ("Authorization", ON_BEHALF_OF) if name in request.headers}


def _page(shown: dict[str, Any], limit: int) -> Response:
    language = current_language()
    html = render_template(
        "outbox.html",
        page=shown,
        words=words(language),
        relations=relations(language),
        language=language,
        county_time=county_time,
        limit=limit,
    )
    response = make_response(html)
    response.headers["Content-Security-Policy"] = PAGE_POLICY
    response.headers["Vary"] = "Accept, Accept-Language"
    return response
