"""Queries for cases and alarms, and what their pages show."""

from __future__ import annotations

from marshmallow import fields

from services.casework.api.schemas import one_of
from services.casework.queries import ALARM_KINDS
from services.casework.storage.rows import Stage, Standing
from services.chassis.web.forms import Code, Form, Identifier, PageAnswer, PageQuery, YesNo
from services.contracts.codes import Cause, Outcome


class CasesQuery(PageQuery):
    stage = Code(Stage, load_default=None)
    standing = Code(Standing, load_default=None)
    cause = Code(Cause, load_default=None)
    outcome = Code(Outcome, load_default=None)
    hard = YesNo(load_default=None)
    school_id = Identifier(load_default=None)
    class_id = Identifier(load_default=None)
    pupil_id = Identifier(load_default=None)
    division = Identifier(load_default=None)


class AlarmsQuery(PageQuery):
    kind = one_of(ALARM_KINDS, load_default=None)


class OfficerOnLine(Form):
    line = fields.String()
    officer_id = fields.String()
    from_on = fields.Date(allow_none=True)
    until_on = fields.Date(allow_none=True)
    by_person = fields.Boolean()
    answers_today = fields.Boolean()


class CaseItem(Form):
    case_id = fields.String()
    number = fields.String(allow_none=True)
    pupil_id = fields.String()
    school_id = fields.String()
    class_id = fields.String()
    grade = fields.Integer()
    division = fields.String()
    stage = fields.String()
    standing = fields.String()
    opened_on = fields.Date()
    dropout_on = fields.Date(allow_none=True)
    ended_on = fields.Date(allow_none=True)
    outcome = fields.String(allow_none=True)
    restricted = fields.Boolean(allow_none=True)
    primary_cause = fields.String(allow_none=True)
    other_causes = fields.List(fields.String())
    cause_details = fields.List(fields.String())
    hard = fields.Boolean()
    visits = fields.Integer()
    first_visit_on = fields.Date(allow_none=True)
    last_visit_on = fields.Date(allow_none=True)
    agreed_on = fields.Date(allow_none=True)
    returned_on = fields.Date(allow_none=True)
    placement = fields.String(allow_none=True)
    observed_on = fields.Date(allow_none=True)
    relapsed_on = fields.Date(allow_none=True)
    follow_ups = fields.Integer()
    follow_up_due_on = fields.Date(allow_none=True)
    proposed_outcome = fields.String(allow_none=True)
    confirmed = fields.Boolean()


class CasesPage(PageAnswer):
    items = fields.List(fields.Nested(CaseItem))


class MeasureShown(Form):
    measure_id = fields.String()
    kind = fields.String()
    cause = fields.String()
    responsible_id = fields.String(allow_none=True)
    due_on = fields.Date(allow_none=True)
    done_on = fields.Date(allow_none=True)
    overdue = fields.Boolean()


class PromiseShown(Form):
    promise = fields.String()
    checked_on = fields.Date(allow_none=True)
    kept = fields.Boolean(allow_none=True)


class FallingDue(Form):
    purpose = fields.String()
    due_on = fields.Date()


class Happening(Form):
    """One event of a case or duty: codes and ids in `facts`, what was typed in `texts`, for those who may read it."""

    event = fields.String()
    occurred_at = fields.String()
    recorded_at = fields.String()
    actor = fields.String()
    on_behalf_of = fields.String(allow_none=True)
    facts = fields.Dict()
    texts = fields.Dict(keys=fields.String(), values=fields.String(allow_none=True), allow_none=True)


class OtherCase(Form):
    case_id = fields.String()
    number = fields.String(allow_none=True)
    stage = fields.String()
    opened_on = fields.Date()
    ended_on = fields.Date(allow_none=True)
    outcome = fields.String(allow_none=True)


class DutyOfCase(Form):
    duty_id = fields.String()
    number = fields.String()
    department = fields.String()
    kind = fields.String()
    status = fields.String()
    assigned_on = fields.Date()
    due_on = fields.Date(allow_none=True)
    answered_at = fields.String(allow_none=True)
    answered_late = fields.Boolean(allow_none=True)
    overdue_on = fields.Date(allow_none=True)
    level = fields.Integer()
    told = fields.String(allow_none=True)
    told_officer_id = fields.String(allow_none=True)
    finding = fields.String(allow_none=True)


class CaseDetail(CaseItem):
    reads_words = fields.Boolean()
    groups = fields.List(fields.String())
    under_16_at_work = fields.Boolean(allow_none=True)
    officers = fields.List(fields.Nested(OfficerOnLine))
    lines_without_officer = fields.List(fields.String())
    plan = fields.List(fields.Nested(MeasureShown))
    promises = fields.List(fields.Nested(PromiseShown))
    lead_id = fields.String(allow_none=True)
    term_ends_on = fields.Date(allow_none=True)
    recheck_reason = fields.String(allow_none=True)
    recheck_due_on = fields.Date(allow_none=True)
    recheck_changed_on = fields.Date(allow_none=True)
    falling_due = fields.List(fields.Nested(FallingDue))
    visit_records = fields.List(fields.Nested(Happening))
    follow_up_records = fields.List(fields.Nested(Happening))
    duties = fields.List(fields.Nested(DutyOfCase))
    other_cases = fields.List(fields.Nested(OtherCase))
    timeline = fields.List(fields.Nested(Happening))


class Alarm(Form):
    kind = fields.String()
    since = fields.String()
    case_id = fields.String()
    number = fields.String(allow_none=True)
    pupil_id = fields.String()
    school_id = fields.String()
    class_id = fields.String()
    division = fields.String()
    stage = fields.String()
    duty_id = fields.String(allow_none=True)
    told_officer_id = fields.String(allow_none=True)


class AlarmsPage(PageAnswer):
    items = fields.List(fields.Nested(Alarm))
