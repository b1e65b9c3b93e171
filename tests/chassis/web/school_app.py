"""The toy's roll behind the web frame: every kind of route once, so that the frame's promises can be asked over HTTP."""

from __future__ import annotations

import threading
from typing import Any

import sqlalchemy as sa
from flask import Response
from flask_smorest.fields import Upload
from marshmallow import fields

from services.chassis.envelope import Context
from services.chassis.errors import NotPermitted, VersionConflict
from services.chassis.turn import Turn
from services.chassis.web.access import allowed, anonymous, signed_in
from services.chassis.web.acting import Answered, act, expected_version, needs_version, repeatable, versioned
from services.chassis.web.caller import current_caller
from services.chassis.web.forms import Day, Form, Identifier, ListOf, PageQuery, PhoneNumber, Text
from services.chassis.web.frame import Blueprint, current, current_service
from services.chassis.web.paging import page
from tests.chassis.toy_roll import PUPIL, PUPIL_ROWS, PUPILS, EndAbsence, EnrolPupil, NoSuchPupil, NoticeAbsence

CANARY = "欧阳雪见·13912345678"
"""What a broken route's exception says about a child."""

ROLL = Blueprint("roll", __name__, url_prefix="/")


class Gate:
    """Where a request waits until the test lets it go on."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self.open = threading.Event()


class Guardian(Form):
    phone = PhoneNumber(required=True)


class EnrolForm(Form):
    pupil_id = Identifier(required=True)
    school_id = Identifier(load_default="school-1")
    note = Text(longest=200, lines=True)
    number = fields.Integer()
    guardians = ListOf(fields.Nested(Guardian), most=3)


class AbsenceForm(Form):
    day = Day(required=True)


class RollQuery(PageQuery):
    school_id = Identifier()


class UploadForm(Form):
    file = Upload(required=True)


class UploadWords(Form):
    kind = Text(10, required=True)


@ROLL.route("/pupils", methods=["POST"])
@allowed("principal", services=("care",))
@ROLL.arguments(EnrolForm)
@ROLL.response(201)
def enrol(body: dict[str, Any]) -> Response:
    """Enrol a pupil."""

    def enrolling(turn: Turn, context: Context) -> Answered:
        events = turn.execute(EnrolPupil(pupil_id=body["pupil_id"], school_id=body["school_id"]), context)
        return Answered({"pupil_id": body["pupil_id"], "new": bool(events)}, etag=turn.state(PUPIL, body["pupil_id"])[1])

    return act(enrolling, status=201)


@ROLL.route("/pupils/<pupil_id>:miss", methods=["POST"])
@allowed("homeroom_teacher", "principal")
@ROLL.arguments(AbsenceForm)
@ROLL.response(201)
def miss(body: dict[str, Any], pupil_id: str) -> Response:
    """Notice an absence."""

    def noticing(turn: Turn, context: Context) -> dict[str, Any]:
        turn.execute(NoticeAbsence(pupil_id=pupil_id, day=body["day"]), context)
        return {"pupil_id": pupil_id}

    return act(noticing, status=201)


@ROLL.route("/pupils/<pupil_id>:back", methods=["POST"])
@allowed("principal")
@needs_version
@ROLL.response(200)
def back(pupil_id: str) -> Response:
    """End an absence; two people may do so at once."""
    version = expected_version()

    def ending(turn: Turn, context: Context) -> Answered:
        turn.execute(EndAbsence(pupil_id=pupil_id), context, expected_version=version)
        return Answered({"pupil_id": pupil_id}, etag=turn.state(PUPIL, pupil_id)[1])

    return act(ending)


@ROLL.route("/pupils", methods=["GET"])
@signed_in
@ROLL.arguments(RollQuery, location="query")
@ROLL.response(200)
def pupils(query: dict[str, Any]) -> dict[str, Any]:
    """The roll."""
    select = sa.select(PUPILS.c.pupil_id, PUPILS.c.stage, PUPILS.c.school_id)
    if "school_id" in query:
        select = select.where(PUPILS.c.school_id == query["school_id"])
    return page(current_service().engine, select, keys=(PUPILS.c.school_id, PUPILS.c.pupil_id), asked=query)


@ROLL.route("/pupils/<pupil_id>", methods=["GET"])
@signed_in
@ROLL.response(200)
def pupil(pupil_id: str) -> Any:
    """One pupil."""
    with current_service().turns.open() as turn:
        row = turn.row(PUPIL_ROWS, pupil_id)
        if row is None:
            raise NoSuchPupil
        return versioned({"pupil_id": row.pupil_id, "stage": row.stage}, turn.state(PUPIL, pupil_id)[1])


@ROLL.route("/pupils:find", methods=["POST"])
@signed_in
@repeatable
@ROLL.arguments(EnrolForm)
@ROLL.response(200)
def find(body: dict[str, Any]) -> dict[str, Any]:
    """A look-up with a body."""
    return {"found": body["pupil_id"]}


@ROLL.route("/files", methods=["POST"])
@signed_in
@ROLL.arguments(UploadForm, location="files")
@ROLL.arguments(UploadWords, location="form")
@ROLL.response(201)
def upload(files: dict[str, Any], words: dict[str, Any]) -> Response:
    """Take a file."""
    size = len(files["file"].read())
    return act(lambda _turn, _context: {"bytes": size, "kind": words["kind"]}, status=201)


@ROLL.route("/seats/<int:number>", methods=["GET"])
@signed_in
@ROLL.response(200)
def seat(number: int) -> dict[str, int]:
    """A numbered thing."""
    return {"number": number}


@ROLL.route("/notice", methods=["GET"])
@anonymous  # shows no data
@ROLL.response(200, content_type="text/html")
def notice() -> Response:
    """A page for people."""
    return Response("<p>通知</p>", mimetype="text/html")


@ROLL.route("/me", methods=["GET"])
@signed_in
@ROLL.response(200)
def me() -> dict[str, Any]:
    """Who calls."""
    caller = current_caller()
    return {"officer_id": caller.officer_id, "schools": caller.school_ids(), "traceparent": caller.context().traceparent}


@ROLL.route("/broken", methods=["POST"])
@signed_in
@ROLL.response(200)
def broken() -> Response:
    """A bug whose exception holds data."""
    return act(_break)


def _break(_turn: Turn, _context: Context) -> dict[str, Any]:
    raise KeyError(CANARY)


@ROLL.route("/gone", methods=["POST"])
@signed_in
@ROLL.response(200)
def gone() -> Response:
    """What the act would be about is not there."""
    raise NoSuchPupil


@ROLL.route("/not-yours", methods=["POST"])
@signed_in
@ROLL.response(200)
def not_yours() -> Response:
    """What the act would be about is another's."""
    raise NotPermitted


@ROLL.route("/conflict", methods=["POST"])
@signed_in
@ROLL.response(200)
def conflict() -> Response:
    """Another writer is always first."""

    def losing(_turn: Turn, _context: Context) -> dict[str, Any]:
        raise VersionConflict("lost")

    return act(losing)


@ROLL.route("/slow", methods=["POST"])
@signed_in
@ROLL.response(200)
def slow() -> Response:
    """A request that is at work until the gate opens."""
    gate = current(Gate)
    gate.reached.set()
    assert gate.open.wait(10)
    return act(lambda _turn, _context: {"done": True})


FORGOTTEN = Blueprint("forgotten", __name__, url_prefix="/")


@FORGOTTEN.route("/forgotten", methods=["GET"])
@FORGOTTEN.response(200)
def forgotten() -> dict[str, Any]:
    """A route whose author forgot to say who may call it."""
    return {}
