"""The forms of what is done in a case, and what is answered to it."""

from __future__ import annotations

from typing import Any, get_args

from marshmallow import fields, validate

from services.casework.domain.causes import CAUSES
from services.casework.domain.outcomes import OUTCOMES
from services.chassis.web.forms import Code, Day, Form, Identifier, ListOf, Text, YesNo
from services.contracts.casework import Line
from services.contracts.cause_details import CauseDetail
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


class CauseForm(Form):
    primary = Code(Cause, required=True)
    others = ListOf(Code(Cause), most=len(Cause), load_default=list)
    details = ListOf(Code(CauseDetail), most=len(Cause), load_default=list)
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
