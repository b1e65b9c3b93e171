"""Calling the roll: lists by exceptions, corrections, what is missing today; and lists from a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import msgspec

from services.chassis.envelope import Context
from services.chassis.errors import FieldError, FormRejected, NotFound, Refusal
from services.chassis.service import Service
from services.chassis.turn import Turn
from services.chassis.web.access import allowed
from services.chassis.web.acting import Answered, act, expected_version, versioned
from services.chassis.web.frame import Blueprint, current_service
from services.chassis.web.paging import page
from services.contracts.codes import Session
from services.contracts.ids import ClassId, PupilId, SchoolId, term_code
from services.contracts.registry import Excuse
from services.registry import queries
from services.registry.adapters.roll_call_file import ListInFile, lists_in
from services.registry.api import roll_call_schemas
from services.registry.api.import_schemas import ImportFile
from services.registry.api.scope import CLASS_READERS, ROLL_CALLERS, acting_as, class_of_caller, masked_names
from services.registry.domain.absence import when
from services.registry.domain.calling import CorrectRollCall, TakeRollCall
from services.registry.domain.class_term import CLASS_TERM, class_term_id
from services.registry.domain.errors import RollCallNotTaken
from services.registry.domain.places import absence_note

ROLL_CALLS = Blueprint("roll-calls", __name__, description="点名 · roll calls")

RETURN_READERS = (*queries.COUNTY_ROLES, *ROLL_CALLERS)
"""Who sees which boarders have come back."""

ONE_DAY = timedelta(days=1)
LOOK_BACK = timedelta(days=366)
"""How far back school days are counted for a list that comes late: whatever day somebody writes, counting ends."""

ROW = "rows.{number}"


@ROLL_CALLS.route("/roll-calls", methods=["GET"])
@allowed(*CLASS_READERS)
@ROLL_CALLS.arguments(roll_call_schemas.RollCallsQuery, location="query")
@ROLL_CALLS.response(200, roll_call_schemas.RollCallsPage)
def roll_calls(query: Mapping[str, Any]) -> dict[str, Any]:
    """点名情况：已报、未报（未知）、待报 · What each class has sent, and which classes are silent."""
    service = current_service()
    day, session = query["day"] or service.today, query["session"]
    return page(
        service.engine,
        queries.roll_calls(acting_as(CLASS_READERS, session), day, session, query["status"]),
        keys=queries.CLASS_KEYS,
        asked=query,
        item=lambda row: _roll_call_item(row, day, session, service),
    )


def _roll_call_item(row: Mapping[str, Any], day: date, session: Session, service: Service) -> dict[str, Any]:
    calendars = service.turns.county.calendars
    held = calendars.is_return_day if session is Session.RETURN_DAY else calendars.is_school_day
    return {
        **row,
        "grade": queries.grade_on(row["cohort"], day),
        "day": day.isoformat(),
        "session": session,
        "expected": held(day, row["school_id"]) and session in row["sessions"],
        "absent": None if row["absent"] is None else len(row["absent"]),
        "excused": None if row["excused"] is None else len(row["excused"]),
    }


@ROLL_CALLS.route("/returns", methods=["GET"])
@allowed(*RETURN_READERS)
@ROLL_CALLS.arguments(roll_call_schemas.ReturnsQuery, location="query")
@ROLL_CALLS.response(200, roll_call_schemas.ReturnsPage)
def returns(query: Mapping[str, Any]) -> dict[str, Any]:
    """返校情况：应返校寄宿生，未报名单者为未知 · Who is expected back on a return day; unknown where no list has come."""
    service = current_service()
    day = query["day"] or service.today
    is_return_day = service.turns.county.calendars.is_return_day
    schools = [each for each in queries.schools_with_return_days(service.engine) if is_return_day(day, each)]
    found = queries.returns(acting_as(RETURN_READERS, Session.RETURN_DAY), day, schools, query["standing"])
    listed = page(service.engine, found, keys=queries.RETURN_KEYS, asked=query)
    names = masked_names(item["pupil_id"] for item in listed["items"])
    for item in listed["items"]:
        item["name"] = names.get(item["pupil_id"])
    return listed


@ROLL_CALLS.route("/roll-calls/<class_id>/<day>/<session>", methods=["GET"])
@allowed(*ROLL_CALLERS)
@ROLL_CALLS.response(200, roll_call_schemas.RollCallShown)
def roll_call(class_id: str, day: str, session: str) -> Any:
    """一次点名 · One list."""
    service = current_service()
    on, at = _place(day, session)
    class_of_caller(ROLL_CALLERS, class_id, at)
    row = queries.roll_call(service.engine, class_id, on, at)
    if row is None:
        raise RollCallNotTaken(day=day)
    names = masked_names((*row["absent"], *row["excused"]))
    shown = {
        **row,
        "absent": [{"pupil_id": pupil, "name": names.get(pupil)} for pupil in row["absent"]],
        "excused": [{"pupil_id": pupil, "name": names.get(pupil), "kind": kind} for pupil, kind in row["excused"].items()],
    }
    with service.turns.open() as turn:
        _, version = turn.state(CLASS_TERM, class_term_id(class_id, term_code(on)))
    return versioned(shown, version)


@ROLL_CALLS.route("/roll-calls", methods=["POST"])
@allowed(*ROLL_CALLERS)
@ROLL_CALLS.arguments(roll_call_schemas.RollCallForm)
@ROLL_CALLS.response(201, roll_call_schemas.RollCallAnswer)
def take(body: Mapping[str, Any]) -> Any:
    """登记点名：只报缺勤和请假；全勤即空名单 · Take a roll call: name who is away; nobody named means all present."""
    service = current_service()
    row = class_of_caller(ROLL_CALLERS, body["class_id"], body["session"])

    def taking(turn: Turn, context: Context) -> Answered:
        excused = _sealed(turn, body["day"], body["excused"])
        command = _command(service, row, body["day"], body["session"], tuple(body["absent"]), excused)
        turn.execute(command, context)
        return _answered(turn, body["class_id"], body["day"], body["session"])

    return act(taking, status=201)


@ROLL_CALLS.route("/roll-calls/<class_id>/<day>/<session>:correct", methods=["POST"])
@allowed(*ROLL_CALLERS)
@ROLL_CALLS.arguments(roll_call_schemas.CorrectionForm)
@ROLL_CALLS.response(200, roll_call_schemas.RollCallAnswer)
def correct(body: Mapping[str, Any], class_id: str, day: str, session: str) -> Any:
    """更正点名：只写有误的学生 · Correct a roll call: name only those about whom it was wrong."""
    service = current_service()
    on, at = _place(day, session)
    class_of_caller(ROLL_CALLERS, class_id, at)
    members = queries.members(service.engine, class_id, on)
    expected = expected_version(required=False)

    def correcting(turn: Turn, context: Context) -> Answered:
        command = CorrectRollCall(
            class_id=ClassId(class_id),
            day=on,
            session=at,
            members=members.all,
            boarders=members.boarders,
            present=tuple(body["present"]),
            absent=tuple(body["absent"]),
            excused=_sealed(turn, on, body["excused"]),
        )
        turn.execute(command, context, expected_version=expected)
        return _answered(turn, class_id, on, at)

    return act(correcting)


@ROLL_CALLS.route("/roll-calls:import", methods=["POST"])
@allowed(*ROLL_CALLERS)
@ROLL_CALLS.arguments(ImportFile, location="files")
@ROLL_CALLS.response(201, roll_call_schemas.RollCallFileAnswer)
def take_from_file(files: Mapping[str, Any]) -> Any:
    """上传点名表（日期、学校代码、年级、班号、场次、学籍号、情况）· Lists from a file; a bad row refuses the whole file."""
    with current_service().uploads.one():
        return _taken_from(files["file"].read())


def _taken_from(data: bytes) -> Any:
    service = current_service()
    lists, rows = lists_in(data, service.engine, service.keyring, service.today)
    known = [(each, _class_in_file(each)) for each in lists]

    def taking(turn: Turn, context: Context) -> dict[str, Any]:
        taken, refused = 0, []
        for each, row in known:
            command = _command(service, row, each.day, each.session, each.absent, each.excused)
            try:
                taken += len(turn.execute(command, context))
            except Refusal as refusal:
                refused.append(_at_row(each, refusal))
        if refused:
            raise FormRejected(*refused)
        return {"rows": rows, "roll_calls": len(lists), "taken": taken}

    return act(taking, status=201)


def _class_in_file(listed: ListInFile) -> Mapping[str, Any]:
    try:
        return class_of_caller(ROLL_CALLERS, listed.class_id, listed.session)
    except Refusal as refusal:
        raise FormRejected(_at_row(listed, refusal)) from None


def _at_row(listed: ListInFile, refusal: Refusal) -> FieldError:
    return FieldError(ROW.format(number=listed.row), refusal.sentence("zh"), refusal.sentence("en"))


# --- what the edge knows ----------------------------------------------------------------------------------------------


def _place(day: str, session: str) -> tuple[date, Session]:
    """The day and session that a path names; raises NotFound where they name none."""
    try:
        return msgspec.convert(day, date), Session(session)
    except (msgspec.ValidationError, ValueError):
        raise NotFound from None


def _command(
    service: Service,
    of_class: Mapping[str, Any],
    day: date,
    session: Session,
    absent: tuple[PupilId, ...],
    excused: tuple[Excuse, ...],
) -> TakeRollCall:
    """The list with the school's calendar and the class's pupils; who comes back may do so on any eve of a school day."""
    school_id: str = of_class["school_id"]
    calendars = service.turns.county.calendars
    eve = session is Session.RETURN_DAY and calendars.is_school_day(day + ONE_DAY, school_id)
    comes_back = session is Session.RETURN_DAY and calendars.is_return_day(day, school_id)
    members = queries.members(service.engine, of_class["class_id"], day)
    return TakeRollCall(
        class_id=of_class["class_id"],
        school_id=SchoolId(school_id),
        day=day,
        session=session,
        roll_is_called=eve or comes_back or calendars.is_school_day(day, school_id),
        late_by=calendars.school_days_after(max(day, service.today - LOOK_BACK), service.today, school_id),
        members=members.all,
        absent=absent,
        excused=excused,
        boarders=members.boarders,
        awaited=members.awaited,
        unregistered=members.unregistered,
    )


def _sealed(turn: Turn, day: date, excused: Sequence[Mapping[str, Any]]) -> tuple[Excuse, ...]:
    """The excuses, with what was written about each child sealed under its key."""
    return tuple(
        Excuse(
            each["pupil_id"],
            each["kind"],
            turn.seal(each["pupil_id"], absence_note(day), each["note"]),
        )
        for each in excused
    )


def _answered(turn: Turn, class_id: str, day: date, session: Session) -> Answered:
    state, version = turn.state(CLASS_TERM, class_term_id(class_id, term_code(day)))
    listed = state.lists.by_session[when(day, session)]
    body = {
        "class_id": class_id,
        "day": day.isoformat(),
        "session": session.value,
        "absent": len(listed.absent),
        "excused": len(listed.excused),
    }
    return Answered(body, etag=version)
