"""The forms of mandatory reports 强制报告."""

from __future__ import annotations

from typing import get_args

from marshmallow import fields

from services.casework.api.case_schemas import Happening
from services.casework.api.schemas import LINE_LONGEST, WORDS_LONGEST, ReasonForm, one_of, words
from services.casework.domain.mandatory_report_state import ReportStatus
from services.chassis.web.forms import Code, Day, Form, Identifier, PageAnswer, PageQuery, Text, YesNo
from services.contracts.casework import ReleaseReason
from services.contracts.codes import HarmSign


class ReportsQuery(PageQuery):
    status = Code(ReportStatus, load_default=None)
    waiting = YesNo(load_default=None)


class ReportForm(Form):
    pupil_id = Identifier(required=True)
    sign = Code(HarmSign, required=True)
    noticed_on = Day(required=True)
    words = Text(WORDS_LONGEST, lines=True, required=True)


class ReportOfficerForm(Form):
    officer_id = Identifier(required=True)


class ReportReleaseForm(ReportOfficerForm):
    reason = one_of(get_args(ReleaseReason), required=True)


class PoliceAnswerForm(Form):
    hold = YesNo(required=True)
    answer = words()
    evidence_name = Text(LINE_LONGEST, load_default=None)


class CorrectionForm(ReasonForm):
    sign = Code(HarmSign, required=True)


class ReportAnswer(Form):
    report_id = fields.String()
    number = fields.String()
    status = fields.String()


class ReportItem(ReportAnswer):
    pupil_id = fields.String()
    case_id = fields.String(allow_none=True)
    division = fields.String()
    sign = fields.String()
    sign_zh = fields.String()
    sign_en = fields.String()
    noticed_on = fields.Date()
    opened_at = fields.String()
    by_officer_id = fields.String()
    held = fields.Boolean()
    acknowledged_at = fields.String(allow_none=True)
    answered_at = fields.String(allow_none=True)
    waits_since = fields.String(allow_none=True)
    recalls = fields.Integer()
    reminders = fields.Integer()
    told = fields.String(allow_none=True)


class ReportsPage(PageAnswer):
    items = fields.List(fields.Nested(ReportItem))


class ReportDetail(ReportItem):
    officers = fields.List(fields.String())
    chosen = fields.List(fields.String())
    released = fields.List(fields.String())
    timeline = fields.List(fields.Nested(Happening))
