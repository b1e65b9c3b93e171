"""The forms of notifications' bodies, queries and answers."""

from __future__ import annotations

from typing import get_args

from marshmallow import fields, validate

from services.chassis.web.forms import Code, Form, Identifier, PageAnswer, PageQuery, YesNo
from services.contracts.notifications import CallResult
from services.notifications.domain.notification_state import Decision, Status
from services.notifications.domain.occasions import OCCASIONS


class NotificationsQuery(PageQuery):
    status = Code(Status, load_default=None)
    template = fields.String(load_default=None, validate=validate.OneOf(sorted(OCCASIONS)))
    pupil_id = Identifier(load_default=None)
    episode_id = Identifier(load_default=None)


class CallTasksQuery(PageQuery):
    done = YesNo(load_default=False, metadata={"description": "calls that were made; otherwise those still to be made"})


class ResolveForm(Form):
    decision = fields.String(required=True, validate=validate.OneOf(get_args(Decision)))


class CallDoneForm(Form):
    result = fields.String(required=True, validate=validate.OneOf(get_args(CallResult)))


class TemplateAnswer(Form):
    template = fields.String()
    version = fields.Integer()
    signature = fields.String()
    variables = fields.List(fields.String())
    bodies = fields.Dict(keys=fields.String(), values=fields.String())
    unnamed_bodies = fields.Dict(keys=fields.String(), values=fields.String())
    approved = fields.Boolean(metadata={"description": "filed, and approved by every carrier that was asked"})
    filings = fields.Dict(keys=fields.String(), values=fields.String())


class TemplatesAnswer(Form):
    items = fields.List(fields.Nested(TemplateAnswer))


class NotificationAnswer(Form):
    notification_id = fields.String()
    pupil_id = fields.String()
    guardian_id = fields.String(allow_none=True)
    school_id = fields.String(allow_none=True)
    class_id = fields.String(allow_none=True)
    template = fields.String()
    template_version = fields.Integer(allow_none=True)
    reason_event_id = fields.String()
    episode_id = fields.String(allow_none=True)
    day = fields.String(allow_none=True)
    status = fields.String()
    created_at = fields.String()
    changed_at = fields.String()
    sent_at = fields.String(allow_none=True)
    language = fields.String(allow_none=True)
    named = fields.Boolean(allow_none=True)
    segments = fields.Integer(allow_none=True)
    digest = fields.String(allow_none=True)
    gateway = fields.String(allow_none=True)
    receipt = fields.String(allow_none=True)
    reason = fields.String(allow_none=True)
    decision = fields.String(allow_none=True)
    decided_by = fields.String(allow_none=True)
    calling = fields.Boolean()
    call_reason = fields.String(allow_none=True)
    call_result = fields.String(allow_none=True)
    called_by = fields.String(allow_none=True)


class NotificationsPage(PageAnswer):
    items = fields.List(fields.Nested(NotificationAnswer))


class NotificationIdAnswer(Form):
    notification_id = fields.String()
    status = fields.String()


class OutboxItem(Form):
    message_id = fields.String()
    notification_id = fields.String()
    pupil_id = fields.String()
    guardian_id = fields.String()
    relation = fields.String(
        allow_none=True, metadata={"description": "what the guardian is to the child; null where they are its guardian no more"}
    )
    school_id = fields.String(allow_none=True)
    class_id = fields.String(allow_none=True)
    template = fields.String()
    template_version = fields.Integer(allow_none=True)
    day = fields.String(allow_none=True)
    status = fields.String()
    taken_at = fields.String()
    language = fields.String()
    named = fields.Boolean()
    segments = fields.Integer()
    digest = fields.String()
    text = fields.String(
        allow_none=True, metadata={"description": "as the registry shows the name to the caller; null where it shows none"}
    )


class OutboxPage(PageAnswer):
    items = fields.List(fields.Nested(OutboxItem))
    names_shown = fields.Boolean(metadata={"description": "false where the registry did not answer or does not let the caller ask"})
