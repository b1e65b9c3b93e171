"""The forms of asking who is behind the ids, and of the log of such questions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import marshmallow as ma

from services.chassis.web.forms import Code, Form, Identifier, ListOf, PageAnswer, PageQuery, PhoneNumber, Text, YesNo
from services.chassis.web.sentences import Sentence
from services.registry.domain.purposes import PEOPLE_AT_MOST, Field, Purpose

ONE_NUMBER = Sentence("学籍号与证件号码须填且只填一项。", "Give the roll number or the identity number.")

LONGEST_NUMBER = 40
"""Characters of a number as somebody types it, with spaces; the longest has 19."""


class Question(Form):
    """Which fields of which children, for what; `guardian_ids` narrows their guardians. `duty` names its duty.

    `masked` asks for everything masked, whatever the caller may see.
    """

    purpose = Code(Purpose, required=True)
    pupil_ids = ListOf(Identifier(), least=1, most=PEOPLE_AT_MOST, required=True)
    guardian_ids = ListOf(Identifier(), most=PEOPLE_AT_MOST, load_default=())
    fields_ = ListOf(Code(Field), least=1, most=len(Field), required=True, data_key="fields", attribute="fields")
    case_id = Identifier(load_default=None)
    duty_id = Identifier(load_default=None)
    masked = YesNo(load_default=False)


class GuardianShown(Form):
    """A guardian, with those of the fields that were asked for."""

    guardian_id = ma.fields.String(required=True)
    relation = ma.fields.String(required=True)
    carer = ma.fields.Boolean(required=True)
    record_version = ma.fields.Integer(required=True, metadata={"description": "of the guardian's own record"})
    name = ma.fields.String(allow_none=True)
    phone = ma.fields.String(allow_none=True)
    id_number = ma.fields.String(allow_none=True)


class PersonShown(Form):
    """A child, with those of the fields that were asked for; `masked` says which of them are shown masked."""

    pupil_id = ma.fields.String(required=True)
    name = ma.fields.String(allow_none=True)
    sex = ma.fields.String(allow_none=True)
    birth_date = ma.fields.String(allow_none=True)
    paper = ma.fields.String(allow_none=True)
    id_number = ma.fields.String(allow_none=True)
    roll_number = ma.fields.String(allow_none=True)
    people = ma.fields.String(allow_none=True)
    address = ma.fields.String(allow_none=True)
    division = ma.fields.String(allow_none=True)
    household_address = ma.fields.String(allow_none=True)
    household_division = ma.fields.String(allow_none=True)
    second_language = ma.fields.String(allow_none=True)
    carer = ma.fields.String(allow_none=True)
    restricted_groups = ma.fields.String(allow_none=True, metadata={"description": "codes of groups, with commas between"})
    disability_kind = ma.fields.String(allow_none=True)
    disability_grade = ma.fields.String(allow_none=True, metadata={"description": "1, the most severe, to 4"})
    guardians = ListOf(ma.fields.Nested(GuardianShown))
    masked = ListOf(ma.fields.String())


class Persons(Form):
    """The children whom the caller may see; the others are `withheld`, whether or not they exist."""

    persons = ListOf(ma.fields.Nested(PersonShown), required=True)
    withheld = ListOf(ma.fields.String(), required=True)


class NumberQuestion(Form):
    """A child by one of its numbers."""

    purpose = Code(Purpose, required=True)
    roll_number = Text(LONGEST_NUMBER, load_default=None)
    id_number = Text(LONGEST_NUMBER, load_default=None)

    @ma.validates_schema
    def _asks_by_one_number(self, asked: Mapping[str, Any], **_options: Any) -> None:
        if (asked["roll_number"] is None) == (asked["id_number"] is None):
            raise ma.ValidationError(ONE_NUMBER, "roll_number")


class PupilFound(Form):
    """The child's id."""

    pupil_id = ma.fields.String(required=True)


class RevealQuery(PageQuery):
    """All of the log, or what one officer asked, or what was asked of one person."""

    caller = ma.fields.String(load_default=None)
    person_id = Identifier(load_default=None)


class RevealShown(Form):
    """One person of one answer: who asked, for what, which fields were shown plainly and which masked."""

    reveal_id = ma.fields.String(required=True)
    revealed_at = ma.fields.String(required=True)
    caller = ma.fields.String(required=True)
    purpose = ma.fields.String(required=True)
    person_id = ma.fields.String(required=True)
    plain = ListOf(ma.fields.String(), required=True)
    masked = ListOf(ma.fields.String(), required=True)
    case_id = ma.fields.String(allow_none=True)
    duty_id = ma.fields.String(allow_none=True)
    trace_id = ma.fields.String(allow_none=True)
    on_behalf_of = ma.fields.String(allow_none=True)


class RevealsPage(PageAnswer):
    """A page of the log, the latest first."""

    items = ListOf(ma.fields.Nested(RevealShown), required=True)


class NewPhoneForm(Form):
    """The number under which a guardian is reached now."""

    phone = PhoneNumber(required=True)


class NewPhoneAnswer(Form):
    """The child whose record was written."""

    pupil_id = ma.fields.String(required=True)
