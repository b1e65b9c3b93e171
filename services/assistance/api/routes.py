"""The routes of assistance: applications and their steps, public notices, alarms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from uuid6 import uuid7

from services.assistance import queries
from services.assistance.api import schemas
from services.assistance.api.programme_routes import PROGRAMMES
from services.assistance.api.scope import (
    COUNTY_READERS,
    REVIEWERS,
    SCHOOL_ROLES,
    may_read_words,
    may_see,
    of_own_school,
    reader_schools,
    reviewing_role,
    school_role,
)
from services.assistance.domain.application import APPLICATION
from services.assistance.domain.applying import DraftApplication, SignApplication, WithdrawApplication
from services.assistance.domain.errors import NoSuchApplication, NoSuchProgramme, NoSuchPupil
from services.assistance.domain.judging import DecideInPanel, ReviewApplication
from services.assistance.domain.places import objection_answer, objection_text
from services.assistance.domain.policies import RefusalReason, WithdrawalReason, in_force, latest
from services.assistance.domain.public_notice import AnswerObjection, RaiseObjection
from services.assistance.projections import APPLICATION_ROWS, PROGRAMME_ROWS, PUPIL_ROWS, ApplicationRow, PupilRow
from services.assistance.reactions import held_programmes
from services.assistance.storage.tables import APPLICATIONS
from services.chassis.decider import COUNTY_TIME
from services.chassis.envelope import Context
from services.chassis.errors import NotPermitted
from services.chassis.turn import Turn
from services.chassis.web.access import allowed, signed_in
from services.chassis.web.acting import Answered, act, expected_version, versioned
from services.chassis.web.caller import current_caller
from services.chassis.web.forms import PageQuery
from services.chassis.web.frame import Blueprint, current_service
from services.chassis.web.paging import page
from services.contracts.assistance import ObjectionId, ProgrammeSet, application_id
from services.contracts.ids import ApplicationId, GuardianId, school_year

APPLYING = Blueprint("applications", __name__, description="资助申请、公示、审核 · applications, notices, review")

BLUEPRINTS = (PROGRAMMES, APPLYING)


# --- reading applications -------------------------------------------------------------------------------------------


@APPLYING.route("/applications", methods=["GET"])
@allowed(*SCHOOL_ROLES, *COUNTY_READERS)
@APPLYING.arguments(schemas.ApplicationsQuery, location="query")
@APPLYING.response(200, schemas.ApplicationsPage)
def applications(query: dict[str, Any]) -> dict[str, Any]:
    """资助申请列表 · The applications that the caller may see, newest first."""
    select = queries.applications(reader_schools(current_caller()), query)
    keys = (APPLICATIONS.c.drafted_on, APPLICATIONS.c.application_id)
    return page(current_service().engine, select, keys=keys, asked=query, descending=True)


@APPLYING.route("/applications/<own_id>", methods=["GET"])
@allowed(*SCHOOL_ROLES, *COUNTY_READERS)
@APPLYING.response(200, schemas.ApplicationDetail)
def application(own_id: str) -> Any:
    """一份申请及其异议 · One application with the objections to it."""
    service, caller = current_service(), current_caller()
    row = queries.application(service.engine, own_id, reader_schools(caller))
    if row is None:
        raise NoSuchApplication
    readable = may_read_words(caller, row.school_id)

    def words(sealed: Any, place: str) -> str | None:
        return service.keyring.read(sealed, place) if readable else None

    shown = [
        {
            **msgspec.structs.asdict(each),
            "text": words(each.text, objection_text(row.application_id, each.objection_id)),
            "answer": words(each.answer, objection_answer(row.application_id, each.objection_id)),
        }
        for each in queries.objections(service.engine, own_id)
    ]
    return versioned({**msgspec.structs.asdict(row), "objections": shown}, row.version)


# --- acting ---------------------------------------------------------------------------------------------------------

Step = Callable[[Turn, Context, ApplicationRow, int | None], Mapping[str, Any]]


def step(own_id: str, do: Step) -> Any:
    """One step of an application: the row is read in the turn, the answer carries its new version."""
    expected = expected_version(required=False)

    def acting(turn: Turn, context: Context) -> Answered:
        row: ApplicationRow | None = turn.row(APPLICATION_ROWS, own_id)
        if row is None:
            raise NoSuchApplication
        added = do(turn, context, row, expected)
        state, version = turn.state(APPLICATION, own_id)
        return Answered({"application_id": own_id, "status": state.status, **added}, etag=version)

    return act(acting)


@APPLYING.route("/applications", methods=["POST"])
@allowed(*SCHOOL_ROLES)
@APPLYING.arguments(schemas.DraftForm)
@APPLYING.response(201, schemas.ApplicationIdAnswer)
def draft(body: dict[str, Any]) -> Any:
    """学校代拟申请 · The school drafts an application by hand."""
    caller = current_caller()

    def drafting(turn: Turn, context: Context) -> Answered:
        pupil: PupilRow | None = turn.row(PUPIL_ROWS, body["pupil_id"])
        if pupil is None or pupil.school_id not in caller.school_ids(*SCHOOL_ROLES):
            raise NoSuchPupil(field="pupil_id")
        today = turn.now.astimezone(COUNTY_TIME).date()
        year = school_year(today)
        settings: list[ProgrammeSet] = turn.rows(PROGRAMME_ROWS)
        programme = applied_for(settings, body["programme_code"], turn)
        own_id = application_id(pupil.pupil_id, programme.programme_id, year)
        command = DraftApplication(
            application_id=own_id,
            pupil=pupil.facts(),
            programme=programme,
            year=year,
            on=today,
            held=held_programmes(turn, pupil.pupil_id, year, settings),
            episode_id=pupil.episode_id,
        )
        turn.execute(command, context)
        state, version = turn.state(APPLICATION, own_id)
        return Answered({"application_id": own_id, "status": state.status}, etag=version)

    return act(drafting, status=201)


def applied_for(settings: list[ProgrammeSet], code: str, turn: Turn) -> ProgrammeSet:
    """The programme's terms of today, else those begun or beginning last; raises NoSuchProgramme."""
    today = turn.now.astimezone(COUNTY_TIME).date()
    for programme in (*in_force(settings, today), *latest(settings)):
        if programme.code == code:
            return programme
    raise NoSuchProgramme(field="programme_code", code=code)


