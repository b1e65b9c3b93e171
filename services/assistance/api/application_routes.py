"""Applications over HTTP: lists, one of them, its steps from draft to decision, and reviews that take too long."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from services.assistance import queries
from services.assistance.api import schemas
from services.assistance.api.acting import act_on_application
from services.assistance.api.pages import application_detail, review_alarm
from services.assistance.api.scope import (
    COUNTY_READERS,
    REVIEWERS,
    SCHOOL_ROLES,
    for_school,
    for_school_or_county,
    may_read_words,
    of_own_school,
    of_own_school_or_county,
    reader_schools,
    reviewing_role,
    role_at,
    school_role,
)
from services.assistance.domain.application import APPLICATION
from services.assistance.domain.applying import DraftApplication, SignApplication, WithdrawalReason, WithdrawApplication
from services.assistance.domain.errors import NoSuchApplication, NoSuchPupil
from services.assistance.domain.judging import DecideInPanel, ReviewApplication
from services.assistance.domain.places import panel_minutes
from services.assistance.reactions import held_programmes
from services.assistance.storage.rows import ApplicationRow
from services.assistance.storage.tables import APPLICATIONS
from services.chassis.envelope import Context
from services.chassis.turn import Turn
from services.chassis.web.access import allowed
from services.chassis.web.acting import Answered, act, versioned
from services.chassis.web.caller import current_caller
from services.chassis.web.forms import PageQuery
from services.chassis.web.frame import Blueprint, current_service
from services.chassis.web.paging import page
from services.contracts.assistance import application_id
from services.contracts.ids import GuardianId, OfficerId, school_year

APPLYING = Blueprint("applications", __name__, description="资助申请、评审、审核 · applications, panel, review")


# --- reading --------------------------------------------------------------------------------------------------------


@APPLYING.route("/applications", methods=["GET"])
@allowed(*SCHOOL_ROLES, *COUNTY_READERS)
@APPLYING.arguments(schemas.ApplicationsQuery, location="query")
@APPLYING.response(200, schemas.ApplicationsPage)
def applications(query: dict[str, Any]) -> dict[str, Any]:
    """资助申请列表 · The applications that the caller may see, newest first."""
    select = queries.applications(reader_schools(current_service().engine, current_caller()), query)
    keys = (APPLICATIONS.c.drafted_on, APPLICATIONS.c.application_id)
    return page(current_service().engine, select, keys=keys, asked=query, descending=True)


@APPLYING.route("/applications/<own_id>", methods=["GET"])
@allowed(*SCHOOL_ROLES, *COUNTY_READERS)
@APPLYING.response(200, schemas.ApplicationDetail)
def application(own_id: str) -> Any:
    """一份申请及其异议 · One application with the objections to it."""
    service, caller = current_service(), current_caller()
    row = queries.application(service.engine, own_id, reader_schools(service.engine, caller))
    if row is None:
        raise NoSuchApplication
    return versioned(application_detail(service, row, readable=may_read_words(service.engine, caller, row.school_id)), row.version)


@APPLYING.route("/alarms", methods=["GET"])
@allowed(*SCHOOL_ROLES, *COUNTY_READERS)
@APPLYING.arguments(PageQuery, location="query")
@APPLYING.response(200, schemas.AlarmsPage)
def alarms(query: dict[str, Any]) -> dict[str, Any]:
    """预警：公示已满、审核超期 · Notices that have ended and are not decided within the term."""
    keys = (APPLICATIONS.c.ended_on, APPLICATIONS.c.application_id)
    select = queries.overdue_reviews(reader_schools(current_service().engine, current_caller()))
    return page(current_service().engine, select, keys=keys, asked=query, item=review_alarm)


# --- acting ---------------------------------------------------------------------------------------------------------


@APPLYING.route("/applications", methods=["POST"])
@allowed(*SCHOOL_ROLES)
@APPLYING.arguments(schemas.DraftForm)
@APPLYING.response(201, schemas.ApplicationIdAnswer)
def draft(body: dict[str, Any]) -> Any:
    """学校代拟申请 · The school drafts an application by hand."""
    caller = current_caller()

    def drafting(turn: Turn, context: Context) -> Answered:
        pupil = queries.pupil_of(turn, body["pupil_id"])
        if pupil is None or role_at(caller, pupil.school_id, queries.central_school(turn, pupil.school_id)) is None:
            raise NoSuchPupil(field="pupil_id")
        context = replace(context, on_behalf_of=for_school(turn, caller, pupil.school_id))
        year = school_year(turn.today)
        programme = queries.applied_for(turn, body["programme_code"], turn.today)
        own_id = application_id(pupil.pupil_id, programme.programme_id, year)
        command = DraftApplication(
            application_id=own_id,
            pupil=pupil.facts(),
            programme=programme,
            year=year,
            on=turn.today,
            held=held_programmes(turn, pupil.pupil_id, year),
            episode_id=pupil.episode_id,
        )
        turn.execute(command, context)
        state, version = turn.state(APPLICATION, own_id)
        return Answered({"application_id": own_id, "status": state.status}, etag=version)

    return act(drafting, status=201)


@APPLYING.route("/applications/<own_id>:sign", methods=["POST"])
@allowed(*SCHOOL_ROLES)
@APPLYING.arguments(schemas.SignForm)
@APPLYING.response(200, schemas.ApplicationIdAnswer)
def sign(body: dict[str, Any], own_id: str) -> Any:
    """登记监护人签字 · Record the guardian's application and signature."""

    def command(turn: Turn, row: ApplicationRow) -> SignApplication:
        pupil = queries.pupil_of(turn, row.pupil_id)
        return SignApplication(
            application_id=row.application_id,
            guardian_id=GuardianId(body["guardian_id"]),
            signed_on=body["signed_on"],
            hardship_recognised_on=body["hardship_recognised_on"],
            guardians=() if pupil is None else pupil.guardian_ids,
        )

    return act_on_application(own_id, of_own_school, command, on_behalf_of=for_school)


