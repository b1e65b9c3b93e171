"""The forms of what the school owes a missing child: the visit by the principal's team, the report to bureau and township."""

from __future__ import annotations

import marshmallow as ma

from services.chassis.web.forms import Code, Day, Form, Identifier, ListOf, PageAnswer, PageQuery, Text, YesNo
from services.contracts.codes import VisitResult
from services.registry.api.schemas import NOTE_LONGEST, PupilAnswer

VISITORS_AT_MOST = 20

REPORT_LONGEST = 4000
"""As long as two written pages."""


class SchoolVisitForm(Form):
    """A visit by the principal's team; where no visitor is named, whoever records it went alone."""

    visited_on = Day(required=True)
    result = Code(VisitResult, required=True)
    met_child = YesNo(load_default=None, allow_none=True)
    visitors = ListOf(Identifier(), most=VISITORS_AT_MOST, load_default=())
    words = Text(NOTE_LONGEST, lines=True, load_default=None)


class SchoolVisitAnswer(PupilAnswer):
    visit_id = ma.fields.String(required=True)


class ReportForm(Form):
    """What the school reports: what is known of the absence, what was done, what is asked for."""

    report = Text(REPORT_LONGEST, lines=True, required=True)


class ReportAnswer(PupilAnswer):
    report_id = ma.fields.String(required=True)


class ReportsQuery(PageQuery):
    """All reports that the caller may read, or those about one child."""

    pupil_id = Identifier(load_default=None)


class ReportListed(Form):
    """A report in a list: what it says is read one by one, and logged."""

    report_id = ma.fields.String(required=True)
    pupil_id = ma.fields.String(required=True)
    name = ma.fields.String(allow_none=True)
    school_id = ma.fields.String(required=True)
    class_id = ma.fields.String(required=True)
    township = ma.fields.String(required=True)
    written_on = ma.fields.String(required=True)
    by_officer_id = ma.fields.String(required=True)


class ReportsPage(PageAnswer):
    items = ListOf(ma.fields.Nested(ReportListed), required=True)


class ReportShown(ReportListed):
    """A report with what it says; null where the child's data were erased, or its case is kept from the caller."""

    report = ma.fields.String(allow_none=True)
