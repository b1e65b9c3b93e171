"""The forms of casework's bodies, queries and answers."""

from __future__ import annotations

from typing import Any, get_args

from marshmallow import fields, validate

from services.casework.domain.causes import CAUSES
from services.casework.domain.outcomes import OUTCOMES
from services.casework.queries import ALARM_KINDS
from services.casework.storage.rows import Stage, Standing
from services.chassis.web.forms import Code, Day, Form, Identifier, ListOf, PageAnswer, PageQuery, Text, YesNo
from services.contracts.casework import Line
from services.contracts.codes import Cause, Outcome, Placement, Promise, VisitResult

WORDS_LONGEST = 4000
"""As long as two written pages: what a visit record holds."""

LINE_LONGEST = 200
MEASURES_AT_MOST = 30
PEOPLE_AT_MOST = 20

MEASURE_KINDS = sorted({measure.code for row in CAUSES.values() for measure in row.measures})
EVIDENCE_KINDS = sorted({kind for row in OUTCOMES.values() for kind in row.evidence})
SIGNED_BY = ("guardian", "child", "both")


def words(**options: Any) -> Text:
    """A field for what a person types about a child: sealed before it is kept."""
    return Text(WORDS_LONGEST, lines=True, load_default=None, **options)


def one_of(codes: Any, **options: Any) -> fields.String:
    """A field for one of a fixed list of codes."""
    return fields.String(validate=validate.OneOf(tuple(codes)), **options)


# --- cases ------------------------------------------------------------------------------------------------------------


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


class CauseForm(Form):
    primary = Code(Cause, required=True)
    others = ListOf(Code(Cause), most=len(Cause), load_default=list)
    under_16_at_work = YesNo(load_default=None, allow_none=True)
    worked_on = Day(load_default=None)
    note = words()


class WhereaboutsForm(Form):
    place = words()
    employer = words()
    contact = words()


class MeasureForm(Form):
    cause = Code(Cause, required=True)
    kind = one_of(MEASURE_KINDS, required=True)
    responsible_id = Identifier(load_default=None)
    due_on = Day(load_default=None)
    note = words()


class PlanForm(Form):
    measures = ListOf(fields.Nested(MeasureForm), most=MEASURES_AT_MOST, required=True)
    lead_id = Identifier(load_default=None)


class CommitmentForm(Form):
    signed_on = Day(required=True)
    signed_by = one_of(SIGNED_BY, required=True)
    promises = ListOf(Code(Promise), most=len(Promise), load_default=lambda: list(Promise))
    note = words()


class MeasureDoneForm(Form):
    done_on = Day(required=True)
    note = words()


class CheckForm(Form):
    promise = Code(Promise, required=True)
    checked_on = Day(required=True)
    kept = YesNo(required=True)
    note = words()


class VisitForm(Form):
    visited_on = Day(required=True)
    result = Code(VisitResult, required=True)
    met_child = YesNo(load_default=None, allow_none=True)
    accompanied_by = ListOf(Identifier(), most=PEOPLE_AT_MOST, load_default=list)
    witness_id = Identifier(load_default=None)
    parents_words = words()
    childs_words = words()
    policy_explained = words()
    next_step = words()


class OfficerForm(Form):
    line = one_of(get_args(Line), required=True)
    officer_id = Identifier(required=True)


class AgreementForm(Form):
    return_on = Day(required=True)


class ReturnForm(Form):
    returned_on = Day(required=True)
    placement = Code(Placement, required=True)
    decision_reference = Text(LINE_LONGEST, load_default=None)


class FollowUpForm(Form):
    contacted_on = Day(required=True)
    study = words()
    life = words()
    psychology = words()
    attendance = words()


class RecheckForm(Form):
    checked_on = Day(required=True)
    changed = YesNo(required=True)
    finding = Text(WORDS_LONGEST, lines=True, required=True)


class ProposalForm(Form):
    outcome = Code(Outcome, required=True)
    evidence = Text(WORDS_LONGEST, lines=True, required=True)
    evidence_kind = one_of(EVIDENCE_KINDS, load_default="")
    reference = Text(LINE_LONGEST, load_default=None)


class NoteForm(Form):
    note = words()


class ReasonForm(Form):
    reason = Text(WORDS_LONGEST, lines=True, required=True)


class CaseAnswer(Form):
    case_id = fields.String()
    number = fields.String(allow_none=True)


class VisitAnswer(CaseAnswer):
    visit_id = fields.String()
    nth = fields.Integer()


class FollowUpAnswer(CaseAnswer):
    follow_up_id = fields.String()
    nth = fields.Integer()


class MeasuresAnswer(CaseAnswer):
    measure_ids = fields.List(fields.String())


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
    overdue_on = fields.Date(allow_none=True)
    level = fields.Integer()
    told = fields.String(allow_none=True)
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


class AlarmsPage(PageAnswer):
    items = fields.List(fields.Nested(Alarm))
