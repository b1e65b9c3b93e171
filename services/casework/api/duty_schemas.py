"""The forms of duties, and of the tables of the field."""

from __future__ import annotations

from marshmallow import fields

from services.casework.api.case_schemas import DutyOfCase, Happening
from services.casework.api.schemas import LINE_LONGEST, ReasonForm, one_of, words
from services.casework.domain.duty_kinds import DUTY_KINDS, findings_of
from services.casework.domain.duty_state import DutyStatus
from services.chassis.web.forms import Code, Form, PageAnswer, PageQuery, Text, YesNo
from services.contracts.codes import Department, DutyKind

FINDINGS = sorted({finding.code for kind in DUTY_KINDS for finding in findings_of(kind)})


class DutiesQuery(PageQuery):
    status = Code(DutyStatus, load_default=None)
    department = Code(Department, load_default=None)
    kind = Code(DutyKind, load_default=None)
    answered = YesNo(load_default=None)
    overdue = YesNo(load_default=None)


class CompleteForm(Form):
    finding = one_of(FINDINGS, required=True)
    answer = words()
    evidence_name = Text(LINE_LONGEST, load_default=None)


class DeclineForm(ReasonForm):
    evidence_name = Text(LINE_LONGEST, load_default=None)


class DutyAnswer(Form):
    duty_id = fields.String()
    number = fields.String()
    status = fields.String()


class DutyItem(DutyOfCase):
    division = fields.String()
    school_id = fields.String(allow_none=True)
    case_number = fields.String(allow_none=True)
    kind_zh = fields.String()
    kind_en = fields.String()
    department_zh = fields.String()
    department_en = fields.String()


class DutiesPage(PageAnswer):
    items = fields.List(fields.Nested(DutyItem))


class CodeShown(Form):
    code = fields.String()
    zh = fields.String()
    en = fields.String()


class DutyDetail(DutyItem):
    pupil_id = fields.String()
    case_id = fields.String(allow_none=True)
    evidence_zh = fields.String()
    evidence_en = fields.String()
    findings = fields.List(fields.Nested(CodeShown))
    timeline = fields.List(fields.Nested(Happening))


# --- the tables of the field ------------------------------------------------------------------------------------------


class MeasureCode(CodeShown):
    names_officer = fields.Boolean()
    names_date = fields.Boolean()


class CauseCode(CodeShown):
    county_plan = fields.Boolean()
    restricted = fields.Boolean()
    details = fields.List(fields.Nested(CodeShown))
    measures = fields.List(fields.Nested(MeasureCode))


class OutcomeCode(CodeShown):
    counts_as_returned = fields.Boolean()
    evidence = fields.List(fields.Nested(CodeShown))


class DutyKindCode(CodeShown):
    evidence_zh = fields.String()
    evidence_en = fields.String()
    findings = fields.List(fields.Nested(CodeShown))


class Tables(Form):
    causes = fields.List(fields.Nested(CauseCode))
    outcomes = fields.List(fields.Nested(OutcomeCode))
    duty_kinds = fields.List(fields.Nested(DutyKindCode))
    departments = fields.List(fields.Nested(CodeShown))