@APPLYING.route("/applications/<own_id>:panel", methods=["POST"])
@allowed(*SCHOOL_ROLES)
@APPLYING.arguments(schemas.PanelForm)
@APPLYING.response(200, schemas.ApplicationIdAnswer)
def panel(body: dict[str, Any], own_id: str) -> Any:
    """学校评审 · The school's panel of named members recommends (the notice is posted the same day) or refuses."""
    caller = current_caller()
    members = tuple(OfficerId(each) for each in body["members"])

    def command(turn: Turn, row: ApplicationRow) -> DecideInPanel:
        seats = queries.at_school(turn, members, row.school_id, turn.today)
        return DecideInPanel(
            application_id=row.application_id,
            recommended=body["recommended"],
            role=school_role(turn, caller, row.school_id),
            members=members,
            school=seats.school,
            stood_in_for=seats.stood_in_for,
            minutes=turn.seal(row.pupil_id, panel_minutes(row.application_id), body["minutes"]),
            reason=body["reason"],
        )

    return act_on_application(own_id, of_own_school, command, on_behalf_of=for_school)


@APPLYING.route("/applications/<own_id>:decide", methods=["POST"])
@allowed(*REVIEWERS)
@APPLYING.arguments(schemas.DecideForm)
@APPLYING.response(200, schemas.ApplicationIdAnswer)
def decide(body: dict[str, Any], own_id: str) -> Any:
    """教育局审核 · The bureau grants or refuses."""
    role = reviewing_role(current_caller())

    def command(turn: Turn, row: ApplicationRow) -> ReviewApplication:
        pupil = queries.pupil_of(turn, row.pupil_id)
        if pupil is None:
            raise NoSuchPupil
        held = held_programmes(turn, row.pupil_id, row.school_year)
        return ReviewApplication(
            application_id=row.application_id,
            granted=body["granted"],
            role=role,
            pupil=pupil.facts(),
            programme=queries.applied_for(turn, row.programme_code, turn.today),
            held=tuple(programme for programme in held if programme.code != row.programme_code),
            reason=body["reason"],
        )

    return act_on_application(own_id, lambda _turn, _caller, _row: None, command)


@APPLYING.route("/applications/<own_id>:withdraw", methods=["POST"])
@allowed(*SCHOOL_ROLES, *REVIEWERS)
@APPLYING.arguments(schemas.WithdrawForm)
@APPLYING.response(200, schemas.ApplicationIdAnswer)
def withdraw(body: dict[str, Any], own_id: str) -> Any:
    """撤回申请 · End an application before it is decided."""
    reason = WithdrawalReason(body["reason"])

    def command(_turn: Turn, row: ApplicationRow) -> WithdrawApplication:
        return WithdrawApplication(application_id=row.application_id, reason=reason)

    return act_on_application(own_id, of_own_school_or_county, command, on_behalf_of=for_school_or_county)
