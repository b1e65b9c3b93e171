"""The forms of identity's bodies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import marshmallow as ma
from flask_smorest.fields import Upload  # type: ignore[import-untyped]  # flask-smorest has no types
from marshmallow import fields, validate

from services.chassis.decider import Term, Unit
from services.chassis.web.forms import Day, Form, Identifier, PageAnswer, PageQuery, Text, WholeNumber
from services.chassis.web.sentences import Sentence
from services.contracts.codes import Role

LOGIN_LONGEST = 64
PASSWORD_LONGEST = 200
NAME_LONGEST = 100
CLIENT_CODE_LONGEST = 32
ONE_VALUE = Sentence("number 与 term 必须且只能填一个。", "Give either number or term, not both.")


class LoginForm(Form):
    login = Text(required=True, longest=LOGIN_LONGEST)
    password = Text(required=True, longest=PASSWORD_LONGEST)


class PasswordForm(LoginForm):
    new_password = Text(required=True, longest=PASSWORD_LONGEST)


class OneTimeCode(Form):
    id = fields.String()
    one_time_code = fields.String()


class AccountForm(Form):
    officer_id = Identifier(required=True)
    login = Text(required=True, longest=LOGIN_LONGEST)


class ClientForm(Form):
    body_id = Identifier(required=True)
    code = fields.String(
        required=True,
        validate=[validate.Length(max=CLIENT_CODE_LONGEST), validate.Regexp("^[a-z0-9]+(-[a-z0-9]+)*$")],
        metadata={"description": "what tells it from other systems of the body; the last part of the client id"},
    )
    name = Text(required=True, longest=NAME_LONGEST)


class ClientAnswer(Form):
    client_id = fields.String()
    name = fields.String()
    officer_id = fields.String()
    body_id = fields.String()
    secret_versions = fields.List(fields.Integer())


class ClientsPage(PageAnswer):
    items = fields.List(fields.Nested(ClientAnswer))


class SecretAnswer(Form):
    client_id = fields.String()
    client_secret = fields.String(metadata={"description": "shown this once, kept nowhere"})
    secret_version = fields.Integer()


class WithdrawForm(Form):
    secret_version = WholeNumber(1, required=True)


class TokenForm(Form):
    """RFC 6749, section 4.4; what it does not know it passes over (section 3.2)."""

    class Meta:
        unknown = ma.EXCLUDE

    grant_type = fields.String(load_default="", metadata={"examples": ["client_credentials"]})
    client_id = fields.String(load_default="")
    client_secret = fields.String(load_default="")
    scope = fields.String(load_default="")


class AccessTokenAnswer(Form):
    access_token = fields.String(required=True)
    token_type = fields.String(required=True)
    expires_in = fields.Integer(required=True, metadata={"description": "seconds"})


class AppointmentForm(Form):
    role = fields.String(required=True, validate=validate.OneOf([role.value for role in Role]))
    body_id = Identifier(required=True)
    from_on = Day(required=True)
    class_id = Identifier(load_default=None)


class EndForm(Form):
    until_on = Day(required=True)


class SubstituteForm(Form):
    appointment_id = Identifier(required=True)
    substitute_id = Identifier(required=True)
    from_on = Day(required=True)
    until_on = Day(required=True)


class TermForm(Form):
    count = fields.Integer(required=True, strict=True, validate=validate.Range(min=0, max=3650))
    unit = fields.String(
        required=True,
        validate=validate.OneOf(["minutes", "days", "term_days", "working_days", "school_days", "return_days", "time_of_day"]),
    )
    at = fields.Integer(
        strict=True,
        validate=validate.Range(min=0, max=24 * 60 - 1),
        load_default=None,
        metadata={"description": "of a term of days: minutes after midnight of its last day, instead of that day's end"},
    )

    @ma.post_load
    def _as_a_term(self, form: Mapping[str, Any], **_options: Any) -> Term:
        return Term(form["count"], Unit(form["unit"]), form["at"])


class PolicyForm(Form):
    number = fields.Integer(strict=True, validate=validate.Range(min=0, max=10**9))
    term = fields.Nested(TermForm)
    source = Text(required=True, longest=NAME_LONGEST)

    @ma.validates_schema
    def _gives_one_value(self, form: Mapping[str, Any], **_options: Any) -> None:
        if ("number" in form) == ("term" in form):
            raise ma.ValidationError(ONE_VALUE, "number")


class CalendarForm(Form):
    edition = Text(required=True, longest=NAME_LONGEST)
    days = fields.Dict(
        keys=Day(),
        values=fields.String(validate=validate.OneOf(["work", "rest", "school", "off", "return", "vacation"])),
        required=True,
    )


class TokenAnswer(Form):
    token = fields.String()
    expires_in = fields.Integer(metadata={"description": "seconds"})
    officer_id = fields.String()


class AppointmentAnswer(Form):
    appointment_id = fields.String()
    role = fields.String()
    body_id = fields.String()
    body_name = fields.String(allow_none=True)
    body_name_en = fields.String(allow_none=True)
    class_id = fields.String(allow_none=True)
    division = fields.String(allow_none=True)
    department = fields.String(allow_none=True)
    from_on = fields.String()
    until_on = fields.String(allow_none=True)


class OfficerAnswer(Form):
    officer_id = fields.String()
    staff_number = fields.String()
    name = fields.String()
    body_id = fields.String()
    body_name = fields.String(allow_none=True)
    body_kind = fields.String(allow_none=True)


class SubstitutionAnswer(Form):
    substitution_id = fields.String()
    officer_id = fields.String()
    appointment_id = fields.String()
    role = fields.String(allow_none=True)
    body_id = fields.String(allow_none=True)
    substitute_id = fields.String()
    from_on = fields.String()
    until_on = fields.String()
    withdrawn_on = fields.String(allow_none=True)


class OfficerWithAppointments(OfficerAnswer):
    appointments = fields.List(fields.Nested(AppointmentAnswer))
    substitutes = fields.List(
        fields.Nested(SubstitutionAnswer),
        metadata={"description": "who acts for this officer on which days"},
    )
    stands_in_for = fields.List(
        fields.Nested(SubstitutionAnswer),
        metadata={"description": "for whom this officer acts on which days, named in the header On-Behalf-Of"},
    )


class MyselfAnswer(OfficerWithAppointments):
    roles = fields.List(
        fields.String(),
        metadata={
            "description": "what routes admit the caller as today: the roles held now, of a substitute those of whom they act for"
        },
    )


class OfficersPage(PageAnswer):
    items = fields.List(fields.Nested(OfficerAnswer))


class BodyAnswer(Form):
    body_id = fields.String()
    code = fields.String()
    kind = fields.String()
    name = fields.String()
    name_en = fields.String()
    division = fields.String()
    department = fields.String(allow_none=True)
    parent_id = fields.String(allow_none=True)


class BodiesPage(PageAnswer):
    items = fields.List(fields.Nested(BodyAnswer))


class AccountAnswer(Form):
    account_id = fields.String()
    officer_id = fields.String()
    login = fields.String()


class AccountsPage(PageAnswer):
    items = fields.List(fields.Nested(AccountAnswer))


class IdAnswer(Form):
    id = fields.String()


class CountyFile(Form):
    file = Upload(required=True)


class CountyFileForm(Form):
    kind = fields.String(required=True, validate=validate.OneOf(["bodies", "officers", "calendar_government", "calendar_school"]))
    edition = Text(longest=NAME_LONGEST, load_default=None)


class CountyFileAnswer(Form):
    kind = fields.String()
    rows = fields.Integer()
    changed = fields.Integer()


class OfficersQuery(PageQuery):
    body_id = Identifier()
