"""The forms of oversight's queries and answers."""

from __future__ import annotations

from marshmallow import fields, validate

from services.chassis.web.forms import Form, PageAnswer, PageQuery, WholeNumber
from services.contracts.labels.states import ALARMS
from services.oversight.queries.distribution import DIMENSIONS

Counts = fields.Dict
"""A count by name."""


class OfficeAnswer(Form):
    role = fields.String()
    role_zh = fields.String()
    role_en = fields.String()
    body_id = fields.String()
    body_zh = fields.String(allow_none=True)
    body_en = fields.String(allow_none=True)


class WhoAnswer(Form):
    service = fields.String(allow_none=True)
    officer_id = fields.String(allow_none=True)
    name = fields.String(allow_none=True)
    offices = fields.List(fields.Nested(OfficeAnswer))


class TracedAnswer(Form):
    depth = fields.Integer()
    event_id = fields.String()
    caused_by = fields.String(allow_none=True)
    service = fields.String()
    type = fields.String()
    stream_id = fields.String()
    version = fields.Integer(allow_none=True, metadata={"description": "told to the bureau only"})
    occurred_at = fields.String()
    recorded_at = fields.String()
    who = fields.Nested(WhoAnswer)
    on_behalf_of = fields.Nested(WhoAnswer, allow_none=True)
    told_to = fields.Nested(WhoAnswer, allow_none=True)
    zh = fields.String()
    en = fields.String()
    facts = fields.Dict()


class TraceAnswer(Form):
    reference = fields.String()
    kind = fields.String()
    subject_id = fields.String()
    restricted = fields.Boolean(
        allow_none=True, metadata={"description": "told to the bureau only; null to everybody else, whatever the case"}
    )
    truncated = fields.Boolean()
    items = fields.List(fields.Nested(TracedAnswer))


class RatesAnswer(Form):
    pupils = fields.Integer()
    dropouts = fields.Integer()
    returned = fields.Integer()
    relapsed = fields.Integer()
    dropout_rate = fields.Float(allow_none=True)
    return_rate = fields.Float(allow_none=True)
    relapse_rate = fields.Float(allow_none=True)


class DutiesAnswer(Form):
    department = fields.String()
    zh = fields.String()
    en = fields.String()
    open = fields.Integer()
    overdue = fields.Integer()
    done = fields.Integer()
    declined = fields.Integer()
    withdrawn = fields.Integer()


class SummaryAnswer(Form):
    on = fields.Date()
    school_year = fields.Integer()
    ledgers = Counts(metadata={"description": "school_age, suspected, dropout, struck_off; of dropout: under_observation"})
    rates = fields.Nested(RatesAnswer)
    stages = Counts(metadata={"description": "cases by stage: suspected, open, returned, observed, closed, withdrawn"})
    cases = Counts(metadata={"description": "open, withdrawn, closed"})
    outcomes = Counts(metadata={"description": "closed cases by outcome"})
    duties = fields.List(fields.Nested(DutiesAnswer))
    texts = Counts(metadata={"description": "texts by state"})
    aid = Counts(metadata={"description": "applications of this school year by state"})
    alarms = Counts(metadata={"description": "open alarms by kind"})


class DistributionQuery(Form):
    by = fields.String(required=True, validate=validate.OneOf(DIMENSIONS))


class ShareAnswer(Form):
    key = fields.String()
    zh = fields.String()
    en = fields.String()
    suspected = fields.Integer()
    dropout = fields.Integer()
    under_observation = fields.Integer()


class DistributionAnswer(Form):
    by = fields.String()
    items = fields.List(fields.Nested(ShareAnswer))


class AlarmsQuery(PageQuery):
    kind = fields.String(load_default=None, validate=validate.OneOf(tuple(ALARMS)))


class AlarmAnswer(Form):
    kind = fields.String()
    zh = fields.String()
    en = fields.String()
    alarm_id = fields.String()
    since = fields.String()
    school_id = fields.String(allow_none=True)
    class_id = fields.String(allow_none=True)
    pupil_id = fields.String(allow_none=True)
    case_id = fields.String(allow_none=True)
    duty_id = fields.String(allow_none=True)
    notification_id = fields.String(allow_none=True)
    application_id = fields.String(allow_none=True)
    told_officer_id = fields.String(allow_none=True)
    detail = fields.String(allow_none=True)


class AlarmsPage(PageAnswer):
    items = fields.List(fields.Nested(AlarmAnswer))


class AnchorsQuery(Form):
    """A page is as long as what its anchors name allows, so the caller says only behind which number it begins."""

    after = WholeNumber(load_default=0, metadata={"description": "the number of the last anchor of the page before"})


class AnchorsAnswer(Form):
    service = fields.String()
    items = fields.List(fields.Dict(), metadata={"description": "CheckpointSigned events, by number; empty behind the last"})
    last = fields.Integer(metadata={"description": "the number of the newest anchor, 0 before the first"})