@APPLYING.route("/applications/<own_id>:sign", methods=["POST"])
@allowed(*SCHOOL_ROLES)
@APPLYING.arguments(schemas.SignForm)
@APPLYING.response(200, schemas.ApplicationIdAnswer)
def sign(body: dict[str, Any], own_id: str) -> Any:
    """登记监护人签字 · Record the guardian's application and signature."""
    caller = current_caller()

    def signing(turn: Turn, context: Context, row: ApplicationRow, expected: int | None) -> Mapping[str, Any]:
        of_own_school(caller, row)
        pupil: PupilRow | None = turn.row(PUPIL_ROWS, row.pupil_id)
        command = SignApplication(
            application_id=row.application_id,
            guardian_id=GuardianId(body["guardian_id"]),
            signed_on=body["signed_on"],
            hardship_recognised_on=body["hardship_recognised_on"],
            guardians=() if pupil is None else pupil.guardian_ids,
        )
        turn.execute(command, context, expected_version=expected)
        return {}

    return step(own_id, signing)


@APPLYING.route("/applications/<own_id>:panel", methods=["POST"])
@allowed(*SCHOOL_ROLES)
@APPLYING.arguments(schemas.PanelForm)
@APPLYING.response(200, schemas.ApplicationIdAnswer)
def panel(body: dict[str, Any], own_id: str) -> Any:
    """学校评审 · The school's panel recommends (the notice is posted the same day) or refuses."""
    caller = current_caller()

    def deciding(turn: Turn, context: Context, row: ApplicationRow, expected: int | None) -> Mapping[str, Any]:
        of_own_school(caller, row)
        command = DecideInPanel(
            application_id=row.application_id,
            recommended=body["recommended"],
            role=school_role(caller, row),
            reason=body["reason"],
        )
        turn.execute(command, context, expected_version=expected)
        return {}

    return step(own_id, deciding)


@APPLYING.route("/applications/<own_id>:object", methods=["POST"])
@signed_in
@APPLYING.arguments(schemas.ObjectForm)
@APPLYING.response(200, schemas.ObjectionIdAnswer)
def object_(body: dict[str, Any], own_id: str) -> Any:
    """登记公示异议 · Any officer records an objection received while the notice hangs."""
    if current_caller().is_service:
        raise NotPermitted

    def objecting(turn: Turn, context: Context, row: ApplicationRow, expected: int | None) -> Mapping[str, Any]:
        objection_id = ObjectionId(str(uuid7()))
        command = RaiseObjection(
            application_id=row.application_id,
            objection_id=objection_id,
            text=turn.seal(row.pupil_id, objection_text(row.application_id, objection_id), body["text"]),
        )
        turn.execute(command, context, expected_version=expected)
        return {"objection_id": objection_id}

    return step(own_id, objecting)


