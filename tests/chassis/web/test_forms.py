"""The fields of the house: what is accepted, and that everything else is refused in two languages."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any

import marshmallow as ma
import pytest

from services.chassis.web.forms import Code, Day, Form, Identifier, ListOf, PhoneNumber, Text, WholeNumber, YesNo
from services.chassis.web.problems import rejected_form


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


FIELDS: dict[str, ma.fields.Field[Any]] = {
    "day": Day(),
    "identifier": Identifier(),
    "text": Text(10),
    "lines": Text(10, lines=True),
    "phone": PhoneNumber(),
    "number": WholeNumber(1, 9),
    "yes": YesNo(),
    "code": Code(Colour),
    "codes": ListOf(Code(Colour), least=1, most=2),
}
FORM = Form.from_dict(FIELDS)()


@pytest.mark.parametrize(
    ("field", "typed", "read"),
    [
        ("day", "2026-09-08", date(2026, 9, 8)),
        ("day", "2028-02-29", date(2028, 2, 29)),
        ("identifier", "0198f1c2-aaaa:x", "0198f1c2-aaaa:x"),
        ("text", "  王小明 ", "王小明"),
        ("text", "𠮷" * 10, "𠮷" * 10),
        ("lines", "a\nb", "a\nb"),
        ("phone", "139 1234-5678", "13912345678"),
        ("phone", "+86 13912345678", "+8613912345678"),
        ("phone", "(0871) 6531234", "08716531234"),
        ("number", 9, 9),
        ("number", "9", 9),
        ("yes", True, True),
        ("yes", "false", False),
        ("code", "red", Colour.RED),
        ("codes", ["red", "blue"], [Colour.RED, Colour.BLUE]),
    ],
)
def test_what_is_accepted_is_read(field: str, typed: Any, read: Any) -> None:
    assert FORM.load({field: typed}) == {field: read}


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("day", "2026-02-30"),
        ("day", "20260908"),
        ("day", "2026-9-8"),
        ("day", "0001-01-01"),
        ("day", "9999-12-31"),
        ("day", "２０２６-09-08"),
        ("day", 20260908),
        ("identifier", "a b"),
        ("identifier", ""),
        ("identifier", "x" * 129),
        ("identifier", "王小明"),
        ("identifier", "a\n"),
        ("text", ""),
        ("text", " 　"),
        ("text", "x" * 11),
        ("text", "a\nb"),
        ("text", "a\x07b"),
        ("text", 7),
        ("text", None),
        ("lines", "a\x00b"),
        ("phone", "12345"),
        ("phone", "1391234567"),
        ("phone", "１３９１２３４５６７８"),
        ("phone", ["13912345678"]),
        ("number", 0),
        ("number", 10),
        ("number", 1.5),
        ("number", True),
        ("number", "1e3"),
        ("number", "９"),
        ("yes", 1),
        ("yes", "yes"),
        ("code", "green"),
        ("code", ["red"]),
        ("code", {"red": 1}),
        ("codes", []),
        ("codes", ["red"] * 3),
        ("codes", "red"),
        ("nobody", "x"),
    ],
)
def test_what_is_not_accepted_is_refused_in_two_languages_without_its_value(field: str, typed: Any) -> None:
    with pytest.raises(ma.ValidationError) as trouble:
        FORM.load({field: typed})
    errors = rejected_form(trouble.value.messages).errors
    assert [error.field for error in errors] == [field]
    for error in errors:
        assert error.zh != error.en
        assert error.zh != "格式不正确。"
        assert len(str(typed)) < 5 or str(typed) not in error.en + error.zh
