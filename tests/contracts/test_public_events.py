"""What departments' systems were promised stays: a golden file of each version, and a breaking change is found.

A new version has its golden file written by `python -m tests.contracts.test_public_events`; those that are there are never changed.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from services.chassis.decider import Event
from services.contracts import department
from services.contracts.department import VERSIONS, DutyAssigned
from services.contracts.public_pages import ASYNCAPI, HEADERS, SOMETIMES, asyncapi, page_name, public_pages, schema_of, schemas
from tests.contracts.compatibility import Schema, incompatible
from tests.contracts.example_events import example_event

GOLDEN = Path(__file__).parent / "golden"
HEADERS_PAGE = "headers.json"
EVENTS = sorted(VERSIONS, key=lambda event: event.__name__)


class Golden(msgspec.Struct):
    """The schema of a version as it was first promised, and a message of it."""

    schema: Schema
    example: dict[str, Any]


def golden(event: type[Event]) -> Golden:
    return msgspec.json.decode((GOLDEN / page_name(event)).read_bytes(), type=Golden)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.__name__)
def test_who_reads_todays_version_as_it_was_first_promised_can_read_it(event: type[Event]) -> None:
    assert incompatible(golden(event).schema, schema_of(event)) == []


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.__name__)
def test_a_message_that_was_first_promised_is_still_one(event: type[Event]) -> None:
    kept = golden(event).example
    assert json.loads(msgspec.json.encode(msgspec.convert(kept, event, strict=False))) == kept


def test_the_page_of_every_version_ever_promised_is_still_published() -> None:
    names = {path.name for path in GOLDEN.glob("department.*.json")}
    assert {page_name(event) for event in VERSIONS} <= names <= set(public_pages())


def test_a_version_that_is_not_sent_any_more_keeps_its_page_and_its_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = page_name(DutyAssigned)
    (tmp_path / first).write_bytes(public_pages()[first])
    monkeypatch.setattr(department, "VERSIONS", {**VERSIONS, DutyAssigned: 2})
    monkeypatch.setattr("services.contracts.public_pages.VERSIONS", department.VERSIONS)
    pages = public_pages(tmp_path)
    assert pages[first] == (tmp_path / first).read_bytes()
    assert page_name(DutyAssigned) in set(pages) - {first}
    messages = json.loads(pages[ASYNCAPI])["channels"]["duties"]["messages"]
    assert {"DutyAssigned.v1", "DutyAssigned.v2"} <= set(messages)


def test_every_header_that_was_first_promised_is_still_promised() -> None:
    promised = msgspec.json.decode((GOLDEN / HEADERS_PAGE).read_bytes(), type=dict[str, list[str]])
    assert set(promised["always"]) <= set(HEADERS)
    assert set(promised["sometimes"]) <= {*HEADERS, *SOMETIMES}


def _goes(schema: Schema) -> None:
    del schema["properties"]["number"]


def _becomes_a_number(schema: Schema) -> None:
    schema["properties"]["number"] = {"type": "integer"}


def _may_be_absent(schema: Schema) -> None:
    schema["required"].remove("number")


def _is_renamed(schema: Schema) -> None:
    schema["properties"]["duty"] = schema["properties"].pop("duty_id")


def _loses_its_form(schema: Schema) -> None:
    del schema["properties"]["assigned_on"]["format"]


def _may_be_a_list(schema: Schema) -> None:
    schema["properties"]["kind"]["anyOf"].append({"type": "array"})


@pytest.mark.parametrize("change", [_goes, _becomes_a_number, _may_be_absent, _is_renamed, _loses_its_form, _may_be_a_list])
def test_a_change_that_breaks_a_reader_is_found(change: Callable[[Schema], None]) -> None:
    event = next(event for event in EVENTS if event.__name__ == "DutyAssigned")
    changed = copy.deepcopy(schema_of(event))
    change(changed)
    assert incompatible(golden(event).schema, changed)


def test_what_stands_in_a_list_or_in_one_of_several_forms_is_looked_into() -> None:
    inner = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}
    without = {"type": "object", "properties": {}}
    assert incompatible({"type": "array", "items": inner}, {"type": "array", "items": without}) == ["[].name is gone"]
    assert incompatible({"anyOf": [inner, {"type": "null"}]}, {"anyOf": [without, {"type": "null"}]}) == [".name is gone"]


def test_a_new_field_and_a_new_code_break_no_reader() -> None:
    event = next(event for event in EVENTS if event.__name__ == "DutyAssigned")
    grown = copy.deepcopy(schema_of(event))
    grown["properties"]["letter_number"] = {"type": "string"}
    grown["$defs"]["DutyKind"]["enum"].append("a_new_kind")
    assert incompatible(golden(event).schema, grown) == []


def test_every_reference_of_the_asyncapi_page_leads_somewhere() -> None:
    document = asyncapi(schemas())
    pages = public_pages()

    def references(value: Any) -> list[str]:
        if isinstance(value, dict):
            return [each for key, inner in value.items() for each in ([inner] if key == "$ref" else references(inner))]
        return [each for inner in value for each in references(inner)] if isinstance(value, list) else []

    found = references(document)
    assert len(found) > 2 * len(VERSIONS)
    for reference in found:
        if reference.startswith("#/"):
            at: Any = document
            for step in reference[2:].split("/"):
                at = at[step]
        else:
            assert reference in pages
    assert document["asyncapi"] == "3.0.0"
    assert ASYNCAPI in pages


if __name__ == "__main__":
    for each in EVENTS:
        path = GOLDEN / page_name(each)
        if not path.exists():
            example = json.loads(msgspec.json.encode(example_event(each)))
            path.write_bytes(msgspec.json.format(msgspec.json.encode(Golden(schema_of(each), example)), indent=2) + b"\n")
