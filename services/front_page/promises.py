"""The pages under `/events`: what departments' systems are promised (`contracts.public_pages`)."""

from __future__ import annotations

from flask import Blueprint, Response
from werkzeug.exceptions import NotFound

from services.chassis.web.access import anonymous
from services.chassis.web.reception import PAGE
from services.contracts.public_pages import public_pages
from services.front_page import pages


def promises() -> Blueprint:
    """Their list, and each of them."""
    promised = public_pages()
    routes = Blueprint("promises", __name__)

    @routes.get("/events")
    @anonymous
    def events() -> Response:
        return Response(pages.events(promised), mimetype=PAGE)

    @routes.get("/events/<name>")
    @anonymous
    def event_page(name: str) -> Response:
        if name not in promised:
            raise NotFound
        return Response(promised[name], mimetype="application/json")

    return routes
