"""Reading the access log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import fields

from services.casework import queries
from services.casework.storage.log_tables import REVEAL_LOG
from services.chassis.web.access import allowed
from services.chassis.web.forms import Form, Identifier, ListOf, PageAnswer, PageQuery
from services.chassis.web.frame import Blueprint, current_service
from services.chassis.web.paging import page
from services.contracts.codes import Role

LOG = Blueprint("reveal_log", __name__, description="查询留痕 · who opened what was typed about a child")


class RevealQuery(PageQuery):
    """All of the log, or what one officer opened, or what was opened about one child."""

    caller = fields.String(load_default=None)
    person_id = Identifier(load_default=None)


class RevealShown(Form):
    """One page that was opened: by whom, for what, which words of which child's case or duty."""

    reveal_id = fields.String(required=True)
    revealed_at = fields.String(required=True)
    caller = fields.String(required=True)
    purpose = fields.String(required=True)
    person_id = fields.String(required=True)
    plain = ListOf(fields.String(), required=True)
    case_id = fields.String(allow_none=True)
    duty_id = fields.String(allow_none=True)
    report_id = fields.String(allow_none=True)
    trace_id = fields.String(allow_none=True)
    on_behalf_of = fields.String(allow_none=True)


class RevealsPage(PageAnswer):
    """A page of the log, the latest first."""

    items = ListOf(fields.Nested(RevealShown), required=True)


@LOG.route("/reveal-log", methods=["GET"])
@allowed(Role.BUREAU_LEAD)
@LOG.arguments(RevealQuery, location="query")
@LOG.response(200, RevealsPage)
def reveal_log(query: Mapping[str, Any]) -> dict[str, Any]:
    """查询留痕 · Who opened what was typed about which child, for what."""
    select = queries.reveal_log(query["caller"], query["person_id"])
    return page(current_service().engine, select, keys=(REVEAL_LOG.c.reveal_id,), asked=query, descending=True)
