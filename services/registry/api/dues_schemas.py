"""The forms of what the school owes a missing child: the visit by the principal's team."""

from __future__ import annotations

import marshmallow as ma

from services.chassis.web.forms import Code, Day, Form, Identifier, ListOf, Text, YesNo
from services.contracts.codes import VisitResult
from services.registry.api.schemas import NOTE_LONGEST, PupilAnswer

VISITORS_AT_MOST = 20


class SchoolVisitForm(Form):
    """A visit by the principal's team; where no visitor is named, whoever records it went alone."""

    visited_on = Day(required=True)
    result = Code(VisitResult, required=True)
    met_child = YesNo(load_default=None, allow_none=True)
    visitors = ListOf(Identifier(), most=VISITORS_AT_MOST, load_default=())
    words = Text(NOTE_LONGEST, lines=True, load_default=None)


class SchoolVisitAnswer(PupilAnswer):
    visit_id = ma.fields.String(required=True)
