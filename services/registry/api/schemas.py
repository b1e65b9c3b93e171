"""The forms of absences, contacts, registrations, transfers and ledgers."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from marshmallow import validate

from services.chassis.web.forms import Code, Day, Form, Identifier, ListOf, PageAnswer, PageQuery, Text, WholeNumber, YesNo
from services.chassis.web.sentences import Sentence
from services.contracts.codes import ContactMeans, ExcuseKind, Ledger
from services.registry.queries import ALARM_KINDS

NOTE_LONGEST = 2000
"""Characters of what somebody writes about an absence, a contact or a dropout."""

GRADES = (1, 9)
NOT_A_DIVISION = Sentence("应为 6、9 或 12 位区划代码。", "Must be a division code of 6, 9 or 12 digits.")
NOT_A_TERM = Sentence(
    "应为学期代码，如 2026-1（秋季）、2026-2（春季）。", "Must be a term such as 2026-1 (autumn) or 2026-2 (spring)."
)


def _division(**options: Any) -> ma.fields.String:
    return ma.fields.String(validate=validate.Regexp(r"^[0-9]{6}([0-9]{3}([0-9]{3})?)?\Z", error=NOT_A_DIVISION), **options)


def _term(**options: Any) -> ma.fields.String:
    return ma.fields.String(validate=validate.Regexp(r"^[0-9]{4}-[12]\Z", error=NOT_A_TERM), **options)


# --- acts on a child --------------------------------------------------------------------------------------------------


class AgeForm(Form):
    on = Day(required=True)


class DayForm(Form):
    """The day of the absence."""

    day = Day(required=True)


class ExcuseDayForm(DayForm):
    """Leave or proof for a day."""

    kind = Code(ExcuseKind, required=True)
    note = Text(NOTE_LONGEST, lines=True, load_default=None)


class ContactForm(DayForm):
    """A contact with the household, or the attempt."""

    means = Code(ContactMeans, required=True)
    reached = YesNo(required=True)
    note = Text(NOTE_LONGEST, lines=True, load_default=None)


class EvidenceForm(Form):
    """What it rests on."""

    evidence = Text(NOTE_LONGEST, lines=True, required=True)


class ExpectationForm(Form):
    """Where and from when a child is expected to register."""

    term = _term(required=True)
    class_id = Identifier(required=True)
    opened_on = Day(required=True)


class RegistrationForm(Form):
    term = _term(required=True)


class TransferForm(Form):
    """Where to; without a school of the county: out of it."""

    to_school_id = Identifier(load_default=None)


class PupilAnswer(Form):
    """The child's place in the ledgers after the act."""

    pupil_id = ma.fields.String(required=True)
    ledger = ma.fields.String(required=True)


class ContactAnswer(PupilAnswer):
    contact_id = ma.fields.String(required=True)


# --- ledgers ----------------------------------------------------------------------------------------------------------


class LedgerQuery(PageQuery):
    """One ledger or all three; a township is a division code of residence."""

    ledger = Code(Ledger, load_default=None)
    school_id = Identifier(load_default=None)
    class_id = Identifier(load_default=None)
    township = _division(load_default=None)
    grade = WholeNumber(*GRADES, load_default=None)
    missing = YesNo(load_default=None, metadata={"description": "only children who are missing now, or only others"})