@APPLYING.route("/applications/<own_id>:answer-objection", methods=["POST"])
@allowed(*SCHOOL_ROLES, *REVIEWERS)
@APPLYING.arguments(schemas.AnswerObjectionForm)
@APPLYING.response(200, schemas.ObjectionIdAnswer)
def answer_objection(body: dict[str, Any], own_id: str) -> Any:
    """答复异议 · Record what the examination of an objection came to."""
    caller = current_caller()

    def answering(turn: Turn, context: Context, row: ApplicationRow, expected: int | None) -> Mapping[str, Any]:
        if not caller.county_wide(*REVIEWERS):
            of_own_school(caller, row)
        place = objection_answer(row.application_id, ObjectionId(body["objection_id"]))
        command = AnswerObjection(
            application_id=row.application_id,
            objection_id=ObjectionId(body["objection_id"]),
            upheld=body["upheld"],
            answer=turn.seal(row.pupil_id, place, body["answer"]),
        )
        turn.execute(command, context, expected_version=expected)
        return {"objection_id": body["objection_id"]}

    return step(own_id, answering)


@APPLYING.route("/applications/<own_id>:decide", methods=["POST"])
@allowed(*REVIEWERS)
@APPLYING.arguments(schemas.DecideForm)
@APPLYING.response(200, schemas.ApplicationIdAnswer)
def decide(body: dict[str, Any], own_id: str) -> Any:
    """教育局审核 · The bureau grants or refuses."""
    role = reviewing_role(current_caller())

    def reviewing(turn: Turn, context: Context, row: ApplicationRow, expected: int | None) -> Mapping[str, Any]:
        pupil: PupilRow | None = turn.row(PUPIL_ROWS, row.pupil_id)
        if pupil is None:
            raise NoSuchPupil
        settings: list[ProgrammeSet] = turn.rows(PROGRAMME_ROWS)
        held = held_programmes(turn, row.pupil_id, row.school_year, settings)
        command = ReviewApplication(
            application_id=ApplicationId(own_id),
            granted=body["granted"],
            role=role,
            pupil=pupil.facts(),
            programme=applied_for(settings, row.programme_code, turn),
            held=tuple(programme for programme in held if programme.code != row.programme_code),
            reason=None if body["reason"] is None else RefusalReason(body["reason"]),
        )
        turn.execute(command, context, expected_version=expected)
        return {}

    return step(own_id, reviewing)


@APPLYING.route("/applications/<own_id>:withdraw", methods=["POST"])
@allowed(*SCHOOL_ROLES, *REVIEWERS)
@APPLYING.arguments(schemas.WithdrawForm)
@APPLYING.response(200, schemas.ApplicationIdAnswer)
def withdraw(body: dict[str, Any], own_id: str) -> Any:
    """撤回申请 · End an application before it is decided."""
    caller = current_caller()

    def withdrawing(turn: Turn, context: Context, row: ApplicationRow, expected: int | None) -> Mapping[str, Any]:
        if not caller.county_wide(*REVIEWERS):
            of_own_school(caller, row)
        command = WithdrawApplication(application_id=row.application_id, reason=WithdrawalReason(body["reason"]))
        turn.execute(command, context, expected_version=expected)
        return {}

    return step(own_id, withdrawing)


# --- notices and alarms ---------------------------------------------------------------------------------------------


@APPLYING.route("/notices", methods=["GET"])
@signed_in
@APPLYING.arguments(schemas.NoticesQuery, location="query")
@APPLYING.response(200, schemas.NoticesPage)
def notices(query: dict[str, Any]) -> dict[str, Any]:
    """正在公示的申请 · What is on public notice now; the child's id for those only who may see the application."""
    service, caller = current_service(), current_caller()
    by_code, county = queries.programme_by_code(service.engine), service.turns.county

    def shown(stored: Mapping[str, Any]) -> dict[str, Any]:
        row = APPLICATION_ROWS.read_form(stored)
        notice = queries.notice(row, by_code.get(row.programme_code), county)
        return notice if may_see(caller, row.school_id) else {**notice, "pupil_id": None}

    keys = (APPLICATIONS.c.posted_on, APPLICATIONS.c.application_id)
    return page(service.engine, queries.hanging(query["school_id"]), keys=keys, asked=query, item=shown)


@APPLYING.route("/alarms", methods=["GET"])
@allowed(*SCHOOL_ROLES, *COUNTY_READERS)
@APPLYING.arguments(PageQuery, location="query")
@APPLYING.response(200, schemas.AlarmsPage)
def alarms(query: dict[str, Any]) -> dict[str, Any]:
    """预警：公示已满、审核超期 · Notices that have ended and are not decided within the term."""

    def shown(stored: Mapping[str, Any]) -> dict[str, Any]:
        named = {name: stored[name] for name in ("application_id", "pupil_id", "school_id", "ended_on")}
        return {"kind": "review_overdue", **named, "since": stored["overdue_on"]}

    keys = (APPLICATIONS.c.ended_on, APPLICATIONS.c.application_id)
    select = queries.overdue_reviews(reader_schools(current_caller()))
    return page(current_service().engine, select, keys=keys, asked=query, item=shown)
