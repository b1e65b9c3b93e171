"""Templates, texts and their fate, calls in place of texts."""

from __future__ import annotations

from typing import Any

import msgspec

from services.chassis.web.access import allowed
from services.chassis.web.acting import versioned
from services.chassis.web.caller import current_caller
from services.chassis.web.frame import Blueprint, current_service
from services.chassis.web.paging import page
from services.contracts.ids import NotificationId
from services.notifications import queries
from services.notifications.api import schemas
from services.notifications.api.acting import act_on_text
from services.notifications.api.scope import ACTORS, READERS, scope_of
from services.notifications.domain.calling import FinishCall
from services.notifications.domain.errors import NoSuchNotification
from services.notifications.domain.sending import ResolveUncertainty
from services.notifications.storage.rows import TemplateRow
from services.notifications.storage.tables import NOTIFICATIONS

TEXTS = Blueprint("texts", __name__, description="短信与电话任务 · texts, and calls in their place")

NEWEST = (NOTIFICATIONS.c.created_at, NOTIFICATIONS.c.notification_id)


# --- reading --------------------------------------------------------------------------------------------------------


@TEXTS.route("/templates", methods=["GET"])
@allowed(*READERS)
@TEXTS.response(200, schemas.TemplatesAnswer)
def templates() -> dict[str, Any]:
    """短信模板 · The templates, each in its latest version."""
    return {"items": [template_answer(row) for row in queries.templates(current_service().engine)]}


def template_answer(row: TemplateRow) -> dict[str, Any]:
    """The latest version of a template, with its filing."""
    words = row.words(row.version)
    return {
        "template": row.template,
        "version": row.version,
        **({} if words is None else msgspec.structs.asdict(words)),
        "approved": row.approved(row.version),
        "filings": row.filings.get(str(row.version), {}),
    }


@TEXTS.route("/", methods=["GET"])
@allowed(*READERS)
@TEXTS.arguments(schemas.NotificationsQuery, location="query")
@TEXTS.response(200, schemas.NotificationsPage)
def notifications(query: dict[str, Any]) -> dict[str, Any]:
    """短信列表 · The texts that the caller may see, newest first."""
    select = queries.notifications(scope_of(current_caller(), READERS))
    for name in ("status", "template", "pupil_id", "episode_id"):
        if query[name] is not None:
            select = select.where(NOTIFICATIONS.c[name] == str(query[name]))
    return page(current_service().engine, select, keys=NEWEST, asked=query, descending=True)


@TEXTS.route("/<notification_id>", methods=["GET"])
@allowed(*READERS)
@TEXTS.response(200, schemas.NotificationAnswer)
def notification(notification_id: str) -> Any:
    """一条短信 · One text and its fate; never its words."""
    row = queries.notification_in(current_service().engine, notification_id, scope_of(current_caller(), READERS))
    if row is None:
        raise NoSuchNotification
    return versioned(dict(row), row["stream_version"])


@TEXTS.route("/call-tasks", methods=["GET"])
@allowed(*READERS)
@TEXTS.arguments(schemas.CallTasksQuery, location="query")
@TEXTS.response(200, schemas.NotificationsPage)
def call_tasks(query: dict[str, Any]) -> dict[str, Any]:
    """电话任务 · The calls to be made where no text may or can go."""
    select = queries.notifications(scope_of(current_caller(), READERS))
    wanted = NOTIFICATIONS.c.call_result.is_not(None) if query["done"] else NOTIFICATIONS.c.calling
    return page(current_service().engine, select.where(wanted), keys=NEWEST, asked=query, descending=True)


# --- acting ---------------------------------------------------------------------------------------------------------


@TEXTS.route("/<notification_id>:resolve", methods=["POST"])
@allowed(*ACTORS)
@TEXTS.arguments(schemas.ResolveForm)
@TEXTS.response(200, schemas.NotificationIdAnswer)
def resolve(body: dict[str, Any], notification_id: str) -> Any:
    """判断发送结果 · A person decides what became of a text of which nobody knows whether it was sent."""
    own_id = NotificationId(notification_id)
    return act_on_text(ResolveUncertainty(notification_id=own_id, decision=body["decision"]), own_id)


@TEXTS.route("/call-tasks/<notification_id>:done", methods=["POST"])
@allowed(*ACTORS)
@TEXTS.arguments(schemas.CallDoneForm)
@TEXTS.response(200, schemas.NotificationIdAnswer)
def call_done(body: dict[str, Any], notification_id: str) -> Any:
    """电话任务办结 · Somebody has called, or gone there, in place of a text."""
    own_id = NotificationId(notification_id)
    return act_on_text(FinishCall(notification_id=own_id, result=body["result"]), own_id)
