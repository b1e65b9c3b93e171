"""Bodies and query strings are read strictly: nothing that a client sends is answered 500, and nothing is echoed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.chassis.errors import Refusal
from services.chassis.web.bodies import DEEPEST, beyond_64_bits, strict_json
from services.chassis.web.refusals import (
    BodyNotJson,
    BodyNotUtf8,
    BodyTooDeep,
    CharacterNotAccepted,
    KeyTwice,
    NumberNotAccepted,
)
from services.chassis.web.state import MEBIBYTE
from tests.chassis.web.conftest import Desk

NOT_ACCEPTED: list[tuple[str, bytes, type[Refusal]]] = [
    ("a hundred thousand lists deep", b"[" * 100_000 + b"]" * 100_000, BodyTooDeep),
    ("a hundred thousand objects deep", b'{"a":' * 100_000 + b"1" + b"}" * 100_000, BodyTooDeep),
    ("one level too deep", b"[" * (DEEPEST + 1) + b"]" * (DEEPEST + 1), BodyTooDeep),
    ("deep in the last of many", b"[" + b"[]," * 100 + b"[" * DEEPEST + b"]" * DEEPEST + b"]", BodyTooDeep),
    ("cut off", b'{"a": ', BodyNotJson),
    ("single quotes", b"{'a': 1}", BodyNotJson),
    ("a comma too many", b'{"a": 1,}', BodyNotJson),
    ("two values", b"{} {}", BodyNotJson),
    ("a raw line break in a string", b'{"a": "\n"}', BodyNotJson),
    ("NaN", b'{"a": NaN}', NumberNotAccepted),
    ("Infinity", b'{"a": -Infinity}', NumberNotAccepted),
    ("infinite by its exponent", b'{"a": 1e999}', NumberNotAccepted),
    ("an integer of five thousand digits", b'{"a": ' + b"9" * 5000 + b"}", NumberNotAccepted),
    ("an integer beyond 64 bits", b'{"a": 9223372036854775808}', NumberNotAccepted),
    ("a key twice", b'{"a": 1, "a": 2}', KeyTwice),
    ("a key twice, written differently", b'{"a": 1, "\\u0061": 2}', KeyTwice),
    ("a lone high surrogate", b'{"a": "\\ud800"}', CharacterNotAccepted),
    ("a lone low surrogate", b'{"a": "\\uDFFF"}', CharacterNotAccepted),
    ("a lone surrogate in a key", b'{"\\ud800": 1}', CharacterNotAccepted),
    ("a lone surrogate in a list", b'[["\\ud800"]]', CharacterNotAccepted),
    ("NUL", b'{"a": "\\u0000"}', CharacterNotAccepted),
    ("latin-1", '{"a": "é"}'.encode("latin-1"), BodyNotUtf8),
    ("GB18030", '{"a": "家"}'.encode("gb18030"), BodyNotUtf8),
    ("UTF-16", '{"a": 1}'.encode("utf-16"), BodyNotUtf8),
    ("a surrogate written in UTF-8", b'{"a": "\xed\xa0\x80"}', BodyNotUtf8),
    ("a byte order mark", b"\xef\xbb\xbf{}", BodyNotUtf8),
]


@pytest.mark.parametrize(("raw", "refusal"), [case[1:] for case in NOT_ACCEPTED], ids=[case[0] for case in NOT_ACCEPTED])
def test_json_that_is_not_accepted_is_refused(raw: bytes, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        strict_json(raw)


@pytest.mark.parametrize("raw", [case[1] for case in NOT_ACCEPTED], ids=[case[0] for case in NOT_ACCEPTED])
def test_over_http_it_is_a_problem_with_status_400(desk: Desk, raw: bytes) -> None:
    answer = desk.post_raw("/pupils", raw)
    assert answer.status_code == 400
    assert answer.content_type == "application/problem+json"


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b"[" * DEEPEST + b"]" * DEEPEST, None),
        ('{"名": "𠮷·é"}'.encode(), {"名": "𠮷·é"}),
        (b'{"a": "\\ud842\\udfb7"}', {"a": "𠮷"}),
        (b'{"a": [9223372036854775807, -9223372036854775808, 1.5, true, null]}', {"a": [2**63 - 1, -(2**63), 1.5, True, None]}),
    ],
)
def test_what_json_allows_is_read(raw: bytes, value: Any) -> None:
    read = strict_json(raw)
    if value is not None:
        assert read == value


@pytest.mark.parametrize("raw", [b"null", b"[]", b"1", b'"text"', b"true", b"[{}]"])
def test_what_is_no_object_is_refused_as_a_form(desk: Desk, raw: bytes) -> None:
    answer = desk.post_raw("/pupils", raw)
    assert answer.status_code == 422
    assert answer.json["errors"] == [{"field": "", "message": "应为对象（object）。"}]


def test_no_body_at_all_names_the_fields_that_are_missing(desk: Desk) -> None:
    answer = desk.post_raw("/pupils", b"", "")
    assert answer.status_code == 422
    assert answer.json["errors"] == [{"field": "pupil_id", "message": "必填。"}]


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=gbk", "application/xml", ""]
)
def test_a_body_of_another_type_is_refused_with_415(desk: Desk, content_type: str) -> None:
    answer = desk.post_raw("/pupils", b'{"pupil_id": "p-1"}', content_type)
    assert answer.status_code == 415
    assert "application/json" in answer.json["detail"]


def test_a_compressed_body_is_refused_with_415(desk: Desk) -> None:
    assert desk.post_raw("/pupils", b"\x1f\x8b", Content_Encoding="gzip").status_code == 415


def test_charset_utf_8_is_taken(desk: Desk) -> None:
    assert desk.post_raw("/pupils", b'{"pupil_id": "p-1"}', "application/json; charset=UTF-8").status_code == 201


def test_a_body_beyond_the_cap_is_refused_with_413(desk: Desk) -> None:
    answer = desk.post_raw("/pupils", b'{"pupil_id": "' + b"p" * MEBIBYTE + b'"}')
    assert answer.status_code == 413
    assert answer.json["code"] == "request-entity-too-large"


def test_an_upload_where_none_is_read_is_capped_like_any_body(desk: Desk) -> None:
    body = b"--b\r\n" + b"x" * (2 * MEBIBYTE)
    assert desk.post_raw("/pupils", body, "multipart/form-data; boundary=b").status_code == 413


def test_json_where_an_upload_is_read_is_refused_with_415(desk: Desk) -> None:
    assert desk.post("/files", {"file": "x"}).status_code == 415


@pytest.mark.parametrize("parts", [b"", b"--b--\r\n", b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n", b"\xff\xfe"])
def test_an_upload_that_is_broken_is_refused(desk: Desk, parts: bytes) -> None:
    assert desk.post_raw("/files", parts, "multipart/form-data; boundary=b").status_code in (400, 413, 422)


def test_an_unknown_field_is_refused_by_name_if_it_is_one(desk: Desk) -> None:
    answer = desk.post("/pupils", {"pupil_id": "p-1", "school": "s", "王小明 13912345678": 1})
    assert answer.status_code == 422
    assert {error["field"] for error in answer.json["errors"]} == {"school", "*"}
    assert "王小明" not in answer.text


def test_errors_name_the_path_of_the_field_and_never_its_value(desk: Desk) -> None:
    body = {"pupil_id": "p-1", "guardians": [{"phone": "13912345678"}, {"phone": "1391234567800"}]}
    answer = desk.post("/pupils", body, Accept_Language="en")
    assert answer.json["errors"] == [
        {"field": "guardians.1.phone", "message": "Must be an 11-digit mobile number, or a landline with its area code."}
    ]
    assert "1391234567800" not in answer.text


@pytest.mark.parametrize("number", ["999999999999999999999999", 1e300])
def test_a_number_beyond_64_bits_gets_in_by_no_field(desk: Desk, number: Any) -> None:
    assert desk.post("/pupils", {"pupil_id": "p-1", "number": number}).status_code == 422


@pytest.mark.parametrize(
    "query",
    ["nonsense=1", "limit=2&limit=3", "limit=0", "limit=201", "limit=abc", "limit=" + "9" * 50, "limit=1.5", "cursor=", "limit"],
)
def test_a_query_outside_of_its_form_is_refused_with_422(desk: Desk, query: str) -> None:
    answer = desk.get(f"/pupils?{query}")
    assert answer.status_code == 422
    assert answer.json["errors"]


@pytest.mark.parametrize("query", ["school_id=%ff", "school_id=%00", "school_id=%ed%a0%80", "&".join("a=1" for _ in range(99))])
def test_a_query_that_cannot_be_read_is_refused_with_400(desk: Desk, query: str) -> None:
    assert desk.get(f"/pupils?{query}").status_code == 400


def test_a_query_where_none_is_read_is_refused(desk: Desk) -> None:
    answer = desk.get("/me?verbose=1")
    assert answer.status_code == 422
    assert answer.json["errors"] == [{"field": "verbose", "message": "未知参数。"}]


@pytest.mark.parametrize(
    "path", ["/pupils/%00", "/pupils/%ff", "/pupils/p%0a1", "/pupils/" + "p" * 200, "/seats/" + "9" * 30, "/seats/" + "9" * 5000]
)
def test_a_path_that_can_name_nothing_is_not_found(desk: Desk, path: str) -> None:
    assert desk.get(path).status_code == 404


def test_a_seat_within_64_bits_is_found(desk: Desk) -> None:
    assert desk.get("/seats/12").json == {"number": 12}


@pytest.mark.parametrize("value", [{"a": [1, {"b": 2**63}]}, -(2**63) - 1, (2**80,)])
def test_a_large_number_is_seen_wherever_it_stands(value: Any) -> None:
    assert beyond_64_bits(value)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@given(st.one_of(st.binary(max_size=200), JSON_VALUES.map(lambda value: json.dumps(value).encode())))
def test_any_bytes_are_read_or_refused_and_what_is_read_can_be_written(raw: bytes) -> None:
    try:
        value = strict_json(raw)
    except Refusal:
        return
    json.dumps(value, ensure_ascii=False, allow_nan=False).encode()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(body=st.dictionaries(st.sampled_from(["pupil_id", "school_id", "note", "number", "guardians"]), JSON_VALUES, max_size=5))
def test_no_body_is_answered_with_a_server_error(desk: Desk, body: dict[str, Any]) -> None:
    assert desk.post_raw("/pupils", json.dumps(body).encode()).status_code < 500


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        pytest.param([("file", "a"), ("file", "b"), ("kind", "roster")], "file", id="two files"),
        pytest.param([("file", "a"), ("kind", "roster"), ("kind", "schools")], "kind", id="two words"),
    ],
)
def test_an_upload_that_gives_a_part_twice_is_refused(desk: Desk, parts: list[tuple[str, str]], field: str) -> None:
    named = "".join(
        f'--b\r\nContent-Disposition: form-data; name="{name}"{"; filename=x.csv" if name == "file" else ""}\r\n\r\n{content}\r\n'
        for name, content in parts
    )
    answer = desk.post_raw("/files", f"{named}--b--\r\n".encode(), "multipart/form-data; boundary=b")
    assert (answer.status_code, [each["field"] for each in answer.json["errors"]]) == (422, [field])
