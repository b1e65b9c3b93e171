"""Forms and answers of roll calls, classes and return days."""

from __future__ import annotations

import marshmallow as ma
from marshmallow import validate

from services.chassis.web.forms import Code, Day, Form, Identifier, ListOf, PageAnswer, PageQuery, Text
from services.contracts.codes import ExcuseKind, Session
from services.registry.api.schemas import NOTE_LONGEST
from services.registry.domain.policies import PUPILS_OF_A_CLASS_AT_MOST
from services.registry.queries import RETURN_STANDINGS


class ExcuseForm(Form):
    """A child with leave or proof."""

    pupil_id = Identifier(required=True)
    kind = Code(ExcuseKind, required=True)
    note = Text(NOTE_LONGEST, lines=True, load_default=None)


class RollCallForm(Form):
    """A class's list: only who is away is named; nobody named means that all are there."""

    class_id = Identifier(required=True)
    day = Day(required=True)
    session = Code(Session, required=True)
    absent = ListOf(Identifier(), most=PUPILS_OF_A_CLASS_AT_MOST, load_default=())
    excused = ListOf(ma.fields.Nested(ExcuseForm), most=PUPILS_OF_A_CLASS_AT_MOST, load_default=())


class CorrectionForm(Form):
    """How the pupils named stand in truth; about all others the list stays as it is."""

    present = ListOf(Identifier(), most=PUPILS_OF_A_CLASS_AT_MOST, load_default=())
    absent = ListOf(Identifier(), most=PUPILS_OF_A_CLASS_AT_MOST, load_default=())
    excused = ListOf(ma.fields.Nested(ExcuseForm), most=PUPILS_OF_A_CLASS_AT_MOST, load_default=())


class RollCallAnswer(Form):
    """What the list came to, in numbers."""

    class_id = ma.fields.String(required=True)
    day = ma.fields.String(required=True)
    session = ma.fields.String(required=True)
    absent = ma.fields.Integer(required=True)
    excused = ma.fields.Integer(required=True)


class RollCallFileAnswer(Form):
    """How many lists the file held, and how many of them were new."""

    rows = ma.fields.Integer(required=True)
    roll_calls = ma.fields.Integer(required=True)
    taken = ma.fields.Integer(required=True)


class RollCallsQuery(PageQuery):
    """The lists of one session of a day; by default of this morning."""

    day = Day(load_default=None)
    session = Code(Session, load_default=Session.MORNING)
    status = ma.fields.String(load_default=None, validate=validate.OneOf(["taken", "missing", "awaited"]))


class ClassShown(Form):
    """A class with its school."""

    class_id = ma.fields.String(required=True)
    school_id = ma.fields.String(required=True)
    school_code = ma.fields.String(required=True)
    school_name = ma.fields.String(required=True)
    school_name_en = ma.fields.String(required=True)
    grade = ma.fields.Integer(required=True)
    number = ma.fields.Integer(required=True)


class ClassWithPupils(ClassShown):
    """A class and how many are on its roll."""

    cohort = ma.fields.Integer(required=True)
    pupils = ma.fields.Integer(required=True)


class ClassesPage(PageAnswer):
    items = ListOf(ma.fields.Nested(ClassWithPupils), required=True)


class RollCallOfClass(ClassShown):
    """What a class has sent: `taken`, `missing` (unknown, past its time), `awaited`; `expected` whether it has to."""

    day = ma.fields.String(required=True)
    session = ma.fields.String(required=True)
    status = ma.fields.String(required=True)
    expected = ma.fields.Boolean(required=True)
    absent = ma.fields.Integer(allow_none=True)
    excused = ma.fields.Integer(allow_none=True)
    stale = ma.fields.Boolean(allow_none=True)
    taken_at = ma.fields.String(allow_none=True)
    corrected_at = ma.fields.String(allow_none=True)


class RollCallsPage(PageAnswer):
    items = ListOf(ma.fields.Nested(RollCallOfClass), required=True)


class ReturnsQuery(PageQuery):
    """The boarders of a return day, by default today; `standing` unknown are those of classes that have sent nothing."""

    day = Day(load_default=None)
    standing = ma.fields.String(load_default=None, validate=validate.OneOf(RETURN_STANDINGS))


class Returning(Form):
    """A boarder who is expected back; `list` is what the class has sent."""

    pupil_id = ma.fields.String(required=True)
    name = ma.fields.String(allow_none=True)
    school_id = ma.fields.String(required=True)
    class_id = ma.fields.String(required=True)
    grade = ma.fields.Integer(required=True)
    class_number = ma.fields.Integer(required=True)
    list = ma.fields.String(required=True)
    standing = ma.fields.String(required=True)


class ReturnsPage(PageAnswer):
    items = ListOf(ma.fields.Nested(Returning), required=True)


class AwayShown(Form):
    pupil_id = ma.fields.String(required=True)
    name = ma.fields.String(allow_none=True)
    kind = ma.fields.String(allow_none=True)


class RollCallShown(Form):
    """One list; its ETag is the version that a correction may name in If-Match."""

    class_id = ma.fields.String(required=True)
    day = ma.fields.String(required=True)
    session = ma.fields.String(required=True)
    status = ma.fields.String(required=True)
    stale = ma.fields.Boolean(required=True)
    absent = ListOf(ma.fields.Nested(AwayShown), required=True)
    excused = ListOf(ma.fields.Nested(AwayShown), required=True)
    taken_at = ma.fields.String(allow_none=True)
    corrected_at = ma.fields.String(allow_none=True)