class PupilShown(Form):
    """A child's line in a ledger; the name is masked, others are asked for with `persons:resolve`."""

    pupil_id = ma.fields.String(required=True)
    name = ma.fields.String(allow_none=True)
    ledger = ma.fields.String(required=True)
    ledger_since = ma.fields.String(required=True)
    entry_number = ma.fields.String(allow_none=True)
    case_id = ma.fields.String(allow_none=True)
    episode_id = ma.fields.String(allow_none=True)
    school_id = ma.fields.String(required=True)
    school_name = ma.fields.String(allow_none=True)
    school_name_en = ma.fields.String(allow_none=True)
    class_id = ma.fields.String(required=True)
    class_number = ma.fields.Integer(allow_none=True)
    grade = ma.fields.Integer(required=True)
    residence_division = ma.fields.String(required=True)
    boarding = ma.fields.Boolean(required=True)
    groups = ListOf(ma.fields.String())
    enrolment = ma.fields.String(required=True)
    registered_term = ma.fields.String(required=True, metadata={"description": "the term for which the child has registered last"})
    leaver_since = ma.fields.String(allow_none=True)
    away_since = ma.fields.String(
        allow_none=True,
        metadata={
            "description": "the first day on which the child is known to be away – missed, suspected, lost after a return –, "
            "null at school; whoever has read a list to its end may sort it by this"
        },
    )
    missing_since = ma.fields.String(allow_none=True)
    absent_days = ma.fields.Integer(required=True, metadata={"description": "missed days, counted until the child has dropped out"})
    school_days_missing = ma.fields.Integer(
        allow_none=True,
        metadata={
            "description": "school days from missing_since to yesterday, or to the last counted; null for who is not missing"
        },
    )
    last_absent_on = ma.fields.String(allow_none=True)
    last_attended_on = ma.fields.String(allow_none=True)
    absence_confirmed_on = ma.fields.String(allow_none=True)
    unconfirmed_on = ma.fields.String(allow_none=True)
    contacted_on = ma.fields.String(allow_none=True)
    contact_due_on = ma.fields.String(allow_none=True)
    visit_due_on = ma.fields.String(allow_none=True)
    report_due_on = ma.fields.String(allow_none=True)
    suspected_on = ma.fields.String(allow_none=True)
    suspected_for = ma.fields.String(allow_none=True)
    dropout_on = ma.fields.String(allow_none=True)
    confirmed_by = ma.fields.String(allow_none=True)
    returned_on = ma.fields.String(allow_none=True)
    placement = ma.fields.String(allow_none=True)
    lost_on = ma.fields.String(allow_none=True)
    outcome = ma.fields.String(allow_none=True)
    struck_off_on = ma.fields.String(allow_none=True)


class PupilsPage(PageAnswer):
    items = ListOf(ma.fields.Nested(PupilShown), required=True)


class SessionShown(Form):
    day = ma.fields.String(required=True)
    session = ma.fields.String(required=True)
    standing = ma.fields.String(required=True)
    kind = ma.fields.String(allow_none=True)


class ContactShown(Form):
    contact_id = ma.fields.String(required=True)
    day = ma.fields.String(required=True)
    means = ma.fields.String(required=True)
    reached = ma.fields.Boolean(required=True)
    by_officer_id = ma.fields.String(required=True)
    note = ma.fields.String(allow_none=True)


class SchoolVisitShown(Form):
    visit_id = ma.fields.String(required=True)
    visited_on = ma.fields.String(required=True)
    result = ma.fields.String(required=True)
    met_child = ma.fields.Boolean(allow_none=True)
    by_officer_id = ma.fields.String(required=True)
    visitors = ListOf(ma.fields.String(), required=True)
    words = ma.fields.String(allow_none=True)


class EvidenceShown(Form):
    """An act that rests on evidence; `text` for those who may read notes, null where the child's data were erased."""

    act = ma.fields.String(required=True)
    at = ma.fields.String(required=True)
    by = ma.fields.String(required=True)
    text = ma.fields.String(allow_none=True)


class PupilPage(PupilShown):
    """A child with its latest absences, contacts and visits by the principal's team, and the evidence on which its acts rest."""

    sex = ma.fields.String(allow_none=True)
    record_version = ma.fields.Integer(required=True)
    sessions_away = ListOf(ma.fields.Nested(SessionShown), required=True)
    contacts = ListOf(ma.fields.Nested(ContactShown), required=True)
    visits = ListOf(ma.fields.Nested(SchoolVisitShown), required=True)
    evidence = ListOf(ma.fields.Nested(EvidenceShown), required=True)


class AlarmsQuery(PageQuery):
    kind = ma.fields.String(load_default=None, validate=validate.OneOf(ALARM_KINDS))


class AlarmShown(Form):
    """What waits for somebody, since when."""

    kind = ma.fields.String(required=True)
    since = ma.fields.String(required=True)
    school_id = ma.fields.String(required=True)
    class_id = ma.fields.String(required=True)
    session = ma.fields.String(allow_none=True)
    pupil_id = ma.fields.String(allow_none=True)
    name = ma.fields.String(allow_none=True)


class AlarmsPage(PageAnswer):
    items = ListOf(ma.fields.Nested(AlarmShown), required=True)
