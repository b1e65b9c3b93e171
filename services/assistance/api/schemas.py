"""The forms of assistance's bodies, queries and answers."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from services.assistance.domain.application_state import Status
from services.assistance.domain.applying import BY_OFFICER
from services.assistance.domain.judging import RefusalReason
from services.chassis.web.forms import (
    Code,
    Day,
    Form,
    Identifier,
    ListOf,
    PageAnswer,
    PageQuery,
    Text,
    WholeNumber,
    YesNo,
)
from services.chassis.web.sentences import Sentence
from services.contracts.codes import Group

CODE = r"\A[a-z][a-z0-9_]{0,63}\Z"
NOT_A_CODE = Sentence("应为代码（小写字母、数字和 _，至多 64 个）。", "Must be a code (small letters, digits and _, 64 at most).")
NAME_LONGEST = 100
SOURCE_LONGEST = 500
WORDS_LONGEST = 2000
LARGEST_AMOUNT_FEN = 100_000_000
"""One million yuan: above it a digit too many was typed."""

FIRST_YEAR, LAST_YEAR = 2000, 2100

CADENCES = ("year", "term", "month", "school_day", "once")
STAGES = ("primary", "junior")


def word(**options: Any) -> fields.String:
    """A field for a code: small letters, digits and `_`, beginning with a letter."""
    return fields.String(validate=validate.Regexp(CODE, error=NOT_A_CODE), **options)


# --- programmes -----------------------------------------------------------------------------------------------------


class ProgrammeForm(Form):
    code = word(required=True)
    name_zh = Text(NAME_LONGEST, required=True)
    name_en = Text(NAME_LONGEST, required=True)
    amount_fen = WholeNumber(0, LARGEST_AMOUNT_FEN, required=True)
    cadence = fields.String(required=True, validate=validate.OneOf(CADENCES))
    in_kind = YesNo(required=True)
    payer = word(required=True)
    payee = word(required=True)
    effective_from = Day(required=True)
    effective_until = Day(load_default=None)
    source = Text(SOURCE_LONGEST, required=True)
    stages = ListOf(fields.String(validate=validate.OneOf(STAGES)), least=1, most=2, load_default=list(STAGES))
    groups = ListOf(Code(Group), most=len(Group), load_default=list)
    boarding = YesNo(load_default=None, allow_none=True)
    excludes = ListOf(word(), most=50, load_default=list)
    evidence = ListOf(word(), most=50, load_default=list)
    by_application = YesNo(load_default=True)
    fallback = YesNo(load_default=False)


class ProgrammeAnswer(Form):
    programme_id = fields.String()
    code = fields.String()
    name_zh = fields.String()
    name_en = fields.String()
    amount_fen = fields.Integer()
    cadence = fields.String()
    in_kind = fields.Boolean()
    payer = fields.String()
    payee = fields.String()
    effective_from = fields.Date()
    effective_until = fields.Date(allow_none=True)
    source = fields.String()
    stages = fields.List(fields.String())
    groups = fields.List(fields.String())
    boarding = fields.Boolean(allow_none=True)
    excludes = fields.List(fields.String())
    evidence = fields.List(fields.String())
    by_application = fields.Boolean()
    fallback = fields.Boolean()
    in_force = fields.Boolean()


class ProgrammesQuery(Form):
    on = Day(load_default=None, metadata={"description": "the day for `in_force`, by default today"})


class ProgrammesAnswer(Form):
    items = fields.List(fields.Nested(ProgrammeAnswer))


class ProgrammeIdAnswer(Form):
    programme_id = fields.String()


# --- applications ---------------------------------------------------------------------------------------------------


class DraftForm(Form):
    pupil_id = Identifier(required=True)
    programme_code = word(required=True)


class SignForm(Form):
    guardian_id = Identifier(required=True)
    signed_on = Day(required=True)
    hardship_recognised_on = Day(required=True)


class PanelForm(Form):
    recommended = YesNo(required=True)
    members = ListOf(Identifier(), required=True)
    minutes = Text(WORDS_LONGEST, lines=True, required=True)
    reason = Code(RefusalReason, load_default=None)


class ObjectForm(Form):
    text = Text(WORDS_LONGEST, lines=True, required=True)


class AnswerObjectionForm(Form):
    objection_id = Identifier(required=True)
    upheld = YesNo(required=True)
    answer = Text(WORDS_LONGEST, lines=True, load_default=None)


class DecideForm(Form):
    granted = YesNo(required=True)
    reason = Code(RefusalReason, load_default=None)


class WithdrawForm(Form):
    reason = fields.String(required=True, validate=validate.OneOf(BY_OFFICER))


class ApplicationsQuery(PageQuery):
    status = Code(Status, load_default=None)
    school_id = Identifier(load_default=None)
    programme_code = word(load_default=None)
    pupil_id = Identifier(load_default=None)
    case_id = Identifier(load_default=None)
    school_year = WholeNumber(FIRST_YEAR, LAST_YEAR, load_default=None)


class ApplicationAnswer(Form):
    application_id = fields.String()
    version = fields.Integer()
    pupil_id = fields.String()
    school_id = fields.String()
    programme_id = fields.String()
    programme_code = fields.String()
    school_year = fields.Integer()
    amount_fen = fields.Integer()
    status = fields.String()
    case_id = fields.String(allow_none=True)
    measure_id = fields.String(allow_none=True)
    drafted_on = fields.String()
    guardian_id = fields.String(allow_none=True)
    signed_on = fields.String(allow_none=True)
    hardship_recognised_on = fields.String(allow_none=True)
    panel_officer_id = fields.String(allow_none=True)
    panel_member_ids = fields.List(fields.String())
    recommended = fields.Boolean(allow_none=True)
    posted_on = fields.String(allow_none=True)
    ended_on = fields.String(allow_none=True)
    overdue_on = fields.String(allow_none=True)
    decided_on = fields.String(allow_none=True)
    decided_by_id = fields.String(allow_none=True)
    refused_by = fields.String(allow_none=True)
    refused_for = fields.String(allow_none=True)
    paused_on = fields.String(allow_none=True)
    paused_for = fields.String(allow_none=True)
    withdrawn_for = fields.String(allow_none=True)


class ObjectionAnswer(Form):
    objection_id = fields.String()
    raised_on = fields.String()
    raised_by_id = fields.String()
    text = fields.String(allow_none=True)
    upheld = fields.Boolean(allow_none=True)
    answered_on = fields.String(allow_none=True)
    answered_by_id = fields.String(allow_none=True)
    answer = fields.String(allow_none=True)


class ApplicationDetail(ApplicationAnswer):
    panel_minutes = fields.String(allow_none=True)
    objections = fields.List(fields.Nested(ObjectionAnswer))


class ApplicationsPage(PageAnswer):
    items = fields.List(fields.Nested(ApplicationAnswer))


class ApplicationIdAnswer(Form):
    application_id = fields.String()
    status = fields.String()


class ObjectionIdAnswer(Form):
    application_id = fields.String()
    objection_id = fields.String()


# --- notices and alarms ---------------------------------------------------------------------------------------------


class NoticesQuery(PageQuery):
    school_id = Identifier(load_default=None)


class NoticeAnswer(Form):
    application_id = fields.String()
    pupil_id = fields.String(allow_none=True)
    school_id = fields.String()
    title_zh = fields.String()
    title_en = fields.String()
    amount_fen = fields.Integer(allow_none=True)
    posted_on = fields.String()
    last_day = fields.String()


class NoticesPage(PageAnswer):
    items = fields.List(fields.Nested(NoticeAnswer))


class AlarmAnswer(Form):
    kind = fields.String()
    application_id = fields.String()
    pupil_id = fields.String()
    school_id = fields.String()
    ended_on = fields.String()
    since = fields.String()


class AlarmsPage(PageAnswer):
    items = fields.List(fields.Nested(AlarmAnswer))
