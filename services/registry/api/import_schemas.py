"""The forms of imports: what is uploaded, how an import stands, what was wrong with a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import marshmallow as ma
from flask_smorest.fields import Upload  # type: ignore[import-untyped]  # flask-smorest has no types
from marshmallow import validate

from services.chassis.web.forms import Form, Identifier, ListOf, PageAnswer, PageQuery, YesNo
from services.chassis.web.sentences import Sentence

KINDS = ("schools", "roster")


class ImportForm(Form):
    """What a file is; a roster names its school."""

    kind = ma.fields.String(required=True, validate=validate.OneOf(KINDS))
    school_code = ma.fields.String(
        load_default=None,
        validate=validate.Regexp(r"[0-9]{10}\Z", error=Sentence("应为 10 位学校代码。", "Must be a 10-digit school code.")),
    )
    dry_run = YesNo(load_default=False)
    again = YesNo(load_default=False, metadata={"description": "rehearse a file although it was imported before"})

    @ma.validates_schema
    def _only_a_roster_names_a_school(self, form: Mapping[str, Any], **_options: Any) -> None:
        if form["kind"] == "roster" and form["school_code"] is None:
            raise ma.ValidationError(Sentence("名册须注明学校代码。", "A roster names its school."), "school_code")
        if form["kind"] == "schools" and form["school_code"] is not None:
            sentence = Sentence("学校名单不属于某一所学校。", "The list of schools is of no one school.")
            raise ma.ValidationError(sentence, "school_code")

    @ma.validates_schema
    def _only_a_dry_run_is_done_again(self, form: Mapping[str, Any], **_options: Any) -> None:
        if form["again"] and not form["dry_run"]:
            raise ma.ValidationError(Sentence("只有试导入可以重做。", "Only a dry run is done again."), "again")


class RowChangeShown(Form):
    """A row of a dry run that would bring somebody or something new."""

    sheet = ma.fields.String(required=True)
    row = ma.fields.Integer(required=True)
    verdict = ma.fields.String(required=True, metadata={"description": "enrolled, changed"})


class ImportFile(Form):
    """The file; its name is not taken."""

    file = Upload(required=True)


class ResumedAnswer(Form):
    """How an import stands; `repeated` if it was not interrupted any more."""

    import_id = Identifier(required=True)
    status = ma.fields.String(required=True)
    repeated = ma.fields.Boolean(required=True)


class ImportAnswer(Form):
    """How an upload was taken: `repeated` if the same file had been accepted before, and then what became of that import.

    Before a file is applied the counts are what its check expects; rows may be refused yet if another file overtakes them.
    """

    import_id = Identifier(required=True)
    status = ma.fields.String(required=True)
    repeated = ma.fields.Boolean(required=True)
    rows = ma.fields.Integer()
    errors = ma.fields.Integer()
    warnings = ma.fields.Integer()
    enrolled = ma.fields.Integer()
    changed = ma.fields.Integer()
    unchanged = ma.fields.Integer()
    refused = ma.fields.Integer()
    changes = ListOf(ma.fields.Nested(RowChangeShown))


class ImportShown(Form):
    """An import: `rehearsed`, `rejected`, `accepted` (being applied), `interrupted`, `completed` or `completed_with_refusals`."""

    import_id = Identifier(required=True)
    kind = ma.fields.String(required=True)
    school_id = ma.fields.String(allow_none=True)
    status = ma.fields.String(required=True)
    rows = ma.fields.Integer(required=True)
    errors = ma.fields.Integer(required=True)
    warnings = ma.fields.Integer(required=True)
    chunks = ma.fields.Integer(required=True)
    chunks_applied = ma.fields.Integer(required=True)
    enrolled = ma.fields.Integer(required=True)
    changed = ma.fields.Integer(required=True)
    unchanged = ma.fields.Integer(required=True)
    refused = ma.fields.Integer(required=True)
    uploaded_by = ma.fields.String(required=True)
    uploaded_at = ma.fields.String(required=True)
    completed_at = ma.fields.String(allow_none=True)


class ImportsPage(PageAnswer):
    """A page of imports, the latest first."""

    items = ListOf(ma.fields.Nested(ImportShown), required=True)


class FindingShown(Form):
    """One broken rule: where, what, and which form would be accepted; never what was typed."""

    number = ma.fields.Integer(required=True)
    sheet = ma.fields.String(required=True)
    row = ma.fields.Integer(required=True)
    column = ma.fields.String(required=True)
    column_name = ma.fields.String(required=True, metadata={"description": "the column in the caller's language"})
    rule = ma.fields.String(required=True)
    severity = ma.fields.String(required=True)
    message = ma.fields.String(required=True)
    accepted = ma.fields.String(required=True)


class FindingsPage(PageAnswer):
    """A page of what was found in a file; a thousand errors end the check, and the last finding says where."""

    items = ListOf(ma.fields.Nested(FindingShown), required=True)


class FindingsQuery(PageQuery):
    """All findings, or only errors or warnings."""

    severity = ma.fields.String(load_default=None, validate=validate.OneOf(("error", "warning")))
