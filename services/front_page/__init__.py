"""The page at `/`: where the services' documentation is, and a door for browsers.

A browser signs in here and gets its token in a cookie that only opens pages (`chassis.web.reception`); the API wants a header.
"""

from __future__ import annotations

from collections.abc import Sequence

from flask import Flask, Response, request
from werkzeug.datastructures import MIMEAccept
from werkzeug.exceptions import HTTPException

from services.chassis.web.problems import HTTP_SENTENCES, MEDIA_TYPE, OTHER_SENTENCE, problem_response
from services.chassis.web.reception import PAGE
from services.front_page.door import Door, Inside
from services.front_page.offers import OUTBOX
from services.front_page.pages import Demo
from services.front_page.promises import promises

__all__ = ["OUTBOX", "Demo", "front_page"]

FORM_BYTES = 4096


def front_page(services: Sequence[str], inside: Inside, demo: Demo | None = None) -> Flask:
    """The application at `/`; of a demo it tells where the accounts are and what its clock shows."""
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = app.config["MAX_FORM_MEMORY_SIZE"] = FORM_BYTES
    app.url_map.merge_slashes = False  # an address with two slashes is another address, not a redirection
    door = Door(services, inside, demo)
    app.register_blueprint(door.routes())
    app.register_blueprint(promises())
    app.after_request(_harden)

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> Response:
        """A browser gets the page with a sentence, everybody else a problem, as from the services."""
        problem = problem_response(error)
        if not _prefers_a_page(request.accept_mimetypes):
            return problem
        zh, en = HTTP_SENTENCES.get(problem.status_code, OTHER_SENTENCE)
        answer = door.page(problem.status_code, f"{zh} {en}")
        answer.headers.extend({name: value for name, value in problem.headers.items() if name == "Allow"})
        return answer

    return app


def _harden(response: Response) -> Response:
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"  # it tells who is signed in
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'"
    )
    return response


def _prefers_a_page(accepted: MIMEAccept) -> bool:
    return accepted.best_match((MEDIA_TYPE, PAGE)) == PAGE
